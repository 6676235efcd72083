"""Which entries a pull shows to be missing: promise 7, an empty, short or failed pull makes none so."""

from __future__ import annotations

import pytest

from planora_sync.adapter import Absence
from planora_sync.errors import UnknownReference
from planora_sync.model import Entry, PlaceRef
from planora_sync.store import Missing, Saved, Store
from tests.store.values import DONE, HOUR, NOW, entries, entry, ref

A = PlaceRef(id="a", name="Board/A", container="board")
B = PlaceRef(id="b", name="Board/B", container="board")
ALL = [*entries(12, place=A), *entries(12, first=101, place=B)]


class Puller:
    """One connection that is pulled again and again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.at = NOW
        self.run = store.runs.begin("pull", ["work"], NOW)

    def pull(
        self,
        given: list[Entry],
        *,
        full: bool = True,
        complete: bool = True,
        places: frozenset[str] | None = None,
    ) -> Saved:
        self.at += HOUR / 10
        return self.store.entries.save(
            "work", given, full=full, complete=complete, complete_places=places, run=self.run, at=self.at
        )

    @property
    def there(self) -> set[str]:
        return {item.ref.id for item in self.store.entries.load()}


@pytest.fixture
def puller(store: Store) -> Puller:
    puller = Puller(store)
    puller.pull(ALL)
    return puller


def test_an_open_entry_that_a_whole_pull_does_not_bring_is_missing_and_kept(puller: Puller) -> None:
    saved = puller.pull(ALL[1:])
    assert saved == Saved(unchanged=23, missing=(ref(1),))
    assert "1" not in puller.there
    assert len(puller.store.entries.load(include_missing=True)) == 24
    assert puller.store.entries.missing() == [Missing(ref=ref(1), since=puller.at, absence=None)]
    assert puller.store.entries.missing(["other"]) == []
    assert puller.store.entries.get(ref(1)) == ALL[0]


def test_it_is_said_once_and_keeps_its_time(puller: Puller) -> None:
    puller.pull(ALL[1:])
    since = puller.at
    assert puller.pull(ALL[1:]) == Saved(unchanged=23)
    assert puller.store.entries.missing()[0].since == since


def test_an_entry_that_comes_back_is_there_again(puller: Puller) -> None:
    puller.pull(ALL[2:])
    assert puller.pull(ALL[1:]) == Saved(unchanged=23, returned=(ref(2),))
    saved = puller.pull([entry(1, place=A, title="Changed meanwhile")], full=False)
    assert saved == Saved(changed=(ref(1),), returned=(ref(1),))
    assert puller.store.entries.missing() == []


@pytest.mark.parametrize("full", [True, False])
def test_an_empty_pull_makes_nothing_missing(puller: Puller, full: bool) -> None:
    saved = puller.pull([], full=full)
    assert saved.missing == ()
    assert len(puller.there) == 24
    assert ("came back empty where 24 open entries" in saved.note) is full


def test_an_empty_pull_makes_nothing_missing_where_little_was_known(store: Store) -> None:
    puller = Puller(store)
    puller.pull(entries(2))
    assert puller.pull([]) == Saved(
        unseen=(ref(1), ref(2)),
        note="The pull came back empty where 2 open entries were known: none was taken for missing.",
    )


@pytest.mark.parametrize(
    ("known", "back", "missing"), [(10, 4, 0), (10, 5, 5), (9, 1, 8), (11, 5, 0), (11, 6, 5)]
)
def test_a_pull_that_brings_back_less_than_half_is_short_from_ten_on(
    store: Store, known: int, back: int, missing: int
) -> None:
    puller = Puller(store)
    puller.pull(entries(known))
    saved = puller.pull(entries(back))
    assert len(saved.missing) == missing
    assert len(saved.unseen) == known - back - missing
    assert bool(saved.note) is (missing == 0)


def test_other_entries_in_place_of_the_known_ones_are_a_short_pull_too(puller: Puller) -> None:
    saved = puller.pull(entries(50, first=1001))
    assert (len(saved.added), saved.missing, len(saved.unseen)) == (50, (), 24)
    assert "brought back 0 of 24" in saved.note


def test_an_incomplete_pull_makes_nothing_missing(puller: Puller) -> None:
    saved = puller.pull(ALL[1:], complete=False)
    assert saved == Saved(unchanged=23, note="The pull was incomplete: nothing was taken for missing.")


def test_an_incremental_pull_makes_nothing_missing(puller: Puller) -> None:
    assert puller.pull(ALL[:1], full=False) == Saved(unchanged=1)


def test_only_in_places_that_were_read_whole_something_can_be_missing(puller: Puller) -> None:
    saved = puller.pull([*ALL[1:12], *ALL[13:]], places=frozenset({"a"}))
    assert saved.missing == (ref(1),)
    assert saved.unseen == (ref(101),)
    assert (
        saved.note == "Place b was not read whole: 1 unseen there. Their entries were not taken for missing."
    )


def test_a_board_that_was_read_whole_stands_for_its_lists(puller: Puller) -> None:
    assert puller.pull(ALL[1:], places=frozenset({"board"})).missing == (ref(1),)


def test_a_place_that_came_back_short_makes_nothing_missing_and_hinders_no_other(puller: Puller) -> None:
    saved = puller.pull([*ALL[1:12], *ALL[12:15]])
    assert saved.missing == (ref(1),)
    assert len(saved.unseen) == 9
    assert saved.note == "Place b gave 3 of 12. Their entries were not taken for missing."


def test_an_entry_that_moved_to_another_place_is_not_missing(puller: Puller) -> None:
    moved = [item.model_copy(update={"place": B}) for item in ALL[:12]]
    saved = puller.pull([*moved, *ALL[12:]], places=frozenset({"a", "b"}))
    assert (len(saved.changed), saved.missing, saved.unseen) == (12, (), ())


def test_done_and_archived_entries_may_stay_away(store: Store) -> None:
    puller = Puller(store)
    puller.pull([*entries(3), entry(8, status=DONE), entry(9, archived=True)])
    assert puller.pull(entries(3)) == Saved(unchanged=3)
    assert {"8", "9"} <= puller.there


def test_other_connections_are_left_alone(puller: Puller) -> None:
    store = puller.store
    run = store.runs.begin("pull", ["other"], NOW)
    store.entries.save("other", [entry(1, "other")], full=True, complete=True, run=run, at=NOW)
    puller.pull(ALL[1:])
    assert [str(item.ref) for item in store.entries.load(["other"])] == ["jira.other/1"]


@pytest.mark.parametrize("absence", list(Absence))
def test_a_reason_that_the_tracker_gave_is_kept_until_the_entry_is_back(
    puller: Puller, absence: Absence
) -> None:
    puller.pull(ALL[1:])
    since = puller.at
    puller.store.entries.mark_absent(ref(1), absence, NOW + 9 * HOUR)
    assert puller.store.entries.missing() == [Missing(ref=ref(1), since=since, absence=absence)]
    puller.pull(ALL)
    assert puller.store.entries.missing() == []
    puller.pull(ALL[1:])
    assert puller.store.entries.missing() == [Missing(ref=ref(1), since=puller.at, absence=None)]


def test_an_entry_that_nobody_missed_can_be_marked_absent(puller: Puller) -> None:
    puller.store.entries.mark_absent(ref(1), Absence.TRASHED, NOW + 9 * HOUR)
    assert puller.store.entries.missing() == [
        Missing(ref=ref(1), since=NOW + 9 * HOUR, absence=Absence.TRASHED)
    ]
    with pytest.raises(UnknownReference, match=r"no entry 'jira.work/999'"):
        puller.store.entries.mark_absent(ref(999), Absence.MOVED, NOW)
