"""Page content: blocks from plain lines and from requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox.errors import invalid_body
from planora_notion.sandbox.richtext import MOST, parse, rich
from planora_notion.sandbox.state import Block, Page, State

KINDS = frozenset(
    {"paragraph", "heading_1", "heading_2", "heading_3", "bulleted_list_item", "to_do", "quote"}
)
MARKS: tuple[tuple[str, str, bool], ...] = (
    ("- [ ] ", "to_do", False),
    ("- [x] ", "to_do", True),
    ("- ", "bulleted_list_item", False),
    ("### ", "heading_3", False),
    ("## ", "heading_2", False),
    ("# ", "heading_1", False),
)


def from_text(state: State, page: Page, text: str) -> list[Block]:
    """Return the blocks that simple Markdown makes: a line a block, empty lines left out."""
    return [_from_line(state, page, line) for line in text.splitlines() if line.strip()]


def _from_line(state: State, page: Page, line: str) -> Block:
    for mark, kind, checked in MARKS:
        if line.startswith(mark):
            return _block(state, page, kind, rich(line.removeprefix(mark)), checked)
    return _block(state, page, "paragraph", rich(line), False)


def from_request(state: State, page: Page, children: object, where: str) -> list[Block]:
    """Return the blocks of a request; raises the API's 400."""
    if not isinstance(children, list):
        raise invalid_body(where, "be an array", children)
    if len(children) > MOST:
        raise invalid_body(f"{where}.length", f"be ≤ `{MOST}`", len(children))
    _flat(children, where)
    return [_from_body(state, page, child, f"{where}[{n}]") for n, child in enumerate(children)]


def _flat(children: list[Any], where: str) -> None:
    """Refuse blocks inside others, which this stand-in does not keep: a hundred in one array are the most then."""
    for n, child in enumerate(children):
        kind = next((name for name in KINDS if isinstance(child, Mapping) and name in child), None)
        inner = child[kind].get("children") if kind and isinstance(child[kind], Mapping) else None
        if inner:
            raise invalid_body(f"{where}[{n}].{kind}.children", "be not present in this stand-in", len(inner))


def _from_body(state: State, page: Page, child: object, where: str) -> Block:
    body: Mapping[str, Any] = child if isinstance(child, Mapping) else {}
    kind = next((name for name in body if name in KINDS), None)
    if kind is None:
        raise invalid_body(where, f"have one of {', '.join(sorted(KINDS))}", child)
    text = parse(body[kind].get("rich_text", []), f"{where}.{kind}.rich_text")
    return _block(state, page, kind, text, bool(body[kind].get("checked")))


def _block(state: State, page: Page, kind: str, text: list[dict[str, Any]], checked: bool) -> Block:
    made = page.created if not page.blocks and page.edited == page.created else state.now()
    return Block(id=state.next_id("block"), type=kind, rich_text=text, created=made, checked=checked)
