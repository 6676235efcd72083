"""Making databases and data sources; a database is no more than what holds data sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox import schema
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, invalid_body, not_found
from planora_notion.sandbox.richtext import parse, plain
from planora_notion.sandbox.routes.telling import tell_source
from planora_notion.sandbox.state import DataSource, Prop, valid_id


def create_database(ask: Ask) -> dict[str, Any]:
    """Create a database on a page or in the workspace, with its first data source."""
    ask.need("insert")
    ask.only("parent", "title", "description", "is_inline", "initial_data_source", "icon", "cover")
    parent = ask.body.get("parent")
    if not isinstance(parent, Mapping) or not (parent.get("page_id") or parent.get("workspace")):
        raise invalid_body("body.parent", "be defined", ...)
    page = ask.state.page(str(parent["page_id"])).id if parent.get("page_id") else None
    initial = ask.body.get("initial_data_source") or {}
    source = _made(ask, ask.state.next_id("database"), page, initial.get("properties") or {})
    return ask.render.database(source.database_id)


def create_source(ask: Ask) -> dict[str, Any]:
    """Create a further data source in a database."""
    ask.need("insert")
    ask.only("parent", "properties", "title", "icon")
    parent = ask.body.get("parent")
    if not isinstance(parent, Mapping) or not parent.get("database_id"):
        raise invalid_body("body.parent.database_id", "be defined", ...)
    first = _first(ask, str(parent["database_id"]), "body.parent.database_id")
    return ask.render.source(
        _made(ask, first.database_id, first.parent_page, ask.body.get("properties") or {})
    )


def update_database(ask: Ask) -> dict[str, Any]:
    """Change a database's title, or put it with all that is in it into the trash."""
    ask.need("update")
    ask.only("parent", "title", "description", "is_inline", "icon", "cover", "is_locked", *ask.trash_words())
    first = _first(ask, ask.path["id"], "path.database_id")
    if "title" in ask.body:
        first.name = plain(parse(ask.body["title"], "body.title"))
        first.edited = ask.state.now()
    trash = ask.trash()
    if trash is not None:
        for source in ask.state.sources.values():
            if source.database_id == first.database_id:
                source.in_trash = trash
    return ask.render.database(first.database_id)


def _first(ask: Ask, raw: str, where: str) -> DataSource:
    identifier = valid_id(raw, where)
    inside = [s for s in ask.state.sources.values() if s.database_id == identifier and s.shared]
    if not inside:
        raise not_found("database", identifier)
    return inside[0]


def _made(ask: Ask, database: str, page: str | None, properties: Mapping[str, Any]) -> DataSource:
    now = ask.state.now()
    titles = [name for name, body in properties.items() if isinstance(body, Mapping) and "title" in body]
    if len(titles) > 1:
        raise invalid("body failed validation: body.properties should have one title property.")
    source = DataSource(
        id=ask.state.next_id("source"),
        name=plain(parse(ask.body.get("title", []), "body.title")),
        database_id=database,
        props={"title": Prop(id="title", name=titles[0] if titles else "Name", type="title")},
        created=now,
        edited=now,
        author=ask.state.bot,
        parent_page=page,
    )
    ask.state.sources[source.id] = source
    try:
        schema.change(ask.state, source, {k: v for k, v in properties.items() if k not in titles})
    except Exception:
        # A property that is wrong must leave nothing behind.
        del ask.state.sources[source.id]
        raise
    tell_source(ask, "data_source.created", source)
    return source
