"""The sandbox's writing side: it refuses what Jira refuses, in Jira's forms; and what the adapter sends and gets fits
Atlassian's API description."""

from __future__ import annotations

import re
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.records import Transition

from planora_sync.adapter import Write
from planora_sync.change import Draft, Field, LinkDraft, span, words
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.jira.openapi import answer_schema, description, faults
from tests.adapters.jira.setups import Tampered, adapter_of, add_project, make, named, read, to
from tests.adapters.jira.site import NOW, Clock, Talk
from tests.adapters.jira.test_sandbox_shapes import AGILE, PLATFORM, beyond, needs_recordings

API = "/rest/api/3"
MOVE, QUEUE = f"{API}/bulk/issues/move", f"{API}/bulk/queue/"
ISSUE = f"{API}/issue/{{issueIdOrKey}}"
CREATEMETA = f"{API}/issue/createmeta/{{projectIdOrKey}}/issuetypes"


def moving(*refs: str, key: str = "20000,10001", **more: Any) -> dict[str, Any]:
    infer = {"inferFieldDefaults": True, "inferStatusDefaults": True, "inferSubtaskTypeDefault": True}
    return {"targetToSourcesMapping": {key: infer | {"issueIdsOrKeys": list(refs)} | more}}


@pytest.fixture
def two(clock: Clock) -> Talk:
    sandbox = make(clock)
    add_project(sandbox)
    return Talk(sandbox)


# -- moves --------------------------------------------------------------------------------------------------


def test_a_move_is_done_later_and_takes_sub_tasks_along(two: Talk) -> None:
    site = two.sandbox.site
    task = two.json("POST", MOVE, moving("CARE-12"))["taskId"]
    assert site.issue("CARE-12").project == "10000"
    assert two.json("GET", QUEUE + task)["status"] == "ENQUEUED"
    told = two.json("GET", QUEUE + task)
    assert (told["status"], told["processedAccessibleIssues"]) == ("COMPLETE", [10012])
    assert site.issue("CARE-12").key == "OPS-1"
    parts = [child for child in site.children(site.issue("CARE-12")) if site.level(child) < 0]
    assert {part.project for part in parts} == {"20000"}
    assert two("GET", QUEUE + "1").status_code == 400


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "must not be empty"),
        (moving("CARE-52", key="777,10001"), "target project"),
        (moving("CARE-52", key="20000,777"), "target issue type"),
        (moving("CARE-52", key="20000"), "target issue type"),
        (moving("CARE-52", key="20000,10003"), "parent is required"),
        (moving("CARE-52", key="20000,10003,CARE-61"), "hierarchy"),
        (moving("CARE-9999"), "not valid"),
        (moving(), "not valid"),
        (moving(*["CARE-52"] * 1001), "No more than 1000"),
    ],
)
def test_moves_that_cannot_be_are_refused_at_once_with_an_array_of_errors(
    two: Talk, body: Any, words: str
) -> None:
    answer = two("POST", MOVE, body)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert words in error["message"]
    assert two.sandbox.site.tasks == {}


def test_a_status_that_is_not_there_needs_a_target_or_leave_to_infer(two: Talk) -> None:
    two.sandbox.site.projects["20000"].statuses[:] = ["3", "10002"]
    refused = two("POST", MOVE, moving("CARE-52", inferStatusDefaults=False))
    assert "target status is required" in refused.text
    told = [{"statuses": {"10002": ["10000"]}}]
    task = two.json("POST", MOVE, moving("CARE-52", inferStatusDefaults=False, targetStatus=told))["taskId"]
    for _ in range(2):
        two("GET", QUEUE + task)
    assert two.sandbox.site.issue("CARE-52").status == "10002"


def test_bulk_moves_are_clouds_alone(center: Talk) -> None:
    assert center("POST", "/rest/api/2/bulk/issues/move", moving("CARE-52")).status_code == 404
    assert center("PUT", "/rest/api/2/issue/archive", {"issueIdsOrKeys": ["CARE-52"]}).status_code in (
        404,
        405,
    )


# -- archive ------------------------------------------------------------------------------------------------


def test_only_administrators_archive_and_an_archived_issue_is_shown_to_nobody(two: Talk) -> None:
    body = {"issueIdsOrKeys": ["CARE-52", "CARE-61", "CARE-9999"]}
    assert two("PUT", f"{API}/issue/archive", body).status_code == 403
    two.sandbox.site.site_admin = True
    told = two.json("PUT", f"{API}/issue/archive", body)
    assert told["numberOfIssuesUpdated"] == 1
    assert {name: row["count"] for name, row in told["errors"].items()} == {
        "issuesNotFound": 1,
        "issueIsSubtask": 1,
    }
    assert two("GET", f"{API}/issue/CARE-52").status_code == 404
    assert "CARE-52" not in two.keys("project = CARE")
    assert two("PUT", f"{API}/issue/archive", {"issueIdsOrKeys": ["CARE-61"]}).status_code == 400
    assert two("PUT", f"{API}/issue/archive", {"issueIdsOrKeys": ["CARE-1"] * 1001}).status_code == 412
    two.json("PUT", f"{API}/issue/unarchive", {"issueIdsOrKeys": ["CARE-52"]})
    assert two("GET", f"{API}/issue/CARE-52").status_code == 200


# -- screens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_a_create_screen_comes_in_pages_and_is_enforced(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    sandbox.site.projects["10000"].demands.add("theme")
    talk, api = Talk(sandbox), f"/rest/api/{'3' if deployment == 'cloud' else '2'}/issue"
    path, name = f"{api}/createmeta/CARE/issuetypes/10000", "fields" if deployment == "cloud" else "values"
    first = talk.json("GET", path, maxResults=3)
    assert len(first[name]) == 3
    rows = {row["fieldId"]: row for row in talk.json("GET", path, maxResults=200)[name]}
    demanded = {row["name"] for row in rows.values() if row["required"] and not row["hasDefaultValue"]}
    assert demanded == {"Summary", "Issue Type", "Theme"} | (
        {"Epic Name"} if deployment != "cloud" else set()
    )
    assert "security" not in rows
    assert talk("GET", path, maxResults=201).status_code == 400
    assert talk("GET", f"{api}/createmeta/CARE/issuetypes/777").status_code == 400
    fields = {"project": {"key": "CARE"}, "issuetype": {"id": "10001"}, "summary": "New"}
    refused = talk("POST", api, {"fields": fields})
    assert refused.json()["errors"] == {
        next(id for id in rows if rows[id]["name"] == "Theme"): "Theme is required."
    }


def test_a_transition_takes_the_fields_of_its_screen_and_no_others(two: Talk) -> None:
    site = two.sandbox.site
    allows: dict[str, tuple[str, ...]] = {"resolution": ("Duplicate",)}
    site.projects["10000"].transitions[:] = [
        Transition(
            id="1", name="Close", to="10002", requires=("resolution",), shows=("assignee",), allows=allows
        )
    ]
    path = f"{API}/issue/CARE-52/transitions"
    row = two.json("GET", path, expand="transitions.fields")["transitions"][0]
    assert row["hasScreen"] is True
    assert {name: field["required"] for name, field in row["fields"].items()} == {
        "resolution": True,
        "assignee": False,
    }
    assert [value["name"] for value in row["fields"]["resolution"]["allowedValues"]] == ["Duplicate"]
    for wrong, why in (
        ({}, "required"),
        ({"resolution": {"name": "Done"}}, "invalid"),
        ({"resolution": {"name": "Duplicate"}, "duedate": "2026-12-01"}, "appropriate screen"),
        ({"resolution": {"name": "Duplicate"}, "assignee": {"accountId": "nobody"}}, "does not exist"),
    ):
        refused = two("POST", path, {"transition": {"id": "1"}, "fields": wrong})
        assert (refused.status_code, why in refused.text) == (400, True)
    linh = site.users["linh"].account_id
    fields = {"resolution": {"name": "Duplicate"}, "assignee": {"accountId": linh}}
    assert two("POST", path, {"transition": {"id": "1"}, "fields": fields}).status_code == 204
    assert (site.issue("CARE-52").resolution, site.issue("CARE-52").assignee) == ("10002", "linh")


def test_a_type_with_a_workflow_of_its_own_has_its_own_statuses_and_no_alternatives(two: Talk) -> None:
    site = two.sandbox.site
    care, kind = site.projects["10000"], site.issue("CARE-52").type
    care.workflows["10002"] = ["10000", "10002"]
    rows = {row["id"]: row for row in two.json("GET", f"{API}/project/CARE/statuses")}
    assert [status["id"] for status in rows["10002"]["statuses"]] == ["10000", "10002"]
    assert len(rows[kind]["statuses"]) > 2
    others = [row["id"] for row in two.json("GET", f"{API}/issuetype/10002/alternatives")]
    site.projects["20000"].types[:] = []
    assert kind not in [row["id"] for row in two.json("GET", f"{API}/issuetype/10002/alternatives")]
    assert kind in others
    site.issue("CARE-52").type = "10002"
    told = two.json("GET", f"{API}/issue/CARE-52/transitions")["transitions"]
    assert {row["to"]["id"] for row in told} <= {"10000", "10002"}


def test_components_are_added_and_removed_by_verbs(two: Talk) -> None:
    site = two.sandbox.site
    site.projects["10000"].components[:] = ["Booking", "Payments"]
    path, add = f"{API}/issue/CARE-52", [{"add": {"name": "Booking"}}, {"add": {"id": "10001"}}]
    assert two("PUT", path, {"update": {"components": add}}).status_code == 204
    assert [row["name"] for row in two.fields("CARE-52")["components"]] == ["Booking", "Payments"]
    assert two("PUT", path, {"update": {"components": [{"remove": {"name": "Booking"}}]}}).status_code == 204
    assert [row["name"] for row in two.fields("CARE-52")["components"]] == ["Payments"]
    refused = two("PUT", path, {"update": {"components": [{"add": {"name": "Nothing"}}]}})
    assert "is not valid" in refused.text
    shown = two.json("GET", f"{path}/editmeta")["fields"]["components"]
    assert [row["name"] for row in shown["allowedValues"]] == ["Booking", "Payments"]


def test_an_issue_is_written_twenty_times_in_two_seconds_and_no_more(two: Talk, clock: Clock) -> None:
    path = f"{API}/issue/CARE-52"
    body = {"fields": {"duedate": "2026-12-01"}}
    statuses = [two("PUT", path, body).status_code for _ in range(21)]
    assert statuses == [204] * 20 + [429]
    refused = two("PUT", path, body)
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert refused.headers["Retry-After"] == "2"
    # Another issue is not concerned, and a move into a sprint counts too.
    assert two("PUT", f"{API}/issue/CARE-53", body).status_code == 204
    assert two("POST", "/rest/agile/1.0/sprint/24/issue", {"issues": ["CARE-52"]}).status_code == 429
    clock.forward(seconds=2)
    assert two("PUT", path, body).status_code == 204


def test_faults_that_take_effect(two: Talk) -> None:
    path, body = f"{API}/issue/CARE-52", {"update": {"labels": [{"add": "x"}]}}
    two.sandbox.fail(Fault(kind="saved-503"))
    assert two("PUT", path, body).status_code == 503
    assert two.fields("CARE-52")["labels"] == ["x"]
    two.sandbox.fail(Fault(kind="302"))
    answer = two("GET", path)
    assert (answer.status_code, "login" in answer.headers["location"]) == (302, True)
    with pytest.raises(ValueError, match="no kind of fault"):
        two.sandbox.fail(Fault(kind="301"))


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
    ("POST", MOVE, MOVE, moving("CARE-52")),
    ("POST", MOVE, MOVE, moving("CARE-9999")),
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
        path = QUEUE + two.json("POST", MOVE, moving("CARE-52"))["taskId"]
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


def test_a_sandbox_without_the_right_for_silent_edits_refuses_the_whole_edit(clock: Clock) -> None:
    talk = Talk(JiraSandbox("messy", now=clock, project_admin=False))
    path, body = f"{API}/issue/CARE-52", {"fields": {"duedate": "2026-12-01"}}
    assert talk("PUT", path, body, notifyUsers="false").status_code == 403
    assert talk.fields("CARE-52")["duedate"] is None
    assert talk("PUT", path, body).status_code == 204
