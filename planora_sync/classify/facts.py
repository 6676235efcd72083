"""What signals may ask about an entry: the entry, its neighbourhood, and which of its fields are silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from planora_sync.mapping.filed import Filing
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Kind, Priority
from planora_sync.names import fits_any

IDEAS = frozenset({Kind.IDEA, Kind.REQUEST})
IDEA_LABELS = (
    "idea", "ideas", "idee", "ideen", "idea*", "wish*", "wunsch*", "request", "*feature*request*",
    "customer request", "suggestion*", "enhancement request", "sugerencia*", "solicitud*", "demande*",
    "ideia*", "要望", "アイデア", "建议", "ý tưởng*",
)  # fmt: skip
PARKED = (
    "parked", "icebox", "on ice", "someday", "on hold", "paused", "deferred", "not now", "geparkt",
    "zurückgestellt", "aparcado*", "en pausa", "en attente", "保留", "搁置",
)  # fmt: skip

_ALIKE = (
    frozenset({"level", "type", "kind"}),
    frozenset({"status", "category"}),
)
"""Fields that tell the same: a rule that reads one of them has read them all."""


@dataclass(frozen=True)
class Span:
    """From when to when an entry runs."""

    start: date
    end: date
    stated: bool
    """Whether the start was said, rather than taken from the creation."""

    @property
    def days(self) -> int:
        """Return its length."""
        return (self.end - self.start).days


def masked_by(filing: Filing, tracker: str) -> frozenset[str]:
    """Return the fields that say nothing about an entry, because its filing was read from them."""
    masked = set(filing.reads)
    for alike in _ALIKE:
        if masked & alike:
            masked |= alike
    if tracker == "trello" and masked & {"place", "status"}:
        masked |= {"place", "status", "category"}  # a list is both
    if "label" in masked:
        masked |= {"kind", "type", "level"}
    return frozenset(masked)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One entry as the signals see it."""

    entry: Entry
    snapshot: Snapshot
    masked: frozenset[str]

    def may(self, *fields: str) -> bool:
        """Return whether none of the fields is silent here."""
        return not self.masked & frozenset(fields)

    @cached_property
    def span(self) -> Span | None:
        """Return the span from start or creation to target; None where no target is known."""
        entry = self.entry
        horizon = entry.horizon
        end = (horizon.end if horizon else None) or entry.due
        start = entry.start or (horizon.start if horizon else None)
        if end is None:
            return None
        if start is not None:
            return Span(start=start, end=end, stated=True) if start <= end else None
        created = entry.created.date() if entry.created else None
        return Span(start=created, end=end, stated=False) if created and created <= end else None

    @cached_property
    def work_below(self) -> tuple[Entry, ...]:
        """Return the children that are work of their own."""
        return tuple(c for c in self.snapshot.children(self.entry) if not c.is_part)

    @cached_property
    def subtasks(self) -> tuple[Entry, ...]:
        """Return the children below level 0."""
        return tuple(c for c in self.snapshot.children(self.entry) if c.is_part)

    @cached_property
    def above_tasks(self) -> bool:
        """Return whether its level, where that may speak, is above that of tasks."""
        entry = self.entry
        return self.may("level") and (
            (entry.level is not None and entry.level >= 1) or entry.kind in (Kind.INITIATIVE, Kind.EPIC)
        )

    @cached_property
    def begun(self) -> bool:
        """Return whether its status, where that may speak, says that work has begun."""
        return self.may("status") and self.snapshot.begun(self.entry)

    @cached_property
    def owned(self) -> bool:
        """Return whether somebody other than the place's default assignee has it."""
        return bool(self.snapshot.owners(self.entry))

    @cached_property
    def due_in(self) -> int | None:
        """Return the days until its own due date."""
        due = self.entry.due
        return (due - self.snapshot.today).days if due else None

    @cached_property
    def horizon_days(self) -> int:
        """Return how far the plan of its place looks."""
        return self.snapshot.preset(self.entry).plan.horizon_days

    @cached_property
    def due_soon(self) -> bool:
        """Return whether it is due within the plan's horizon, or has been so for as long."""
        return self.due_in is not None and -self.horizon_days <= self.due_in <= self.horizon_days

    @cached_property
    def committed(self) -> bool:
        """Return whether it is begun, or has both an owner and a near deadline."""
        return self.begun or (self.owned and self.due_soon)

    @cached_property
    def idea_label(self) -> str | None:
        """Return the label that calls it an idea or request, or None."""
        return next((label for label in self.entry.labels if fits_any((label,), IDEA_LABELS)), None)

    @cached_property
    def parked_by(self) -> str | None:
        """Return the label or status that parks it, or None."""
        label = next((label for label in self.entry.labels if fits_any((label,), PARKED)), None)
        if label and self.may("label"):
            return f"label {label}"
        status = self.entry.status
        if status and self.may("status") and fits_any((status.name,), PARKED):
            return f"status {status.name}"
        return None

    @cached_property
    def untouched_days(self) -> int | None:
        """Return the days since anybody changed it; None where the tracker does not say."""
        updated = self.entry.updated
        return (self.snapshot.now - updated).days if updated else None

    @cached_property
    def age_days(self) -> int | None:
        """Return the days since it was created."""
        created = self.entry.created
        return (self.snapshot.now - created).days if created else None

    @property
    def critical(self) -> bool:
        """Return whether its severity or priority, as mapped, is critical."""
        return Priority.CRITICAL in (self.entry.severity, self.entry.priority)
