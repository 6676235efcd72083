"""Databases and data sources: containers, schema and query."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox import schema
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, not_found
from planora_notion.sandbox.filters import compile_filter, sort_rows
from planora_notion.sandbox.paging import capped, cut, page_size
from planora_notion.sandbox.render import title_of
from planora_notion.sandbox.richtext import parse, plain
from planora_notion.sandbox.routes.telling import tell_source
from planora_notion.sandbox.state import DataSource, valid_id


def database(ask: Ask) -> dict[str, Any]:
    """Return a database: which data sources it holds, and no properties."""
    identifier = valid_id(ask.path["id"], "path.database_id")
    if not any(s.database_id == identifier and s.shared for s in ask.state.sources.values()):
        raise not_found("database", identifier)
    return ask.render.database(identifier)


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a data source with its schema."""
    return ask.render.source(ask.state.source(ask.path["id"]))


def templates(ask: Ask) -> dict[str, Any]:
    """Return the templates of a data source, the default one first."""
    source = ask.state.source(ask.path["id"])
    forms = [page for page in ask.state.pages.values() if page.source == source.id and page.is_template]
    answer = cut(
        forms,
        lambda page: page.id,
        start=ask.first("start_cursor"),
        size=ask.first("page_size"),
        kind="template",
        render=lambda page: {
            "id": page.id,
            "name": title_of(ask.state, page),
            "is_default": page is forms[0],
        },
    )
    return {"templates": answer["results"], **{key: answer[key] for key in ("has_more", "next_cursor")}}


def update(ask: Ask) -> dict[str, Any]:
    """Change the schema or the title, or put the data source into the trash."""
    ask.need("update")
    ask.only("title", "icon", "properties", "parent", *ask.trash_words())
    source = ask.state.source(ask.path["id"])
    if "properties" in ask.body:
        schema.change(ask.state, source, ask.body["properties"])
        tell_source(ask, "data_source.schema_updated", source)
    if "title" in ask.body:
        source.name = plain(parse(ask.body["title"], "body.title"))
        source.edited = ask.state.now()
    trash = ask.trash()
    if trash is not None:
        source.in_trash = trash
    return ask.render.source(source)


def query(ask: Ask) -> dict[str, Any]:
    """Return the rows of a data source that pass a filter, at most 10,000 in all."""
    ask.only("filter", "sorts", "start_cursor", "page_size", "result_type", "is_archived")
    source = ask.state.source(ask.path["id"])
    archived = ask.body.get("is_archived") is True
    rows = [page for page in ask.state.rows(source) if page.is_archived is archived]
    if "filter" in ask.body:
        test = compile_filter(ask.state, source, ask.body["filter"])
        rows = [page for page in rows if test(page)]
    if "sorts" in ask.body:
        rows = sort_rows(source, rows, ask.body["sorts"])
    only = _only(ask, source)
    answer = cut(
        rows[: ask.state.query_cap],
        lambda page: page.id,
        start=ask.body.get("start_cursor"),
        size=min(page_size(ask.body.get("page_size")), ask.state.query_most),
        kind="page_or_data_source",
        render=lambda page: ask.render.page(page, only),
    )
    return capped(answer, len(rows), ask.state.query_cap)


def _only(ask: Ask, source: DataSource) -> frozenset[str] | None:
    names = ask.query.get("filter_properties", []) + ask.query.get("filter_properties[]", [])
    if not names:
        return None
    found = []
    for name in names:
        prop = source.prop(name)
        if prop is None:
            raise invalid(f"Could not find property with name or id: {name}")
        found.append(prop.id)
    return frozenset(found)
