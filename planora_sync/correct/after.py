"""Says what an entry is after a change, as far as filing and judging it go: nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, assert_never

from planora_sync.change import Change, Field, Value, between
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Horizon, Named, Person, Place, PlaceRef, Property, Sprint, Status
from planora_sync.names import plain


def after(entry: Entry, changes: Iterable[Change], snapshot: Snapshot) -> Entry:
    """Return the entry as it will be once the changes are made, in the order in which they are written."""
    for change in sorted(changes, key=Change.sort_key):
        entry = entry.model_copy(update=_updates(entry, change, snapshot))
    return entry


def sprint_of_place(entry: Entry) -> bool:
    """Return whether the entry's sprint is the board or list it stands in, and so goes only with a move."""
    return entry.sprint is not None and entry.sprint.id in (entry.place.id, entry.place.container)


def place_ref(place: Place) -> PlaceRef:
    """Return the reference by which entries name a place."""
    return PlaceRef(id=place.id, name=place.path, container=place.container)


def find_sprint(snapshot: Snapshot, connection: str, id: str) -> Sprint | None:
    """Return a sprint by its id, or None where nothing names it."""
    place = snapshot.place_at(connection, id)
    if place is not None and place.sprint is not None:
        return place.sprint
    known = (e.sprint for e in snapshot.entries.values() if e.sprint and e.ref.connection == connection)
    return next((sprint for sprint in known if sprint.id == id), None)


def _updates(entry: Entry, change: Change, snapshot: Snapshot) -> Mapping[str, Any]:
    value = change.after
    match change.field:
        case Field.TYPE:
            return _type(entry, value, snapshot)
        case Field.PLACE:
            return _place(entry, value, snapshot)
        case Field.PARENT:
            return {"parent": value[0] if value else None}
        case Field.PROPERTY:
            return {"properties": _properties(entry, change)}
        case Field.STATUS:
            return _status(entry, value, snapshot)
        case Field.SPRINT:
            return {"sprint": _sprint(entry, value, snapshot)}
        case Field.ASSIGNEES:
            return {"assignees": tuple(Person(id=one.id, name=one.name) for one in value)}
        case Field.OWNER:
            return {"owner": Person(id=value[0].id, name=value[0].name) if value else None}
        case Field.START | Field.DUE:
            return {change.field.value: date.fromisoformat(value[0].id) if value else None}
        case Field.TARGET:
            return {"horizon": _horizon(entry, value)}
        case Field.LABELS:
            return {"labels": tuple(one.id for one in value)}
        case Field.ARCHIVED:
            return {"archived": bool(value)}
        case _:
            assert_never(change.field)


def _horizon(entry: Entry, value: Value) -> Horizon | None:
    start, end = between(value)
    kept = entry.horizon.bucket if entry.horizon else None
    return Horizon(bucket=kept, start=start, end=end) if value or kept else None


def _type(entry: Entry, value: Value, snapshot: Snapshot) -> Mapping[str, Any]:
    if not value:
        return {"type": None}
    alike = (
        other
        for other in snapshot.entries.values()
        if other.ref.connection == entry.ref.connection and other.type and other.type.id == value[0].id
    )
    other = next(alike, entry)
    return {"type": value[0], "kind": other.kind, "level": other.level}


def _place(entry: Entry, value: Value, snapshot: Snapshot) -> Mapping[str, Any]:
    place = snapshot.place_at(entry.ref.connection, value[0].id) if value else None
    if place is None:
        return {}
    # The snapshot gives the entry the sprint of its new place, where that is one.
    sprint = None if sprint_of_place(entry) else entry.sprint
    return {"place": place_ref(place), "status": status_there(entry, place), "sprint": sprint}


def status_there(entry: Entry, place: Place) -> Status | None:
    """Return the status with which an entry arrives in another place; a list is a status itself."""
    held = entry.status
    own = next((status for status in place.statuses if status.id == place.id), None)
    if own is not None or held is None or not place.statuses:
        return own or held
    by_id = next((status for status in place.statuses if status.id == held.id), None)
    return by_id or next((s for s in place.statuses if plain(s.name) == plain(held.name)), None)


def _status(entry: Entry, value: Value, snapshot: Snapshot) -> Mapping[str, Any]:
    if not value:
        return {"status": None}
    place = snapshot.place(entry)
    known = next((status for status in (place.statuses if place else ()) if status.id == value[0].id), None)
    status = known or Status(id=value[0].id, name=value[0].name, category=entry.category)
    of_list = snapshot.place_at(entry.ref.connection, status.id)
    if of_list is None or of_list.kind != "list":
        return {"status": status}
    return {"status": status, **_place(entry, (Named(id=of_list.id, name=of_list.path),), snapshot)}


def _sprint(entry: Entry, value: Value, snapshot: Snapshot) -> Sprint | None:
    return find_sprint(snapshot, entry.ref.connection, value[0].id) if value else None


def _properties(entry: Entry, change: Change) -> tuple[Property, ...]:
    prop = change.property
    others = tuple(one for one in entry.properties if prop is None or one.id != prop.id)
    if prop is None or not change.after:
        return others
    return (*others, Property(id=prop.id, name=prop.name, values=change.after))
