"""Page content: as blocks and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox import content
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, invalid_body, not_found
from planora_notion.sandbox.paging import cut
from planora_notion.sandbox.render import markdown as as_markdown
from planora_notion.sandbox.state import Block, Page, valid_id


def _page(ask: Ask) -> Page:
    """Return the page whose content is asked for; a trashed page's content is a 404 though the page is none."""
    identifier = valid_id(ask.path["id"], "path.block_id")
    page = ask.state.pages.get(identifier)
    if page is None or not page.shared or page.in_trash:
        raise not_found("block", identifier)
    return page


def children(ask: Ask) -> dict[str, Any]:
    """Return a page's blocks."""
    page = _page(ask)
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
    page = _page(ask)
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


def markdown(ask: Ask) -> dict[str, Any]:
    """Return a page's content as Markdown, in one call."""
    page = ask.state.page(ask.path["id"])
    return {
        "object": "page_markdown",
        "id": page.id,
        "markdown": as_markdown(page.blocks),
        "truncated": False,
        "unknown_block_ids": [],
    }


def insert_markdown(ask: Ask) -> dict[str, Any]:
    """Add Markdown to the end of a page; the other kinds of edit are refused with a reason."""
    ask.need("update")
    ask.only("type", "insert_content")
    if ask.body.get("type") != "insert_content":
        raise invalid_body(
            "body.type", "be `insert_content`, the only edit this stand-in knows", ask.body.get("type")
        )
    insert = ask.body.get("insert_content")
    if not isinstance(insert, Mapping) or not insert.get("content"):
        raise invalid("body failed validation: body.insert_content.content should be defined.")
    page = _page(ask)
    _add(ask, page, content.from_text(ask.state, page, str(insert["content"])))
    return markdown(ask)
