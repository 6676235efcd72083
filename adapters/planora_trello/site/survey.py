"""Finds the boards of a connection: which of those that the token can see the configuration names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planora_sync.adapter import AdapterContext, Notice, Severity
from planora_sync.errors import AnswerUnreadable, ConnectionFailed
from planora_trello.site.remembered import Memory
from planora_trello.site.scope import find, inbox_boards, is_open_ended, names_board, paths_of, token_of
from planora_trello.transport.client import PLACE_STEP, Client, unreadable

Json = Mapping[str, Any]
SURVEY_FIELDS = "id,name,closed,dateLastActivity,shortLink,shortUrl,prefs"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Which boards a connection reads."""

    open: Mapping[str, Json]
    """By id; what the board lists of Trello say about each."""
    closed: Mapping[str, Json]
    """Boards of the scope that are closed: their cards are archived with them."""
    foreign: frozenset[str]
    """Boards that the token may read though its owner is no member of them: no list of boards shows them."""
    paths: Mapping[str, str]
    notices: tuple[Notice, ...]
    at: datetime


class Surveyor:
    """Asks which boards there are: one request for all of them together."""

    def __init__(self, context: AdapterContext, client: Client, memory: Memory) -> None:
        self._context = context
        self._client = client
        self._memory = memory

    def look(self, now: datetime, *, anew: bool) -> Survey:
        """Return which boards are read; raises ConnectionFailed.

        Args:
            now: when this is.
            anew: whether what is remembered is asked again: which board is the personal inbox.
        """
        rows = self._rows(anew=anew)
        scope = self._context.scope
        found = find(scope, [row for row in rows if not row.get("closed")])
        shut = [row for row in rows if row.get("closed")]
        closed = {str(row["id"]): row for row in find(scope, shut).boards}
        boards = {str(row["id"]): row for row in found.boards}
        foreign: dict[str, Json] = {}
        notices: list[Notice] = []
        for word in found.absent:
            is_closed = any(names_board(word, row) for row in shut)
            stranger = None if is_closed else self._not_mine(word)
            if stranger:
                foreign[str(stranger["id"])] = stranger
            else:
                notices.append(_absent(word, is_closed=is_closed))
        if not boards and not scope:
            notices.append(NOTHING_VISIBLE)
        boards |= foreign
        return Survey(
            open=boards,
            closed=closed,
            foreign=frozenset(foreign),
            paths=paths_of([*boards.values(), *closed.values()]),
            notices=tuple(notices),
            at=now,
        )

    def _rows(self, *, anew: bool) -> Sequence[Json]:
        rows = self._client.get("/members/me/boards", "its boards", filter="all", fields=SURVEY_FIELDS)
        if not is_listing(rows):
            raise unreadable("its boards", self._context.name, "no list of boards")
        if not is_open_ended(self._context.scope):
            return list(rows)
        ids = [str(row["id"]) for row in rows]
        personal = None if anew else self._memory.inbox(ids)
        if personal is None:
            personal = self._inbox()
            self._memory.keep_inbox(personal, ids)
        return [row for row in rows if row["id"] not in personal]

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


def is_listing(rows: Any) -> bool:
    """Return whether an answer is a list of boards."""
    return isinstance(rows, list) and all(isinstance(row, Mapping) and row.get("id") for row in rows)


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
