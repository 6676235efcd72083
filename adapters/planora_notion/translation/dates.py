"""Where a row keeps its start and its due date, and how either is set without losing the other; pure.

One property may hold both (a range), each may have its own, and a lone date in a range is a due date. What
is written keeps the form it had: a day stays a day, an instant keeps its time and offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from planora_notion.site.layout import Layout
from planora_notion.site.schema import Json, Prop
from planora_notion.translation import values
from planora_notion.translation.moments import Span, is_local, on_day
from planora_sync.errors import Unsupported

Spans = Mapping[str, Span | None]
"""Property id -> what it holds."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """When a row begins and when it is due."""

    start: date | None
    due: date | None


def read(page: Json, layout: Layout) -> Dates:
    """Return when a row begins and when it is due; raises ValueError for a date that is none."""
    return _read(layout, _spans(page, layout))


def write(page: Json, layout: Layout, wanted: Dates) -> dict[str, Any]:
    """Return the values to write so that a row begins and is due then, by property id; only what changes.

    Raises Unsupported where the data source cannot say it: a start without a due date in one property, an
    end before a start, a formula.
    """
    spans = _spans(page, layout)
    before = _read(layout, spans)
    after = dict(spans)
    home, start_home = _due_home(layout, spans), _start_home(layout, spans)
    if home and home == start_home:
        after[home.id] = both(spans[home.id], wanted.start, wanted.due)
    else:
        if wanted.due != before.due and home:
            after[home.id] = ending(spans[home.id], wanted.due, home)
        if wanted.start != before.start and start_home:
            after[start_home.id] = beginning(spans[start_home.id], wanted.start, start_home)
    if _read(layout, after) != wanted or not all(map(in_order, after.values())):
        raise _cannot(layout, wanted)
    changed = {id: span for id, span in after.items() if span != spans[id]}
    formula = next((p for p in (home, start_home) if p and p.id in changed and p.type != "date"), None)
    if formula:
        raise Unsupported(
            f"{formula.name!r} is a {formula.type}.", instead="Change what it is computed from."
        )
    return {id: {"date": body(span)} for id, span in changed.items()}


def body(span: Span | None) -> dict[str, str | None] | None:
    """Return a date as requests spell it.

    Instants carry their offset, and Notion itself turns a zone into one. A zone is sent only with instants that
    carry none: with both Notion refuses the date.
    """
    if span is None:
        return None
    zone = {"time_zone": span.zone} if span.zone and is_local(span.start) else {}
    return {"start": span.start, "end": span.end, **zone}


def _spans(page: Json, layout: Layout) -> dict[str, Span | None]:
    props = [prop for field in ("start", "due", "dates") if (prop := layout.get(field))]
    return {prop.id: values.span(values.find(page, prop)) for prop in props}


def _read(layout: Layout, spans: Spans) -> Dates:
    home, start_home = _due_home(layout, spans), _start_home(layout, spans)
    held = spans[home.id] if home else None
    begin = spans[start_home.id] if start_home else None
    due = (held.last or held.first) if held else None
    if start_home == home:
        return Dates(start=held.first if held and held.end else None, due=due)
    return Dates(start=begin.first if begin else None, due=due)


def _due_home(layout: Layout, spans: Spans) -> Prop | None:
    due, dates = layout.get("due"), layout.get("dates")
    if due and (dates is None or spans[due.id] or not spans[dates.id]):
        return due
    return dates


def _start_home(layout: Layout, spans: Spans) -> Prop | None:
    own, dates = layout.get("start"), layout.get("dates")
    home = _due_home(layout, spans)
    held = spans[home.id] if home else None
    if own:
        return own
    if dates and dates != home and not (held and held.end):
        return dates
    return home


def both(held: Span | None, start: date | None, end: date | None) -> Span | None:
    """Return a range in one property; a lone date in it is its end, and a start alone is one too."""
    old_start = held.start if held else None
    old_end = (held.end or held.start) if held else None
    zone = held.zone if held else None
    if end is None:
        return None if start is None else Span(start=on_day(old_start, start), zone=zone)
    last = on_day(old_end, end)
    return (
        Span(start=last, zone=zone)
        if start is None
        else Span(start=on_day(old_start, start), end=last, zone=zone)
    )


def ending(held: Span | None, end: date | None, prop: Prop) -> Span | None:
    """Return a property that ends then; where it holds a range, that keeps its start. Raises Unsupported."""
    if held is None or held.end is None:
        return None if end is None else both(held, None, end)
    if end is None:
        raise _other_end(prop)
    return replace(held, end=on_day(held.end, end))


def beginning(held: Span | None, start: date | None, prop: Prop) -> Span | None:
    """Return a property that begins then; where it holds a range, that keeps its end. Raises Unsupported."""
    if start is not None:
        return replace(held, start=on_day(held.start, start)) if held else Span(start=start.isoformat())
    if held and held.end:
        raise _other_end(prop)
    return None


def in_order(span: Span | None) -> bool:
    """Return whether a range does not end before it begins."""
    return span is None or span.last is None or span.first <= span.last


def _other_end(prop: Prop) -> Unsupported:
    return Unsupported(
        f"{prop.name!r} holds a range, and Notion cannot empty one end of it alone.",
        instead="Empty it in Notion, or set another date.",
    )


def _cannot(layout: Layout, wanted: Dates) -> Unsupported:
    if wanted.start and wanted.due and wanted.due < wanted.start:
        return Unsupported("The due date lies before the start.", instead="Set both dates.")
    names = ", ".join(repr(p.name) for f in ("start", "due", "dates") if (p := layout.get(f)))
    return Unsupported(
        f"{layout.schema.title!r} cannot hold start {wanted.start or 'none'} with due {wanted.due or 'none'} "
        f"(date properties: {names or 'none'}).",
        instead="Add a date property in Notion and name it under [fields] in the mapping.",
    )
