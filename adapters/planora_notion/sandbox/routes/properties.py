"""One property of one page: the only way to read more than 25 references."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import not_found
from planora_notion.sandbox.paging import cut
from planora_notion.sandbox.render_schema import wire_id
from planora_notion.sandbox.state import DataSource, Page, Prop
from planora_notion.sandbox.values import empty

PAGED = ("title", "rich_text", "people", "relation", "rollup")


def item(ask: Ask) -> dict[str, Any]:
    """Return a property's value, page by page where it is a list."""
    page = ask.state.page(ask.path["id"])
    prop = _prop(ask, page)
    if prop.type not in PAGED:
        kept = page.values.get(prop.id, empty(prop))
        value = ask.render.simple(page, prop, kept)
        return {"object": "property_item", "type": prop.type, "id": wire_id(prop.id), prop.type: value}
    items = _items(ask, page, prop)
    # A rollup lists what it is made of.
    kind = "relation" if prop.type == "rollup" else prop.type
    answer = cut(
        list(enumerate(items)),
        lambda numbered: str(numbered[0]),
        start=ask.first("start_cursor"),
        size=ask.first("page_size"),
        kind="property_item",
        render=lambda numbered: {
            "object": "property_item",
            "type": kind,
            "id": wire_id(prop.id),
            kind: numbered[1],
        },
    )
    about: dict[str, Any] = {"id": wire_id(prop.id), "next_url": None, "type": prop.type, prop.type: {}}
    if prop.type == "rollup":
        about["rollup"] = _counted(len(items), whole=not answer["has_more"])
    return answer | {"property_item": about}


def _prop(ask: Ask, page: Page) -> Prop:
    source: DataSource | None = ask.state.sources.get(page.source or "")
    prop = source.props.get(ask.path["property"]) if source else None
    if prop is None:
        raise not_found("property", ask.path["property"])
    return prop


def _items(ask: Ask, page: Page, prop: Prop) -> list[Any]:
    kept = page.values.get(prop.id, empty(prop))
    if prop.type == "relation":
        return [{"id": one} for one in ask.render.related(kept)]
    if prop.type == "rollup":
        return [{"id": one} for one in ask.render.related(page.values.get(prop.over or "", []))]
    if prop.type == "people":
        return [ask.render.user_ref(one) for one in kept]
    return list(kept)


def _counted(number: int, *, whole: bool) -> dict[str, Any]:
    """Return a rollup's result: it is known with the last page alone, and then of all references."""
    if not whole:
        return {"type": "incomplete", "incomplete": {}, "function": "count"}
    return {"type": "number", "number": number, "function": "count"}
