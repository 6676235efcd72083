"""Adapters over a sandbox, in process or over a socket; nothing waits."""

from __future__ import annotations

from typing import Any

from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Absence, AdapterContext
from planora_sync.change import Change, Field, Value, current
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
