"""Pages: create, read, change, archive, trash and move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox import content, values
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, invalid_body
from planora_notion.sandbox.richtext import parse
from planora_notion.sandbox.state import DataSource, Page, valid_id


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a page, also from the trash; what is unshared or gone for good is the same 404."""
    return ask.render.page(ask.state.page(ask.path["id"]))


def create(ask: Ask) -> dict[str, Any]:
    """Create a page in a data source or under another page."""
    ask.need("insert")
    ask.only("parent", "properties", "children", "markdown", "icon", "cover", "template", "position")
    parent = ask.body.get("parent")
    if not isinstance(parent, Mapping):
        raise invalid_body("body.parent", "be defined", ...)
    now = ask.state.now()
    bot = ask.state.bot
    page = Page(
        id="",
        source=None,
        values={},
        created=now,
        edited=now,
        author=bot,
        editor=bot,
        icon=ask.body.get("icon"),
    )
    source = _parent(ask, page, parent)
    _fill(ask, page, source)
    ask.state.pages[page.id] = page
    return ask.render.page(page)


def _parent(ask: Ask, page: Page, parent: Mapping[str, Any]) -> DataSource | None:
    if "page_id" in parent:
        page.parent_page = ask.state.page(str(parent["page_id"])).id
        return None
    if "data_source_id" in parent:
        return ask.state.source(str(parent["data_source_id"]), where="body.parent.data_source_id")
    if "database_id" in parent:
        return _only_source(ask, str(parent["database_id"]))
    raise invalid_body("body.parent.data_source_id", "be defined", ...)


def _only_source(ask: Ask, raw: str) -> DataSource:
    identifier = valid_id(raw, "body.parent.database_id")
    inside = [s for s in ask.state.sources.values() if s.database_id == identifier and s.shared]
    if len(inside) > 1:
        raise invalid("Databases with multiple data sources are not supported: name the data_source_id.")
    return ask.state.source(inside[0].id if inside else identifier, where="body.parent.database_id")


def _fill(ask: Ask, page: Page, source: DataSource | None) -> None:
    properties = ask.body.get("properties") or {}
    page.id = ask.state.next_id("page")
    if source is None:
        _plain_title(page, properties)
    else:
        if source.in_trash:
            raise invalid("Can't edit block that is archived. You must unarchive the block before editing.")
        # A property that is wrong must leave nothing behind: neither a page nor a used unique id.
        counter, page.source = source.counter, source.id
        page.values = values.blank(ask.state, source)
        try:
            ask.state.pages[page.id] = page
            values.write(ask.state, source, page, properties)
        except Exception:
            del ask.state.pages[page.id]
            source.counter = counter
            raise
    if "children" in ask.body:
        page.blocks = content.from_request(ask.state, page, ask.body["children"], "body.children")
    elif ask.body.get("markdown"):
        page.blocks = content.from_text(ask.state, page, str(ask.body["markdown"]))


def _plain_title(page: Page, properties: Mapping[str, Any]) -> None:
    for key, value in properties.items():
        if key != "title":
            raise invalid(f"{key} is not a property that exists.")
        items = value.get("title") if isinstance(value, Mapping) else value
        page.values = {"title": parse(items, "body.properties.title")}


def update(ask: Ask) -> dict[str, Any]:
    """Change a page: its properties, whether it is archived, locked or in the trash."""
    ask.need("update")
    ask.only("properties", "icon", "cover", "is_archived", "is_locked", "erase_content", *ask.trash_words())
    page = ask.state.page(ask.path["id"])
    trash = ask.trash()
    if page.in_trash and trash is not False:
        raise invalid("Can't edit block that is archived. You must unarchive the block before editing.")
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
    return ask.render.page(page)


def _flag(ask: Ask, name: str) -> bool:
    value = ask.body[name]
    if not isinstance(value, bool):
        raise invalid_body(f"body.{name}", "be a boolean or undefined", value)
    return value


def _write(ask: Ask, page: Page) -> None:
    if page.source:
        values.write(ask.state, ask.state.sources[page.source], page, ask.body["properties"])
    else:
        _plain_title(page, ask.body["properties"])


def move(ask: Ask) -> dict[str, Any]:
    """Move a page into another data source; it keeps its id."""
    ask.need("update")
    ask.only("parent")
    page = ask.state.page(ask.path["id"])
    if page.in_trash:
        raise invalid("Can't edit block that is archived. You must unarchive the block before editing.")
    parent = ask.body.get("parent")
    if not isinstance(parent, Mapping) or "data_source_id" not in parent:
        raise invalid_body("body.parent.data_source_id", "be defined", ...)
    target = ask.state.source(str(parent["data_source_id"]), where="body.parent.data_source_id")
    if target.id != page.source:
        values.move(ask.state, page, target)
    return ask.render.page(page)
