"""Search: titles only, and data sources in the trash come along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import invalid_body
from planora_notion.sandbox.paging import capped, cut
from planora_notion.sandbox.render import title_of
from planora_notion.sandbox.state import DataSource, Page

Found = DataSource | Page


def search(ask: Ask) -> dict[str, Any]:
    """Return what is shared and whose title holds the words."""
    ask.only("query", "filter", "sort", "start_cursor", "page_size")
    words = str(ask.body.get("query") or "").lower()
    found = [one for one in _all(ask, _wanted(ask)) if words in _title(ask, one).lower()]
    if ask.slow_index:
        found = [one for one in found if one.created < ask.state.loaded]
    sort = ask.body.get("sort")
    direction = sort.get("direction") if isinstance(sort, Mapping) else "descending"
    found = sorted(found, key=_edited, reverse=direction != "ascending")
    answer = cut(
        found[: ask.state.query_cap],
        lambda one: one.id,
        start=ask.body.get("start_cursor"),
        size=ask.body.get("page_size"),
        kind="page_or_data_source",
        render=lambda one: ask.render.source(one) if isinstance(one, DataSource) else ask.render.page(one),
    )
    return capped(answer, len(found), ask.state.query_cap)


def _wanted(ask: Ask) -> str | None:
    wanted = ask.body.get("filter")
    if wanted is None and "filter" not in ask.body:
        return None
    if not isinstance(wanted, Mapping) or wanted.get("property") != "object":
        raise invalid_body("body.filter", 'be `{"property": "object", "value": …}`', wanted)
    if wanted.get("value") not in ("page", "data_source"):
        raise invalid_body("body.filter.value", 'be `"page"` or `"data_source"`', wanted.get("value"))
    return str(wanted["value"])


def _all(ask: Ask, wanted: str | None) -> list[Found]:
    found: list[Found] = []
    if wanted in (None, "page"):
        found += [page for page in ask.state.pages.values() if page.shared and not page.in_trash]
    if wanted in (None, "data_source"):
        # Recorded: data sources in the trash are found too.
        found += [source for source in ask.state.sources.values() if source.shared]
    return found


def _title(ask: Ask, one: Found) -> str:
    return one.name if isinstance(one, DataSource) else title_of(ask.state, one)


def _edited(one: Found) -> datetime:
    return one.edited
