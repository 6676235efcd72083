"""One pull on its way: what it reads, how far it is, and what each board's last activity was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from planora_sync.model import Category, Entry
from planora_trello.reading.cursor import NEVER, OVERLAP, Cursor
from planora_trello.reading.position import Position, mark_of
from planora_trello.reading.streams import Got, Wanted
from planora_trello.site.survey import Survey
from planora_trello.translation.values import instant_of

Json = Mapping[str, Any]


@dataclass(kw_only=True)
class Going:
    """One pull on its way; boards are read in the order of their ids."""

    survey: Survey
    begin: Cursor | None
    at: datetime
    """When it began: its cursor is good for all that changed since."""
    oldest: datetime
    """Done and archived cards count when they are no older."""
    resumed: Position | None = None
    board: str = ""
    before: str | None = None
    reached: dict[str, str] = field(default_factory=dict)
    """Board -> its last activity when it was read."""
    failed: dict[str, None] = field(default_factory=dict)
    retried: dict[str, None] = field(default_factory=dict)
    """Boards that failed in an earlier part and did not come yet."""
    unproven: dict[str, str] = field(default_factory=dict)
    """Board -> its oldest card, where nobody has looked yet whether more are there."""
    odd: set[str] = field(default_factory=set)
    """Boards with a card that could not be understood: they did not come whole."""
    checking: bool = False
    """Whether all boards were read and the end is looked at."""

    def __post_init__(self) -> None:
        """Take up what an earlier part of the pull left."""
        if self.resumed is not None:
            self.board, self.before = self.resumed.board, self.resumed.before
            self.unproven = dict(self.resumed.unproven)
            self.retried = dict.fromkeys(self.resumed.failed)
        self.reached = dict(self.begin.boards) if self.begin else {}

    @property
    def full(self) -> bool:
        """Return whether everything is pulled."""
        return self.begin is None

    def wanted(self) -> list[Wanted]:
        """Return the boards that are to be read, and note the activity of all."""
        found: list[Wanted] = []
        for board, listing in sorted(boards_of(self.survey, self.begin).items()):
            activity = str(listing.get("dateLastActivity") or NEVER)
            if self.resumed is not None and self.resumed.is_done(board):
                # What moved since the first part began is read the next time.
                self.reached[board] = activity if _is_before(activity, self.at) else NEVER
                continue
            self.reached[board] = activity
            if self.begin is None or not self.begin.is_settled(listing):
                halfway = board == self.board and board not in self.retried
                found.append(Wanted(board=board, before=self.before if halfway else None))
        # A position in a board that is not read any more is none.
        self.before = next((one.before for one in found if one.before), None)
        return found

    def active(self, activity: Mapping[str, str]) -> list[str]:
        """Return the boards that moved since they were read, and note their activity."""
        moved = [
            board
            for board in sorted(self.survey.open)
            if board not in self.failed and activity.get(board) and activity[board] != self.reached.get(board)
        ]
        self.reached |= {board: activity[board] for board in moved}
        return moved

    def came(self, got: Got) -> None:
        """Note how far a board was read."""
        if self.checking:
            return
        if got.is_last:
            self.retried.pop(got.board, None)
        if got.board >= self.board:
            self.board, self.before = got.board, None if got.is_last else got.oldest
        if got.is_last and (self.full or got.pages > 1) and not got.is_proven:
            self.unproven[got.board] = got.oldest or ""

    def missed(self, board: str) -> None:
        """Note that a board could not be read: it is read the next time."""
        self.failed[board] = None
        self.reached[board] = NEVER
        if board >= self.board and not self.checking:
            self.board, self.before = board, None

    def is_whole(self, board: str) -> bool:
        """Return whether every open card of a board has come."""
        return board not in self.failed and board not in self.odd and board not in self.unproven

    def position(self) -> str | None:
        """Return where the pull goes on if it ends here."""
        return Position(
            at=self.at,
            full=self.full,
            seen=mark_of(boards_of(self.survey, self.begin), self.board),
            board=self.board,
            before=self.before,
            failed=(*self.failed, *(board for board in self.retried if board not in self.failed)),
            unproven=self.unproven,
        ).text()

    def cursor(self) -> str:
        """Return where the next pull begins."""
        return Cursor(at=self.at, boards=self.reached).text()

    def counts(self, entry: Entry, card: Json) -> bool:
        """Return whether a card is recent enough to be an entry of this pull.

        In a pull of changes its last touch counts, else its end. An open card in an archived list always does:
        nothing on it says when the list was archived.
        """
        if entry.is_open or not (card.get("closed") or entry.category is Category.DONE):
            return True
        when = entry.done or entry.updated if self.full else entry.updated
        return when is None or when >= self.oldest


def boards_of(survey: Survey, begin: Cursor | None) -> Mapping[str, Json]:
    """Return the boards of a pull: the open ones, and those that were read before and are closed now."""
    before = begin.boards if begin else {}
    return {**survey.open, **{board: row for board, row in survey.closed.items() if board in before}}


def _is_before(activity: str, at: datetime) -> bool:
    when = instant_of(activity)
    return when is not None and when < at - OVERLAP
