"""A team over workspaces in memory, with a clock that only tests move, and pulls that can be killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from planora_sync.adapter import Absence
from planora_sync.model import Entry
from planora_sync.runs.pull import Progress, Pulled, pull_all
from planora_sync.runs.workspace import Workspace
from planora_sync.testing import NOW, MemoryAdapter, MemoryWorkspace, make_entry, make_place
from planora_sync.testing.team import memory_team

NAME = "mem"


class Killed(BaseException):
    """The process was killed: nothing is cleaned up that it does not survive."""


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> Any:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


class HasNoCensus(MemoryAdapter):
    """Of a tracker whose ids cost as much as its entries."""

    capabilities = replace(MemoryAdapter.capabilities, census=False)


class Team:
    """One store, one workspace in memory, opened anew for each pull."""

    def __init__(self, folder: Path, *, kind: type[MemoryAdapter] = MemoryAdapter, **fields: Any) -> None:
        self.clock = Clock()
        self.tracker = MemoryWorkspace(now=self.clock, page_size=3)
        self.store = folder / "planora.db"
        self.kind = kind
        self.fields = fields

    def fill(self, count: int, *, first: int = 1, place: str = "PLAN") -> None:
        """Put entries into a place of the tracker."""
        self.tracker.put(*(make_entry(n, place=make_place(place)) for n in range(first, first + count)))

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        with memory_team(
            self.store, self.tracker, now=self.clock, kind=self.kind, **self.fields
        ) as workspace:
            yield workspace

    def pull(
        self, names: tuple[str, ...] = (), *, full: bool = False, progress: Progress | None = None
    ) -> Pulled:
        with self.opened() as workspace:
            (pulled,) = pull_all(workspace, names, full=full, progress=progress or (lambda name, count: None))
            return pulled

    def kill_after(self, pages: int, *, full: bool = False) -> None:
        """Pull, and be killed once so many pages are stored."""
        left = [pages]

        def progress(_name: str, _count: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        try:
            self.pull(full=full, progress=progress)
        except Killed:
            return
        raise AssertionError("the pull had fewer pages")

    def known(self) -> dict[str, Entry]:
        """Return the open entries that the store holds and does not miss."""
        with self.opened() as workspace:
            return {e.ref.id: e for e in workspace.store.entries.load() if e.is_open}

    def why(self) -> dict[str, Absence | None]:
        """Return why entries are missing."""
        with self.opened() as workspace:
            return {one.ref.id: one.absence for one in workspace.store.absences.load()}

    def asked(self, act: Callable[[], object]) -> list[str]:
        """Return the paths of the requests that something cost."""
        before = len(self.tracker.ledger)
        act()
        return [f"{row.path}?{row.query}" for row in self.tracker.ledger[before:]]
