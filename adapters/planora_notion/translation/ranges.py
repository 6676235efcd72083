"""Where a row keeps the range that it is meant for, and how it is set without losing what else stands there; pure.

One property may hold the range, or each end has its own. A lone date in a range is its end: a roadmap says by when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from planora_notion.site.layout import Layout
from planora_notion.site.schema import Json
from planora_notion.translation import dates, values
from planora_notion.translation.moments import Span
from planora_sync.errors import Unsupported

FIELDS = ("target", "target_start", "target_end")
Spans = Mapping[str, Span | None]
"""Property id -> what it holds."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """From when until when a row is meant."""

    start: date | None = None
    end: date | None = None


def read(page: Json, layout: Layout) -> Range:
    """Return the range that a row is meant for; raises ValueError for a date that is none."""
    return _read(layout, _spans(page, layout))


def write(page: Json, layout: Layout, wanted: Range) -> dict[str, Any]:
    """Return the values to write so that a row is meant for a range, by property id; only what changes.

    Days stay days and instants keep their time and offset. Raises Unsupported where the data source cannot say
    it, and where the row says in words when it is meant: a range would contradict them unseen.
    """
    spans = _spans(page, layout)
    if not spans:
        raise Unsupported(
            f"{layout.schema.title!r} keeps no target.",
            instead="Add a date property in Notion and name it under [fields] as target, or set it by hand.",
        )
    words = _words(page, layout)
    if words:
        raise Unsupported(
            f"The row says in words when it is meant ({words}).",
            instead="Change the words, or empty them first.",
        )
    after = _written(layout, spans, wanted)
    if _read(layout, after) != wanted or not all(map(dates.in_order, after.values())):
        raise _cannot(layout, wanted)
    return {id: {"date": dates.body(span)} for id, span in after.items() if span != spans[id]}


def _written(layout: Layout, spans: Spans, wanted: Range) -> dict[str, Span | None]:
    first, last, whole = layout.get("target_start"), layout.get("target_end"), layout.get("target")
    after = dict(spans)
    if first:
        after[first.id] = dates.beginning(spans[first.id], wanted.start, first)
    if last:
        after[last.id] = dates.ending(spans[last.id], wanted.end, last)
    if whole and not (first and last and (wanted.start or wanted.end)):
        after[whole.id] = dates.both(
            spans[whole.id], None if first else wanted.start, None if last else wanted.end
        )
    return after


def _spans(page: Json, layout: Layout) -> dict[str, Span | None]:
    props = [prop for field in FIELDS if (prop := layout.get(field))]
    return {prop.id: values.span(values.find(page, prop)) for prop in props}


def _read(layout: Layout, spans: Spans) -> Range:
    whole, first, last = (spans[prop.id] if (prop := layout.get(field)) else None for field in FIELDS)
    start = first.first if first else whole.first if whole and whole.end else None
    end = (last.last or last.first) if last else (whole.last or whole.first) if whole else None
    return Range(start=start, end=end)


def _words(page: Json, layout: Layout) -> str:
    value = values.find(page, layout.get("horizon"))
    return ", ".join(one.name for one in values.choices(value)) or values.text(value)


def _cannot(layout: Layout, wanted: Range) -> Unsupported:
    if wanted.start and wanted.end and wanted.end < wanted.start:
        return Unsupported("The target ends before it begins.", instead="Set both dates.")
    names = ", ".join(repr(prop.name) for field in FIELDS if (prop := layout.get(field)))
    return Unsupported(
        f"{layout.schema.title!r} cannot hold a target from {wanted.start or 'none'} to {wanted.end or 'none'} "
        f"(date properties: {names}).",
        instead="A start needs an end in Notion: set both, or name a property of its own as target_start.",
    )
