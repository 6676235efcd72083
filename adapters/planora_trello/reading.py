"""Reads cards: whole boards page by page, and single cards ten a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import Absence, AdapterContext, Notice, Page, ReadResult, Severity
from planora_sync.errors import ConnectionFailed, RateLimited
from planora_sync.model import Category, Entry
from planora_trello import left_out
from planora_trello.boards import BOARD_QUERY, Boards, Known, Survey, failed
from planora_trello.client import Client, unreadable
from planora_trello.cursor import NEVER, Cursor, cursor_of
from planora_trello.paging import PAGE, ids_of, older_cards
from planora_trello.session import TrelloAnswer
from planora_trello.wire import entry_of

Json = Mapping[str, Any]
CARD_FIELDS = (
    "id,name,desc,closed,idBoard,idList,idMembers,idLabels,labels,idShort,shortLink,shortUrl,pos,due,start,"
    "dueComplete,dateLastActivity,dateClosed,dateCompleted,badges,isTemplate,cardRole,mirrorSourceId,"
    "recurrenceRule,idMemberCreator"
)
ODD = (KeyError, TypeError, ValueError, AttributeError)
"""What a card of no known shape raises in translation (pydantic's ValidationError is a ValueError)."""
SPLIT = frozenset({400, 403, 413, 414, 449, 504})
"""Answers to a whole board in one request that is too much for Trello, or asks for a field it does not name."""


@dataclass(kw_only=True)
class Going:
    """One pull on its way."""

    oldest: datetime
    """Done and archived cards count when they are no older."""
    changes: bool
    """Whether the pull is one of changes: then the last touch of a card counts, else its end."""
    seen: set[str] = field(default_factory=set)
    """Ids so far: a card that changes boards meanwhile comes once."""

    def counts(self, entry: Entry, card: Json) -> bool:
        """Return whether a card is recent enough to be an entry of this pull.

        An open card in an archived list always is: nothing on it says when the list was archived.
        """
        if entry.is_open or not (card.get("closed") or entry.category is Category.DONE):
            return True
        when = entry.updated if self.changes else entry.done or entry.updated
        return when is None or when >= self.oldest


class Reader:
    """Reads the cards of one connection."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards) -> None:
        self._context = context
        self._client = client
        self._boards = boards

    def pull(self, since: str | None) -> Iterator[Page]:
        """Return the entries page by page; see `Adapter.pull`.

        A board is read whole or not at all: lists that were renamed or archived and changed custom fields
        leave no trace on the cards, so that what changed since cannot be told card by card.
        """
        begin = cursor_of(since)
        survey = self._boards.survey(fresh=True)
        now = self._context.now()
        going = Going(oldest=now - timedelta(days=self._context.done_days), changes=begin is not None)
        yield Page(notices=(*survey.notices, *_vanished(begin, survey)))
        reached = dict(begin.boards) if begin else {}
        for board_id, listing in survey.open.items():
            if begin is None or not begin.is_settled(listing):
                try:
                    yield from self._board(board_id, going)
                except RateLimited:
                    raise
                except ConnectionFailed as failure:
                    yield Page(notices=(failed(survey.paths[board_id], failure),))
                    reached[board_id] = NEVER
                    continue
            reached[board_id] = str(listing.get("dateLastActivity") or NEVER)
        yield Page(cursor=Cursor(at=now, boards=reached).text())

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some entries fresh; see `Adapter.read`."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        survey = self._boards.survey()
        answers = self._client.get_many([card_path(one) for one in wanted], "its cards")
        return {one: self._result(answer, survey) for one, answer in zip(wanted, answers, strict=True)}

    def _result(self, answer: Any, survey: Survey) -> ReadResult:
        if isinstance(answer, TrelloAnswer):
            return Absence.UNKNOWN
        try:
            board_id, list_id = str(answer["idBoard"]), str(answer["idList"])
            if board_id not in survey.open and board_id not in survey.closed:
                return Absence.MOVED
            known = self._boards.known(board_id)
            if list_id not in known.board.by_list:
                # The list is younger than what is kept of its board.
                known = self._boards.known(board_id, fresh=True)
            return self._entry(answer, known)
        except ODD as odd:
            raise unreadable(f"card {_called(answer)}", self._context.name, type(odd).__name__) from odd

    def _entry(self, card: Json, known: Known) -> Entry:
        lexicon = known.lexicons[str(card["idList"])]
        return entry_of(card, known.board, lexicon, self._context.name, keep_raw=self._context.keep_raw)

    # -- whole boards -------------------------------------------------------------------------------------

    def _board(self, board_id: str, going: Going) -> Iterator[Page]:
        first = self._first(board_id)
        known = self._boards.learn(first)
        places = self._boards.places(known)
        for cards in self._pages(board_id, first.get("cards")):
            yield self._page(cards, known, places, going)
            places = ()

    def _first(self, board_id: str) -> Any:
        """Return a board with its cards in one request, or without them where that is too much at once."""
        along = {
            "cards": "all",
            "card_attachments": "true",
            "card_customFieldItems": "true",
            "card_fields": CARD_FIELDS,
        }
        body = self._client.try_get(f"/boards/{board_id}", f"board {board_id}", SPLIT, **BOARD_QUERY, **along)
        if body is None:
            body = self._client.get(f"/boards/{board_id}", f"board {board_id}", **BOARD_QUERY)
        if not isinstance(body, Mapping):
            raise unreadable(f"board {board_id}", self._context.name, "no board")
        return body

    def _pages(self, board_id: str, first: Any) -> Iterator[list[Any]]:
        oldest = None
        if first is not None:
            ids = ids_of(first, f"the cards of board {board_id}", self._context.name)
            yield first
            if len(first) < PAGE:
                return
            oldest = min(ids)
        along = {"attachments": "true", "customFieldItems": "true", "fields": "all"}
        yield from older_cards(self._client, board_id, self._context.name, before=oldest, **along)

    def _page(self, cards: Sequence[Any], known: Known, places: Any, going: Going) -> Page:
        entries: list[Entry] = []
        notices: list[Notice] = []
        skipped: Counter[str] = Counter()
        for card in cards:
            if str(card["id"]) in going.seen:
                continue
            going.seen.add(str(card["id"]))
            try:
                why = left_out.reason(card, known.board)
                entry = None if why else self._entry(card, known)
            except ODD as odd:
                notices.append(_odd(card, known, odd))
                continue
            if why:
                skipped[why] += not card.get("closed")
            elif entry and going.counts(entry, card):
                entries.append(entry)
        return Page(entries=tuple(entries), places=places, notices=tuple(notices), left_out=+skipped)


def card_path(card_id: str) -> str:
    """Return the path of a card with what a translation needs; free of commas, which divide a batch."""
    return f"/cards/{quote(card_id, safe='')}?fields=all&customFieldItems=true&attachments=true"


def _vanished(begin: Cursor | None, survey: Survey) -> tuple[Notice, ...]:
    """Return a notice for each board that was read before and is now closed or out of sight."""
    gone = sorted(set(begin.boards) - {*survey.open, *survey.closed}) if begin else []
    step = (
        "Where that is meant, a full pull (`--full`) forgets it; until then nothing on it is taken for gone."
    )
    what = "The board was read before and is now closed, out of scope or no longer visible."
    return tuple(
        Notice(severity=Severity.ERROR, where=survey.paths.get(board_id, board_id), what=what, next_step=step)
        for board_id in gone
    )


def _odd(card: Json, known: Known, odd: Exception) -> Notice:
    # An error and not a warning, so that the card is not taken for gone.
    return Notice(
        severity=Severity.ERROR,
        where=f"{known.board.path} {_called(card)}",
        what=f"The card cannot be understood ({type(odd).__name__}); all others were read.",
        next_step="Look at it in Trello; if it looks ordinary, report it with `check`.",
    )


def _called(card: Any) -> str:
    if not isinstance(card, Mapping):
        return "?"
    return f"#{card['idShort']}" if card.get("idShort") else str(card.get("id", "?"))
