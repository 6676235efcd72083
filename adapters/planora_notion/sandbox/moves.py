"""What a page keeps when it changes its parent."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox.state import DataSource, Page, Prop, State
from planora_notion.sandbox.values import READ_ONLY, blank, empty, mirror


def move(state: State, page: Page, target: DataSource) -> None:
    """Put a page into another data source.

    What Notion does to the values is documented nowhere. Here a value stays where the target has a property
    of the same name and type (and an option of that name), or nowhere without `state.keeps_values`; the rest is
    lost from view, as an adapter must fear. The title always stays.
    """
    old = state.sources[page.source] if page.source else None
    kept = blank(state, target)
    for prop in old.props.values() if old else ():
        value = page.values.get(prop.id, empty(prop))
        if prop.type == "relation":
            mirror(state, page.id, prop, set(value), set())
        twin = _counterpart(target, prop)
        if twin is not None and (state.keeps_values or prop.type == "title"):
            kept |= _carried(prop, twin, value)
    page.source, page.parent_page, page.values = target.id, None, kept
    state.touch(page)


def detach(state: State, page: Page, parent: Page) -> None:
    """Put a page under another page: it keeps its title alone, for a plain page has no properties."""
    if page.source is not None:
        old = state.sources[page.source]
        for prop in old.of_type("relation"):
            mirror(state, page.id, prop, set(page.values.get(prop.id, [])), set())
        page.values = {"title": page.values.get(old.of_type("title")[0].id, [])}
    page.source, page.parent_page = None, parent.id
    state.touch(page)


def _counterpart(target: DataSource, prop: Prop) -> Prop | None:
    if prop.type == "title":
        return target.of_type("title")[0]
    if prop.type in READ_ONLY or prop.type == "relation":
        return None
    return next((p for p in target.props.values() if (p.name, p.type) == (prop.name, prop.type)), None)


def _carried(prop: Prop, twin: Prop, value: Any) -> dict[str, Any]:
    if prop.type not in ("select", "status", "multi_select"):
        return {twin.id: value}
    names = [o.name for o in prop.options if o.id in (value if isinstance(value, list) else [value])]
    options = [found.id for name in names if (found := twin.option(name))]
    if prop.type == "multi_select":
        return {twin.id: options}
    return {twin.id: options[0]} if options else {}
