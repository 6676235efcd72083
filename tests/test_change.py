"""Changes of all fields compare, turn round, sort and print in one way."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planora_sync.change import (
    MANY,
    ORDER,
    Change,
    Field,
    between,
    current,
    day,
    same,
    show,
    span,
    words,
)
from planora_sync.model import Entry, Horizon, Named, Property
from planora_sync.testing import make_entry, make_person, make_sprint

NAMED = st.builds(Named, id=st.text(max_size=4), name=st.text(max_size=4))
VALUE = st.lists(NAMED, max_size=4).map(tuple)
CHANGE = st.builds(
    Change, field=st.sampled_from(Field), before=VALUE, after=VALUE, property=st.none() | NAMED
)


@given(VALUE, st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(value: tuple[Named, ...], random: Random) -> None:
    shuffled = [Named(id=item.id, name=f"{item.name}, renamed") for item in value]
    random.shuffle(shuffled)
    assert same(value, tuple(shuffled))


@given(VALUE, VALUE)
def test_same_goes_both_ways_and_sees_every_difference(
    left: tuple[Named, ...], right: tuple[Named, ...]
) -> None:
    assert same(left, right) == same(right, left)
    assert same(left, right) == (sorted(one.id for one in left) == sorted(one.id for one in right))
    assert not same(left, (*left, Named(id="one more", name="")))


@given(CHANGE)
def test_a_change_turned_round_twice_is_itself(change: Change) -> None:
    back = change.inverse()
    assert back.inverse() == change
    assert (back.before, back.after) == (change.after, change.before)
    assert (back.field, back.property) == (change.field, change.property)


@given(st.lists(CHANGE, max_size=8))
def test_changes_are_written_in_one_order(changes: list[Change]) -> None:
    ordered = sorted(changes, key=Change.sort_key)
    assert [ORDER[change.field] for change in ordered] == sorted(ORDER[change.field] for change in changes)


def test_the_place_and_the_type_come_before_what_depends_on_them() -> None:
    assert ORDER[Field.TYPE] < ORDER[Field.PLACE] < ORDER[Field.STATUS] < ORDER[Field.SPRINT]
    assert set(ORDER) == set(Field)


@given(CHANGE)
def test_a_change_survives_json(change: Change) -> None:
    assert Change.model_validate_json(change.model_dump_json()) == change


def test_a_change_knows_no_other_field() -> None:
    with pytest.raises(ValidationError):
        Change.model_validate({"field": "title", "before": [], "after": []})


FULL = make_entry(
    1,
    type="Story",
    place="PLAN",
    parent=Named(id="9", name="E-9"),
    properties=(Property(id="p", name="Area", values=(Named(id="o", name="Mail"),)),),
    status="In Progress",
    sprint=make_sprint("Sprint 37"),
    assignees=["Kai Berg", "Ana Ruiz"],
    owner=make_person("Ana Ruiz"),
    start=date(2026, 11, 20),
    due=date(2026, 12, 1),
    horizon=Horizon(bucket="next", start=date(2027, 1, 1), end=date(2027, 3, 31)),
    labels=("b", "a"),
    archived=True,
)
HELD = {
    Field.TYPE: ["story"],
    Field.PLACE: ["plan"],
    Field.PARENT: ["9"],
    Field.PROPERTY: ["o"],
    Field.STATUS: ["in-progress"],
    Field.SPRINT: ["sprint-37"],
    Field.ASSIGNEES: ["kai.berg", "ana.ruiz"],
    Field.OWNER: ["ana.ruiz"],
    Field.START: ["2026-11-20"],
    Field.DUE: ["2026-12-01"],
    Field.TARGET: ["2027-01-01/2027-03-31"],
    Field.LABELS: ["b", "a"],
    Field.ARCHIVED: ["archived"],
}


@pytest.mark.parametrize("field", list(Field))
def test_what_an_entry_holds(field: Field) -> None:
    area = Named(id="p", name="Area")
    assert [item.id for item in current(FULL, field, area)] == HELD[field]
    assert all(type(item) is Named for item in current(FULL, field, area)), "a value is plain: id and name"


@pytest.mark.parametrize("field", sorted(set(Field) - {Field.PLACE}))
def test_what_an_entry_does_not_hold(field: Field) -> None:
    bare = make_entry(1, status=None)
    assert current(bare, field, Named(id="p", name="Area")) == ()
    assert current(bare, field) == ()


def test_a_value_is_shown_by_its_names() -> None:
    assert show(current(FULL, Field.STATUS), Field.STATUS) == "In Progress"
    assert show((), Field.STATUS) is None
    assert show(current(FULL, Field.LABELS), Field.LABELS) == ["b", "a"]
    assert show((), Field.LABELS) == []
    assert set(MANY) == {Field.ASSIGNEES, Field.LABELS}


@given(st.dates())
def test_a_day_is_its_text(when: date) -> None:
    assert day(when)[0].id == when.isoformat()
    assert date.fromisoformat(day(when)[0].id) == when
    assert day(None) == ()


@given(st.lists(st.text(), max_size=4))
def test_a_word_is_its_own_id(texts: list[str]) -> None:
    assert [(item.id, item.name) for item in words(tuple(texts))] == [(text, text) for text in texts]


def test_a_value_read_from_an_entry_is_the_same_as_the_one_written() -> None:
    change = Change(field=Field.DUE, before=(), after=day(date(2026, 12, 1)))
    after: Entry = make_entry(due=date(2026, 12, 1))
    assert same(current(after, Field.DUE), change.after)
    assert not same(current(after, Field.DUE), change.before)


def test_dates_that_come_from_words_are_no_range_of_their_own() -> None:
    quarter = Horizon(text="Q1 2027", start=date(2027, 1, 1), end=date(2027, 3, 31))
    assert current(make_entry(1, horizon=quarter), Field.TARGET) == ()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (None, None),
        (date(2027, 1, 1), None),
        (None, date(2027, 3, 31)),
        (date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_a_range_is_read_as_it_was_written(start: date | None, end: date | None) -> None:
    assert between(span(start, end)) == (start, end)
