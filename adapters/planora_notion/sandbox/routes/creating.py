"""Creating pages: in a data source or under a page, with content of their own or from a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planora_notion.sandbox import content, values
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import archived, invalid, invalid_body, not_found
from planora_notion.sandbox.routes.pages import plain_title
from planora_notion.sandbox.routes.telling import tell
from planora_notion.sandbox.state import DataSource, Page, valid_id

TEMPLATE_SECONDS = 3
"""After so long the content of a template is there."""


def create(ask: Ask) -> dict[str, Any]:
    """Create a page in a data source or under another page."""
    ask.need("insert")
    ask.only("parent", "properties", "children", "markdown", "icon", "cover", "template", "position")
    template = _template(ask)
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
    if template is not None and source is not None:
        _fill_later(ask, page, source, template)
    tell(ask, "page.created", page)
    return ask.render.page(page)


def _template(ask: Ask) -> Mapping[str, Any] | None:
    """Return the wanted template; raises the API's 400 for one with content of its own."""
    wanted = ask.body.get("template")
    if wanted is None or (isinstance(wanted, Mapping) and wanted.get("type") == "none"):
        return None
    if not isinstance(wanted, Mapping) or wanted.get("type") not in ("default", "template_id"):
        raise invalid_body("body.template.type", 'be `"none"`, `"default"` or `"template_id"`', wanted)
    for name in ("children", "markdown"):
        if name in ask.body:
            raise invalid_body(f"body.{name}", "be not present", ask.body[name])
    return wanted


def _fill_later(ask: Ask, page: Page, source: DataSource, wanted: Mapping[str, Any]) -> None:
    """Copy a template's content and values: Notion does so after it has answered."""
    forms = [p for p in ask.state.pages.values() if p.source == source.id and p.is_template]
    if wanted["type"] == "template_id":
        forms = [p for p in forms if p.id == valid_id(wanted.get("template_id"), "body.template.template_id")]
    if not forms:
        raise not_found("template", str(wanted.get("template_id") or "default"))
    form = forms[0]

    def fill() -> dict[str, Any]:
        page.blocks = [
            *page.blocks,
            *(replace(block, id=ask.state.next_id("block")) for block in form.blocks),
        ]
        page.values = {id: value for id, value in form.values.items() if id != "title"} | page.values
        return {}

    ask.state.later(TEMPLATE_SECONDS, "POST /v1/pages", fill)


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
        plain_title(page, properties)
    else:
        if source.in_trash:
            raise archived()
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
