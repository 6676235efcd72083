"""Adapters over a sandbox, in process or over a socket; nothing waits."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Absence, AdapterContext
from planora_sync.change import Change, Field, Value, current
from planora_sync.http.inprocess import ASGIApp, Message
from planora_sync.model import Entry, Named
from planora_sync.testing import Pulled, pull_all

BASE = "http://trello.test"


class Naps:
    """Takes the place of `time.sleep` and remembers for how long."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def context_of(sandbox: TrelloSandbox, *, url: str = "", **changes: Any) -> AdapterContext:
    """Return what an adapter over a sandbox is given; in process unless an address is said."""
    table = sandbox.connection(url or BASE)
    given: dict[str, Any] = {
        "name": "boards",
        "parallel": 1,
        "url": str(table["url"]),
        "user": str(table["user"]),
        "token": str(table["token"]),
        "scope": tuple(str(one) for one in _boards(table)),
        "read_only": False,
        "app": None if url else sandbox.app,
        "now": sandbox.now,
        "sleep": Naps(),
    }
    return AdapterContext(**(given | changes))


def _boards(table: Any) -> list[str]:
    return list(table.get("boards", ()))


def adapter_of(sandbox: TrelloSandbox, **changes: Any) -> TrelloAdapter:
    """Return a read-write adapter over a sandbox."""
    return TrelloAdapter(context_of(sandbox, **changes))


def pulled(sandbox: TrelloSandbox, since: str | None = None, **changes: Any) -> Pulled:
    """Return what a new adapter pulls."""
    return pull_all(adapter_of(sandbox, **changes), since)


def fresh(adapter: TrelloAdapter, card_id: str) -> Entry:
    """Return one card read anew."""
    found = adapter.read([card_id])[card_id]
    assert not isinstance(found, Absence), found
    return found


def change(entry: Entry, field: Field, after: Value, prop: Named | None = None) -> Change:
    """Return the change of a field from what the entry holds."""
    return Change(field=field, before=current(entry, field, prop), after=after, property=prop)


def one(id: str, name: str = "") -> Value:
    """Return a value of one thing."""
    return (Named(id=id, name=name or id),)


def altered(sandbox: TrelloSandbox, edit: Callable[[str, Any], Any]) -> ASGIApp:
    """Return the sandbox's app, whose JSON answers an edit may change; it gets the path and the answer."""

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        async def change_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
                message = {**message, "headers": headers}
            elif message.get("body", b"")[:1] in (b"[", b"{"):
                answer = edit(scope["path"], json.loads(message["body"]))
                message = {**message, "body": json.dumps(answer).encode()}
            await send(message)

        await sandbox.app(scope, receive, change_and_send)

    return app


def deaf(sandbox: TrelloSandbox, parameter: str) -> ASGIApp:
    """Return the sandbox's app, which does not hear one parameter of the query."""
    word = f"{parameter}=".encode()

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        parts = [part for part in scope["query_string"].split(b"&") if not part.startswith(word)]
        await sandbox.app({**scope, "query_string": b"&".join(parts)}, receive, send)

    return app


class Small(TrelloAdapter):
    """Takes few cards and actions for a page, so that few of them make many pages."""

    page = 5


def small(sandbox: TrelloSandbox, **changes: Any) -> Small:
    """Return an adapter over a sandbox both of which hold few cards in an answer."""
    sandbox.state.most["cards in an answer"] = Small.page
    return Small(context_of(sandbox, **changes))


def asked(sandbox: TrelloSandbox, since: int = 0) -> list[str]:
    """Return the paths of the requests so far, from a number on."""
    return [row.path for row in sandbox.ledger[since:]]
