"""Compares what a correction relies on with what the tracker holds (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from planora_sync.adapter import Absence, ReadResult
from planora_sync.change import Change, Field, Value, current, same, show
from planora_sync.correct.proposal import Correction
from planora_sync.model import Entry

Slot = tuple[Field, str]
"""A field, or a property by its id."""

MOVES = frozenset({Field.PLACE, Field.TYPE})
"""Fields whose change makes a tracker drop others."""


FOLLOW_A_MOVE = frozenset({Field.STATUS, Field.SPRINT, Field.TYPE})
"""Fields that another place may set anew."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Everything is as it was: these changes are to be written."""

    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class AsWanted:
    """Everything is as wanted already."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Something that the correction relies on is no longer so."""

    detail: str


Comparison = Ready | AsWanted | Conflict


def slot(change: Change) -> Slot:
    """Return which field or property a change is about."""
    return (change.field, change.property.id if change.property else "")


def named(change: Change) -> str:
    """Return what people call the field of a change."""
    return change.property.name if change.property else change.field.value


def said(value: Value, field: Field) -> str:
    """Return a value in words."""
    shown = show(value, field)
    words = ", ".join(shown) if isinstance(shown, list) else shown
    return words or "nothing"


def gone(absence: Absence) -> str:
    """Return in words why an entry did not come back."""
    match absence:
        case Absence.TRASHED:
            return "it lies in the trash"
        case Absence.ARCHIVED:
            return "it, or what holds it, is archived"
        case Absence.MOVED:
            return "it was moved to where this connection does not read"
        case Absence.DELETED:
            return "it was deleted"
        case Absence.HIDDEN:
            return "it is there, but no longer shown to these credentials"
        case Absence.UNKNOWN:
            return "it was deleted, or is no longer shown to these credentials"
        case _:
            assert_never(absence)


def compare(correction: Correction, found: ReadResult, ours: Mapping[Slot, Value]) -> Comparison:
    """Return whether a correction can be written on the entry as it was just read.

    Args:
        correction: with its changes' before and what else it relies on.
        found: the entry, fresh from the tracker.
        ours: what this correction has written before, so that nobody who set it back is overwritten.
    """
    if isinstance(found, Absence):
        return Conflict(detail=f"The entry is not there: {gone(found)}.")
    open_ = tuple(change for change in correction.changes if not _holds(change, found))
    if not open_:
        return AsWanted()
    differences = [*_set_back(correction, found, ours), *_changed(correction, found, ours)]
    if found.archived and not any(change.field is Field.ARCHIVED for change in correction.changes):
        differences.append("it was archived")
    if differences:
        return Conflict(detail=f"Changed since: {'; '.join(differences)}.")
    # What goes along with a move is written with it, for the move may drop it.
    moves = any(_moves(change) for change in open_)
    return Ready(entry=found, changes=correction.changes if moves else open_)


def _set_back(correction: Correction, entry: Entry, ours: Mapping[Slot, Value]) -> Iterator[str]:
    for change in correction.changes:
        written = ours.get(slot(change))
        now = current(entry, change.field, change.property)
        if written is not None and not same(now, written):
            yield (
                f"{named(change)} had been set to {said(written, change.field)} and is now"
                f" {said(now, change.field)}"
            )


def _changed(correction: Correction, entry: Entry, ours: Mapping[Slot, Value]) -> Iterator[str]:
    moved = any(_moves(change) and _holds(change, entry) for change in correction.changes)
    for change in correction.changes:
        now = current(entry, change.field, change.property)
        lost = moved and not now and same(change.before, change.after)
        if (
            slot(change) not in ours
            and not lost
            and not (same(now, change.before) or same(now, change.after))
        ):
            yield _difference(named(change), change.field, change.before, now)
    for relied in correction.relies:
        now = current(entry, relied.field)
        # Half of it was written before: what went along with that move is no later edit.
        followed = moved and (not now or relied.field in FOLLOW_A_MOVE)
        if not followed and not same(now, relied.value):
            yield _difference(relied.field.value, relied.field, relied.value, now)


def _difference(name: str, field: Field, before: Value, now: Value) -> str:
    return f"{name} was {said(before, field)} and is now {said(now, field)}"


def _moves(change: Change) -> bool:
    return change.field in MOVES and not same(change.before, change.after)


def _holds(change: Change, entry: Entry) -> bool:
    return same(current(entry, change.field, change.property), change.after)


# -- after the write --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of the changes of a write, change by change."""

    taken: tuple[Change, ...]
    """Those that took effect; what was only carried along is none."""
    untaken: tuple[Change, ...]
    """Those whose field still holds what it held before, or lost what was to be carried along."""
    other: tuple[str, ...]
    """Fields that hold neither: somebody or something else set them, in words."""

    @property
    def complete(self) -> bool:
        """Return whether everything is as wanted."""
        return not self.untaken and not self.other


def verdict(changes: Iterable[Change], entry: Entry) -> Verdict:
    """Return what became of changes, by what the entry holds now."""
    taken, untaken, other = [], [], []
    for change in changes:
        now = current(entry, change.field, change.property)
        carried = same(change.before, change.after)
        if same(now, change.after):
            taken += [] if carried else [change]
        elif same(now, change.before) or (carried and not now):
            untaken.append(change)
        else:
            other.append(
                f"{named(change)} is {said(now, change.field)}, not {said(change.after, change.field)}"
            )
    return Verdict(taken=tuple(taken), untaken=tuple(untaken), other=tuple(other))
