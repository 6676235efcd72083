"""Says in words what a correction does and what else happens with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from planora_sync.change import Change, Field, Value, same, show
from planora_sync.correct.refile import Refiled
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Sprint, SprintState

Key = tuple[str, str]
"""Connection and sprint."""

ENTRIES = ""
"""No unit of an estimate: so many entries."""


class Loads:
    """What the open sprints hold, so that the share an entry has of one can be said."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _inside(self) -> Mapping[Key, Mapping[str, float]]:
        """Return what each sprint holds: its entries under `ENTRIES`, and their sizes by unit."""
        found: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for entry in self._snapshot.entries.values():
            # A subtask's points are part of its parent's.
            if entry.sprint is not None and not entry.is_part:
                held = found[entry.ref.connection, entry.sprint.id]
                held[ENTRIES] += 1
                if entry.estimate:
                    held[entry.estimate.unit] += entry.estimate.value
        return found

    def share(self, entry: Entry, sprint: Sprint) -> str:
        """Return how much of an active sprint an entry is, in words; empty for one that is not active."""
        if sprint.state is not SprintState.ACTIVE:
            return ""
        held = self._inside.get((entry.ref.connection, sprint.id), {})
        joins = entry.sprint is None or entry.sprint.id != sprint.id
        size = entry.estimate
        if size is None:
            return f", one of {int(held.get(ENTRIES, 0)) + joins} entries"
        whole = held.get(size.unit, 0) + (size.value if joins else 0)
        share = f", {size.value / whole:.0%} of {whole:g}" if whole else ""
        return f" with {size.value:g} {size.unit.removesuffix('s') if size.value == 1 else size.unit}{share}"


def words_of(entry: Entry, changes: Iterable[Change]) -> str:
    """Return what the changes do to an entry, in one sentence and in the tracker's own words."""
    phrases = [_phrase(change) for change in changes if not keeps(change)]
    return f"{entry.key}: {', '.join(phrases) or 'nothing'}."


def keeps(change: Change) -> bool:
    """Return whether people see the same value before and after: another place gives it another id."""
    return same(change.before, change.after) or show(change.before, change.field) == show(
        change.after, change.field
    )


def said(value: Value, field: Field) -> str:
    """Return a value in words; empty where there is none."""
    shown = show(value, field)
    return ", ".join(shown) if isinstance(shown, list) else shown or ""


def _phrase(change: Change) -> str:
    before, after = said(change.before, change.field), said(change.after, change.field)
    now = f" (now {before})" if before else ""
    match change.field:
        case Field.PLACE:
            return f"move it from {before} to {after}"
        case Field.SPRINT if not after:
            return f"take it out of {before}"
        case Field.SPRINT:
            return f"put it into {after}{now}"
        case Field.PROPERTY:
            name = change.property.name if change.property else "a property"
            return f"set {name} to {after or 'nothing'}{now}"
        case _:
            return f"set {change.field} to {after or 'nothing'}{now}"


def cascades(entry: Entry, found: Refiled, snapshot: Snapshot, loads: Loads) -> tuple[str, ...]:
    """Return what else happens: children that stay, points that move, values that go along."""
    left, joined = entry.sprint, found.entry.sprint
    moved = (left.id if left else None) != (joined.id if joined else None)
    said_of_sprints = []
    if moved and left is not None:
        said_of_sprints.append(f"It leaves the {left.state} sprint {left.name}{loads.share(entry, left)}.")
    if moved and joined is not None:
        said_of_sprints.append(
            f"It joins the {joined.state} sprint {joined.name}{loads.share(entry, joined)}."
        )
    return (
        *_children(entry, found, snapshot),
        *said_of_sprints,
        *_carried(found),
    )


def _children(entry: Entry, found: Refiled, snapshot: Snapshot) -> Iterator[str]:
    staying = len(snapshot.open_children(entry))
    if staying and not found.orphans:
        noun = "open child stays where it is" if staying == 1 else "open children stay where they are"
        yield f"Its {staying} {noun}."


def _carried(found: Refiled) -> Iterator[str]:
    kept = [change for change in found.changes if change.after and keeps(change)]
    if kept:
        values = ", ".join(f"{change.field} {said(change.after, change.field)}" for change in kept)
        yield f"It keeps {values}."
