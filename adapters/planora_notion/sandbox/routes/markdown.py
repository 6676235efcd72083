"""Page content as Markdown, read in one call, and changed at once or later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox import content
from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid, invalid_body
from planora_notion.sandbox.render import markdown as as_markdown
from planora_notion.sandbox.routes.blocks import page_of
from planora_notion.sandbox.routes.tasks import SECONDS, told
from planora_notion.sandbox.routes.telling import tell
from planora_notion.sandbox.state import Page

NAME = "PATCH /v1/pages/:page_id/markdown"


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a page's content as Markdown, in one call."""
    return _body(ask.state.page(ask.path["id"]))


def update(ask: Ask) -> dict[str, Any]:
    """Add Markdown to a page, or put it in place of a range; the name of a range is its first and last words."""
    ask.need("update")
    ask.only("type", "insert_content", "replace_content_range", "allow_async")
    page = page_of(ask)
    kind = ask.body.get("type")
    if kind not in ("insert_content", "replace_content_range"):
        raise invalid_body("body.type", 'be `"insert_content"` or `"replace_content_range"`', kind)
    wanted = ask.body.get(str(kind))
    if not isinstance(wanted, Mapping) or not isinstance(wanted.get("content"), str):
        raise invalid(
            f"body failed validation: body.{kind}.content should be defined, instead was `undefined`."
        )
    found = _range(page, str(wanted.get("content_range") or "")) if kind == "replace_content_range" else None

    def change() -> dict[str, Any]:
        fresh = content.from_text(ask.state, page, str(wanted["content"]))
        first, last = found or (len(page.blocks), len(page.blocks))
        page.blocks = [*page.blocks[:first], *fresh, *page.blocks[last:]]
        ask.state.touch(page)
        tell(ask, "page.content_updated", page)
        return _body(page)

    return told(ask.state.later(SECONDS, NAME, change)) if ask.body.get("allow_async") is True else change()


def _range(page: Page, words: str) -> tuple[int, int]:
    """Return where a range begins and ends, in lines; raises the API's 400 where the page has none."""
    start, _, end = words.partition("...")
    lines = as_markdown(page.blocks).split("\n")
    first = next((n for n, line in enumerate(lines) if start and start in line), None)
    last = next((n for n, line in enumerate(lines) if (end or start) in line and n >= (first or 0)), None)
    if first is None or last is None:
        raise invalid(f"Could not find the content range: {words}")
    return first, last + 1


def _body(page: Page) -> dict[str, Any]:
    return {
        "object": "page_markdown",
        "id": page.id,
        "markdown": as_markdown(page.blocks),
        "truncated": False,
        "unknown_block_ids": [],
    }
