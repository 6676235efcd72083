"""Single issues: edits with their screens and verbs, the workflow, creation, links, properties, comments."""

from __future__ import annotations

from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import Clock, Talk

ISSUE = "/rest/api/3/issue"
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "New words"}]}],
}


def put(talk: Talk, key: str, body: Any, **params: Any) -> dict[str, Any]:
    """Edit and return the errors; empty where it went well."""
    answer = talk("PUT", f"{ISSUE}/{key}", body, **params)
    if answer.status_code == 204:
        return {}
    shown: dict[str, Any] = answer.json()
    return {"code": answer.status_code, **shown["errors"]}


def test_edit_moves_updated_and_keeps_history(cloud: Talk, clock: Clock) -> None:
    before = cloud.fields("CARE-52")["updated"]
    clock.forward(hours=1)
    fields = {
        "duedate": "2026-12-01",
        "assignee": {"accountId": "5b10ac8d82e05b22cc7d4003"},
        "customfield_10028": 5,
    }
    assert put(cloud, "CARE-52", {"fields": fields}) == {}
    after = cloud.fields("CARE-52")
    assert after["updated"] > before
    assert (after["duedate"], after["assignee"]["displayName"], after["customfield_10028"]) == (
        "2026-12-01",
        "Priya Nair",
        5,
    )
    newest = cloud.json("GET", f"{ISSUE}/CARE-52/changelog")["values"][0]
    assert newest["author"]["displayName"] == "planora-sync"
    shown = {row["field"]: (row["fromString"], row["toString"]) for row in newest["items"]}
    assert shown["assignee"] == ("Noah Berg", "Priya Nair")
    assert shown["duedate"] == (None, "2026-12-01")


def test_verbs_add_and_remove(cloud: Talk) -> None:
    put(cloud, "CARE-35", {"update": {"labels": [{"add": "print"}, {"remove": "parked"}, {"add": "print"}]}})
    assert cloud.fields("CARE-35")["labels"] == ["print"]
    put(cloud, "CARE-35", {"update": {"labels": [{"set": ["a", "b"]}], "duedate": [{"set": "2026-12-01"}]}})
    assert cloud.fields("CARE-35")["labels"] == ["a", "b"]
    put(
        cloud,
        "CARE-35",
        {"update": {"fixVersions": [{"add": {"name": "2.15"}}], "comment": [{"add": {"body": DOCUMENT}}]}},
    )
    shown = cloud.fields("CARE-35")
    assert [version["name"] for version in shown["fixVersions"]] == ["2.15"]
    assert shown["comment"]["comments"][0]["body"] == "New words"
    put(cloud, "CARE-35", {"update": {"fixVersions": [{"remove": {"name": "2.15"}}]}})
    assert cloud.fields("CARE-35")["fixVersions"] == []


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}, "labels", "both"),
        ({"fields": {"nonsense": 1}}, "nonsense", "not on the appropriate screen"),
        ({"fields": {"status": {"id": "3"}}}, "status", "not on the appropriate screen"),
        ({"fields": {"security": {"id": "10000"}}}, "security", "not on the appropriate screen"),
        ({"fields": {"customfield_10014": "CARE-3"}}, "customfield_10014", "not on the appropriate screen"),
        ({"fields": {"labels": ["two words"]}}, "labels", "contains spaces"),
        ({"fields": {"labels": "one"}}, "labels", "array of strings"),
        ({"update": {"labels": [{"copy": "x"}]}}, "labels", "does not support operation"),
        ({"update": {"duedate": [{"add": "2026-12-01"}]}}, "duedate", "does not support operation"),
        ({"update": {"duedate": "2026-12-01"}}, "duedate", "array of operations"),
        ({"fields": {"duedate": "soon"}}, "duedate", "yyyy-MM-dd"),
        ({"fields": {"summary": ""}}, "summary", "You must specify a summary"),
        ({"fields": {"summary": "a\nb"}}, "summary", "newline"),
        ({"fields": {"summary": "x" * 256}}, "summary", "255"),
        ({"fields": {"description": "plain"}}, "description", "Atlassian Document"),
        ({"fields": {"priority": {"name": "Urgent"}}}, "priority", "priority selected is invalid"),
        ({"fields": {"customfield_10040": {"value": "S9"}}}, "customfield_10040", "'S9' is not valid"),
        ({"fields": {"customfield_10028": "five"}}, "customfield_10028", "must be a number"),
        ({"fields": {"customfield_10020": "24"}}, "customfield_10020", "Number value expected"),
        ({"fields": {"customfield_10020": 22}}, "customfield_10020", "only active or future"),
        ({"fields": {"customfield_10020": 999}}, "customfield_10020", "does not exist"),
        ({"fields": {"fixVersions": [{"name": "9.9"}]}}, "fixVersions", "not valid"),
        ({"fields": {"assignee": {"name": "linh"}}}, "assignee", "accountId"),
        ({"fields": {"assignee": {"accountId": "nobody"}}}, "assignee", "does not exist"),
        (
            {"fields": {"assignee": {"accountId": "5b10ac8d82e05b22cc7d4013"}}},
            "assignee",
            "cannot be assigned",
        ),
        ({"fields": {"parent": None}}, "parent", "not an object"),
        ({"fields": {"parent": {"key": "CARE-1"}}}, "parent", "appropriate hierarchy"),
        ({"fields": {"parent": {"key": "CARE-9999"}}}, "parent", "Could not find"),
        ({"fields": {"issuetype": {"name": "Sub-task"}}}, "issuetype", "issue type selected is invalid"),
        ({"fields": {"issuetype": {"id": "10010"}}}, "issuetype", "issue type selected is invalid"),
        ({"fields": {"issuetype": {"id": "1"}}}, "issuetype", "issue type selected is invalid"),
    ],
)
def test_edit_refuses_and_changes_nothing(cloud: Talk, body: Any, field: str, says: str) -> None:
    before = cloud.fields("CARE-52")
    # A good value beside the bad one must not be written either.
    body = body | {"fields": {"customfield_10015": "2026-12-01"} | body.get("fields", {})}
    errors = put(cloud, "CARE-52", body)
    assert errors["code"] == 400
    assert says in errors[field]
    assert cloud.fields("CARE-52") == before


def test_parent_is_cleared_by_a_verb(cloud: Talk) -> None:
    assert put(cloud, "CARE-52", {"fields": {"parent": {"key": "CARE-3"}}}) == {}
    assert cloud.fields("CARE-52")["parent"]["key"] == "CARE-3"
    assert put(cloud, "CARE-52", {"update": {"parent": [{"set": {"none": True}}]}}) == {}
    assert "parent" not in cloud.fields("CARE-52")
    errors = put(cloud, "CARE-61", {"update": {"parent": [{"set": {"none": True}}]}})
    assert "sub-task" in errors["parent"]


def test_type_change_cuts_what_the_new_level_cannot_hold(cloud: Talk) -> None:
    assert put(cloud, "CARE-8", {"fields": {"issuetype": {"name": "Story"}}}) == {}
    assert cloud.fields("CARE-8")["issuetype"]["hierarchyLevel"] == 0
    assert "parent" not in cloud.fields("CARE-8")
    assert "parent" not in cloud.fields("CARE-51")
    names = {row["name"] for row in cloud.json("GET", "/rest/api/3/issuetype/10001/alternatives")}
    assert names == {"Task", "Bug", "Spike", "Feature Request", "Epic"}
    assert cloud("GET", "/rest/api/3/issuetype/77/alternatives").status_code == 404


def test_quiet_edit_needs_an_administrator(clock: Clock, cloud: Talk) -> None:
    body = {"fields": {"duedate": "2026-12-01"}}
    assert put(cloud, "CARE-52", body, notifyUsers="false") == {}
    talk = Talk(JiraSandbox("messy", now=clock, project_admin=False))
    errors = put(talk, "CARE-52", body, notifyUsers="false")
    assert errors["code"] == 403
    assert talk.fields("CARE-52")["duedate"] is None
    assert put(talk, "CARE-52", body) == {}


def test_edit_returns_the_issue_when_asked(cloud: Talk) -> None:
    body = {"fields": {"description": DOCUMENT}, "properties": [{"key": "planora", "value": {"run": 1}}]}
    shown = cloud.json("PUT", f"{ISSUE}/CARE-52", body, returnIssue="true")
    assert shown["fields"]["description"] == DOCUMENT
    assert cloud.fields("CARE-52")["description"] == "New words"
    assert cloud.json("GET", f"{ISSUE}/CARE-52/properties/planora")["value"] == {"run": 1}


def test_edit_passes_over_a_transition(cloud: Talk) -> None:
    assert put(cloud, "CARE-52", {"transition": {"id": "21"}}) == {}
    assert cloud.fields("CARE-52")["status"]["name"] == "To Do"


def test_edit_screen(cloud: Talk) -> None:
    fields = cloud.json("GET", f"{ISSUE}/CARE-52/editmeta")["fields"]
    assert fields["labels"]["operations"] == ["add", "set", "remove"]
    assert {"status", "security", "customfield_10019"} & set(fields) == set()
    assert (
        next(option["value"] for option in fields["customfield_10041"]["allowedValues"]) == "Online booking"
    )


def test_workflow_offers_what_the_status_allows(cloud: Talk) -> None:
    path = f"{ISSUE}/CARE-52/transitions"
    rows = cloud.json("GET", path, expand="transitions.fields")["transitions"]
    assert {row["name"]: row["to"]["name"] for row in rows} == {
        "Start work": "In Progress",
        "Park": "Parked",
        "Close as won't do": "Won't Do",
    }
    assert rows[-1]["fields"]["resolution"]["required"] is True
    refused = cloud("POST", path, {"transition": {"id": "41"}})
    assert refused.status_code == 400
    assert "not valid for the current state" in refused.json()["errorMessages"][0]
    assert cloud("POST", path, {}).status_code == 400
    assert cloud.json("GET", path, transitionId="21")["transitions"][0]["id"] == "21"


def test_transition_sets_category_date_and_resolution(cloud: Talk, clock: Clock) -> None:
    path = f"{ISSUE}/CARE-51/transitions"
    assert cloud.fields("CARE-51")["resolution"] is None
    clock.forward(hours=2)
    assert cloud("POST", path, {"transition": {"id": "41"}}).status_code == 204
    done = cloud.fields("CARE-51")
    assert (done["status"]["statusCategory"]["key"], done["resolution"]["name"]) == ("done", "Done")
    assert done["resolutiondate"] == done["statuscategorychangedate"] == "2026-11-24T13:00:00.000+0100"
    assert cloud("POST", path, {"transition": {"id": "11"}}).status_code == 204
    again = cloud.fields("CARE-51")
    assert (again["resolution"], again["resolutiondate"]) == (None, None)


def test_transition_screens(cloud: Talk) -> None:
    path = f"{ISSUE}/CARE-52/transitions"
    missing = cloud("POST", path, {"transition": {"id": "61"}})
    assert missing.json()["errors"] == {"resolution": "Resolution is required."}
    extra = {"transition": {"id": "21"}, "fields": {"duedate": "2026-12-01"}}
    assert "screen" in cloud("POST", path, extra).json()["errors"]["duedate"]
    wrong = {"transition": {"id": "61"}, "fields": {"resolution": {"name": "Whatever"}}}
    assert cloud("POST", path, wrong).status_code == 400
    good = {
        "transition": {"id": "61"},
        "fields": {"resolution": {"name": "Won't Do"}},
        "update": {"comment": [{"add": {"body": DOCUMENT}}]},
    }
    assert cloud("POST", path, good).status_code == 204
    assert cloud.fields("CARE-52")["resolution"]["name"] == "Won't Do"


def new(**fields: Any) -> dict[str, Any]:
    """Return the body of a creation."""
    return {
        "fields": {"project": {"key": "CARE"}, "issuetype": {"name": "Epic"}, "summary": "New epic"} | fields
    }


def test_create_carries_a_property(cloud: Talk) -> None:
    body = new(labels=["planora-x"]) | {"properties": [{"key": "planora", "value": {"marker": "x"}}]}
    answer = cloud("POST", ISSUE, body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["key"] == "CARE-115"
    shown = cloud.json("GET", f"{ISSUE}/{made['id']}", properties="planora")
    assert shown["properties"] == {"planora": {"marker": "x"}}
    assert shown["fields"]["status"]["name"] == "To Do"
    assert cloud.keys('labels = "planora-x"') == ["CARE-115"]
    assert cloud.json("POST", ISSUE, new())["key"] == "CARE-116"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (new(project={"key": "NOPE"}), "project"),
        (new(issuetype={"name": "Saga"}), "issuetype"),
        ({"fields": {"project": {"key": "CARE"}, "issuetype": {"name": "Epic"}}}, "summary"),
        (new(security={"id": "10000"}), "security"),
        (new(issuetype={"name": "Sub-task"}), "parent"),
        (new(parent={"key": "CARE-3"}), "parent"),
    ],
)
def test_create_refuses(cloud: Talk, body: Any, field: str) -> None:
    before = cloud.keys("project = CARE")
    answer = cloud("POST", ISSUE, body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert cloud.keys("project = CARE") == before


def test_create_refuses_odd_properties(cloud: Talk) -> None:
    assert cloud("POST", ISSUE, new() | {"properties": {"planora": 1}}).status_code == 400
    long = {"key": "k", "value": "x" * 40000}
    assert cloud("POST", ISSUE, new() | {"properties": [long]}).status_code == 400


def test_create_many_reports_errors_as_an_array(cloud: Talk) -> None:
    answer = cloud("POST", f"{ISSUE}/bulk", {"issueUpdates": [new(), new(summary="")]})
    assert answer.status_code == 201
    assert len(answer.json()["issues"]) == 1
    assert answer.json()["errors"][0]["failedElementNumber"] == 1
    assert cloud("POST", f"{ISSUE}/bulk", {"issueUpdates": [new()] * 51}).status_code == 400


def test_links_have_no_id_in_the_answer_and_no_duplicates(cloud: Talk) -> None:
    body = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "CARE-51"}, "outwardIssue": {"key": "CARE-52"}}
    for _ in range(2):
        answer = cloud("POST", "/rest/api/3/issueLink", body)
        assert (answer.status_code, answer.content) == (201, b"")
    # CARE-51 also relates to CARE-39 from the start.
    links = [row for row in cloud.fields("CARE-51")["issuelinks"] if row["type"]["name"] == "Blocks"]
    assert [row["outwardIssue"]["key"] for row in links] == ["CARE-52"]
    assert cloud.fields("CARE-52")["issuelinks"][0]["inwardIssue"]["key"] == "CARE-51"
    path = f"/rest/api/3/issueLink/{links[0]['id']}"
    assert cloud("DELETE", path).status_code == 204
    assert cloud("DELETE", path).status_code == 404
    assert cloud("POST", "/rest/api/3/issueLink", body | {"type": {"name": "Loves"}}).status_code == 404
    assert (
        cloud("POST", "/rest/api/3/issueLink", body | {"inwardIssue": {"key": "CARE-999"}}).status_code == 404
    )


def test_remote_links_upsert_by_global_id(cloud: Talk) -> None:
    path = f"{ISSUE}/CARE-3/remotelink"
    thing = {"url": "https://notion.example/p/1", "title": "Roadmap"}
    first = cloud("POST", path, {"globalId": "planora:1", "relationship": "twin", "object": thing})
    assert first.status_code == 201
    second = cloud("POST", path, {"globalId": "planora:1", "object": thing})
    assert second.status_code == 200
    (row,) = cloud.json("GET", path)
    assert "relationship" not in row
    assert cloud.json("GET", path, globalId="planora:1")["id"] == first.json()["id"]
    assert cloud("GET", path, globalId="planora:2").status_code == 404
    assert cloud("POST", path, {"object": {"url": "https://x.example"}}).status_code == 400
    assert cloud("DELETE", f"{path}/{row['id']}").status_code == 204
    assert cloud("DELETE", f"{path}/{row['id']}").status_code == 404


def test_properties_do_not_move_updated(cloud: Talk, clock: Clock) -> None:
    before = cloud.fields("CARE-3")["updated"]
    clock.forward(hours=1)
    path = f"{ISSUE}/CARE-3/properties/planora"
    assert cloud("PUT", path, {"run": 1}).status_code == 201
    assert cloud("PUT", path, {"run": 2}).status_code == 200
    assert cloud.json("GET", path) == {"key": "planora", "value": {"run": 2}}
    assert [row["key"] for row in cloud.json("GET", f"{ISSUE}/CARE-3/properties")["keys"]] == ["planora"]
    assert cloud.fields("CARE-3")["updated"] == before
    assert cloud("DELETE", path).status_code == 204
    assert cloud("DELETE", path).status_code == 404
    assert cloud("GET", path).status_code == 404


def test_comments_are_documents_in_v3_and_text_in_v2(cloud: Talk) -> None:
    assert cloud("POST", f"{ISSUE}/CARE-3/comment", {"body": "text"}).status_code == 400
    assert cloud("POST", f"{ISSUE}/CARE-3/comment", {"body": DOCUMENT}).status_code == 201
    assert cloud("POST", "/rest/api/2/issue/CARE-3/comment", {"body": "text"}).status_code == 201
    rows = cloud.json("GET", "/rest/api/2/issue/CARE-3/comment")["comments"]
    assert [row["body"] for row in rows] == ["New words", "text"]


def test_absent_issues_are_404_everywhere(cloud: Talk) -> None:
    for path in ("", "/transitions", "/editmeta", "/comment", "/remotelink", "/properties", "/changelog"):
        answer = cloud("GET", f"{ISSUE}/CARE-9999{path}")
        assert answer.status_code == 404
        assert "do not have permission" in answer.json()["errorMessages"][0]


def test_archived_issue_shows_nothing_that_hangs_on_it(cloud: Talk) -> None:
    assert cloud("GET", f"{ISSUE}/CARE-113/comment").status_code == 404


def test_issue_shows_names_and_changelog(cloud: Talk) -> None:
    shown = cloud.json("GET", f"{ISSUE}/CARE-51", fields="*all,-comment", expand="names,changelog")
    assert "comment" not in shown["fields"]
    assert shown["names"]["customfield_10020"] == "Sprint"
    moments = [row["created"] for row in shown["changelog"]["histories"]]
    assert moments == sorted(moments, reverse=True)
