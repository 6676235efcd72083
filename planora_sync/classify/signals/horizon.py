"""Horizon: 3-12 months, indefinite, or 1-2 weeks. The span counts, never the time left."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import Facts, Span
from planora_sync.classify.signals.spoken import Spoken, spoken

MONTHS = 60
"""Days from which a span is one of months."""
MONTH = 30


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what the entry's dates say."""
    span = facts.span
    if span is not None:
        yield from _span(facts, span)
    if facts.may("horizon") and facts.entry.horizon is not None:
        horizon = facts.entry.horizon
        words = horizon.text or horizon.bucket or f"{horizon.start} to {horizon.end}"
        if horizon.end is not None and span is None:
            yield spoken("dated-horizon", f"meant for {words}", "horizon")
        elif horizon.bucket:
            yield spoken("open-horizon", f"meant for {words}", "horizon")


def _span(facts: Facts, span: Span) -> Iterator[Spoken]:
    words = f"runs {span.days} days, {span.start} to {span.end}"
    large = bool(facts.work_below) or facts.above_tasks
    if span.stated and span.days >= MONTHS:
        yield spoken("span-of-months", words, "start", "due", "horizon")
    elif span.stated and span.days > MONTH:
        scale = 0.6 if large else 0.25
        yield spoken("span-of-months", words, "start", "due", "horizon", scale=scale)
    elif span.days <= facts.horizon_days and not large:
        yield spoken("span-of-days", words, "start", "due", "horizon")
    elif span.stated and not large:
        yield spoken("fits-a-sprint-or-two", words, "start", "due", "horizon")
    elif not span.stated and span.days >= MONTHS and not facts.due_soon:
        yield spoken("long-since-asked-for", f"created {span.start}, due {span.end}", "due")
