"""What else changed between a write and its read-back, told apart: fired, dropped by a move, carried by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from planora_sync.change import Change, Field, current
from planora_sync.correct.effects import effects
from planora_sync.model import Entry, Horizon, Named, Person, PlaceRef, Priority
from planora_sync.testing import NOW, make_entry

BEFORE = make_entry(1, assignees=["Linh"], labels=("a", "b"), due=NOW.date())
STATUS = Change(
    field=Field.STATUS, before=current(BEFORE, Field.STATUS), after=(Named(id="done", name="Done"),)
)
MOVE = Change(field=Field.PLACE, before=current(BEFORE, Field.PLACE), after=(Named(id="ops", name="OPS"),))


def after(**fields: Any) -> Entry:
    return BEFORE.model_copy(update=fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"updated": NOW, "rank": "0|x", "since": NOW, "done": NOW, "resolution": "Done", "carried": 3},
        {"status": None, "place": PlaceRef(id="list-2", name="Board/Done")},
        {"children": ("7",), "key": "OPS-1", "url": "https://memory.test/OPS-1"},
    ],
)
def test_what_any_write_touches_is_no_side_effect(fields: dict[str, Any]) -> None:
    assert effects([STATUS], BEFORE, after(**fields)).words == ()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"assignees": ()}, "assignees: Linh -> nothing"),
        ({"priority": Priority.HIGH}, "priority changed"),
        ({"comments": 1}, "comments changed"),
        ({"archived": True}, "archived: nothing -> archived"),
    ],
)
def test_whatever_else_changed_has_fired(fields: dict[str, Any], says: str) -> None:
    found = effects([STATUS], BEFORE, after(**fields))
    assert [one.words for one in found.fired] == [says]
    assert (found.dropped, found.followed) == ((), ())


def test_what_a_move_empties_is_dropped_and_can_be_written_back() -> None:
    found = effects([MOVE], BEFORE, after(labels=("a",), due=None))
    assert found.fired == ()
    assert [one.words for one in found.dropped] == ["due: 2026-11-24 -> nothing", "labels: a, b -> a"]
    assert {change.field for change in found.followed} == {Field.DUE, Field.LABELS}


def test_what_something_adds_after_a_move_has_fired() -> None:
    found = effects([MOVE], BEFORE, after(labels=("a", "b", "new")))
    assert [one.words for one in found.fired] == ["labels: a, b -> a, b, new"]
    assert found.followed == ()


AIM = Horizon(start=NOW.date(), end=NOW.date() + timedelta(days=90))
AIMED = BEFORE.model_copy(update={"horizon": AIM})


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (None, "2026-11-24 to 2027-02-22 -> nothing"),
        (Horizon(bucket="now"), "2026-11-24 to 2027-02-22 -> nothing"),
        (Horizon(end=AIM.end), "2026-11-24 to 2027-02-22 -> ... to 2027-02-22"),
    ],
)
def test_a_range_that_a_move_lost_is_said_and_can_be_written_back(left: Horizon | None, says: str) -> None:
    found = effects([MOVE], AIMED, AIMED.model_copy(update={"horizon": left}))
    assert (found.fired, [one.words for one in found.dropped]) == ((), [f"horizon: {says}"])
    ((change),) = found.followed
    assert (change.field, change.before) == (Field.TARGET, current(AIMED, Field.TARGET))


def test_a_range_that_something_set_anew_after_a_move_has_fired() -> None:
    later = Horizon(start=AIM.start, end=NOW.date() + timedelta(days=30))
    found = effects([MOVE], AIMED, AIMED.model_copy(update={"horizon": later}))
    assert [one.words for one in found.fired] == [
        "horizon: 2026-11-24 to 2027-02-22 -> 2026-11-24 to 2026-12-24"
    ]
    assert found.followed == ()


def test_a_horizon_in_words_goes_with_the_place_and_is_no_range() -> None:
    quarter = BEFORE.model_copy(update={"horizon": Horizon(text="Q1 2027", start=AIM.start, end=AIM.end)})
    found = effects([MOVE], quarter, quarter.model_copy(update={"horizon": None}))
    assert (found.words, found.followed) == ((), ())
    fired = effects([STATUS], quarter, quarter.model_copy(update={"horizon": Horizon(text="Q2 2027")}))
    assert fired.words == ("horizon changed",)


def test_the_same_people_in_another_field_are_no_side_effect() -> None:
    linh = Person(id="linh", name="Linh")
    found = effects([MOVE], BEFORE, after(assignees=(), owner=linh))
    assert found.words == ()
    assert {change.field for change in found.followed} == {Field.ASSIGNEES, Field.OWNER}


def test_children_that_a_move_lost_are_known() -> None:
    before = BEFORE.model_copy(update={"children": ("7", "8")})
    found = effects([MOVE], before, before.model_copy(update={"children": ("8",)}))
    ((ref, change),) = found.orphaned.items()
    assert ref.id == "7"
    assert (change.field, change.before, change.after) == (Field.PARENT, (Named(id="1", name="E-1"),), ())
