"""The census: nothing is missing unnoticed, and nothing is gone because a census said too little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from planora_sync.adapter import Absence, Page, ReadResult
from planora_sync.adapter import Census as CensusPage
from planora_sync.errors import Unreachable
from planora_sync.runs.pull import PullStatus
from planora_sync.runs.pulled import Census
from planora_sync.testing import MemoryAdapter, MemoryFault, make_entry, make_place
from tests.runs.memory import NAME, HasNoCensus, Team


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.fill(12)
    return team


class LosesTwo(MemoryAdapter):
    """Its pages lack two entries, as an index that lags behind does."""

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since, resume):
            yield replace(page, entries=tuple(e for e in page.entries if e.ref.id not in {"4", "7"}))


class LosesTwoAndCannotRead(LosesTwo):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        raise Unreachable("No answer.", connection=self.context.name)


def test_a_full_pull_counts_what_it_brought(team: Team) -> None:
    pulled = team.pull()
    assert (pulled.status, pulled.census) == (PullStatus.OK, Census(named=12, met=12))


def test_what_the_census_names_and_no_page_brought_is_read(tmp_path: Path) -> None:
    team = Team(tmp_path, kind=LosesTwo)
    team.fill(12)
    pulled = team.pull()
    assert (pulled.status, pulled.census) == (PullStatus.OK, Census(named=12, met=12))
    assert "named 2 entries that no page had brought" in pulled.note
    assert len(team.known()) == 12


def test_what_stays_unread_makes_the_pull_incomplete(tmp_path: Path) -> None:
    team = Team(tmp_path, kind=LosesTwoAndCannotRead)
    team.fill(12)
    pulled = team.pull()
    assert (pulled.status, pulled.census) == (PullStatus.INCOMPLETE, Census(named=12, met=10))
    assert "2 entries or more that the census named were not brought" in pulled.notices[0].what
    with team.opened() as workspace:
        state = workspace.store.pulls.get(NAME)
        assert state is not None
        assert (state.last_full, state.last_census) == (None, None)
    team.kind = MemoryAdapter
    again = team.pull()
    assert (again.full, again.status, again.census) == (False, PullStatus.OK, Census(named=12, met=12))


def test_an_entry_that_left_meanwhile_is_no_hole(team: Team) -> None:
    def leave(_name: str, count: int) -> None:
        if count == 12:
            team.tracker.remove("5", Absence.DELETED)

    pulled = team.pull(progress=leave)
    assert pulled.status is PullStatus.OK
    assert pulled.census == Census(named=11, met=11)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (MemoryFault.CENSUS_EMPTY, "named 0 of 12"),
        (MemoryFault.CENSUS_SHORT, "named 1 of 12"),
        (MemoryFault.CENSUS_TORN, "It was torn"),
        (MemoryFault.READ_FAILS, "The census failed"),
    ],
)
def test_a_bad_census_after_a_full_pull_is_said_and_makes_nothing_gone(
    team: Team, fault: MemoryFault, says: str
) -> None:
    team.tracker.fail(fault, target="census" if fault is MemoryFault.READ_FAILS else None)
    pulled = team.pull()
    assert pulled.status is PullStatus.INCOMPLETE
    assert says in pulled.notices[0].what
    assert len(team.known()) == 12
    again = team.pull()
    assert (again.full, again.status) == (False, PullStatus.OK), (
        "the pull itself was whole: its cursor counts"
    )
    assert again.census is not None, "the census stays due"


@pytest.mark.parametrize(
    "fault",
    [MemoryFault.CENSUS_EMPTY, MemoryFault.CENSUS_SHORT, MemoryFault.CENSUS_TORN, MemoryFault.READ_FAILS],
)
def test_a_bad_census_in_between_makes_nothing_gone(team: Team, fault: MemoryFault) -> None:
    team.pull()
    team.clock.forward(hours=25)
    team.tracker.fail(fault, target="census" if fault is MemoryFault.READ_FAILS else None)
    pulled = team.pull()
    assert (pulled.full, pulled.status, pulled.missing) == (False, PullStatus.INCOMPLETE, 0)
    assert len(team.known()) == 12


def test_what_left_without_a_word_is_found_when_a_census_is_due(team: Team) -> None:
    team.pull()
    reasons = {"1": Absence.DELETED, "2": Absence.TRASHED, "3": Absence.HIDDEN, "4": Absence.UNKNOWN}
    for id, why in reasons.items():
        team.tracker.remove(id, why)
    team.clock.forward(hours=23)
    early = team.pull()
    assert (early.census, early.missing) == (None, 0)
    team.clock.forward(hours=2)
    due = team.pull()
    assert (due.full, due.census, due.missing) == (False, Census(named=8, met=8), 4)
    assert due.left == dict.fromkeys(reasons.values(), 1)
    assert team.why() == reasons
    team.clock.forward(hours=25)
    later = team.pull()
    assert later.missing == 0, "what left is counted once"


def test_an_entry_out_of_scope_has_moved(tmp_path: Path) -> None:
    team = Team(tmp_path, scope=("PLAN",))
    team.fill(4)
    team.pull()
    team.tracker.edit("2", place=make_entry(90, place=make_place("FAR")).place)
    team.clock.forward(hours=25)
    assert team.pull().left == {Absence.MOVED: 1}
    assert team.why() == {"2": Absence.MOVED}


def test_an_index_that_lags_behind_makes_nothing_gone(tmp_path: Path) -> None:
    class Lags(MemoryAdapter):
        def census(self) -> Iterator[CensusPage]:
            for page in super().census():
                yield replace(page, ids=tuple(id for id in page.ids if id != "5"))

    team = Team(tmp_path, kind=Lags)
    team.fill(12)
    team.pull()
    team.clock.forward(hours=25)
    pulled = team.pull()
    assert (pulled.status, pulled.missing) == (PullStatus.OK, 0)
    assert "5" in team.known()


def test_an_entry_that_a_former_pull_lost_comes_back_with_the_census(tmp_path: Path) -> None:
    team = Team(tmp_path, kind=LosesTwo)
    team.fill(12)
    team.tracker.fail(MemoryFault.READ_FAILS, target="census")
    team.pull()
    assert len(team.known()) == 10
    pulled = team.pull()
    assert not pulled.full
    assert len(team.known()) == 12


def test_without_a_census_a_full_pull_is_made_when_one_is_due(tmp_path: Path) -> None:
    team = Team(tmp_path, kind=HasNoCensus)
    team.fill(12)
    assert team.pull().full
    assert not team.pull().full
    team.tracker.remove("3", Absence.DELETED)
    team.clock.forward(hours=25)
    due = team.pull()
    assert (due.full, due.left) == (True, {Absence.DELETED: 1})
    assert not team.pull().full


def test_off_means_never_but_with_full_pulls(tmp_path: Path) -> None:
    team = Team(tmp_path, census=None)
    team.fill(12)
    assert team.pull().census is not None
    team.clock.forward(days=400)
    assert team.pull().census is None


def test_how_often_is_said_by_the_configuration(tmp_path: Path) -> None:
    team = Team(tmp_path, census=timedelta())
    team.fill(12)
    team.pull()
    assert team.pull().census is not None


def test_many_that_left_are_asked_after_in_several_pulls(tmp_path: Path) -> None:
    class ReadsOne(MemoryAdapter):
        capabilities = replace(MemoryAdapter.capabilities, batch_read=1)

    team = Team(tmp_path, kind=ReadsOne)
    team.tracker.page_size = 200
    team.fill(900)
    team.pull()
    for number in range(1, 301):
        team.tracker.remove(str(number), Absence.DELETED)
    team.clock.forward(hours=1)
    first = team.pull(full=True)
    assert first.left == {None: 100, Absence.DELETED: 200}
    second = team.pull()
    assert second.missing == 0
    assert set(team.why().values()) == {Absence.DELETED}


def test_a_census_that_may_be_short_is_not_taken_again_before_its_time(team: Team) -> None:
    team.pull()
    for number in range(1, 8):
        team.tracker.remove(str(number), Absence.UNKNOWN)
    team.clock.forward(hours=25)
    doubted = team.pull()
    assert (doubted.status, doubted.missing) == (PullStatus.INCOMPLETE, 0)
    assert "The census brought back 5 of 12" in doubted.notices[0].what
    assert "/census?" not in team.asked(lambda: team.pull())
    team.clock.forward(hours=25)
    assert "/census?" in team.asked(lambda: team.pull())


def test_a_census_that_is_short_for_good_reason_counts_what_the_tracker_says_for_certain(team: Team) -> None:
    team.pull()
    for number in range(1, 8):
        team.tracker.remove(str(number), Absence.DELETED)
    team.clock.forward(hours=25)
    doubted = team.pull()
    assert (doubted.status, doubted.left) == (PullStatus.INCOMPLETE, {Absence.DELETED: 7})
    team.clock.forward(hours=25)
    assert team.pull().status is PullStatus.OK
