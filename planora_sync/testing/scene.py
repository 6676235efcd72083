"""A scene: one mapping, a few places, sprints and people, and the entries a test puts there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from planora_sync.mapping.preset import ConnectionMapping, Preset
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Person, Place, Sprint, SprintState
from planora_sync.rules.engine import Audit, Selection, audit
from planora_sync.testing.builders import (
    CONNECTION,
    NOW,
    make_entry,
    make_place,
    make_sprint,
    make_sprint_place,
)

ROLES: Mapping[str, str] = {
    "Ana": "product_manager",
    "Jonas": "product_manager",
    "Priya": "tech_lead",
    "Marc": "scrum_master",
    "Linh": "developer",
    "Tomas": "developer",
    "Chiara": "designer",
}
"""Who is who in every scene."""


class SceneRoles:
    """The roles of ROLES."""

    def role(self, person: Person, connection: str, tracker: str) -> str | None:
        """Return the role that ROLES gives the person's name."""
        return ROLES.get(person.name)


class Scene:
    """Entries under one mapping, as seen at NOW."""

    def __init__(
        self,
        preset: Preset,
        *,
        tracker: str = "jira",
        places: Iterable[Place] = (),
        by_place: Mapping[str, Preset] | None = None,
        sprint_day: int = 1,
    ) -> None:
        """Set up a scene.

        Args:
            preset: the mapping of the connection.
            tracker: whose entries they are.
            places: by default the project PLAN with board 1, and a sprint of each sort.
            by_place: mappings of places that have their own.
            sprint_day: how many days ago the active sprint began; it takes 14.
        """
        today = NOW.date()
        begins = today - timedelta(days=sprint_day)
        self.sprints = {
            "closed": make_sprint("Sprint 36", SprintState.CLOSED, begins=begins - timedelta(days=14)),
            "active": make_sprint("Sprint 37", SprintState.ACTIVE, begins=begins),
            "next": make_sprint("Sprint 38", SprintState.FUTURE, begins=begins + timedelta(days=14), rank=1),
            "second": make_sprint(
                "Sprint 39", SprintState.FUTURE, begins=begins + timedelta(days=28), rank=2
            ),
            "third": make_sprint("Sprint 40", SprintState.FUTURE, begins=begins + timedelta(days=42), rank=3),
        }
        self.tracker = tracker
        self.places = [*places] or self._project()
        self.mapping = ConnectionMapping(default=preset, by_place=dict(by_place or {}))
        self.entries: list[Entry] = []

    def _project(self) -> list[Place]:
        board = make_place("PLAN/board:1", kind="board", id="board-1", container="plan", has_sprints=True)
        project = make_place("PLAN", default_assignee="marc")
        return [project, board, *(make_sprint_place(s, container="board-1") for s in self.sprints.values())]

    def add(self, title: str = "", *, sprint: Sprint | str | None = None, **fields: Any) -> Entry:
        """Add an entry and return it; numbers as `start`, `due`, `created`, `updated` count days from NOW."""
        for name in ("start", "due"):
            if isinstance(fields.get(name), int):
                fields[name] = NOW.date() + timedelta(days=fields[name])
        for name in ("created", "updated", "since", "done"):
            if isinstance(fields.get(name), int | float):
                fields[name] = NOW + timedelta(days=fields[name])
        if isinstance(sprint, str):
            sprint = self.sprints[sprint]
        id = fields.pop("id", len(self.entries) + 1)
        fields.setdefault("place", self.places[0])
        entry = make_entry(id, title or None, tracker=self.tracker, sprint=sprint, **fields)
        self.entries.append(entry)
        return entry

    def add_children(self, parent: Entry, count: int, **fields: Any) -> None:
        """Add entries below another one."""
        for _ in range(count):
            self.add(parent={"id": parent.ref.id, "name": parent.key}, **fields)

    def snapshot(self) -> Snapshot:
        """Return what everything looks like at NOW."""
        return Snapshot(
            entries=self.entries,
            places=self.places,
            mappings={CONNECTION: self.mapping},
            people=SceneRoles(),
            now=NOW,
        )

    def audit(self, selection: Selection | None = None) -> Audit:
        """Return what an audit finds."""
        return audit(self.snapshot(), selection)
