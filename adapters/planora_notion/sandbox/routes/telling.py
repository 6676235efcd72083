"""What a change makes the webhooks say."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.state import DataSource, Event, Page


def tell(ask: Ask, kind: str, page: Page, props: tuple[str, ...] = ()) -> None:
    """Tell that something happened to a page; the parent is named by the kind of its parent and its id."""
    ask.state.tell(Event(kind=kind, entity=("page", page.id), parent=_parent(ask, page), props=props))


def tell_source(ask: Ask, kind: str, source: DataSource) -> None:
    """Tell that something happened to a data source."""
    parent = {"id": source.database_id, "type": "database"}
    ask.state.tell(Event(kind=kind, entity=("data_source", source.id), parent=parent))


def _parent(ask: Ask, page: Page) -> dict[str, Any]:
    source = ask.state.sources.get(page.source or "")
    if source is not None:
        return {"id": source.database_id, "type": "database", "data_source_id": source.id}
    if page.parent_page is not None:
        return {"id": page.parent_page, "type": "page"}
    return {"id": ask.state.stable_id("workspace"), "type": "space"}
