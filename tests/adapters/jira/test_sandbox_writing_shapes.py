"""What the adapter sends when it writes, and what the sandbox answers, beside Atlassian's API descriptions."""

from __future__ import annotations

import re
from typing import Any

import pytest

from planora_sync.adapter import Write
from planora_sync.change import Draft, Field, LinkDraft, span, words
from planora_sync.model import Named, Ref
from tests.adapters.jira.openapi import answer_schema, description, faults
from tests.adapters.jira.setups import Tampered, adapter_of, add_project, bulk_move, make, named, read, to
from tests.adapters.jira.site import NOW, Clock, Talk
from tests.adapters.jira.test_sandbox_shapes import AGILE, PLATFORM, beyond, needs_recordings

API = "/rest/api/3"
MOVE, QUEUE = f"{API}/bulk/issues/move", f"{API}/bulk/queue/"
ISSUE = f"{API}/issue/{{issueIdOrKey}}"
CREATEMETA = f"{API}/issue/createmeta/{{projectIdOrKey}}/issuetypes"


@pytest.fixture
def two(clock: Clock) -> Talk:
    sandbox = make(clock)
    add_project(sandbox)
    return Talk(sandbox)


# -- beside the API description -----------------------------------------------------------------------------


def wrote_everything(clock: Clock) -> Tampered:
    """Make every sort of writing call with the adapter and return what it sent."""
    sandbox = make(clock)
    add_project(sandbox)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    theme = Named(id="customfield_10041", name="Theme")
    changes = [
        to(Field.LABELS, words(("x",))),
        to(Field.TARGET, span(NOW.date(), None)),
        to(Field.PROPERTY, named("10301", "Payments"), prop=theme),
        to(Field.PARENT, ()),
        to(Field.STATUS, named("10012", "Won't Do")),
    ]
    entry = read(adapter, sandbox, "CARE-52")
    adapter.apply(entry, changes)
    both = [
        Write(entry=read(adapter, sandbox, "CARE-54"), changes=(to(Field.SPRINT, named("24")),)),
        Write(entry=read(adapter, sandbox, "CARE-53"), changes=(to(Field.SPRINT, ()),)),
    ]
    adapter.apply_many(both)
    adapter.apply(read(adapter, sandbox, "CARE-56"), [to(Field.PLACE, named("20000"))])
    source = Ref(tracker="jira", connection="work", id=entry.ref.id)
    for target in (str(sandbox.site.issue("CARE-8").id), "https://notion.example/1"):
        adapter.link(LinkDraft(source=source, target=target, marker="m"))
    care, story = Named(id="10000", name="CARE"), Named(id="10001", name="Story")
    adapter.create(Draft(place=care, title="New", text="One.", type=story, marker="m"))
    return app


SENT = [
    (PLATFORM, "PUT", ISSUE),
    (PLATFORM, "POST", f"{ISSUE}/transitions"),
    (PLATFORM, "POST", MOVE),
    (PLATFORM, "POST", f"{API}/issue"),
    (PLATFORM, "POST", f"{API}/issueLink"),
    (PLATFORM, "POST", f"{ISSUE}/remotelink"),
    (AGILE, "POST", "/rest/agile/1.0/sprint/{sprintId}/issue"),
    (AGILE, "POST", "/rest/agile/1.0/backlog/issue"),
]
MISNAMED = "$: targetToMultipleSourceMapping is missing"
"""The description demands a name that it does not describe: an error of its own."""


@needs_recordings
def test_what_the_adapter_sends_fits_the_description(clock: Clock) -> None:
    app = wrote_everything(clock)
    for file, method, route in SENT:
        doc = description(file)
        schema = doc["paths"][route][method.lower()]["requestBody"]["content"]["application/json"]["schema"]
        bodies = [body for verb, path, body in app.bodies if verb == method and _fits(route, path)]
        assert bodies, f"{method} {route} was not sent"
        for body in bodies:
            assert [fault for fault in faults(doc, schema, body) if fault != MISNAMED] == []


def _fits(route: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route)), path) is not None


ANSWERS = [
    (
        "GET",
        f"{CREATEMETA}/{{issueTypeId}}",
        f"{API}/issue/createmeta/CARE/issuetypes/10001?maxResults=200",
        None,
    ),
    ("GET", CREATEMETA, f"{API}/issue/createmeta/CARE/issuetypes", None),
    ("GET", f"{ISSUE}/transitions", f"{API}/issue/CARE-52/transitions?expand=transitions.fields", None),
    ("GET", f"{ISSUE}/editmeta", f"{API}/issue/CARE-52/editmeta", None),
    ("PUT", ISSUE, f"{API}/issue/CARE-52?returnIssue=true", {"fields": {"duedate": "2026-12-01"}}),
    ("POST", MOVE, MOVE, bulk_move("CARE-52")),
    ("POST", MOVE, MOVE, bulk_move("CARE-9999")),
    ("GET", f"{QUEUE}{{taskId}}", f"{QUEUE}TASK", None),
    (
        "PUT",
        f"{API}/issue/archive",
        f"{API}/issue/archive",
        {"issueIdsOrKeys": ["CARE-54", "CARE-61", "CARE-0"]},
    ),
    ("PUT", f"{API}/issue/unarchive", f"{API}/issue/unarchive", {"issueIdsOrKeys": ["CARE-54"]}),
    (
        "POST",
        f"{ISSUE}/remotelink",
        f"{API}/issue/CARE-52/remotelink",
        {"globalId": "g", "object": {"url": "https://a.example", "title": "a"}},
    ),
    (
        "POST",
        f"{API}/issue/bulk",
        f"{API}/issue/bulk",
        {
            "issueUpdates": [
                {"fields": {"project": {"key": "CARE"}, "issuetype": {"id": "10001"}, "summary": "New"}},
                {"fields": {"project": {"key": "CARE"}, "issuetype": {"id": "10001"}}},
            ]
        },
    ),
]
BEYOND = ("created: int is no string", "started: int is no string", "updated: int is no string")
"""Epoch milliseconds, as the description's own examples have them, where its schema says a text."""


@needs_recordings
@pytest.mark.parametrize(
    ("method", "route", "path", "body"), ANSWERS, ids=[f"{a[0]} {a[1]} {a[3]}" for a in ANSWERS]
)
def test_answers_to_writes_fit_the_description(
    two: Talk, method: str, route: str, path: str, body: Any
) -> None:
    doc = description(PLATFORM)
    two.sandbox.site.site_admin = True
    if path.endswith("TASK"):
        path = QUEUE + two.json("POST", MOVE, bulk_move("CARE-52"))["taskId"]
        two("GET", path)
    answer = two(method, path, body)
    schema = answer_schema(doc, method, route, answer.status_code)
    found = beyond(faults(doc, schema, answer.json()))
    assert [fault for fault in found if not any(known in fault for known in BEYOND)] == []


SILENT = [
    (PLATFORM, "PUT", ISSUE, f"{API}/issue/CARE-52", {"fields": {"duedate": "2026-12-01"}}, 204),
    (PLATFORM, "PUT", ISSUE, f"{API}/issue/CARE-52", {"fields": {"rank": "x"}}, 400),
    (PLATFORM, "PUT", ISSUE, f"{API}/issue/CARE-9999", {"fields": {}}, 404),
    (
        PLATFORM,
        "POST",
        f"{ISSUE}/transitions",
        f"{API}/issue/CARE-52/transitions",
        {"transition": {"id": "21"}},
        204,
    ),
    (PLATFORM, "POST", f"{ISSUE}/transitions", f"{API}/issue/CARE-52/transitions", {}, 400),
    (
        AGILE,
        "POST",
        "/rest/agile/1.0/sprint/{sprintId}/issue",
        "/rest/agile/1.0/sprint/24/issue",
        {"issues": ["CARE-52"]},
        204,
    ),
    (
        AGILE,
        "POST",
        "/rest/agile/1.0/sprint/{sprintId}/issue",
        "/rest/agile/1.0/sprint/24/issue",
        {"issues": ["CARE-52"] * 51},
        400,
    ),
    (
        AGILE,
        "POST",
        "/rest/agile/1.0/sprint/{sprintId}/issue",
        "/rest/agile/1.0/sprint/9/issue",
        {"issues": ["CARE-52"]},
        404,
    ),
    (
        AGILE,
        "POST",
        "/rest/agile/1.0/backlog/issue",
        "/rest/agile/1.0/backlog/issue",
        {"issues": ["CARE-53"]},
        204,
    ),
    (
        AGILE,
        "PUT",
        "/rest/agile/1.0/issue/rank",
        "/rest/agile/1.0/issue/rank",
        {"issues": ["CARE-52", "CARE-61"], "rankBeforeIssue": "CARE-53"},
        207,
    ),
]


@needs_recordings
@pytest.mark.parametrize(
    ("file", "method", "route", "path", "body", "status"),
    SILENT,
    ids=[f"{s[1]} {s[3]} {s[5]}" for s in SILENT],
)
def test_statuses_of_writes_are_those_that_are_described(
    two: Talk, file: Any, method: str, route: str, path: str, body: Any, status: int
) -> None:
    answer = two(method, path, body)
    assert answer.status_code == status
    assert str(status) in description(file)["paths"][route][method.lower()]["responses"]
    assert (answer.content == b"") == (status == 204)
    if status == 207:
        assert {row["status"] for row in answer.json()["entries"]} == {200, 400}
