"""The boards of a connection, each without its cards, kept for a short while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import AdapterContext, Notice, Severity, Vocabulary
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.model import Place
from planora_trello.site.board import Board, board_of, places_of
from planora_trello.site.lexicon import Lexicon
from planora_trello.site.remembered import Memory
from planora_trello.site.survey import Survey, Surveyor
from planora_trello.translation.names import matches
from planora_trello.transport.client import PLACE_STEP, Client, unreadable

Json = Mapping[str, Any]
FRESH = timedelta(minutes=5)
"""So long a board's lists, labels and members are taken for what they were."""
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
class Known:
    """A board with the lexicon of each of its lists."""

    board: Board
    lexicons: Mapping[str, Lexicon]
    at: datetime
    noted: bool = False
    """Whether it is remembered from an earlier run and was not asked in this one."""

    def knows(self, card: Json) -> bool:
        """Return whether the list, labels, members and custom fields of a card are all known.

        What is not may be younger than what is kept of the board.
        """
        board, fields = self.board, {one.id: one for one in self.board.fields}
        values = [one for one in card.get("customFieldItems") or () if isinstance(one, Mapping)]
        return (
            str(card.get("idList")) in board.by_list
            and set(card.get("idLabels") or ()) <= {label.id for label in board.labels}
            and set(card.get("idMembers") or ()) <= set(board.members)
            and all(str(one.get("idCustomField")) in fields for one in values)
            and {one["idValue"] for one in values if one.get("idValue")}
            <= {option.id for field in board.fields for option in field.options}
        )


class Boards:
    """Finds and keeps the boards of a connection."""

    def __init__(self, context: AdapterContext, client: Client) -> None:
        self._context = context
        self._client = client
        self._memory = Memory(context)
        self._surveyor = Surveyor(context, client, self._memory)
        self._survey: Survey | None = None
        self._known: dict[str, Known] = {}
        self._lexicons: dict[int, Lexicon] = {}

    def survey(self, *, fresh: bool = False, anew: bool = False) -> Survey:
        """Return which boards are read; raises ConnectionFailed.

        Args:
            fresh: ask Trello in any case, in one request.
            anew: ask what is remembered from earlier runs as well.
        """
        now = self._context.now()
        if fresh or anew or self._survey is None or now - self._survey.at > FRESH:
            self._survey = self._surveyor.look(now, anew=anew)
        return self._survey

    def known(self, board_id: str, *, fresh: bool = False, sure: bool = False) -> Known:
        """Return a board of the connection without its cards; raises ConnectionFailed.

        Args:
            board_id: its id.
            fresh: ask Trello in any case.
            sure: take no earlier run's word for it, not even while nothing was done on the board; for writing.
        """
        known = self._known.get(board_id)
        young = known is not None and self._context.now() - known.at <= FRESH
        if known is not None and young and not fresh and not (sure and known.noted):
            return known
        listing = self.survey().open.get(board_id, {})
        ask = fresh or sure
        noted = None if ask else self._memory.board(board_id, listing.get("dateLastActivity"))
        if noted is not None:
            return self.learn(noted, noted=True)
        return self.learn(self._client.get(f"/boards/{board_id}", f"board {board_id}", **BOARD_QUERY))

    def learn(self, body: Any, *, noted: bool = False) -> Known:
        """Keep what an answer says about a board and return it; raises AnswerUnreadable."""
        try:
            paths = (self._survey or self.survey()).paths
            board = board_of(body, paths.get(str(body["id"])))
        except (KeyError, TypeError, ValueError, AttributeError) as odd:
            raise unreadable("a board", self._context.name, f"it lacks {odd}") from odd
        lexicons = {one.id: self._lexicon(board.path, one.path) for one in board.lists}
        known = Known(board=board, lexicons=lexicons, at=self._context.now(), noted=noted)
        self._known[board.id] = known
        if not noted:
            self._memory.keep_board(body)
        return known

    def label_names(self, board_id: str) -> Mapping[str, str]:
        """Return the names of a board's labels by id; none of a board that is not read."""
        if board_id not in self.survey().open:
            return {}
        return {label.id: label.name for label in self.known(board_id).board.labels}

    def forget(self, board_id: str) -> None:
        """Ask again for a board the next time: what is kept of it is out of date."""
        self._known.pop(board_id, None)
        self._memory.forget_board(board_id)

    def holding(self, list_id: str) -> Known | None:
        """Return the board of the connection that holds a list; None for a list of no such board."""
        for known in list(self._known.values()):
            if list_id in known.board.by_list and known.board.id in self.survey().open:
                return self.known(known.board.id, sure=True)
        board_id = self._board_of(list_id)
        if board_id not in self.survey().open:
            return None
        known = self.known(board_id, sure=True)
        return known if list_id in known.board.by_list else self.known(board_id, fresh=True)

    def closed_holding(self, list_id: str) -> str | None:
        """Return the path of the closed board that holds a list; None for any other list."""
        board_id, survey = self._board_of(list_id), self.survey()
        return survey.paths[board_id] if board_id in survey.closed else None

    def _board_of(self, list_id: str) -> str:
        """Return the id of the board that holds a list, nothing for a list out of sight; raises ConnectionFailed."""
        try:
            path = f"/lists/{quote(list_id, safe='')}"
            body = self._client.get(path, f"list {list_id}", fields="idBoard")
        except PlaceNotVisible:
            return ""
        return str(body.get("idBoard")) if isinstance(body, Mapping) else ""

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


def failed(path: str, failure: ConnectionFailed) -> Notice:
    """Return the notice of a board that could not be read; the others go on."""
    step = failure.help() or PLACE_STEP
    return Notice(severity=Severity.ERROR, where=path, what=failure.message, next_step=step)
