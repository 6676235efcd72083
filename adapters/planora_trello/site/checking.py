"""Says what works: the credentials, each board of the scope, and the rights that corrections would need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planora_sync.adapter import AdapterContext, Notice, Severity
from planora_sync.errors import ConnectionFailed, CredentialsRefused
from planora_trello.site.boards import Boards, failed
from planora_trello.transport.client import TOKEN_STEP, Client

Json = Mapping[str, Any]
RIGHTS = (
    "status, place, archived, start, due, labels, assignees, links: token scope `write`, and its owner is a "
    "member (no observer) of the board; to another board: of both boards; new label: of the board that gets "
    "it; custom fields: a plan with Custom Fields as well"
)


class Checker:
    """Looks at one connection without writing to it."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards) -> None:
        self._context = context
        self._client = client
        self._boards = boards

    def notices(self) -> tuple[Notice, ...]:
        """Return what works and what does not; raises ConnectionFailed where the token does not work."""
        me = self._client.get("/members/me", "its member", fields="id,username,fullName")
        if not isinstance(me, Mapping) or not me.get("id"):
            raise CredentialsRefused(
                "Trello does not say whose token this is.",
                connection=self._context.name,
                next_step=TOKEN_STEP,
            )
        survey = self._boards.survey(anew=True)
        boards = [notice for board_id in survey.open for notice in self._board(board_id, me)]
        return (*self._signed_in(me), *survey.notices, *boards, self._rights())

    def _signed_in(self, me: Json) -> Iterator[Notice]:
        called = me.get("fullName") or me.get("username") or me["id"]
        yield _ok(self._context.name, f"Signed in as {called}.")
        if not self._context.user:
            what = "No `user` (API key) is set: the token is sent as a Bearer token of OAuth 2.0."
            yield _ok(self._context.name, what)

    def _board(self, board_id: str, me: Json) -> Iterator[Notice]:
        path = self._boards.survey().paths[board_id]
        try:
            known = self._boards.known(board_id, fresh=True)
        except ConnectionFailed as failure:
            yield failed(path, failure)
            return
        board = known.board
        lists = [one for one in board.lists if not one.closed]
        if not lists:
            step = "Open a list on it, or take the board out of `boards`."
            yield Notice(severity=Severity.WARNING, where=path, what="It has no open list.", next_step=step)
        else:
            yield _ok(path, f"{len(lists)} open lists, {len(board.fields)} custom fields.")
        can_write = str(me["id"]) in board.members and str(me["id"]) not in board.observers
        if not can_write and not self._context.read_only:
            who = me.get("username") or me["id"]
            what = f"{who} is no member of it, or only an observer: nothing on it can be corrected."
            step = "Invite that account to the board, or set `read_only = true`."
            yield Notice(severity=Severity.WARNING, where=path, what=what, next_step=step)

    def _rights(self) -> Notice:
        """Return what corrections need.

        What a token may do stands only at /1/tokens/{token}, and a token must stand in no address; so a
        token without the right to write is told at the first write, by Trello's own refusal.
        """
        name = self._context.name
        if self._context.read_only:
            return _ok(name, f"Read only: the scope `read` is enough. Corrections would need: {RIGHTS}.")
        which = "`write_token`" if self._context.write_token else "`token`"
        return _ok(
            name, f"Writes use {which}; whether it may write shows at the first one. Needed: {RIGHTS}."
        )


def _ok(where: str, what: str) -> Notice:
    return Notice(severity=Severity.OK, where=where, what=what)
