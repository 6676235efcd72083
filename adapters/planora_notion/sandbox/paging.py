"""Cut lists: cursors, page sizes, and the cap that Notion puts on a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from planora_notion.sandbox.errors import invalid, invalid_body
from planora_notion.sandbox.state import PAGE_SIZE

T = TypeVar("T")


def page_size(raw: object, where: str = "body.page_size") -> int:
    """Return a wanted page size; raises the API's 400."""
    if raw is None:
        return PAGE_SIZE
    try:
        size = int(str(raw))
    except ValueError:
        raise invalid_body(where, "be a number", raw) from None
    if not 1 <= size <= PAGE_SIZE:
        raise invalid_body(where, f"be ≤ `{PAGE_SIZE}`", size)
    return size


def cut(
    items: Sequence[T],
    identify: Callable[[T], str],
    *,
    start: object,
    size: object,
    kind: str,
    render: Callable[[T], Any],
) -> dict[str, Any]:
    """Return one page of a list as the API's list object.

    The cursor is the id of the next item: an item that leaves the list meanwhile takes its cursor with it.
    """
    ids = [identify(item) for item in items]
    first = 0
    if start is not None:
        if start not in ids:
            raise invalid(f"The start_cursor provided is invalid: {start}")
        first = ids.index(str(start))
    last = first + page_size(size)
    more = last < len(items)
    return {
        "object": "list",
        "results": [render(item) for item in items[first:last]],
        "next_cursor": ids[last] if more else None,
        "has_more": more,
        "type": kind,
        kind: {},
    }


def capped(answer: dict[str, Any], total: int, cap: int) -> dict[str, Any]:
    """Return the answer with the flag of a query that was cut at the cap; the flag is absent otherwise."""
    if answer["has_more"] or total <= cap:
        return answer
    status: Mapping[str, str] = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    return answer | {"request_status": status}
