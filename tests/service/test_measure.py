"""Precision and recall of an audit against what is written down."""

from __future__ import annotations

from planora_sync.model import Ref
from planora_sync.rules.base import Finding, Level
from planora_sync.sandbox import Expected
from planora_sync.service.measure import Mark, measure


def _expected(id: str, *codes: str, after: tuple[str, ...] = ()) -> Expected:
    return Expected(id=id, key=f"K-{id}", title="", codes=codes, nature=None, why="", after=after)


def _found(id: str | None, code: str, connection: str = "work") -> Finding:
    return Finding(
        code=code,
        name="fault",
        level=Level.ERROR,
        connection=connection,
        place="PLAN",
        ref=Ref(tracker="jira", connection=connection, id=id) if id else None,
        message="It is wrong.",
    )


def test_hits_misses_and_surprises() -> None:
    written = {"work": (_expected("1", "PS101"), _expected("2", "PS105"), _expected("3"))}
    found = measure([_found("1", "PS101"), _found("3", "PS106"), _found("9", "PS101")], written)
    assert found.missed == (Mark(connection="work", code="PS105", id="2"),)
    assert [(one.code, one.id) for one in found.unexpected] == [("PS101", "9"), ("PS106", "3")]
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)
    assert not found.exact


def test_the_same_id_in_another_connection_is_another_entry() -> None:
    assert not measure([_found("1", "PS101", "other")], {"work": (_expected("1", "PS101"),)}).exact


def test_a_finding_on_a_place_is_a_surprise_too() -> None:
    found = measure([_found(None, "PS209")], {"work": ()})
    assert found.unexpected == (Mark(connection="work", code="PS209", id="PLAN"),)


def test_afterwards_only_what_is_for_people_is_expected() -> None:
    written = {"work": (_expected("1", "PS101"), _expected("2", "PS101", after=("PS101",)))}
    assert measure([_found("2", "PS101")], written, after=True).exact


def test_nothing_wanted_and_nothing_found_is_right() -> None:
    nothing = measure([], {"work": ()})
    assert (nothing.precision, nothing.recall, nothing.exact) == (1.0, 1.0, True)
