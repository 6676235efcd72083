"""Jira's own words in each form in which it refuses, without secrets and control characters."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from planora_jira.reading.paging import by_offset
from planora_jira.sandbox import JiraSandbox
from planora_jira.transport.answers import LONGEST, Reading
from planora_jira.transport.client import is_read, segment

from planora_sync.errors import AnswerUnreadable, ConnectionFailed, PlaceNotVisible
from planora_sync.http import Call
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import Tampered, adapter_of, make
from tests.adapters.jira.site import Clock


def answer(body: Any, status: int = 400) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return response


@pytest.fixture
def reading() -> Reading:
    return Reading("work", ("s3cret",))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errorMessages": ["No such project."], "errors": {}}, "No such project."),
        ({"errorMessages": "One text", "errors": {}}, "One text"),
        ({"errorMessages": [], "errors": {"duedate": "Bad date"}}, "Due date (duedate): Bad date"),
        ({"errorMessages": ["All"], "errors": {"labels": "Bad"}}, "All; labels: Bad"),
        ({"message": "Gateway says no", "status-code": 404}, "Gateway says no"),
        ({"errorMessage": "Service unavailable"}, "Service unavailable"),
        (
            {"error": "Failed to parse Connect Session Auth Token"},
            "Failed to parse Connect Session Auth Token",
        ),
        (
            {
                "errors": [
                    {"elementErrors": {"errorMessages": ["x"], "errors": {"duedate": "y"}}, "status": 400}
                ]
            },
            "x; Due date (duedate): y",
        ),
        ({"errors": ["plain"]}, "plain"),
        ({"errors": [{"summary": "too long"}]}, "summary: too long"),
        ({}, "no readable JSON"),
        ([], "no readable JSON"),
        (b"", "empty"),
        (b"  <html>Log in</html>", "a web page, not JSON"),
        (b"<!-- SecurityTokenMissing -->", "a web page, not JSON"),
        (b'{"errorMessages": ["half', "no readable JSON"),
        ({"message": "two\nlines\x1b[31m\u202eand a trick"}, "two lines [31m and a trick"),
        ({"message": "your token s3cret is wrong"}, "your token *** is wrong"),
    ],
)
def test_words(reading: Reading, body: Any, words: str) -> None:
    assert reading.words(answer(body), {"duedate": "Due date", "labels": "Labels"}) == words


def test_words_are_not_endless(reading: Reading) -> None:
    assert len(reading.words(answer({"message": "x" * 5000}))) == LONGEST + 1


@pytest.mark.parametrize(("status", "step"), [(400, "check"), (418, "check"), (301, "`url`"), (502, "later")])
def test_every_status_has_a_next_step(reading: Reading, status: int, step: str) -> None:
    with pytest.raises(ConnectionFailed, match="a thing") as caught:
        reading.json(answer({}, status), "a thing")
    assert step in caught.value.help()


@pytest.mark.parametrize(
    ("body", "step"),
    [({"errorMessages": ["No project"]}, "its key or id"), (b"Cannot GET /rest", "`url`"), (b"", "`url`")],
)
def test_nothing_found_at_an_address_that_is_not_jiras_speaks_of_the_address(
    reading: Reading, body: Any, step: str
) -> None:
    with pytest.raises(PlaceNotVisible) as caught:
        reading.json(answer(body, 404), "who the account is")
    assert step in caught.value.help()


def test_deep_nonsense_is_unreadable(reading: Reading) -> None:
    with pytest.raises(AnswerUnreadable):
        reading.json(answer(b"[" * 100_000, 200), "a thing")


def test_an_object_is_demanded_where_one_is_promised(reading: Reading) -> None:
    assert reading.json(answer([1], 200), "a thing") == [1]
    with pytest.raises(AnswerUnreadable, match="no JSON object"):
        reading.object(answer([1], 200), "a thing")


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "/rest/api/3/issue/1", True),
        ("POST", "/rest/api/3/search/jql", True),
        ("POST", "/rest/api/2/search", True),
        ("POST", "/jira/rest/api/2/search", True),
        ("POST", "/rest/api/3/issue/bulkfetch", True),
        ("POST", "/rest/api/3/issue", False),
        ("POST", "/rest/api/3/issue/1/transitions", False),
        ("POST", "/rest/agile/1.0/sprint/1/issue", False),
        ("PUT", "/rest/api/3/issue/1?notifyUsers=false", False),
        ("PUT", "/rest/api/2/search", False),
    ],
)
def test_only_what_reads_may_be_repeated(method: str, path: str, reads: bool) -> None:
    assert is_read(Call(method=method, url=f"https://acme.example{path}")) is reads


def test_words_of_a_configuration_are_one_segment_of_a_path() -> None:
    assert segment("a/../b?c#d") == "a%2F..%2Fb%3Fc%23d"


@pytest.mark.parametrize(
    "page",
    [
        {"values": None},
        {},
        {"values": [], "isLast": False},
        {"values": [], "total": 3},
    ],
)
def test_a_list_that_breaks_off_is_no_list(clock: Clock, page: Any) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("GET", "*/project/search", lambda asked, answer: page)
    with pytest.raises(AnswerUnreadable, match="the list of projects"):
        pull_all(adapter_of(sandbox, app=app, scope=()))


def test_a_list_without_any_end_ends_with_an_empty_page(clock: Clock) -> None:
    sandbox = JiraSandbox("empty", now=clock)
    app = Tampered(sandbox.app)
    pages = iter([{"values": [{"id": 1}]}, {"values": []}])
    app.on("GET", "*/thing", lambda asked, answer: (200, {}, json.dumps(next(pages)).encode()))
    client = adapter_of(sandbox, app=app)._client
    assert by_offset(client, "/rest/agile/1.0/thing", "things") == [{"id": 1}]


@pytest.mark.parametrize("path", ["*/field", "*/project/search"])
def test_lists_that_are_none(clock: Clock, path: str) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("GET", path, lambda asked, answer: {"values": ["x"], "isLast": True})
    with pytest.raises(AnswerUnreadable):
        pull_all(adapter_of(sandbox, app=app, scope=()))
