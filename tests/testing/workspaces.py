"""A small workspace in memory that has one of everything the contract looks at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from planora_sync.model import Category, Named, Property, Status
from planora_sync.testing import (
    NOW,
    MemoryWorkspace,
    make_entry,
    make_place,
    make_sprint,
    make_sprint_place,
)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime = NOW) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def small_workspace(clock: Clock) -> MemoryWorkspace:
    """Return a project with two sprints, a roadmap, and seven entries over three pages."""
    workspace = MemoryWorkspace(now=clock, page_size=3)
    active, following = make_sprint("Sprint 37"), make_sprint("Sprint 38", "future")
    plan, roadmap = make_place("PLAN"), make_place("ROAD")
    workspace.put(plan, roadmap, make_place("PLAN/board:1", kind="board", id="board-1"))
    workspace.put(make_sprint_place(active), make_sprint_place(following))
    done = Status(id="done", name="Done", category=Category.DONE)
    long_ago = datetime(2025, 1, 15, tzinfo=UTC)
    workspace.put(
        make_entry(1, "Reach the people who left", place=roadmap, type="Epic"),
        make_entry(2, "Send the second reminder", place=plan, sprint=active, assignees=["Ana Ruiz"]),
        make_entry(3, "", place=plan, parent=Named(id="1", name="E-1"), due=date(2026, 12, 1)),
        make_entry(4, "Größe 🚀 \u202e", place=plan, labels=("b", "a"), status="In Progress"),
        make_entry(
            5, place=plan, properties=(Property(id="p", name="Area", values=(Named(id="1", name="x"),)),)
        ),
        make_entry(6, "Closed last week", place=plan, status=done, done=NOW - timedelta(days=7)),
        make_entry(7, "Closed long ago", place=plan, status=done, created=long_ago, done=long_ago),
    )
    return workspace
