"""What differs on Data Center: offsets, user names, sprint strings, epic fields, bearer tokens."""

from __future__ import annotations

from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import BASE, Clock, Talk

API = "/rest/api/2"


def test_search_has_offsets_and_a_total(center: Talk) -> None:
    body = {"jql": "project = CARE order by id", "fields": ["summary"], "startAt": 100, "maxResults": 50}
    page = center.json("POST", f"{API}/search", body)
    assert (page["startAt"], page["total"]) == (100, 105)
    assert [row["key"] for row in page["issues"]][-1] == "CARE-112"
    assert "nextPageToken" not in page
    assert len(center.json("GET", f"{API}/search", maxResults=1)["issues"]) == 1


def test_search_refuses_unknown_issues_unless_told_not_to(center: Talk) -> None:
    body: dict[str, Any] = {"jql": "id in (10001, 99999)", "fields": ["summary"]}
    assert center("POST", f"{API}/search", body).status_code == 400
    found = center.json("POST", f"{API}/search", body | {"validateQuery": False})
    assert [row["key"] for row in found["issues"]] == ["CARE-1"]
    assert center("POST", f"{API}/search", body | {"properties": ["x"]}).status_code == 400


def test_bare_dates_only(center: Talk) -> None:
    assert center("POST", f"{API}/search", {"jql": "updated >= 1795514400000"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["search/jql", "issue/bulkfetch", "project/search", "issue/CARE-1/changelog"]
)
def test_cloud_routes_do_not_exist(center: Talk, path: str) -> None:
    assert center("GET", f"{API}/{path}").status_code in (404, 405)
    assert center("GET", "/rest/api/3/myself").json()["name"] == "planora"


def test_people_have_names(center: Talk) -> None:
    me = center.json("GET", f"{API}/myself")
    assert (me["name"], "accountId" in me) == ("planora", False)
    assert center.fields("CARE-51")["assignee"]["name"] == "linh"
    assert center("PUT", f"{API}/issue/CARE-51", {"fields": {"assignee": {"name": "sam"}}}).status_code == 204
    assert center.fields("CARE-51")["assignee"]["name"] == "sam"
    people = center.json("GET", f"{API}/user/assignable/search", project="CARE", username="keiko")
    assert [row["key"] for row in people] == ["JIRAUSER00007"]


def test_sprints_are_strings_with_commas_in_them(center: Talk) -> None:
    texts = center.fields("CARE-12")["customfield_10104"]
    assert [text.partition("[")[0].rpartition("@")[0] for text in texts] == [
        "com.atlassian.greenhopper.service.sprint.Sprint"
    ] * 3
    assert "name=CARE Sprint 23" in texts[2]
    assert "goal=Waiting list live, no-show rate = 8 %, name=Fernway [stretch] SEPA mandate" in texts[2]
    assert texts[1].startswith("com.atlassian.greenhopper.service.sprint.Sprint@16[id=22,")
    assert "completeDate=<null>" in texts[2]


def test_levels_and_parents(center: Talk) -> None:
    epic = center.fields("CARE-3")
    assert "hierarchyLevel" not in epic["issuetype"]
    assert (epic["customfield_10111"], epic["customfield_10103"]) == (
        "CARE-1",
        "Online booking for group practices",
    )
    story = center.fields("CARE-51")
    assert (story["customfield_10101"], "parent" in story) == ("CARE-8", False)
    assert center.fields("CARE-61")["parent"]["key"] == "CARE-12"
    assert (
        center("PUT", f"{API}/issue/CARE-51", {"fields": {"customfield_10101": "CARE-3"}}).status_code == 204
    )
    assert center.fields("CARE-51")["customfield_10101"] == "CARE-3"
    assert center("PUT", f"{API}/issue/CARE-51", {"fields": {"customfield_10101": None}}).status_code == 204
    assert center.fields("CARE-51")["customfield_10101"] is None


def test_impossible_type_is_204_with_nothing_changed(center: Talk) -> None:
    body = {"fields": {"issuetype": {"name": "Initiative"}}}
    assert center("PUT", f"{API}/issue/CARE-51", body).status_code == 204
    assert center.fields("CARE-51")["issuetype"]["name"] == "Story"
    subtask = {"fields": {"issuetype": {"name": "Sub-task"}}}
    assert center("PUT", f"{API}/issue/CARE-51", subtask).status_code == 400


def test_epics_need_their_name(center: Talk) -> None:
    fields = {"project": {"key": "CARE"}, "issuetype": {"name": "Epic"}, "summary": "New"}
    assert "customfield_10103" in center("POST", f"{API}/issue", {"fields": fields}).json()["errors"]
    made = center("POST", f"{API}/issue", {"fields": fields | {"customfield_10103": "New"}})
    assert made.status_code == 201


def test_subtasks_are_made_under_their_parent(center: Talk) -> None:
    fields = {"project": {"key": "CARE"}, "issuetype": {"name": "Sub-task"}, "summary": "Part"}
    made = center.json("POST", f"{API}/issue", {"fields": fields | {"parent": {"key": "CARE-51"}}})
    assert center.fields(made["key"])["parent"]["key"] == "CARE-51"
    bad = center("POST", f"{API}/issue", {"fields": fields | {"parent": {"key": "CARE-61"}}})
    assert "parent" in bad.json()["errors"]


def test_changelogs_are_oldest_first(center: Talk) -> None:
    body = {"jql": "key = CARE-106", "fields": ["status"], "expand": ["changelog"]}
    (row,) = center.json("POST", f"{API}/search", body)["issues"]
    moments = [entry["created"] for entry in row["changelog"]["histories"]]
    assert moments == sorted(moments)
    assert len(moments) == 3


def test_agile_reads_by_offset(center: Talk) -> None:
    agile = "/rest/agile/1.0"
    board = center.json("GET", f"{agile}/board/12/issue", maxResults=10)
    assert len(board["issues"]) == 10
    backlog = center.json("GET", f"{agile}/board/12/backlog", fields="summary", maxResults=100)
    keys = {row["key"] for row in backlog["issues"]}
    assert "CARE-15" in keys
    assert {"CARE-3", "CARE-51", "CARE-103"} & keys == set()
    sprint = center.json("GET", f"{agile}/sprint/23/issue", jql="issuetype = Epic")
    assert [row["key"] for row in sprint["issues"]] == ["CARE-10"]
    epic = center.json("GET", f"{agile}/epic/CARE-8/issue")
    assert {row["key"] for row in epic["issues"]} == {"CARE-50", "CARE-51", "CARE-52"}


def test_bearer_and_its_refusal(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock, deployment="data_center")
    assert "user" not in sandbox.connection(BASE)
    answer = Talk(sandbox, token="wrong")("GET", f"{API}/myself")
    assert answer.status_code == 401
    assert answer.json()["status-code"] == 401
    info = Talk(sandbox, token="wrong").json("GET", f"{API}/serverInfo")
    assert info["deploymentType"] == "Server"
