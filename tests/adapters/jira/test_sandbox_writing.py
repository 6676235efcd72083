"""The sandbox's writing side: it refuses what Jira refuses, in Jira's forms."""

from __future__ import annotations

from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.records import Transition

from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import add_project, bulk_move, make
from tests.adapters.jira.site import Clock, Talk

API = "/rest/api/3"
MOVE, QUEUE = f"{API}/bulk/issues/move", f"{API}/bulk/queue/"


@pytest.fixture
def two(clock: Clock) -> Talk:
    sandbox = make(clock)
    add_project(sandbox)
    return Talk(sandbox)


# -- moves --------------------------------------------------------------------------------------------------


def test_a_move_is_done_later_and_takes_sub_tasks_along(two: Talk) -> None:
    site = two.sandbox.site
    task = two.json("POST", MOVE, bulk_move("CARE-12"))["taskId"]
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
        (bulk_move("CARE-52", key="777,10001"), "target project"),
        (bulk_move("CARE-52", key="20000,777"), "target issue type"),
        (bulk_move("CARE-52", key="20000"), "target issue type"),
        (bulk_move("CARE-52", key="20000,10003"), "parent is required"),
        (bulk_move("CARE-52", key="20000,10003,CARE-61"), "hierarchy"),
        (bulk_move("CARE-9999"), "not valid"),
        (bulk_move(), "not valid"),
        (bulk_move(*["CARE-52"] * 1001), "No more than 1000"),
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
    refused = two("POST", MOVE, bulk_move("CARE-52", inferStatusDefaults=False))
    assert "target status is required" in refused.text
    told = [{"statuses": {"10002": ["10000"]}}]
    task = two.json("POST", MOVE, bulk_move("CARE-52", inferStatusDefaults=False, targetStatus=told))[
        "taskId"
    ]
    for _ in range(2):
        two("GET", QUEUE + task)
    assert two.sandbox.site.issue("CARE-52").status == "10002"


def test_bulk_moves_are_clouds_alone(center: Talk) -> None:
    assert center("POST", "/rest/api/2/bulk/issues/move", bulk_move("CARE-52")).status_code == 404
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


def test_a_sandbox_without_the_right_for_silent_edits_refuses_the_whole_edit(clock: Clock) -> None:
    talk = Talk(JiraSandbox("messy", now=clock, project_admin=False))
    path, body = f"{API}/issue/CARE-52", {"fields": {"duedate": "2026-12-01"}}
    assert talk("PUT", path, body, notifyUsers="false").status_code == 403
    assert talk.fields("CARE-52")["duedate"] is None
    assert talk("PUT", path, body).status_code == 204
