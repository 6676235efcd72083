"""Pages: read, change, archive, trash and move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox import moves, values
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import archived, invalid, invalid_body
from planora_notion.sandbox.render_schema import wire_id
from planora_notion.sandbox.richtext import parse
from planora_notion.sandbox.routes.telling import tell
from planora_notion.sandbox.state import Page


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a page, also from the trash; what is unshared or gone for good is the same 404."""
    return ask.render.page(ask.state.page(ask.path["id"]))


def update(ask: Ask) -> dict[str, Any]:
    """Change a page: its properties, whether it is archived, locked or in the trash."""
    ask.need("update")
    ask.only("properties", "icon", "cover", "is_archived", "is_locked", "erase_content", *ask.trash_words())
    page = ask.state.page(ask.path["id"])
    trash = ask.trash()
    if page.in_trash and trash is not False:
        raise archived()
    flags = {name: _flag(ask, name) for name in ("is_archived", "is_locked") if name in ask.body}
    if ask.body.get("properties"):
        _write(ask, page)
    if trash is not None:
        page.in_trash = trash
    for name, value in flags.items():
        setattr(page, name, value)
    if ask.body.get("erase_content"):
        page.blocks = []
    ask.state.touch(page)
    _tell(ask, page, trash, flags)
    return ask.render.page(page)


def _tell(ask: Ask, page: Page, trash: bool | None, flags: Mapping[str, bool]) -> None:
    source = ask.state.sources.get(page.source or "")
    named = [source.prop(key) for key in ask.body.get("properties") or ()] if source else []
    if named:
        tell(ask, "page.properties_updated", page, tuple(wire_id(prop.id) for prop in named if prop))
    if trash is not None:
        tell(ask, "page.deleted" if trash else "page.undeleted", page)
    if "is_locked" in flags:
        tell(ask, "page.locked" if flags["is_locked"] else "page.unlocked", page)


def _flag(ask: Ask, name: str) -> bool:
    value = ask.body[name]
    if not isinstance(value, bool):
        raise invalid_body(f"body.{name}", "be a boolean or undefined", value)
    return value


def _write(ask: Ask, page: Page) -> None:
    if page.source:
        values.write(ask.state, ask.state.sources[page.source], page, ask.body["properties"])
    else:
        plain_title(page, ask.body["properties"])


def plain_title(page: Page, properties: Mapping[str, Any]) -> None:
    """Set the title of a plain page, its only property; raises the API's 400."""
    for key, value in properties.items():
        if key != "title":
            raise invalid(f"{key} is not a property that exists.")
        items = value.get("title") if isinstance(value, Mapping) else value
        page.values = {"title": parse(items, "body.properties.title")}


def move(ask: Ask) -> dict[str, Any]:
    """Move a page into another data source or under another page; it keeps its id."""
    ask.need("update")
    ask.only("parent")
    page = ask.state.page(ask.path["id"])
    if page.in_trash:
        raise archived()
    parent = ask.body.get("parent")
    if isinstance(parent, Mapping) and "page_id" in parent:
        moves.detach(ask.state, page, ask.state.page(str(parent["page_id"])))
    elif isinstance(parent, Mapping) and "data_source_id" in parent:
        target = ask.state.source(str(parent["data_source_id"]), where="body.parent.data_source_id")
        if target.in_trash:
            raise archived()
        if target.id != page.source:
            moves.move(ask.state, page, target)
    else:
        raise invalid_body("body.parent.data_source_id", "be defined", ...)
    tell(ask, "page.moved", page)
    return ask.render.page(page)
