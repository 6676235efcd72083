"""What the stand-in remembers: members, boards, lists, labels, custom fields, cards and what was done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from planora_trello.sandbox.errors import absent, invalid_id
from planora_trello.sandbox.ids import LONG, SHORT, Ids

STEP = 16384.0
"""Distance between two neighbours' positions."""

MOST = {
    "cards in an answer": 1_000,
    "cards in a board's answer": 20_000,
    "open cards per board": 5_000,
    "open cards per list": 5_000,
    "labels per board": 1_000,
    "attachments per card": 1_000,
    "checklists per card": 500,
}
"""What an answer, a board, a list and a card hold at most."""


@dataclass
class Member:
    """A person."""

    id: str
    username: str
    full_name: str
    email: str | None = None

    @property
    def initials(self) -> str:
        """Return the letters that stand in for a picture."""
        return "".join(word[0] for word in self.full_name.split() if word[0].isalpha())[:2].upper()


@dataclass(frozen=True, kw_only=True)
class Token:
    """A credential and what it may do."""

    member: str
    write: bool


@dataclass
class Board:
    """A board; `members` are ids with the part they have on it."""

    id: str
    name: str
    short_link: str
    desc: str
    members: dict[str, str]
    organization: str | None
    activity: datetime | None
    permission: str = "org"
    closed: bool = False
    shared: bool = True
    """Whether the token's owner can see it."""
    counter: int = 0
    """The last number that a card was given."""


@dataclass
class BoardList:
    """A list of a board."""

    id: str
    name: str
    board: str
    pos: float
    closed: bool = False


@dataclass
class Label:
    """A label of a board; its colour may be none."""

    id: str
    name: str
    board: str
    color: str | None


@dataclass
class Option:
    """A choice of a custom field."""

    id: str
    text: str
    color: str


@dataclass
class CustomField:
    """The definition of a custom field."""

    id: str
    name: str
    board: str
    type: str
    pos: float
    options: list[Option] = field(default_factory=list)


@dataclass
class FieldValue:
    """A card's value of a custom field: `value` in the API's form, or the id of an option."""

    id: str
    field: str
    value: dict[str, str] | None = None
    option: str | None = None


@dataclass
class CheckItem:
    """A line of a checklist."""

    id: str
    name: str
    pos: float
    done: bool = False


@dataclass
class Checklist:
    """A checklist of a card."""

    id: str
    name: str
    pos: float
    items: list[CheckItem] = field(default_factory=list)


@dataclass
class Attachment:
    """A link on a card."""

    id: str
    name: str
    url: str
    date: datetime
    member: str


@dataclass
class Card:
    """A card."""

    id: str
    name: str
    board: str
    list_id: str
    number: int
    short_link: str
    pos: float
    desc: str = ""
    closed: bool = False
    due: datetime | None = None
    start: datetime | None = None
    due_complete: bool = False
    due_reminder: int | None = None
    members: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    values: list[FieldValue] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    comments: int = 0
    voters: list[str] = field(default_factory=list)
    activity: datetime | None = None
    """Of the last change of any kind; odd cards have none."""
    template: bool = False
    role: str | None = None
    mirrors: str | None = None
    author: str = ""
    date_closed: datetime | None = None
    date_completed: datetime | None = None


@dataclass
class Webhook:
    """Where the API tells of what happens to a model."""

    id: str
    model: str
    url: str
    token: str
    description: str = ""
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that somebody did."""

    id: str
    type: str
    date: datetime
    member: str
    board: str
    card: str | None
    data: dict[str, Any]
    client: str = ""
    """The identifier that the writing client sent along; webhooks repeat it."""


Thing = TypeVar("Thing")
Linked = TypeVar("Linked", Board, Card)


class State:
    """A workspace and what was done to it; tests may change it as a person in the browser would."""

    def __init__(self, workspace: str, now: Callable[[], datetime]) -> None:
        self.workspace = workspace
        self.now = now
        self.ids = Ids(workspace)
        self.keys: set[str] = set()
        self.tokens: dict[str, Token] = {}
        self.bearers: dict[str, Token] = {}
        self.organization: tuple[str, str, str] | None = None
        """Id, name and what people call it."""
        self.members: dict[str, Member] = {}
        self.boards: dict[str, Board] = {}
        self.lists: dict[str, BoardList] = {}
        self.labels: dict[str, Label] = {}
        self.fields: dict[str, CustomField] = {}
        self.cards: dict[str, Card] = {}
        self.actions: list[Action] = []
        self.client = ""
        """The identifier that the client of the request at hand sent along."""
        self.webhooks: dict[str, Webhook] = {}
        self.most = dict(MOST)
        """Object limits; a test may lower them."""
        self.slugs: dict[str, str] = {}
        """The workspace file's own name of a card -> its id."""

    # -- one of a kind, as a path names it ------------------------------------------------------------------

    def board(self, raw: str) -> Board:
        """Return a visible board by id or short link; raises the API's 400 or 404."""
        found = _one(self.boards.values(), raw)
        if not found.shared:
            raise absent()
        return found

    def card(self, raw: str) -> Card:
        """Return a visible card by id or short link; raises the API's 400 or 404."""
        card = _one(self.cards.values(), raw)
        self.board(card.board)
        return card

    def board_list(self, raw: str) -> BoardList:
        """Return a visible list; raises the API's 400 or 404."""
        found = _by_id(self.lists, raw)
        self.board(found.board)
        return found

    def label(self, raw: str) -> Label:
        """Return a visible label; raises the API's 400 or 404."""
        found = _by_id(self.labels, raw)
        self.board(found.board)
        return found

    def custom_field(self, raw: str) -> CustomField:
        """Return a visible custom field; raises the API's 400 or 404."""
        found = _by_id(self.fields, raw)
        self.board(found.board)
        return found

    def member(self, raw: str) -> Member:
        """Return a member by id or user name; raises the API's 404."""
        for one in self.members.values():
            if raw in (one.id, one.username):
                return one
        raise absent()

    # -- what belongs to a board ----------------------------------------------------------------------------

    def lists_of(self, board: str) -> list[BoardList]:
        """Return the lists of a board in their order."""
        return sorted((one for one in self.lists.values() if one.board == board), key=lambda one: one.pos)

    def labels_of(self, board: str) -> Iterable[Label]:
        """Return the labels of a board."""
        return [one for one in self.labels.values() if one.board == board]

    def fields_of(self, board: str) -> Iterable[CustomField]:
        """Return the custom fields of a board."""
        return [one for one in self.fields.values() if one.board == board]

    def cards_in(self, list_id: str) -> Iterable[Card]:
        """Return the cards of a list, archived or not, in their order."""
        return sorted((c for c in self.cards.values() if c.list_id == list_id), key=lambda card: card.pos)

    def open_cards(self, *, board: str = "", list_id: str = "") -> int:
        """Return how many open cards a board or a list has."""
        cards = (card for card in self.cards.values() if not card.closed)
        return sum(card.board == board or card.list_id == list_id for card in cards)

    def touch(self, card: Card) -> None:
        """Note that a card changed now, and its board with it."""
        card.activity = self.boards[card.board].activity = self.now()


def _by_id(table: dict[str, Thing], raw: str) -> Thing:
    if not LONG.match(raw):
        raise invalid_id()
    if raw not in table:
        raise absent()
    return table[raw]


def _one(rows: Iterable[Linked], raw: str) -> Linked:
    if not (LONG.match(raw) or SHORT.match(raw)):
        raise invalid_id()
    for row in rows:
        if raw in (row.id, row.short_link):
            return row
    raise absent()
