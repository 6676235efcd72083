"""Entries are frozen, say nothing they do not know, and hash by what people can change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planora_sync.model import Category, Entry, Link, Named, Person, Property, Ref, Status
from planora_sync.testing import NOW, make_entry, make_person, make_sprint

WORD = st.text(st.characters(codec="ascii", categories=["L", "Nd"], include_characters="_-"), min_size=1)


@given(tracker=WORD, connection=WORD, id=st.text(min_size=1))
def test_a_reference_is_read_as_it_is_written(tracker: str, connection: str, id: str) -> None:
    ref = Ref(tracker=tracker, connection=connection, id=id)
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "10042", "jira/10042", "jira.work", "jira.work/", ".work/1", "jira./1"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no reference like"):
        Ref.parse(text)


def test_an_instant_is_kept_in_utc_and_must_know_its_zone() -> None:
    paris = datetime(2026, 11, 24, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert make_entry(created=paris).created == NOW
    created = make_entry(created=paris).created
    assert created is not None
    assert created.tzinfo is UTC
    with pytest.raises(ValidationError, match="needs a time zone"):
        make_entry(created=datetime(2026, 11, 24, 11, 0))


def test_a_day_is_no_instant() -> None:
    with pytest.raises(ValidationError):
        make_entry(due=NOW)
    assert make_entry(due=date(2026, 12, 1)).due == date(2026, 12, 1)


def test_a_value_cannot_be_changed() -> None:
    entry = make_entry()
    with pytest.raises(ValidationError, match="frozen"):
        entry.title = "other"  # type: ignore[misc]


def test_an_unknown_field_is_refused_without_showing_it() -> None:
    with pytest.raises(ValidationError) as caught:
        make_entry(secret="s3cret", due="not-a-d4te")
    assert "s3cret" not in str(caught.value)
    assert "not-a-d4te" not in str(caught.value)


def test_people_are_named_once_the_owner_first() -> None:
    ana, kai = make_person("Ana Ruiz"), make_person("Kai Berg")
    assert make_entry(owner=ana, assignees=[kai, ana]).owners == (ana, kai)
    assert make_entry(assignees=[kai]).owners == (kai,)
    assert make_entry().owners == ()


@pytest.mark.parametrize(
    ("status", "archived", "category", "is_open"),
    [
        (None, False, Category.TODO, True),
        ("Backlog", False, Category.TODO, True),
        ("In Progress", False, Category.DOING, True),
        ("Done", False, Category.DONE, False),
        ("In Progress", True, Category.DOING, False),
    ],
)
def test_what_is_open(status: str | None, archived: bool, category: Category, is_open: bool) -> None:
    entry = make_entry(status=status, archived=archived)
    assert (entry.category, entry.is_open) == (category, is_open)


SAME_CONTENT: list[dict[str, Any]] = [
    {"updated": NOW},
    {"rank": "0|i0001:"},
    {"raw": {"fields": {"x": 1}}},
]


@pytest.mark.parametrize("update", SAME_CONTENT)
def test_the_hash_leaves_out_what_nobody_decided(update: dict[str, Any]) -> None:
    entry = make_entry()
    assert entry.model_copy(update=update).content_hash == entry.content_hash


OTHER_CONTENT: dict[str, Any] = {
    "title": "Other",
    "text": "Other",
    "status": Status(id="done", name="Done", category=Category.DONE),
    "sprint": make_sprint(),
    "assignees": (Person(id="1", name="A"),),
    "due": date(2026, 12, 1),
    "labels": ("a",),
    "parent": Named(id="1", name="E-1"),
    "links": (Link(kind="blocks", target="1"),),
    "properties": (Property(id="p", name="Area"),),
    "archived": True,
    "comments": 3,
    "since": NOW,
}


@pytest.mark.parametrize("name", OTHER_CONTENT)
def test_the_hash_sees_what_somebody_decided(name: str) -> None:
    entry = make_entry()
    before = entry.content_hash
    changed = entry.model_copy(update={name: OTHER_CONTENT[name]})
    assert changed.content_hash != before, "a copy must not keep the hash of the original"
    assert changed.model_copy(update={name: getattr(entry, name)}).content_hash == before


def test_the_hash_survives_the_store() -> None:
    entry = make_entry(1, sprint=make_sprint(), labels=("b", "a"), due=date(2026, 12, 1))
    assert Entry.model_validate_json(entry.model_dump_json()).content_hash == entry.content_hash
    assert len(entry.content_hash) == 32


def test_half_a_character_does_not_break_the_hash() -> None:
    torn = make_entry(title="\ud83d")
    assert torn.content_hash == make_entry(title="\ud83d").content_hash
    assert torn.content_hash != make_entry(title="\ud83e").content_hash


def test_a_copy_is_equal_and_hashes_alike() -> None:
    entry = make_entry()
    assert entry.content_hash
    assert entry.model_copy() == entry == make_entry()
    assert entry.model_copy(deep=True).content_hash == entry.content_hash


def test_raw_is_not_shown() -> None:
    assert "confidential" not in repr(make_entry(raw={"x": "confidential"}))


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_hostile_texts_survive_json(title: str, text: str, labels: list[str]) -> None:
    entry = make_entry(title=title, text=text, labels=tuple(labels))
    assert Entry.model_validate_json(entry.model_dump_json()) == entry
