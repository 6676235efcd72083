"""Searching: what the query language finds, and the traps of paging and of an index that lags."""

from __future__ import annotations

from datetime import timedelta

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import Clock, Talk

SEARCH = "/rest/api/3/search/jql"


@pytest.mark.parametrize(
    ("jql", "inside", "outside"),
    [
        ("project = CARE AND type = Epic AND statusCategory != Done", "CARE-3", "CARE-101"),
        ("sprint in openSprints()", "CARE-51", "CARE-88"),
        ("sprint in futureSprints()", "CARE-88", "CARE-51"),
        ("sprint = 24", "CARE-11", "CARE-10"),
        ("sprint is EMPTY and statusCategory = new", "CARE-15", "CARE-33"),
        ('assignee = currentUser() OR assignee is EMPTY AND project = "Fernway Care"', "CARE-80", "CARE-51"),
        ("parent = CARE-12", "CARE-61", "CARE-12"),
        ('labels in (idea, "feature-request")', "CARE-22", "CARE-25"),
        ("key in (CARE-1, CARE-2) and not key = CARE-2", "CARE-1", "CARE-2"),
        ("id >= 10100 AND id < 10102", "CARE-100", "CARE-102"),
        ("priority = Highest AND resolution is EMPTY", "CARE-39", "CARE-45"),
        ('priority = "Highest" && resolution = Done', "CARE-45", "CARE-39"),
        ("due <= 5d AND due >= now()", "CARE-27", "CARE-32"),
        ("duedate is not EMPTY", "CARE-32", "CARE-31"),
        ('summary ~ "waiting list"', "CARE-8", "CARE-1"),
        ('text ~ "regla*" OR text ~ mandates', "CARE-4", "CARE-1"),
        ("statusCategory != Done OR resolved >= -180d", "CARE-101", "CARE-102"),
        ("created >= startOfDay(-6d) AND issuetype = Bug", "CARE-39", "CARE-44"),
        ("issuetype in subTaskIssueTypes()", "CARE-61", "CARE-12"),
        ("cf[10041] = Payments", "CARE-4", "CARE-3"),
        ('"Target end" > 100d', "CARE-1", "CARE-3"),
        ("hierarchyLevel = 2", "CARE-1", "CARE-3"),
        ("status = Parked", "CARE-35", "CARE-34"),
    ],
)
def test_finds(cloud: Talk, jql: str, inside: str, outside: str) -> None:
    found = cloud.keys(jql)
    assert inside in found
    assert outside not in found


@pytest.mark.parametrize(
    ("jql", "says"),
    [
        ("", "Unbounded"),
        ("order by key", "Unbounded"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("project = CARE AND", "Expecting a field"),
        ("project = CARE)", "Expecting either 'OR' or 'AND'"),
        ("(project = CARE", "Expecting ')'"),
        ("project CARE", "Expecting operator"),
        ("project = ", "Expecting either a value, list or function"),
        ("status was Done", "Expecting operator"),
        ("nonsense = 1", "Field 'nonsense' does not exist"),
        ("issue.property[planora].run = 1", "does not exist"),
        ("key = CARE-9999", "An issue with key 'CARE-9999' does not exist"),
        ("id in (99999)", "A value with ID '99999' does not exist"),
        ('updated >= "2026-11-24 10:15:30"', "Date value"),
        ('updated >= "2026-13-40"', "Date value"),
        ("updated >= startOfDay(x)", "Date value"),
        ("updated >= tomorrow()", "Unable to find JQL function"),
        ("sprint in nextSprints()", "Unable to find JQL function"),
        ("labels = EMPTY", "is EMPTY"),
        ("status ~ Done", "operator '~' is not supported"),
        ("updated ~ x", "operator '~' is not supported"),
        ("summary = x", "operator '=' is not supported"),
        ("key > CARE-1", "operator '>' is not supported"),
        ("labels is x", "takes EMPTY"),
        ("project = CARE ORDER BY labels", "Not able to sort"),
        ("project = CARE order by key, id, created, updated, due, rank, priority, status", "at most 7"),
        ('a ^ % [ "', "reserved JQL character"),
        ("sprint in openSprints(", "Expecting ')'"),
    ],
)
def test_refuses(cloud: Talk, jql: str, says: str) -> None:
    answer = cloud("POST", SEARCH, {"jql": jql, "fields": ["key"]})
    assert answer.status_code == 400
    assert says in " ".join(answer.json()["errorMessages"])


def test_empty_fields_match_neither_equal_nor_unequal(cloud: Talk) -> None:
    assert "CARE-80" not in cloud.keys('assignee = "Linh Tran"')
    assert "CARE-80" not in cloud.keys('assignee != "Linh Tran"')


def test_order(cloud: Talk) -> None:
    assert cloud.keys("key in (CARE-1, CARE-3, CARE-2)") == ["CARE-3", "CARE-2", "CARE-1"]
    assert cloud.keys("key in (CARE-1, CARE-3, CARE-2) order by key") == ["CARE-1", "CARE-2", "CARE-3"]
    assert cloud.keys("key in (CARE-1, CARE-9, CARE-3) order by created desc, key")[-1] == "CARE-9"


def test_bare_dates_are_read_in_the_accounts_zone(cloud: Talk, clock: Clock) -> None:
    # 10:00 UTC is 11:00 in Berlin: a client that sends UTC without saying so misses an hour.
    assert cloud("PUT", "/rest/api/3/issue/CARE-1", {"fields": {"summary": "Moved"}}).status_code == 204
    clock.forward(minutes=1)
    assert cloud.keys('updated >= "2026-11-24 11:00"') == ["CARE-1"]
    assert cloud.keys('updated >= "2026-11-24 11:01"') == []
    assert "CARE-1" in cloud.keys('updated >= "2026-11-24 10:00"')
    milliseconds = int(clock().timestamp() * 1000)
    assert cloud.keys(f"updated >= {milliseconds - 60_000}") == ["CARE-1"]
    assert cloud.keys(f"updated >= {milliseconds}") == []


def test_old_search_is_gone(cloud: Talk) -> None:
    for version in ("2", "3"):
        answer = cloud("GET", f"/rest/api/{version}/search", jql="project = CARE")
        assert answer.status_code == 410
        assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_pages_are_capped_and_carry_a_token(cloud: Talk) -> None:
    body = {"jql": "project = CARE", "fields": ["summary"], "maxResults": 5000}
    first = cloud.json("POST", SEARCH, body)
    assert len(first["issues"]) == 100
    assert first["isLast"] is False
    assert "total" not in first
    rest = cloud.json("POST", SEARCH, body | {"nextPageToken": first["nextPageToken"]})
    assert rest["isLast"] is True
    assert "nextPageToken" not in rest
    assert len(cloud.keys("project = CARE")) == 100 + len(rest["issues"])


def test_token_belongs_to_its_query(cloud: Talk) -> None:
    body = {"jql": "project = CARE", "fields": ["summary"], "maxResults": 5}
    token = cloud.json("POST", SEARCH, body)["nextPageToken"]
    other = cloud("POST", SEARCH, {"jql": "status = Done", "nextPageToken": token})
    assert other.status_code == 400
    assert cloud("POST", SEARCH, body | {"nextPageToken": "made-up"}).status_code == 400


def test_only_ids_without_fields(cloud: Talk) -> None:
    rows = cloud.json("GET", SEARCH, jql="key = CARE-1")["issues"]
    assert rows == [{"id": "10001"}]


def test_expand_is_a_text_and_properties_a_list(cloud: Talk) -> None:
    body = {"jql": "key = CARE-1", "fields": ["summary", "parent"]}
    shown = cloud.json("POST", SEARCH, body | {"expand": "names,schema"})
    assert shown["names"] == {"summary": "Summary", "parent": "Parent"}
    assert shown["schema"]["summary"]["system"] == "summary"
    assert "parent" not in shown["issues"][0]["fields"]
    assert cloud("POST", SEARCH, body | {"properties": "planora"}).status_code == 400
    assert cloud("POST", SEARCH, body | {"properties": list("abcdef")}).status_code == 400
    assert cloud("POST", SEARCH, body | {"reconcileIssues": list(range(51))}).status_code == 400


def test_index_lags_and_reconciles(clock: Clock) -> None:
    talk = Talk(JiraSandbox("messy", now=clock, search_lag=timedelta(seconds=40)))
    made = talk.json(
        "POST",
        "/rest/api/3/issue",
        {"fields": {"project": {"key": "CARE"}, "issuetype": {"name": "Task"}, "summary": "Fresh"}},
    )
    talk("PUT", "/rest/api/3/issue/CARE-1", {"update": {"labels": [{"add": "fresh"}]}})
    assert talk.keys('summary ~ "Fresh"') == []
    assert talk.keys("labels = fresh") == []
    assert talk.fields("CARE-1")["labels"] == ["fresh"]
    body = {"jql": "labels = fresh", "fields": ["labels"], "reconcileIssues": [10001, int(made["id"])]}
    assert talk.json("POST", SEARCH, body)["issues"][0]["fields"]["labels"] == ["fresh"]
    clock.forward(seconds=41)
    assert talk.keys("labels = fresh") == ["CARE-1"]
    assert talk.keys('summary ~ "Fresh"') == [made["key"]]


def test_count_is_an_estimate_of_the_index(cloud: Talk) -> None:
    counted = cloud.json("POST", "/rest/api/3/search/approximate-count", {"jql": "sprint = 24"})
    assert counted == {"count": len(cloud.keys("sprint = 24"))}
    assert cloud("POST", "/rest/api/3/search/approximate-count", {"jql": ""}).status_code == 400


def test_bulk_fetch_leaves_out_what_it_cannot_show(cloud: Talk) -> None:
    refs = ["CARE-3", "10001", "CARE-9999", "CARE-113"]
    body = cloud.json("POST", "/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": refs, "fields": ["summary"]})
    assert [row["key"] for row in body["issues"]] == ["CARE-1", "CARE-3"]
    assert body["issueErrors"] == []


@pytest.mark.parametrize(("fields", "most"), [(["summary"], 1000), ([], 100), (["comment"], 100)])
def test_bulk_fetch_limits(cloud: Talk, fields: list[str], most: int) -> None:
    path = "/rest/api/3/issue/bulkfetch"
    body = {"issueIdsOrKeys": [str(n) for n in range(most)], "fields": fields}
    assert cloud("POST", path, body).status_code == 200
    body["issueIdsOrKeys"].append("10001")
    assert cloud("POST", path, body).status_code == 400


def test_archived_issues_drop_out(cloud: Talk) -> None:
    assert "CARE-113" not in cloud.keys("project = CARE")
    assert cloud("GET", "/rest/api/3/issue/CARE-113").status_code == 404


def test_bulk_changelog_has_epoch_milliseconds(cloud: Talk) -> None:
    body = {"issueIdsOrKeys": ["CARE-51", "CARE-106"], "fieldIds": ["status"]}
    rows = cloud.json("POST", "/rest/api/3/changelog/bulkfetch", body)["issueChangeLogs"]
    assert [row["issueId"] for row in rows] == ["10051", "10106"]
    assert isinstance(rows[0]["changeHistories"][0]["created"], int)
    assert {item["fieldId"] for row in rows for h in row["changeHistories"] for item in h["items"]} == {
        "status"
    }
    assert cloud("POST", "/rest/api/3/changelog/bulkfetch", {"issueIdsOrKeys": []}).status_code == 400
    many = {"issueIdsOrKeys": ["CARE-1"], "fieldIds": [str(n) for n in range(11)]}
    assert cloud("POST", "/rest/api/3/changelog/bulkfetch", many).status_code == 400
