"""Specificity: a theme, any idea or request, or a specific piece of work."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import IDEAS, Facts
from planora_sync.classify.signals.spoken import Spoken, spoken
from planora_sync.model import Estimate, Kind

POINTS = {"points": 1.0, "hours": 0.2, "days": 1.5}
"""One unit of an estimate in points, roughly: a point is most of a day."""
SMALL, MEDIUM, LARGE = 5.0, 8.0, 40.0


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what type, children, size and checklist say."""
    yield from _type(facts)
    yield from _parts(facts)
    yield from _size(facts)


def _type(facts: Facts) -> Iterator[Spoken]:
    entry = facts.entry
    called = entry.type.name if entry.type else entry.kind.value
    if facts.above_tasks:
        yield spoken("above-the-task-level", f"its type is {called}, above the level of tasks", "level")
    elif facts.may("type") and entry.kind is Kind.TASK:
        yield spoken("filed-as-task", f"its type is {called}", "type")
    # An idea that somebody works on, or promised, is no idea any more.
    if not facts.committed:
        if facts.may("type") and entry.kind in IDEAS:
            yield spoken("filed-as-idea", f"its type is {called}", "type")
        elif facts.may("label") and facts.idea_label:
            yield spoken("labelled-as-idea", f"has the label {facts.idea_label}", "label")
    parent = facts.snapshot.parent(entry)
    if parent is not None and parent.kind is not Kind.GOAL and not facts.above_tasks:
        yield spoken("part-of-something", f"is part of {parent.key}", "parent")


def _parts(facts: Facts) -> Iterator[Spoken]:
    below, subtasks = len(facts.work_below), len(facts.subtasks)
    if below >= 3:
        yield spoken("work-below-it", f"{below} entries are below it", "children")
    elif below:
        noun = "entry is" if below == 1 else "entries are"
        yield spoken("work-below-it", f"{below} {noun} below it", "children", scale=0.5)
    if subtasks >= 10:
        yield spoken("many-subtasks", f"has {subtasks} subtasks", "children", scale=1.6)
    elif subtasks >= 4:
        yield spoken("many-subtasks", f"has {subtasks} subtasks", "children")
    elif subtasks >= 2:
        yield spoken("split-in-parts", f"is split in {subtasks} subtasks", "children")
    total = facts.entry.checklist_total
    if total >= 10:
        yield spoken("long-checklist", f"has a checklist of {total}", "checklist")
    elif total:
        yield spoken("short-checklist", f"has a checklist of {total}", "checklist")


def _size(facts: Facts) -> Iterator[Spoken]:
    estimate = facts.entry.estimate
    points = _points(estimate)
    if estimate is None or points is None:
        return
    words = f"estimated at {estimate.value:g} {estimate.unit}"
    if points >= LARGE:
        yield spoken("very-large-estimate", words, "estimate")
    elif points <= MEDIUM:
        yield spoken("small-estimate", words, "estimate", scale=1.0 if points <= SMALL else 0.5)


def _points(estimate: Estimate | None) -> float | None:
    if estimate is None or estimate.unit not in POINTS:
        return None
    return estimate.value * POINTS[estimate.unit]
