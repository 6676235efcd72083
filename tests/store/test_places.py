"""Places, cursors and the state of pulls."""

from __future__ import annotations

from datetime import date

import pytest

from planora_sync.model import Audience, Category, FieldSchema, Named, Sprint, SprintState, Status
from planora_sync.store import PlacesSaved, PullState, Store
from tests.store.values import HOSTILE, HOUR, NOW, place


def test_a_place_comes_back_with_all_its_fields(store: Store) -> None:
    status = Status(id="1", name="To Do", category=Category.TODO)
    given = place(
        url="https://acme.example",
        container="9",
        archived=True,
        audience=Audience.PUBLIC,
        sprint=Sprint(id="37", name="S", state=SprintState.ACTIVE, start=date(2026, 11, 16)),
        has_sprints=True,
        default_assignee="a",
        statuses=(status,),
        fields=(FieldSchema(id="f", name="Size", type="select", options=(Named(id="o", name="L"), status)),),
        position=4,
    )
    assert store.places.save("work", [given], complete=True, at=NOW) == PlacesSaved(added=(given,))
    assert store.places.load() == [given]


def test_hostile_places_come_back(store: Store) -> None:
    given = [
        place(f"p{text[:200]}", path=text, name=text, position=number) for number, text in enumerate(HOSTILE)
    ]
    store.places.save("work", given, complete=True, at=NOW)
    assert store.places.load() == given


def test_only_what_differs_is_told(store: Store) -> None:
    a, b, c = place("a"), place("b"), place("c")
    store.places.save("work", [a, b], complete=True, at=NOW)
    renamed = b.model_copy(update={"name": "New"})
    saved = store.places.save("work", [renamed, c], complete=True, at=NOW + HOUR)
    assert saved == PlacesSaved(added=(c,), changed=(renamed,), gone=(a,))
    assert store.places.load(["work"]) == [renamed, c]
    assert store.places.load(include_missing=True) == [a, renamed, c]
    assert store.places.save("work", [renamed, c], complete=True, at=NOW) == PlacesSaved()
    assert store.places.save("work", [a, renamed, c], complete=True, at=NOW) == PlacesSaved(added=(a,))


@pytest.mark.parametrize(("given", "complete"), [([], True), (["b"], False)])
def test_no_place_is_gone_after_an_empty_or_incomplete_pull(
    store: Store, given: list[str], complete: bool
) -> None:
    store.places.save("work", [place("a"), place("b")], complete=True, at=NOW)
    saved = store.places.save("work", [place(id) for id in given], complete=complete, at=NOW)
    assert saved == PlacesSaved()
    assert len(store.places.load()) == 2


def test_connections_keep_apart_and_places_keep_their_order(store: Store) -> None:
    first, second = place("z", position=1), place("a", position=2)
    other = place("z", "other")
    store.places.save("work", [second, first], complete=True, at=NOW)
    store.places.save("other", [other], complete=True, at=NOW)
    assert store.places.load() == [other, first, second]
    assert store.places.load(["other"]) == [other]
    with pytest.raises(ValueError, match="of another connection"):
        store.places.save("work", [other], complete=True, at=NOW)


def test_a_cursor_is_kept_replaced_and_forgotten(store: Store) -> None:
    assert store.cursors.get("work") is None
    store.cursors.set("other", "o", NOW)
    for cursor in HOSTILE:
        store.cursors.set("work", cursor, NOW)
        assert (store.cursors.get("work"), store.cursors.get("other")) == (cursor, "o")
    store.cursors.set("work", None, NOW)
    assert (store.cursors.get("work"), store.cursors.get("other")) == (None, "o")


def test_only_a_full_and_complete_pull_counts_as_one(store: Store) -> None:
    assert store.pulls.get("work") is None
    store.pulls.record("work", full=True, at=NOW)
    store.pulls.record("work", full=True, incomplete="LEGACY is not visible", at=NOW + HOUR)
    assert store.pulls.get("work") == PullState(
        connection="work", last=NOW + HOUR, last_full=NOW, incomplete="LEGACY is not visible"
    )
    store.pulls.record("work", full=False, at=NOW + 2 * HOUR)
    store.pulls.record("fresh", full=False, at=NOW)
    assert store.pulls.load() == {
        "fresh": PullState(connection="fresh", last=NOW, last_full=None, incomplete=""),
        "work": PullState(connection="work", last=NOW + 2 * HOUR, last_full=NOW, incomplete=""),
    }
