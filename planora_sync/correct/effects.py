"""Says what else changed between a write and its read-back: what went with a move, and what fired (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planora_sync.change import Change, Field, Value, between, current, same
from planora_sync.correct.compare import MOVES, said, slot
from planora_sync.model import Entry, Named, Priority, Ref

IGNORED = frozenset(
    {
        "ref",
        "raw",
        "key",
        "url",
        "updated",
        "rank",
        "since",
        "done",
        "resolution",
        "children",
        "earlier_sprints",
        "carried",
    }
)
"""Fields of an entry that any write may touch, or that the tracker counts by itself."""

SETS: Mapping[Field, frozenset[str]] = {
    Field.TYPE: frozenset({"type", "kind", "level"}),
    Field.PLACE: frozenset({"place", "status", "audience", "security"}),
    Field.PARENT: frozenset({"parent"}),
    Field.PROPERTY: frozenset({"properties"}),
    # In Trello a status is a list, and the list is the place.
    Field.STATUS: frozenset({"status", "place"}),
    Field.SPRINT: frozenset({"sprint"}),
    Field.ASSIGNEES: frozenset({"assignees"}),
    Field.OWNER: frozenset({"owner"}),
    Field.START: frozenset({"start"}),
    Field.DUE: frozenset({"due"}),
    Field.TARGET: frozenset({"horizon"}),
    Field.LABELS: frozenset({"labels"}),
    Field.ARCHIVED: frozenset({"archived"}),
}
"""Field of a correction -> fields of an entry that change with it."""

NAMES: Mapping[str, Field] = {
    "type": Field.TYPE,
    "place": Field.PLACE,
    "parent": Field.PARENT,
    "status": Field.STATUS,
    "sprint": Field.SPRINT,
    "assignees": Field.ASSIGNEES,
    "owner": Field.OWNER,
    "start": Field.START,
    "due": Field.DUE,
    "horizon": Field.TARGET,
    "labels": Field.LABELS,
    "archived": Field.ARCHIVED,
}
"""Field of an entry -> the field that a correction could set."""

WITH_THE_PLACE = frozenset(
    {
        "type",
        "kind",
        "level",
        "properties",
        "horizon",
        "links",
    }
)
"""Fields that another place keeps in its own terms: the same option has another id there, a list is a horizon.

A horizon with dates of its own is no such field: where it is lost, it is lost."""

EMPTY: tuple[object, ...] = (None, (), "", 0, False, Priority.NONE)


@dataclass(frozen=True, kw_only=True)
class SideEffect:
    """One field that changed though nobody asked for it."""

    field: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What else a write did."""

    fired: tuple[SideEffect, ...] = ()
    """Set by an automation, or by somebody in the same moment."""
    dropped: tuple[SideEffect, ...] = ()
    """Emptied by a move."""
    followed: tuple[Change, ...] = ()
    """Those of the dropped, and the new status, that an undo can write back."""
    orphaned: Mapping[Ref, Change] = field(default_factory=dict)
    """Children that lost their parent by a move."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return all of them in words."""
        return tuple(effect.words for effect in (*self.fired, *self.dropped))


def effects(changes: Sequence[Change], before: Entry, after: Entry) -> Effects:
    """Return what else differs between the entry as it was read before the write and after it."""
    moved = any(c.field in MOVES and not same(c.before, c.after) for c in changes)
    ours = {name for change in changes for name in SETS[change.field]}
    names = [
        name
        for name in Entry.model_fields
        if name not in IGNORED | ours and getattr(before, name) != getattr(after, name)
    ]
    along = _along(before, after) if moved else frozenset()
    others = [name for name in names if name not in along]
    dropped = [name for name in others if moved and _shrank(name, before, after)]
    return Effects(
        fired=tuple(_effect(name, before, after) for name in others if name not in dropped),
        dropped=tuple(_effect(name, before, after) for name in dropped),
        followed=tuple(_followed(changes, before, after)) if moved else (),
        orphaned=_orphaned(before, after) if moved else {},
    )


def _along(before: Entry, after: Entry) -> frozenset[str]:
    """Return the fields whose change is the move's own."""
    dates, now = current(before, Field.TARGET), current(after, Field.TARGET)
    own = frozenset({"horizon"}) if dates and not same(dates, now) else frozenset()
    return (WITH_THE_PLACE - own) | _same_people(before, after)


def _shrank(name: str, before: Entry, after: Entry) -> bool:
    if NAMES.get(name) is Field.TARGET:
        return _less(current(after, Field.TARGET), current(before, Field.TARGET), Field.TARGET)
    old, new = getattr(before, name), getattr(after, name)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return set(map(str, new)) <= set(map(str, old))
    return new in EMPTY


def _same_people(before: Entry, after: Entry) -> frozenset[str]:
    """Return the fields of who does it where a move only put the same people into the other one."""
    kept = {person.id for person in after.owners} == {person.id for person in before.owners}
    return frozenset({"owner", "assignees"}) if kept else frozenset()


def _effect(name: str, before: Entry, after: Entry) -> SideEffect:
    known = NAMES.get(name)
    if known is None:
        return SideEffect(field=name, words=f"{name} changed")
    old, new = said(current(before, known), known), said(current(after, known), known)
    # A horizon may change in its words alone.
    return SideEffect(field=name, words=f"{name}: {old} -> {new}" if old != new else f"{name} changed")


def _followed(changes: Sequence[Change], before: Entry, after: Entry) -> Iterator[Change]:
    """Yield what a move changed along that can be written back."""
    ours = {slot(change) for change in changes}
    for target in NAMES.values():
        old, new = current(before, target), current(after, target)
        follows = (
            target is Field.STATUS or _less(new, old, target) or target.value in _same_people(before, after)
        )
        if (target, "") not in ours and target not in MOVES and not same(old, new) and follows:
            yield Change(field=target, before=old, after=new)
    for prop in before.properties:
        named = Named(id=prop.id, name=prop.name)
        new = current(after, Field.PROPERTY, named)
        if (Field.PROPERTY, prop.id) not in ours and not same(prop.values, new) and _less(new, prop.values):
            yield Change(field=Field.PROPERTY, before=prop.values, after=new, property=named)


def _less(new: Value, old: Value, field: Field = Field.PROPERTY) -> bool:
    """Return whether nothing but a part of the former value is left."""
    if field is Field.TARGET:
        return all(now in (None, then) for now, then in zip(between(new), between(old), strict=True))
    return {one.id for one in new} <= {one.id for one in old}


def _orphaned(before: Entry, after: Entry) -> Mapping[Ref, Change]:
    parent = (Named(id=before.ref.id, name=before.key),)
    return {
        before.ref.model_copy(update={"id": child}): Change(field=Field.PARENT, before=parent, after=())
        for child in before.children
        if child not in after.children
    }
