"""A tracker that says until when it wants to be left alone is left alone, and asked again then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from planora_sync.errors import RateLimited
from planora_sync.runs.pull import PullStatus
from planora_sync.testing import MemoryFault
from tests.runs.memory import NAME, Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.fill(10)
    return team


def block(team: Team, *, target: str | None = None, **time: float) -> None:
    team.tracker.blocked_until = team.clock() + timedelta(**time)
    team.tracker.fail(MemoryFault.BLOCKED, target=target)


def test_nothing_is_asked_before_the_time_that_the_tracker_said(team: Team) -> None:
    block(team, hours=2)
    assert team.pull().status is PullStatus.FAILED
    team.clock.forward(hours=1)
    costs = team.asked(lambda: team.pull())
    assert costs == []
    refused = team.pull()
    assert refused.status is PullStatus.FAILED
    assert isinstance(refused.error, RateLimited)
    assert "pauses until 2026-11-24 12:00 UTC" in str(refused.error)
    assert f"[{NAME}]" in str(refused.error)


def test_it_is_forgotten_when_it_is_over(team: Team) -> None:
    block(team, hours=2)
    team.pull()
    team.clock.forward(hours=2)
    assert team.pull().status is PullStatus.OK
    with team.opened() as workspace:
        assert workspace.store.pauses.get(NAME, team.clock()) is None


def test_a_person_who_names_the_connection_and_wants_everything_is_obeyed(team: Team) -> None:
    block(team, hours=2)
    team.pull()
    assert team.pull(full=True).status is PullStatus.FAILED
    assert team.pull((NAME,)).status is PullStatus.FAILED
    assert team.pull((NAME,), full=True).status is PullStatus.OK
    assert team.pull().status is PullStatus.OK, "the tracker answered: the pause is over"


def test_a_short_wait_is_not_worth_keeping(team: Team) -> None:
    block(team, seconds=30)
    team.pull()
    assert team.pull().status is PullStatus.OK


def test_no_pause_is_longer_than_a_day(team: Team) -> None:
    block(team, days=400)
    team.pull()
    team.clock.forward(hours=25)
    assert team.pull().status is PullStatus.OK


@pytest.mark.parametrize("target", ["census", "9"])
def test_a_tracker_that_blocks_at_the_end_of_a_pull_is_left_alone_too(team: Team, target: str) -> None:
    team.pull()
    team.clock.forward(hours=25)
    team.tracker.remove("9")
    block(team, target=target, hours=3)
    assert team.pull().status is PullStatus.INCOMPLETE
    assert team.asked(lambda: team.pull()) == []


def test_what_was_stored_before_the_block_is_gone_on_from(team: Team) -> None:
    def later(_name: str, count: int) -> None:
        if count == 6:
            block(team, hours=1)

    assert team.pull(progress=later).entries == 6
    team.clock.forward(hours=2)
    assert team.pull().note.endswith("after page 2.")
    assert len(team.known()) == 10
