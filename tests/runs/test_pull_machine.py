"""Whatever people do while we page, and wherever pulls are killed: in the end we hold what the tracker holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from planora_sync.adapter import Absence, Page
from planora_sync.model import Status
from planora_sync.runs.workspace import Workspace
from planora_sync.testing import MemoryAdapter, MemoryWorkspace, make_entry, make_place
from planora_sync.testing.pull_machine import PullMachine
from planora_sync.testing.team import memory_team
from tests.runs.memory import Clock, HasNoCensus

FEW = settings(
    max_examples=12,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


class MemoryMachine(PullMachine):
    """Over a workspace in memory, of three places."""

    kind: type[MemoryAdapter] = MemoryAdapter
    reread: Sequence[str] = ()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="planora-machine-"))
        self.clock = Clock()
        self.tracker = MemoryWorkspace(now=self.clock, page_size=2)
        self.places = [make_place(name) for name in ("PLAN", "ROAD", "OPS")]
        self.tracker.put(*self.places)
        self.tracker.reread |= set(self.reread)
        self.made = 0
        for _ in range(5):
            self._create(0)

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            shutil.rmtree(self.folder)

    def open(self) -> Workspace:
        return memory_team(self.folder / "planora.db", self.tracker, now=self.clock, kind=self.kind)

    def forward(self, hours: float) -> None:
        self.clock.forward(hours=hours)

    def there(self) -> Mapping[str, str]:
        return {id: entry.content_hash for id, entry in self.tracker.entries.items() if entry.is_open}

    def act(self, number: int) -> None:
        acts: list[Callable[[int], None]] = [
            self._create, self._rename, self._move, self._finish, self._archive, self._delete, self._reopen,
        ]  # fmt: skip
        acts[number % len(acts)](number // len(acts))

    def _create(self, number: int) -> None:
        if self.made < 9:
            self.made += 1
            self.tracker.put(make_entry(self.made, place=self.places[number % 3]))

    def _any(self, number: int) -> str:
        return sorted(self.tracker.entries)[number % len(self.tracker.entries)]

    def _rename(self, number: int) -> None:
        self.tracker.edit(self._any(number), title=f"Renamed {number}")

    def _move(self, number: int) -> None:
        place = self.places[number % 3]
        ref = make_entry(99, place=place).place
        self.tracker.edit(self._any(number // 3), place=ref, key=f"{place.name}-{number}")

    def _finish(self, number: int) -> None:
        self.tracker.edit(self._any(number), status=_status("Done"), done=self.clock())

    def _reopen(self, number: int) -> None:
        self.tracker.edit(self._any(number), status=_status("To Do"), done=None, archived=False)

    def _archive(self, number: int) -> None:
        self.tracker.edit(self._any(number), archived=True)

    def _delete(self, number: int) -> None:
        if len(self.tracker.entries) > 3:
            why = [Absence.DELETED, Absence.TRASHED, Absence.HIDDEN]
            self.tracker.remove(self._any(number), why[number % 3])


class WholePlacesMachine(MemoryMachine):
    """The same, where two places come whole with every pull."""

    reread = ("plan", "ops")


class NoCensusMachine(MemoryMachine):
    """The same, where only a full pull can count."""

    kind = HasNoCensus


class ForgetsWhenItBegan(MemoryAdapter):
    """Goes on, and says that the next pull may begin where the second part did."""

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        revision = str(self.workspace.revision)
        for page in super().pull(since, resume):
            yield replace(page, cursor=revision) if page.cursor and resume else page


def _status(name: str) -> Status | None:
    return make_entry(99, status=name).status


@pytest.mark.parametrize("machine", [MemoryMachine, WholePlacesMachine, NoCensusMachine])
def test_in_the_end_the_store_holds_what_the_tracker_holds(machine: type[MemoryMachine]) -> None:
    machine.TestCase.settings = FEW
    machine.TestCase().runTest()


def test_the_machine_catches_an_adapter_that_loses_something() -> None:
    class Machine(MemoryMachine):
        kind = ForgetsWhenItBegan

    machine = Machine()
    machine.pull_and_be_killed(full=False, pages=1, meanwhile=[])
    machine.tracker.edit("1", title="Edited after its page was stored")
    with pytest.raises(AssertionError):
        machine.teardown()
