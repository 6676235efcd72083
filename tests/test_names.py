"""Names as people mean them, and the globs that fit them."""

from __future__ import annotations

import pytest

from planora_sync.names import Globs, alternatives, fits, fits_any, lookup, plain


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("🗒  Backlog ", "backlog"),
        ("ＤＯＮＥ\u200b ✅", "done"),
        ("À Faire", "à faire"),
        ("\u202aNow\u202c", "now"),
        ("Team/🚀 Now", "team/now"),
        ("Now / Next / Later", "now/next/later"),
    ],
)
def test_plain(name: str, expected: str) -> None:
    assert plain(name) == expected


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Done [WEEK 3/6-12]", "done*"),
        ("Growth/🚀 This week", "*/This Week"),
        ("Team/To do", "*/{This week,To do}"),
        ("Fernway Roadmap/Next", "*Roadmap*/{Next,Up next}"),
        ("[System] Incident", "?System? *"),
        ("Sprint 14", "Sprint [0-9]*"),
        ("a{b}c", "A{B}C"),
        ("x1y2", "x{1,2}y{1,2}"),
    ],
)
def test_fits(name: str, pattern: str) -> None:
    assert fits(name, pattern)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("Not done", "done*"), ("Team/Doing", "*/{This week,To do}"), ("Sprint Review", "Sprint [0-9]*")],
)
def test_does_not_fit(name: str, pattern: str) -> None:
    assert not fits(name, pattern)


def test_alternatives_keep_their_order() -> None:
    assert alternatives("{a,b}/{c,}") == ("a/c", "a/", "b/c", "b/")
    assert fits_any(["x", "y"], ["z", "Y"])
    assert not fits_any([], ["*"])


def test_a_table_of_globs_says_the_same_however_often_it_is_asked() -> None:
    plain_table = {"done*": "done", "doing": "doing", "*review": "doing"}
    table = Globs(plain_table)
    for name in ("Done [WEEK 3]", "DOING", "Code review", "To do", ""):
        for _ in range(2):
            assert lookup(table, (name,)) == lookup(plain_table, (name,))
    assert lookup(table, (None, "To do", "Doing")) == "doing"
    assert dict(table) == plain_table
    assert repr(table) == repr(plain_table)


def test_a_table_of_globs_forgets_before_it_grows_without_bound() -> None:
    table = Globs({"a*": 1})
    for number in range(10_000):
        assert lookup(table, (f"a{number}",)) == 1
    assert len(table._said) < 5_000
