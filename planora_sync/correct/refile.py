"""Says which changes file an entry in a layer, as its mapping's `[file.LAYER]` wants it (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planora_sync.change import Change, Field, Value, current, words
from planora_sync.correct.after import after, sprint_of_place
from planora_sync.correct.losses import Loss, Move, is_far, move
from planora_sync.correct.targets import (
    Stuck,
    file_as,
    find_property,
    find_sprint,
    find_status,
    find_target,
    find_type,
)
from planora_sync.mapping.preset import FileAs
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Layer, Named, Place, Ref

BY_TYPE = frozenset({"level", "type", "kind"})
"""A filing read from these alone is changed by a change of type only."""


@dataclass(frozen=True, kw_only=True)
class Refiled:
    """The changes that file an entry in a layer, and what they cause."""

    changes: tuple[Change, ...]
    entry: Entry
    """As it will be."""
    target: Place | None
    """Where it will stand."""
    far: bool = False
    """Whether it leaves its board, project or data source."""
    losses: tuple[Loss, ...] = ()
    orphans: tuple[Ref, ...] = ()
    """Children that no longer name it as parent."""


@dataclass(frozen=True, kw_only=True)
class NotFileable:
    """Why nothing that may be written files the entry there."""

    reason: str


Refile = Refiled | NotFileable


def refile(
    entry: Entry,
    layer: Layer,
    snapshot: Snapshot,
    *,
    sprint: str | None = None,
    able: frozenset[Field] = frozenset(Field),
) -> Refile:
    """Return the changes that file an entry in a layer, or why there are none.

    Args:
        entry: as the snapshot holds it.
        layer: where it belongs.
        snapshot: everything as it stands.
        sprint: `active` or `next` in place of what the mapping says, where it speaks of a sprint at all.
        able: fields that the tracker's adapter can write.
    """
    if entry.is_part:
        return NotFileable(reason="it is filed where its parent is, and never moved alone")
    try:
        how = file_as(entry, layer, snapshot)
        if sprint is not None and how.sprint in ("active", "next"):
            how = how.model_copy(update={"sprint": sprint})
        found = _refiled(entry, how, layer, snapshot, able)
    except Stuck as stuck:
        return NotFileable(reason=str(stuck))
    return _verified(found, layer, snapshot)


def _refiled(entry: Entry, how: FileAs, layer: Layer, snapshot: Snapshot, able: frozenset[Field]) -> Refiled:
    reads = snapshot.filing(entry).reads
    if reads and reads <= BY_TYPE and not how.type:
        called = entry.type.name if entry.type else "its level"
        raise Stuck(f"it is filed by its type ({called}), which only a person changes")
    target = find_target(how, entry, layer, snapshot)
    own = tuple(_changes(entry, how, layer, target, snapshot))
    far = is_far(entry, target)
    ours = frozenset(change.field for change in own)
    moved = move(entry, target, layer, snapshot, ours, able) if far and target else Move()
    carried = (change for change in moved.carried if change.field not in ours)
    changes = tuple(sorted((*own, *carried), key=Change.sort_key))
    written = {change.field for change in changes}
    gone = [
        _change(entry, field, ()) for loss in moved.losses for field in loss.fields if field not in written
    ]
    return Refiled(
        changes=changes,
        entry=after(entry, (*changes, *gone), snapshot),
        target=target,
        far=far,
        # To leave the sprint is what such a move is for.
        losses=tuple(loss for loss in moved.losses if Field.SPRINT not in loss.fields),
        orphans=moved.orphans,
    )


def _changes(
    entry: Entry, how: FileAs, layer: Layer, target: Place | None, snapshot: Snapshot
) -> Iterator[Change]:
    wanted_type = find_type(how, entry, target, snapshot)
    if wanted_type is not None and (entry.type is None or wanted_type.id != entry.type.id):
        _guard_type(entry, wanted_type, snapshot)
        yield _change(entry, Field.TYPE, (wanted_type,))
    status = find_status(how, entry, layer, target, snapshot)
    if target is not None and target.id != entry.place.id:
        # A list of the same board is a status; the tracker moves the card either way.
        if target.kind == "list" and not is_far(entry, target):
            yield _change(entry, Field.STATUS, (_status_of(target),))
        else:
            yield _change(entry, Field.PLACE, (Named(id=target.id, name=target.path),))
    if status is not None and not (target and target.kind == "list" and target.id != entry.place.id):
        moves = target is not None and target.id != entry.place.id
        if moves or entry.status is None or entry.status.id != status.id:
            yield _change(entry, Field.STATUS, (Named(id=status.id, name=status.name),))
    yield from _sprint(entry, how, layer, snapshot)
    if how.label is not None and how.label not in entry.labels:
        yield _change(entry, Field.LABELS, words((*entry.labels, how.label)))
    yield from _properties(entry, how, target)


def _status_of(target: Place) -> Named:
    found = next((status for status in target.statuses if status.id == target.id), None)
    return Named(id=target.id, name=found.name if found else target.name)


def _sprint(entry: Entry, how: FileAs, layer: Layer, snapshot: Snapshot) -> Iterator[Change]:
    sprint = find_sprint(how, entry, layer, snapshot)
    place = snapshot.place_at(entry.ref.connection, sprint.id) if sprint else None
    # A sprint that is a board or a list is entered and left by a move.
    if sprint_of_place(entry) or (place is not None and place.kind != "sprint"):
        return
    if (sprint.id if sprint else None) != (entry.sprint.id if entry.sprint else None):
        if sprint is not None and entry.level is not None and entry.level > 0:
            raise Stuck(f"{entry.type.name if entry.type else 'its level'} is above what a sprint holds")
        yield _change(entry, Field.SPRINT, (Named(id=sprint.id, name=sprint.name),) if sprint else ())


def _properties(entry: Entry, how: FileAs, target: Place | None) -> Iterator[Change]:
    for name, option in how.property.items():
        prop, value = find_property(name, option, entry, target)
        before = current(entry, Field.PROPERTY, prop)
        if {one.id for one in before} != {one.id for one in value}:
            yield Change(field=Field.PROPERTY, before=before, after=value, property=prop)


def _change(entry: Entry, field: Field, value: Value) -> Change:
    return Change(field=field, before=current(entry, field), after=value)


def _guard_type(entry: Entry, wanted: Named, snapshot: Snapshot) -> None:
    """Raise Stuck where a change of type would cut the entry off from its family."""
    children = snapshot.children(entry)
    if children:
        raise Stuck(f"it has {len(children)} children, which a change to {wanted.name} would cut off")
    if entry.parent is not None:
        raise Stuck(f"it belongs to {entry.parent.name}, from which a change to {wanted.name} may cut it off")


def _verified(found: Refiled, layer: Layer, snapshot: Snapshot) -> Refile:
    """Return it if the entry really is filed in the layer afterwards."""
    if not found.changes:
        return NotFileable(reason=f"no field that may be written would file it in the {layer}")
    whole = snapshot.refiled(found.entry)
    filing = whole.filing(whole.entries[found.entry.ref])
    if filing.filed is not Filed(layer.value):
        return NotFileable(reason=f"even so it would be filed as {filing.filed} ({filing.reason})")
    return Refiled(
        changes=found.changes,
        entry=whole.entries[found.entry.ref],
        target=found.target,
        far=found.far,
        losses=found.losses,
        orphans=found.orphans,
    )
