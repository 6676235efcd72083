"""Builds adapters over the Notion sandbox, and short ways to values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Absence, AdapterContext, FieldSource, Vocabulary
from planora_sync.change import Change, Field, Value, current
from planora_sync.model import Entry, Named
from tests.adapters.notion.conftest import Api

BASE = "http://notion.test"
OWNED = Vocabulary(fields={"owner": FieldSource(name=("Owner",))})
"""A mapping that keeps the roadmap's owner apart from assignees."""


def context_of(sandbox: NotionSandbox, **changes: Any) -> AdapterContext:
    """Return the context that the sandbox's own configuration gives, read-write, with a sleep of no time."""
    table = sandbox.connection(BASE)
    context = AdapterContext(
        name="product",
        url=BASE,
        token=str(table["token"]),
        read_only=False,
        scope=tuple(table.get("data_sources", ())),  # type: ignore[arg-type]
        app=sandbox.app,
        now=sandbox.now,
        parallel=1,
        sleep=lambda seconds: None,
    )
    return replace(context, **changes)


def adapter_of(sandbox: NotionSandbox, **changes: Any) -> NotionAdapter:
    return NotionAdapter(context_of(sandbox, **changes))


def read(adapter: NotionAdapter, id: str) -> Entry:
    found = adapter.read([id])[id]
    assert not isinstance(found, Absence), f"{id} is {found}"
    return found


def one(id: str, name: str = "?") -> Value:
    return (Named(id=id, name=name),)


def change(entry: Entry, field: Field, after: Value, prop: Named | None = None) -> Change:
    return Change(field=field, before=current(entry, field, prop), after=after, property=prop)


def prop_id(api: Api, source: str, name: str) -> str:
    """Return the decoded id of a property."""
    found = api.sandbox.state.sources[api.source(source)].prop(name)
    assert found is not None, name
    return found.id


def option(api: Api, source: str, prop: str, name: str) -> Named:
    """Return an option of a property."""
    kept = api.sandbox.state.sources[api.source(source)].prop(prop)
    assert kept is not None, prop
    found = kept.option(name)
    assert found is not None, name
    return Named(id=found.id, name=found.name)


def calls(sandbox: NotionSandbox, since: int = 0) -> list[str]:
    """Return the requests as `METHOD path`, ids replaced by the word `ID`."""
    rows = sandbox.ledger[since:]
    return [
        f"{row.method} " + "/".join("ID" if len(part) == 36 else part for part in row.path.split("/"))
        for row in rows
    ]
