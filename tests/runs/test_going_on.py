"""A pull that was killed goes on after the last page that was stored, and makes nothing gone that it did not see."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from planora_sync.adapter import Absence, Page
from planora_sync.runs.pull import PullStatus
from planora_sync.store import RunStatus, Store
from planora_sync.testing import NOW, MemoryAdapter, MemoryFault, make_entry
from tests.runs.memory import NAME, Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.fill(10)
    return team


def content(entries: dict[str, Any]) -> dict[str, str]:
    return {id: entry.content_hash for id, entry in entries.items()}


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_pull_killed_after_any_page_goes_on_there(team: Team, pages: int) -> None:
    team.kill_after(pages)
    assert len(team.known()) == pages * 3, "what was stored before the kill is there"
    costs = team.asked(lambda: team.pull())
    assert costs[0] == f"/entries?since=&after={pages * 3}"
    assert set(team.known()) == set(team.tracker.entries)


def test_what_came_before_the_kill_is_counted_and_not_taken_for_missing(team: Team) -> None:
    team.pull()
    team.clock.forward(hours=1)
    team.kill_after(3, full=True)
    team.tracker.remove("10", Absence.DELETED)
    pulled = team.pull()
    assert (pulled.status, pulled.full, pulled.entries) == (PullStatus.OK, True, 9)
    assert pulled.note == "Went on with the full pull of 2026-11-24 11:00 UTC, after page 3."
    assert team.why() == {"10": Absence.DELETED}


def test_what_changed_before_the_kill_comes_with_the_next_pull(team: Team) -> None:
    team.kill_after(2)
    team.tracker.edit("1", title="Edited while the pull lay dead")
    team.pull()
    team.pull()
    assert team.known()["1"].title == "Edited while the pull lay dead"


def test_an_incremental_pull_that_was_killed_goes_on(team: Team) -> None:
    team.pull()
    for number in range(1, 9):
        team.tracker.edit(str(number), title=f"Edited {number}")
    team.kill_after(1)
    costs = team.asked(lambda: team.pull())
    assert costs[0].endswith("&after=3")
    assert content(team.known()) == content(team.tracker.entries)


def test_a_connection_that_fails_half_way_goes_on_too(team: Team) -> None:
    team.tracker.fail(MemoryFault.READ_FAILS, target="pull")
    assert team.pull().entries == 0
    edited = {"pages": 0}

    def fail_later(_name: str, _count: int) -> None:
        edited["pages"] += 1
        if edited["pages"] == 2:
            team.tracker.fail(MemoryFault.READ_FAILS)

    failed = team.pull(progress=fail_later)
    assert (failed.status, failed.entries) == (PullStatus.FAILED, 6)
    assert team.pull().note.endswith("after page 2.")
    assert len(team.known()) == 10


def test_another_mapping_begins_anew(team: Team) -> None:
    team.kill_after(2)
    team.fields["done_days"] = 30
    pulled = team.pull()
    assert "was begun with another configuration" in pulled.note
    assert pulled.entries == 10


def test_an_adapter_that_cannot_go_on_begins_anew(tmp_path: Path) -> None:
    team = Team(tmp_path, kind=Forgetful)
    team.fill(10)
    team.kill_after(2)
    pulled = team.pull()
    assert "cannot go on" in pulled.note
    assert set(team.known()) == set(team.tracker.entries)


class Forgetful(MemoryAdapter):
    """Says nothing of where it would go on."""

    def pull(self, since: str | None = None, resume: str | None = None) -> Any:
        for page in super().pull(since, resume):
            yield Page(entries=page.entries, places=page.places, cursor=page.cursor)


@pytest.mark.parametrize(
    ("killed_full", "hours", "goes_on"), [(True, 23, True), (True, 25, False), (False, 1, False)]
)
def test_a_full_pull_that_is_asked_for_goes_on_for_a_day(
    team: Team, killed_full: bool, hours: int, goes_on: bool
) -> None:
    team.pull()
    team.clock.forward(hours=1)
    for number in range(1, 9):
        team.tracker.edit(str(number), title="Edited")
    team.kill_after(1, full=killed_full)
    team.clock.forward(hours=hours)
    pulled = team.pull(full=True)
    assert pulled.full
    assert pulled.note.startswith("Went on" if goes_on else "Begun anew")
    assert content(team.known()) == content(team.tracker.entries)


def test_a_pull_killed_a_week_ago_begins_anew(team: Team) -> None:
    team.kill_after(2)
    team.clock.forward(days=8)
    assert "more than 7 days old" in team.pull().note


def test_a_place_where_it_cannot_go_on_is_left_after_three_tries(team: Team) -> None:
    team.kill_after(2)
    for _ in range(3):
        team.tracker.fail(MemoryFault.READ_FAILS)
        assert team.pull().status is PullStatus.FAILED
    pulled = team.pull()
    assert "taken up 3 times in vain" in pulled.note
    assert pulled.entries == 10


def test_a_pull_killed_at_its_end_only_ends(team: Team) -> None:
    team.kill_after(4)
    with team.opened() as workspace:
        found = workspace.store.under_way.get(NAME)
        assert found is not None
        run = workspace.store.runs.begin("pull", [NAME], team.clock())
        workspace.store.under_way.end(found, run=run, at=team.clock())
        workspace.store.runs.finish(run, RunStatus.FAILED, {}, team.clock())
    costs = team.asked(lambda: team.pull())
    assert costs == ["/census?"]
    with team.opened() as workspace:
        assert workspace.store.cursors.get(NAME)
        assert workspace.store.under_way.get(NAME) is None


def test_an_error_before_the_kill_still_makes_nothing_gone(team: Team) -> None:
    team.fill(10, first=101, place="OPS")
    team.pull()
    team.clock.forward(hours=1)
    team.tracker.fail(MemoryFault.PLACE_FAILS, target="ops", times=1)
    team.kill_after(2, full=True)
    pulled = team.pull()
    assert pulled.status is PullStatus.INCOMPLETE
    assert team.why() == {}


CHILD = """
import os, signal, sys
from pathlib import Path
from tests.runs.memory import Team
team = Team(Path(sys.argv[1]))
team.fill(10)
def progress(name, count):
    if count >= 6:
        os.kill(os.getpid(), signal.SIGKILL)
team.pull(progress=progress)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_process_killed_with_9_is_taken_over_at_once_and_its_pull_goes_on(team: Team) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", CHILD, str(team.store.parent)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    with Store.open(f"sqlite:///{team.store}", now=NOW) as store:
        assert [run.status for run in store.runs.list()] == [RunStatus.RUNNING]
    pulled = team.pull()
    assert pulled.note.endswith("after page 2.")
    assert len(team.known()) == 10
    with Store.open(f"sqlite:///{team.store}", now=NOW) as store:
        assert [(run.id, run.status) for run in store.runs.list()] == [
            ("r-2", RunStatus.OK),
            ("r-1", RunStatus.FAILED),
        ]
        assert json.dumps(dict(store.runs.get("r-1").summary)) == '{"taken_over_by": "r-2"}'


def test_a_run_of_a_living_process_is_waited_for(team: Team) -> None:
    with team.opened() as workspace:
        run = workspace.store.runs.begin("pull", [NAME], team.clock())
        with pytest.raises(Exception, match=f"Run {run} .pull. is at work"):
            team.pull()


def test_a_long_absence_between_two_parts_loses_no_entry_that_came_meanwhile(team: Team) -> None:
    team.kill_after(2)
    team.clock.forward(hours=30)
    team.tracker.put(make_entry(11), make_entry(12))
    team.tracker.remove("9", Absence.DELETED)
    team.pull()
    team.clock.at += timedelta(minutes=5)
    team.pull()
    assert set(team.known()) == set(team.tracker.entries)
