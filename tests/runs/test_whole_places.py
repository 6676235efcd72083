"""Places that an incremental pull brought whole: what is known there and did not come has left."""

from __future__ import annotations

from pathlib import Path

import pytest

from planora_sync.adapter import Absence
from planora_sync.runs.pull import PullStatus
from planora_sync.testing import MemoryFault
from tests.runs.memory import Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.fill(12)
    team.fill(12, first=101, place="OPS")
    team.tracker.reread.add("ops")
    team.pull()
    team.clock.forward(hours=1)
    return team


def test_what_left_such_a_place_is_noticed_at_once_and_elsewhere_later(team: Team) -> None:
    team.tracker.remove("101", Absence.ARCHIVED)
    team.tracker.remove("1", Absence.DELETED)
    pulled = team.pull()
    assert (pulled.full, pulled.left) == (False, {Absence.ARCHIVED: 1})
    assert team.why() == {"101": Absence.ARCHIVED}


def test_a_place_that_comes_short_makes_nothing_gone_but_what_the_tracker_says_for_certain(
    team: Team,
) -> None:
    for number in range(101, 109):
        team.tracker.remove(str(number), Absence.DELETED if number == 101 else Absence.UNKNOWN)
    pulled = team.pull()
    assert pulled.left == {Absence.DELETED: 1}
    assert "Place ops gave 4 of 12" in pulled.note
    assert team.why() == {"101": Absence.DELETED}


def test_a_place_that_comes_empty_makes_nothing_gone(team: Team) -> None:
    for number in range(101, 113):
        team.tracker.remove(str(number))
    pulled = team.pull()
    assert pulled.missing == 0
    assert "Place ops gave 0 of 12" in pulled.note
    assert "101" in team.known()


def test_an_incomplete_pull_makes_nothing_gone_there(team: Team) -> None:
    team.tracker.remove("101", Absence.DELETED)
    team.tracker.fail(MemoryFault.PLACE_FAILS, target="plan", times=-1)
    pulled = team.pull()
    assert (pulled.status, pulled.missing) == (PullStatus.INCOMPLETE, 0)
    assert team.why() == {}


def test_an_entry_that_moved_to_another_place_is_there(team: Team) -> None:
    team.tracker.edit("101", place=team.tracker.entries["1"].place)
    assert team.pull().missing == 0
    assert team.known()["101"].place.id == "plan"
