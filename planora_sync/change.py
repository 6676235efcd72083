"""A change: one before -> after on one field of one entry, or one creation, or one link.

Every value is a tuple of `Named`: empty where there is none, one for a status, several for labels. So that
values of all fields compare, store and print in one way. Two values are the same when their ids are.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import assert_never

from planora_sync.model import Entry, Frozen, Named, Ref

Value = tuple[Named, ...]


class Field(StrEnum):
    """The fields a correction can set, in the order in which they are written."""

    TYPE = "type"
    PLACE = "place"
    PARENT = "parent"
    PROPERTY = "property"
    STATUS = "status"
    SPRINT = "sprint"
    ASSIGNEES = "assignees"
    OWNER = "owner"
    START = "start"
    DUE = "due"
    TARGET = "target"
    """The range an initiative is meant for, where it is kept in dates of its own."""
    LABELS = "labels"
    ARCHIVED = "archived"


ORDER = {field: position for position, field in enumerate(Field)}
MANY = frozenset({Field.ASSIGNEES, Field.LABELS})
"""Fields that hold several values."""


class Change(Frozen):
    """One before -> after on one field."""

    field: Field
    before: Value
    after: Value
    property: Named | None = None
    """Which property, where `field` is `property`."""

    def inverse(self) -> Change:
        """Return the change that brings the former value back."""
        return self.model_copy(update={"before": self.after, "after": self.before})

    def sort_key(self) -> tuple[int, str]:
        """Return the total order of changes on one entry."""
        return (ORDER[self.field], self.property.id if self.property else "")


class Draft(Frozen):
    """An entry to be created; the marker finds it again when the outcome is unknown."""

    place: Named
    title: str
    text: str = ""
    type: Named | None = None
    changes: tuple[Change, ...] = ()
    marker: str


class LinkDraft(Frozen):
    """A link to be made from one entry to another or to an address."""

    source: Ref
    target: str
    """External id in the same connection, or an address."""
    kind: str = "relates"
    marker: str


def same(left: Value, right: Value) -> bool:
    """Return whether two values are equal: the same ids, in any order."""
    return sorted(item.id for item in left) == sorted(item.id for item in right)


def day(value: date | None) -> Value:
    """Return a date as a value."""
    return () if value is None else (Named(id=value.isoformat(), name=value.isoformat()),)


def span(start: date | None, end: date | None) -> Value:
    """Return a range of dates as a value; its id is `START/END`, either of which may be empty (ISO 8601)."""
    if start is None and end is None:
        return ()
    said = f"{start or ''}/{end or ''}"
    return (Named(id=said, name=f"{start or '...'} to {end or '...'}"),)


def between(value: Value) -> tuple[date | None, date | None]:
    """Return the dates of a range; raises ValueError for what is none."""
    if not value:
        return None, None
    start, _, end = value[0].id.partition("/")
    return date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None


def words(values: tuple[str, ...]) -> Value:
    """Return texts (labels) as a value; a text is its own id."""
    return tuple(Named(id=text, name=text) for text in values)


def current(entry: Entry, field: Field, prop: Named | None = None) -> Value:
    """Return what `entry` holds in `field` now."""
    match field:
        case Field.TYPE:
            return _one(entry.type)
        case Field.PLACE:
            return _one(entry.place)
        case Field.PARENT:
            return _one(entry.parent)
        case Field.PROPERTY:
            wanted = prop.id if prop else ""
            return next((p.values for p in entry.properties if p.id == wanted), ())
        case Field.STATUS:
            return _one(entry.status)
        case Field.SPRINT:
            return _one(entry.sprint)
        case Field.ASSIGNEES:
            return tuple(Named(id=p.id, name=p.name) for p in entry.assignees)
        case Field.OWNER:
            return _one(entry.owner)
        case Field.START:
            return day(entry.start)
        case Field.DUE:
            return day(entry.due)
        case Field.TARGET:
            # Dates that come from words, such as `Q1 2027`, are the words' property.
            own = entry.horizon is not None and entry.horizon.text is None
            return span(entry.horizon.start, entry.horizon.end) if entry.horizon and own else ()
        case Field.LABELS:
            return words(entry.labels)
        case Field.ARCHIVED:
            return words(("archived",)) if entry.archived else ()
        case _:
            assert_never(field)


def show(value: Value, field: Field) -> str | list[str] | None:
    """Return a value as people and scripts read it: a name, a list of names, or None."""
    names = [item.name for item in value]
    if field in MANY:
        return names
    return names[0] if names else None


def _one(named: Named | None) -> Value:
    return () if named is None else (Named(id=named.id, name=named.name),)
