"""The boards of a connection: which they are, and each without its cards, kept for a short while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from planora_sync.adapter import AdapterContext, Notice, Severity, Vocabulary
from planora_sync.errors import AnswerUnreadable, ConnectionFailed, PlaceNotVisible
from planora_sync.model import Place
from planora_trello.board import Board, board_of, places_of
from planora_trello.client import PLACE_STEP, Client, unreadable
from planora_trello.lexicon import Lexicon
from planora_trello.names import matches
from planora_trello.scope import find, inbox_boards, is_open_ended, names_board, paths_of, token_of

Json = Mapping[str, Any]
FRESH = timedelta(minutes=5)
"""So long a board's lists, labels and members are taken for what they were."""
SURVEY_FIELDS = "id,name,closed,dateLastActivity,shortLink,shortUrl,prefs"
BOARD_QUERY = {
    # Trello's own defaults are every action and only open lists: both are always said.
    "actions": "none",
    "checklists": "none",
    "customFields": "true",
    "fields": "id,name,closed,dateLastActivity,shortLink,shortUrl,url,prefs",
    "labels": "all",
    "labels_limit": "1000",
    "lists": "all",
    "members": "all",
    "memberships": "all",
    "member_fields": "id,fullName,username",
}


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Which boards a connection reads."""

    open: Mapping[str, Json]
    """By id; what the board lists of Trello say about each."""
    closed: Mapping[str, Json]
    """Boards that the scope names but that are closed."""
    paths: Mapping[str, str]
    notices: tuple[Notice, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """A board with the lexicon of each of its lists."""

    board: Board
    lexicons: Mapping[str, Lexicon]
    at: datetime


class Boards:
    """Finds and keeps the boards of a connection."""

    def __init__(self, context: AdapterContext, client: Client) -> None:
        self._context = context
        self._client = client
        self._survey: Survey | None = None
        self._known: dict[str, Known] = {}
        self._lexicons: dict[int, Lexicon] = {}

    def survey(self, *, fresh: bool = False) -> Survey:
        """Return which boards are read; raises ConnectionFailed. `fresh` asks Trello in any case."""
        now = self._context.now()
        if fresh or self._survey is None or now - self._survey.at > FRESH:
            self._survey = self._look(now)
        return self._survey

    def known(self, board_id: str, *, fresh: bool = False) -> Known:
        """Return a board of the connection without its cards; raises ConnectionFailed."""
        known = self._known.get(board_id)
        if fresh or known is None or self._context.now() - known.at > FRESH:
            body = self._client.get(f"/boards/{board_id}", f"board {board_id}", **BOARD_QUERY)
            known = self.learn(body)
        return known

    def learn(self, body: Any) -> Known:
        """Keep what an answer says about a board and return it; raises AnswerUnreadable."""
        try:
            board = board_of(body, self.survey().paths.get(str(body["id"])))
        except (KeyError, TypeError, ValueError, AttributeError) as odd:
            raise unreadable("a board", self._context.name, f"it lacks {odd}") from odd
        lexicons = {one.id: self._lexicon(board.path, one.path) for one in board.lists}
        known = Known(board=board, lexicons=lexicons, at=self._context.now())
        self._known[board.id] = known
        return known

    def forget(self, board_id: str) -> None:
        """Ask again for a board the next time: what is kept of it is out of date."""
        self._known.pop(board_id, None)

    def holding(self, list_id: str) -> Known | None:
        """Return the board of the connection that holds a list; None for a list of no such board."""
        for known in self._known.values():
            if list_id in known.board.by_list and known.board.id in self.survey().open:
                return self.known(known.board.id)
        try:
            body = self._client.get(f"/lists/{list_id}", f"list {list_id}", fields="idBoard")
        except PlaceNotVisible:
            return None
        board_id = str(body.get("idBoard")) if isinstance(body, Mapping) else ""
        return self.known(board_id) if board_id in self.survey().open else None

    def places(self, known: Known) -> tuple[Place, ...]:
        """Return a board and its lists as places."""
        return places_of(known.board, known.lexicons, self._context.name)

    def _lexicon(self, board_path: str, list_path: str) -> Lexicon:
        by_place = self._context.place_vocabularies
        for path in (list_path, board_path):
            for glob, vocabulary in by_place.items():
                if matches(glob, path):
                    return self._made(vocabulary)
        return self._made(self._context.vocabulary)

    def _made(self, vocabulary: Vocabulary) -> Lexicon:
        return self._lexicons.setdefault(id(vocabulary), Lexicon(vocabulary))

    def _look(self, now: datetime) -> Survey:
        rows = self._client.get("/members/me/boards", "its boards", filter="all", fields=SURVEY_FIELDS)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) and row.get("id") for row in rows):
            raise unreadable("its boards", self._context.name, "no list of boards")
        scope = self._context.scope
        if is_open_ended(scope):
            personal = self._inbox()
            rows = [row for row in rows if row["id"] not in personal]
        found = find(scope, [row for row in rows if not row.get("closed")])
        boards = {str(row["id"]): row for row in found.boards}
        closed: dict[str, Json] = {}
        notices: list[Notice] = []
        for word in found.absent:
            shut = [row for row in rows if row.get("closed") and names_board(word, row)]
            closed.update({str(row["id"]): row for row in shut})
            foreign = None if shut else self._not_mine(word)
            if foreign:
                boards[str(foreign["id"])] = foreign
            else:
                notices.append(_absent(word, is_closed=bool(shut)))
        if not boards and not scope:
            notices.append(NOTHING_VISIBLE)
        paths = paths_of([*boards.values(), *closed.values()])
        return Survey(open=boards, closed=closed, paths=paths, notices=tuple(notices), at=now)

    def _inbox(self) -> frozenset[str]:
        me = self._client.get("/members/me", "its member", fields="id,inbox")
        return inbox_boards(me) if isinstance(me, Mapping) else frozenset()

    def _not_mine(self, word: str) -> Json | None:
        """Return a board that the token may read though its owner is no member: a public one, named by id."""
        token = token_of(word)
        if not token:
            return None
        try:
            body = self._client.get(
                f"/boards/{token}", f"board {word}", fields=SURVEY_FIELDS, actions="none", lists="none"
            )
        except AnswerUnreadable:
            raise
        except ConnectionFailed:
            return None
        return body if isinstance(body, Mapping) and body.get("id") and not body.get("closed") else None


NOTHING_VISIBLE = Notice(
    severity=Severity.ERROR,
    where="boards",
    what="No board is visible with this token.",
    next_step="Make the token's owner a member of the boards; until then nothing is taken for gone.",
)


def _absent(word: str, *, is_closed: bool) -> Notice:
    if is_closed:
        step = "Open it again in Trello, or take it out of `boards`; nothing on it is taken for gone."
        return Notice(severity=Severity.ERROR, where=word, what="The board is closed.", next_step=step)
    what = f"No board {word!r} is visible with this token."
    return Notice(severity=Severity.ERROR, where=word, what=what, next_step=PLACE_STEP)


def failed(path: str, failure: ConnectionFailed) -> Notice:
    """Return the notice of a board that could not be read; the others go on."""
    step = failure.help() or PLACE_STEP
    return Notice(severity=Severity.ERROR, where=path, what=failure.message, next_step=step)
