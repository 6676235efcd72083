"""Cadence: looked at monthly, continuously, or weekly."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import Facts
from planora_sync.classify.signals.spoken import Spoken, spoken

CARRIED = 3


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what recurrence, age and carry-overs say."""
    entry = facts.entry
    if entry.recurring:
        yield spoken("recurring", "comes back by itself", "recurring")
    days = facts.untouched_days
    if days is not None and days >= 14 and not facts.begun and not facts.due_soon:
        scale = 1.25 if days >= 60 else 1.0 if days >= 28 else 0.4
        large = facts.above_tasks or bool(facts.work_below) or bool(entry.horizon)
        if not large:
            yield spoken("untouched", f"nobody has touched it for {days} days", "updated", scale=scale)
    if entry.carried >= CARRIED and facts.may("status") and not facts.begun and not facts.subtasks:
        words = f"carried over {entry.carried} times and never begun"
        yield spoken("carried-over-unbegun", words, "sprint")
