"""Page content as blocks."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox import content
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, not_found
from planora_notion.sandbox.paging import cut
from planora_notion.sandbox.richtext import parse
from planora_notion.sandbox.routes.telling import tell
from planora_notion.sandbox.state import Block, Page, valid_id


def page_of(ask: Ask) -> Page:
    """Return the page whose content is asked for; a trashed page's content is a 404 though the page is none."""
    identifier = valid_id(ask.path["id"], "path.block_id")
    page = ask.state.pages.get(identifier)
    if page is None or not page.shared or page.in_trash:
        raise not_found("block", identifier)
    return page


def children(ask: Ask) -> dict[str, Any]:
    """Return a page's blocks."""
    page = page_of(ask)
    return cut(
        page.blocks,
        lambda block: block.id,
        start=ask.first("start_cursor"),
        size=ask.first("page_size"),
        kind="block",
        render=lambda block: ask.render.block(page, block),
    )


def append(ask: Ask) -> dict[str, Any]:
    """Add blocks to the end of a page."""
    ask.need("insert")
    ask.only("children", "position")
    page = page_of(ask)
    fresh = content.from_request(ask.state, page, ask.body.get("children"), "body.children")
    _add(ask, page, fresh)
    return cut(
        fresh,
        lambda block: block.id,
        start=None,
        size=None,
        kind="block",
        render=lambda block: ask.render.block(page, block),
    )


def _add(ask: Ask, page: Page, fresh: list[Block]) -> None:
    page.blocks = [*page.blocks, *fresh]
    ask.state.touch(page)
    tell(ask, "page.content_updated", page)


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return one block; a page counts as a block too."""
    page, block = _find(ask)
    return ask.render.child_page(page) if block is None else ask.render.block(page, block)


def delete(ask: Ask) -> dict[str, Any]:
    """Put a page into the trash, or take a block out of its page."""
    ask.need("update")
    page, block = _find(ask)
    if block is None:
        page.in_trash = True
        ask.state.touch(page)
        tell(ask, "page.deleted", page)
        return ask.render.child_page(page)
    page.blocks = [one for one in page.blocks if one.id != block.id]
    ask.state.touch(page)
    return ask.render.block(page, block) | {"in_trash": True}


def _find(ask: Ask) -> tuple[Page, Block | None]:
    identifier = valid_id(ask.path["id"], "path.block_id")
    for page in ask.state.pages.values():
        if not page.shared:
            continue
        if page.id == identifier:
            return page, None
        block = next((one for one in page.blocks if one.id == identifier), None)
        if block is not None:
            return page, block
    raise not_found("block", identifier)


def update(ask: Ask) -> dict[str, Any]:
    """Change a block's text, or bring it back from the trash, in which this stand-in keeps none."""
    ask.need("update")
    page, block = _find(ask)
    ask.only(*(content.KINDS if block else ()), "type", *ask.trash_words())
    if block is None:
        raise invalid("A page is changed at its own endpoint.")
    if ask.trash():
        return delete(ask)
    for kind in content.KINDS & ask.body.keys():
        if kind != block.type:
            raise invalid(
                f"body failed validation: body.{block.type} should be defined, instead was `undefined`."
            )
        block.rich_text = parse(ask.body[kind].get("rich_text", []), f"body.{kind}.rich_text")
        block.checked = bool(ask.body[kind].get("checked", block.checked))
        ask.state.touch(page)
        tell(ask, "page.content_updated", page)
    return ask.render.block(page, block)
