"""Places with fields, as adapters of Notion and Trello show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planora_sync.model import Category, FieldSchema, Named, Place, Property, Status
from planora_sync.testing import make_place, make_sprint, make_sprint_place
from planora_sync.testing.builders import make_person


def options(*names: str) -> tuple[Named, ...]:
    return tuple(Named(id=name.lower(), name=name) for name in names)


def status(name: str, category: Category = Category.TODO) -> Status:
    return Status(id=name.lower().replace(" ", "-"), name=name, category=category)


def field(name: str, type: str, *of: str) -> FieldSchema:
    return FieldSchema(id=f"{type}:{name.lower()}", name=name, type=type, options=options(*of))


def prop(name: str, type: str, value: str) -> Property:
    return Property(id=f"{type}:{name.lower()}", name=name, values=(Named(id=value.lower(), name=value),))


ROADMAP = make_place(
    "Product Roadmap",
    kind="data_source",
    statuses=(status("Not started"), status("In progress", Category.DOING), status("Shipped", Category.DONE)),
    fields=(
        field("Initiative", "title"),
        field("Type", "select", "Initiative", "Epic", "Task", "Idea", "Bug"),
        field("Owner", "people"),
        field("Timeline", "date"),
        field("Theme", "select", "Payments", "Reliability"),
        field("Priority", "select", "High", "Low"),
        field("Region", "select", "North", "South"),
        field("Notes", "rich_text"),
        field("Last edited", "last_edited_time"),
    ),
)
TASKS = make_place(
    "Tasks",
    kind="data_source",
    statuses=(
        status("Backlog"),
        status("Not started"),
        status("In progress", Category.DOING),
        status("Done", Category.DONE),
    ),
    fields=(
        field("Task name", "title"),
        field("Type", "select", "Epic", "Story", "Task", "Bug", "Idea"),
        field("Assignee", "people"),
        field("Due", "date"),
        field("Sprint", "relation"),
        field("Parent-task", "relation"),
        field("Priority", "select", "High", "Low"),
        field("Region", "select", "South"),
        field("Tags", "multi_select", "frontend", "parked"),
        field("Estimate", "number"),
    ),
)


def notion_places() -> list[Place]:
    """Return a roadmap, tasks, and the active and next sprint."""
    active = make_sprint("Sprint 31", "active", board=None)
    future = make_sprint("Sprint 32", "future", board=None, rank=1)
    return [TASKS, ROADMAP, make_sprint_place(active), make_sprint_place(future)]


def board(
    name: str, lists: Iterable[str], *, labels: Iterable[str] = (), members: Iterable[str] = ()
) -> list[Place]:
    """Return a Trello board and its lists."""
    board_id = f"board-{name.lower()}"
    doing, done = {"Doing"}, {"Done"}
    categories = {**dict.fromkeys(doing, Category.DOING), **dict.fromkeys(done, Category.DONE)}
    statuses = tuple(
        Status(id=f"{board_id}/{one.lower()}", name=one, category=categories.get(one, Category.TODO))
        for one in lists
    )
    people = tuple(make_person(one) for one in members)
    fields = (
        FieldSchema(id="labels", name="Labels", type="labels", options=options(*labels)),
        FieldSchema(
            id="members",
            name="Members",
            type="members",
            options=tuple(Named(id=p.id, name=p.name) for p in people),
        ),
    )
    common: dict[str, Any] = {"statuses": statuses, "fields": fields}
    return [
        make_place(name, kind="board", id=board_id, **common),
        *(
            make_place(
                f"{name}/{one.name}", kind="list", id=one.id, container=board_id, position=number, **common
            )
            for number, one in enumerate(statuses)
        ),
    ]


def at(places: Iterable[Place], path: str) -> Place:
    """Return a place by its path."""
    return next(place for place in places if place.path == path)


def status_of(place: Place) -> Status:
    """Return the status that a list is."""
    return next(status for status in place.statuses if status.id == place.id)
