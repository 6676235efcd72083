"""Builds entries, places and sprints with sane defaults, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from planora_sync.model import (
    Category,
    Entry,
    Kind,
    Person,
    Place,
    PlaceRef,
    Ref,
    Sprint,
    SprintState,
    Status,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday: the moment at which built things are looked at."""

TRACKER = "memory"
CONNECTION = "mem"

STATUSES = tuple(
    Status(id=name.lower().replace(" ", "-"), name=name, category=category)
    for name, category in (
        ("Backlog", Category.TODO),
        ("To Do", Category.TODO),
        ("In Progress", Category.DOING),
        ("Done", Category.DONE),
    )
)
"""The statuses of a built place, in its order."""

KINDS = {
    "goal": (Kind.GOAL, 3),
    "initiative": (Kind.INITIATIVE, 2),
    "epic": (Kind.EPIC, 1),
    "story": (Kind.STORY, 0),
    "task": (Kind.TASK, 0),
    "bug": (Kind.BUG, 0),
    "idea": (Kind.IDEA, 0),
    "request": (Kind.REQUEST, 0),
    "sub-task": (Kind.SUBTASK, -1),
}
"""Type name, lower case -> kind and level."""


def make_status(name: str) -> Status:
    """Return one of STATUSES by its name; raises KeyError for another."""
    return {status.name: status for status in STATUSES}[name]


def make_person(name: str) -> Person:
    """Return a person whose id and address follow from the name."""
    short = name.lower().replace(" ", ".")
    return Person(id=short, name=name, email=f"{short}@acme.test")


def make_sprint(
    name: str = "Sprint 37",
    state: SprintState | str = SprintState.ACTIVE,
    *,
    begins: date | None = None,
    days: int = 14,
    board: str | None = "board-1",
    rank: int = 0,
) -> Sprint:
    """Return a sprint; an active one began three days before NOW, the others stand before or after it."""
    state = SprintState(state)
    offset = {SprintState.ACTIVE: -3, SprintState.FUTURE: days - 3, SprintState.CLOSED: -days - 3}[state]
    first = begins or (NOW + timedelta(days=offset)).date()
    return Sprint(
        id=name.lower().replace(" ", "-"),
        name=name,
        state=state,
        board=board,
        start=first,
        end=first + timedelta(days=days),
        rank=rank,
    )


def make_place(path: str = "PLAN", *, kind: str = "project", **fields: Any) -> Place:
    """Return a place whose id is its path in lower case; `fields` are those of `Place`."""
    given: dict[str, Any] = {
        "tracker": TRACKER,
        "connection": CONNECTION,
        "id": path.lower(),
        "path": path,
        "kind": kind,
        "name": path.rpartition("/")[2],
        "statuses": STATUSES,
    }
    return Place(**{**given, **fields})


def make_sprint_place(sprint: Sprint, *, project: str = "PLAN", **fields: Any) -> Place:
    """Return the place that a sprint is."""
    path = f"{project}/sprint:{sprint.id}"
    given: dict[str, Any] = {"id": sprint.id, "name": sprint.name, "sprint": sprint, "statuses": ()}
    return make_place(path, kind="sprint", **{**given, **fields})


def make_entry(
    id: str | int = 1,
    title: str | None = None,
    *,
    place: PlaceRef | Place | str = "PLAN",
    status: Status | str | None = "To Do",
    type: str | None = None,
    assignees: Iterable[Person | str] = (),
    owner: Person | str | None = None,
    tracker: str = TRACKER,
    connection: str = CONNECTION,
    **fields: Any,
) -> Entry:
    """Return an entry: unassigned, undated, to do, made a month and changed a day before NOW.

    Args:
        id: external id; the key follows from it.
        title: by default `Entry ID`.
        place: a place, its reference, or the path of a place as `make_place` makes it.
        status: a status, the name of one of STATUSES, or None.
        type: the name of a type of KINDS, which gives kind and level too.
        assignees: people, or names of people as `make_person` makes them.
        owner: a person, or a name.
        tracker: the adapter's name.
        connection: the connection's name.
        fields: further fields of `Entry`.
    """
    given: dict[str, Any] = {
        "ref": Ref(tracker=tracker, connection=connection, id=str(id)),
        "key": f"E-{id}",
        "url": f"https://{tracker}.test/entries/{id}",
        "title": f"Entry {id}" if title is None else title,
        "place": _place_ref(place),
        "status": make_status(status) if isinstance(status, str) else status,
        "assignees": tuple(_person(person) for person in assignees),
        "owner": None if owner is None else _person(owner),
        "created": NOW - timedelta(days=30),
        "updated": NOW - timedelta(days=1),
        "since": NOW - timedelta(days=2),
    }
    return Entry(**{**given, **_typed(type), **fields})


def _typed(type: str | None) -> dict[str, Any]:
    if type is None:
        return {"kind": Kind.TASK, "level": 0}
    kind, level = KINDS[type.lower()]
    return {"type": {"id": type.lower(), "name": type}, "kind": kind, "level": level}


def _place_ref(place: PlaceRef | Place | str) -> PlaceRef:
    match place:
        case PlaceRef():
            return place
        case Place():
            return PlaceRef(id=place.id, name=place.path, container=place.container)
        case str():
            return PlaceRef(id=place.lower(), name=place)


def _person(person: Person | str) -> Person:
    return make_person(person) if isinstance(person, str) else person
