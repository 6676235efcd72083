"""Pages that lie: each of Jira's three ways of paging ends, breaks off or shifts in its own way."""

from __future__ import annotations

from typing import Any

import pytest

from planora_sync.adapter import Severity
from planora_sync.errors import AnswerUnreadable
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import (
    SEARCH,
    Tampered,
    adapter_of,
    expected_keys,
    make,
)
from tests.adapters.jira.site import Clock


def test_a_page_that_is_not_the_last_and_names_no_next_one(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", SEARCH, lambda asked, page: {"issues": page["issues"], "isLast": False})
    with pytest.raises(AnswerUnreadable, match="names no next one"):
        pull_all(adapter_of(sandbox, app=app))


def test_a_page_token_that_comes_again(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    token: list[str] = []

    def same(asked: Any, page: Any) -> Any:
        token.append(page.get("nextPageToken", "?"))
        return {**page, "nextPageToken": token[0], "isLast": False} if "issues" in page else page

    app.on("POST", SEARCH, same)
    with pytest.raises(AnswerUnreadable, match="circle"):
        pull_all(adapter_of(sandbox, app=app))


def test_a_short_page_with_a_token_is_not_the_end(clock: Clock) -> None:
    sandbox = make(clock, page_cap=40)
    app = Tampered(sandbox.app)
    # Nothing on the page: Jira filters after it cuts.
    app.on("POST", SEARCH, lambda asked, page: page if asked.get("nextPageToken") else {**page, "issues": []})
    assert len(pull_all(adapter_of(sandbox, app=app)).entries) == len(expected_keys(sandbox)) - 40


def _token(page: Any) -> dict[str, Any]:
    return {"nextPageToken": page["nextPageToken"]} if "nextPageToken" in page else {}


def test_an_empty_token_is_none(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", SEARCH, lambda asked, page: {"nextPageToken": "", "issues": page["issues"]} | _token(page))
    assert {entry.key for entry in pull_all(adapter_of(sandbox, app=app)).entries} == expected_keys(sandbox)


@pytest.mark.parametrize("page", [{}, {"issues": None}, {"issues": [{}]}, {"issues": ["x"], "isLast": True}])
def test_a_page_without_issues_is_no_page(clock: Clock, page: Any) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", SEARCH, lambda asked, answer: page)
    with pytest.raises(AnswerUnreadable, match="CARE"):
        pull_all(adapter_of(sandbox, app=app))


def test_data_center_pages_that_shift_under_the_reader(clock: Clock) -> None:
    sandbox = make(clock, "data_center", page_cap=30)
    app = Tampered(sandbox.app)
    gone: list[int] = []

    def lose_one(asked: Any, page: Any) -> Any:
        if asked["jql"].startswith("project") and asked["startAt"] == 0 and not gone:
            # While the second page is asked for, an issue of the first leaves the project.
            first = int(page["issues"][3]["id"])
            gone.append(first)
            sandbox.site.issues[first].archived = True
        return page

    app.on("POST", "/rest/api/2/search", lose_one)
    before = expected_keys(sandbox)
    pulled = pull_all(adapter_of(sandbox, app=app))
    assert gone
    assert {entry.key for entry in pulled.entries} == before
    assert len(pulled.entries) == len(before)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: {key: page[key] for key in page if key != "total"},
        lambda page: {**page, "issues": page["issues"][:1]},
        lambda page: {**page, "issues": []},
    ],
)
def test_data_center_pages_that_break_off(clock: Clock, change: Any) -> None:
    sandbox = make(clock, "data_center")
    app = Tampered(sandbox.app)
    app.on("POST", "/rest/api/2/search", lambda asked, page: change(page))
    with pytest.raises(AnswerUnreadable):
        pull_all(adapter_of(sandbox, app=app))


def test_sprints_are_listed_to_the_end_though_pages_are_short(clock: Clock) -> None:
    # The library stops at the first short page: 49 of 120 sprints.
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    rows = [{"id": n, "name": f"S{n}", "state": "future", "originBoardId": 12} for n in range(100, 220)]
    start = 0

    def short(asked: Any, page: Any) -> Any:
        nonlocal start
        some = rows[start : start + 49]
        start += 49
        return {"values": some, "isLast": start >= len(rows), "maxResults": 50}

    app.on("GET", "/rest/agile/1.0/board/12/sprint", short)
    places = pull_all(adapter_of(sandbox, app=app)).places
    assert len([place for place in places if place.kind == "sprint"]) == 120


@pytest.mark.parametrize("kind", ["empty-page", "repeat-cursor"])
def test_a_search_that_goes_astray_once_loses_nothing(clock: Clock, kind: str) -> None:
    sandbox = make(clock, page_cap=40)
    sandbox.fail(Fault(kind=kind, path=SEARCH))
    pulled = pull_all(adapter_of(sandbox))
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    assert not pulled.notices


@pytest.mark.parametrize("kind", ["empty-page", "repeat-cursor"])
def test_a_search_that_goes_nowhere_ends_with_an_error(clock: Clock, kind: str) -> None:
    sandbox = make(clock, page_cap=40)
    sandbox.fail(Fault(kind=kind, path=SEARCH, times=-1))
    with pytest.raises(AnswerUnreadable, match="circle"):
        pull_all(adapter_of(sandbox))
    assert len(sandbox.ledger) < 80


@pytest.mark.parametrize("least", [1, 2, 9])
def test_data_center_pages_shrink_and_grow_while_they_are_read(clock: Clock, least: int) -> None:
    # Somebody restores and archives issues before the place where we read: offsets shift both ways.
    sandbox = make(clock, "data_center", page_cap=20)
    issues = sorted(sandbox.site.issues.values(), key=lambda issue: issue.created)
    app = Tampered(sandbox.app)
    moves = iter(
        [(issues[1:4], True), (issues[1:2], False), (issues[5 : 5 + least], True), (issues[30:33], True)]
    )

    def shift(asked: Any, page: Any) -> Any:
        if asked["jql"].startswith("project"):
            some, archived = next(moves, ([], True))
            for issue in some:
                issue.archived = archived
        return page

    app.on("POST", "/rest/api/2/search", shift)
    before = expected_keys(sandbox)
    pulled = pull_all(adapter_of(sandbox, app=app))
    assert before & expected_keys(sandbox) <= {entry.key for entry in pulled.entries}
    assert len(pulled.entries) == len({entry.key for entry in pulled.entries})


@pytest.mark.parametrize("path", ["board", "board/12/sprint"])
def test_a_list_that_gives_the_same_page_again_and_again_ends_with_an_error(clock: Clock, path: str) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    first: list[Any] = []

    def always_the_first(asked: Any, page: Any) -> Any:
        first.append(page["values"])
        return {"values": first[0], "isLast": False}

    app.on("GET", f"/rest/agile/1.0/{path}", always_the_first)
    (notice,) = pull_all(adapter_of(sandbox, app=app)).notices
    assert notice.severity is Severity.ERROR
    assert "circle" in notice.what
