"""Commitment: directional, none, or an owner and a deadline. What is missing never speaks."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import Facts
from planora_sync.classify.signals.horizon import MONTH
from planora_sync.classify.signals.spoken import Spoken, spoken
from planora_sync.model import Priority, SprintState


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what owner, deadline, status, sprint and priority say."""
    entry = facts.entry
    large = facts.above_tasks or bool(facts.work_below) or _runs_long(facts)
    # Who was named for it weeks ago and never touched it since was assigned beforehand, not committed.
    lately = facts.untouched_days is None or facts.untouched_days < 28 or facts.committed
    if facts.owned and not large and lately:
        names = ", ".join(person.name for person in facts.snapshot.owners(entry))
        yield spoken("has-somebody", f"{names} has it", "owner")
    if facts.due_soon and not large:
        yield spoken("due-soon", f"due {entry.due}", "due")
    if facts.begun and not large:
        yield spoken("begun", f"work has begun: {entry.status.name if entry.status else 'doing'}", "status")
    sprint = entry.sprint
    if facts.may("sprint") and sprint and sprint.state is SprintState.ACTIVE and not large:
        yield spoken("in-the-sprint", f"is in {sprint.name}", "sprint")
    if facts.parked_by:
        yield spoken("parked", f"is parked: {facts.parked_by}", "label", "status")
    if entry.priority is Priority.LOW and not facts.committed:
        yield spoken("low-priority", "its priority is low", "priority")


def _runs_long(facts: Facts) -> bool:
    span = facts.span
    return span is not None and span.stated and span.days > MONTH
