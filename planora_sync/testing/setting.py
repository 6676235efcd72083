"""What each field of a correction does to an entry in memory (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, assert_never

from planora_sync.change import Change, Field, Value, between
from planora_sync.model import Category, Entry, Horizon, Kind, Named, Person, Place, PlaceRef, Property
from planora_sync.testing.builders import KINDS


class Impossible(Exception):
    """The tracker would answer 400: there is no such status, place, sprint, parent or date."""


def with_change(
    entry: Entry, change: Change, places: Mapping[str, Place], entries: Mapping[str, Entry], now: datetime
) -> Entry:
    """Return the entry as it is after one change; raises Impossible."""
    return entry.model_copy(update=_fields(entry, change, places, entries, now))


def _fields(
    entry: Entry, change: Change, places: Mapping[str, Place], entries: Mapping[str, Entry], now: datetime
) -> dict[str, Any]:
    wanted = change.after
    match change.field:
        case Field.TYPE:
            return _type(wanted)
        case Field.PLACE:
            place = _known(places, _single(wanted, "place"), "place")
            return {"place": PlaceRef(id=place.id, name=place.path, container=place.container)}
        case Field.PARENT:
            return {"parent": _parent(entry, wanted, entries)}
        case Field.PROPERTY:
            return {"properties": _properties(entry, change)}
        case Field.STATUS:
            return _status(entry, _single(wanted, "status"), places, now)
        case Field.SPRINT:
            return {"sprint": _known(places, wanted[0], "sprint").sprint if wanted else None}
        case Field.ASSIGNEES:
            return {"assignees": tuple(Person(id=one.id, name=one.name) for one in wanted)}
        case Field.OWNER:
            return {"owner": Person(id=wanted[0].id, name=wanted[0].name) if wanted else None}
        case Field.START | Field.DUE:
            return {change.field.value: _day(wanted)}
        case Field.TARGET:
            return {"horizon": _horizon(entry, wanted)}
        case Field.LABELS:
            return {"labels": tuple(one.id for one in wanted)}
        case Field.ARCHIVED:
            return {"archived": bool(wanted)}
        case _:
            assert_never(change.field)


def _horizon(entry: Entry, wanted: Value) -> Horizon | None:
    start, end = between(wanted)
    kept = entry.horizon.bucket if entry.horizon else None
    return Horizon(bucket=kept, start=start, end=end) if wanted or kept else None


def _single(value: Value, what: str) -> Named:
    if len(value) != 1:
        raise Impossible(f"an entry has one {what}, not {len(value)}")
    return value[0]


def _known(places: Mapping[str, Place], wanted: Named, what: str) -> Place:
    place = places.get(wanted.id)
    if place is None or (what == "sprint") != (place.sprint is not None):
        raise Impossible(f"there is no {what} {wanted.id}")
    return place


def _type(wanted: Value) -> dict[str, Any]:
    if not wanted:
        return {"type": None, "kind": Kind.TASK, "level": 0}
    kind, level = KINDS.get(wanted[0].name.lower(), (Kind.OTHER, 0))
    return {"type": Named(id=wanted[0].id, name=wanted[0].name), "kind": kind, "level": level}


def _parent(entry: Entry, wanted: Value, entries: Mapping[str, Entry]) -> Named | None:
    if not wanted:
        return None
    if wanted[0].id not in entries or wanted[0].id == entry.ref.id:
        raise Impossible(f"{wanted[0].id} cannot be the parent")
    return Named(id=wanted[0].id, name=entries[wanted[0].id].key)


def _properties(entry: Entry, change: Change) -> tuple[Property, ...]:
    prop = change.property
    if prop is None:
        raise Impossible("the change names no property")
    others = [one for one in entry.properties if one.id != prop.id]
    if change.after:
        others.append(Property(id=prop.id, name=prop.name, values=change.after))
    return tuple(sorted(others, key=lambda one: one.id))


def _status(entry: Entry, wanted: Named, places: Mapping[str, Place], now: datetime) -> dict[str, Any]:
    place = places.get(entry.place.id)
    status = next((one for one in (place.statuses if place else ()) if one.id == wanted.id), None)
    if status is None:
        raise Impossible(f"there is no status {wanted.id} in {entry.place.name}")
    if status.category is entry.category:
        return {"status": status}
    return {"status": status, "since": now, "done": now if status.category is Category.DONE else None}


def _day(wanted: Value) -> date | None:
    if not wanted:
        return None
    try:
        return date.fromisoformat(wanted[0].id)
    except ValueError as failure:
        raise Impossible(f"{wanted[0].id!r} is no date") from failure
