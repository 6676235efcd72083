"""Boards, sprints, moves and rank; on Cloud the agile reads of issues are gone."""

from __future__ import annotations

import pytest
from planora_jira.sandbox import JiraSandbox

from tests.adapters.jira.site import Clock, Talk

AGILE = "/rest/agile/1.0"


def sprint_ids(talk: Talk, key: str) -> list[int]:
    """Return the ids of an issue's sprints (Cloud)."""
    return [row["id"] for row in talk.fields(key)["customfield_10020"] or ()]


def test_boards_and_configuration(cloud: Talk) -> None:
    (board,) = cloud.json("GET", f"{AGILE}/board", projectKeyOrId="CARE")["values"]
    assert (board["id"], board["type"], board["location"]["projectKey"]) == (12, "scrum", "CARE")
    assert cloud.json("GET", f"{AGILE}/board/12")["name"] == "CARE board"
    shown = cloud.json("GET", f"{AGILE}/board/12/configuration")
    assert shown["estimation"]["field"]["fieldId"] == "customfield_10028"
    assert shown["columnConfig"]["columns"][-1]["name"] == "Done"
    # `Parked` is mapped to no column: such issues are on no board, yet a search finds them.
    mapped = {s["id"] for column in shown["columnConfig"]["columns"] for s in column["statuses"]}
    assert "10011" not in mapped
    assert cloud("GET", f"{AGILE}/board/99").status_code == 404
    assert cloud("GET", f"{AGILE}/board", projectKeyOrId="NOPE").status_code == 404
    assert cloud.json("GET", f"{AGILE}/board", type="kanban")["values"] == []
    assert cloud.json("GET", f"{AGILE}/board", name="other")["values"] == []


def test_sprints_come_in_pages(cloud: Talk) -> None:
    first = cloud.json("GET", f"{AGILE}/board/12/sprint", maxResults=4)
    assert [row["state"] for row in first["values"]] == ["closed", "closed", "active", "future"]
    assert first["isLast"] is False
    rest = cloud.json("GET", f"{AGILE}/board/12/sprint", maxResults=4, startAt=4)
    assert [row["id"] for row in rest["values"]] == [25, 26]
    assert "startDate" not in rest["values"][1]
    active = cloud.json("GET", f"{AGILE}/board/12/sprint", state="active")["values"]
    assert [row["id"] for row in active] == [23]
    assert cloud.json("GET", f"{AGILE}/sprint/23")["originBoardId"] == 12
    assert cloud("GET", f"{AGILE}/sprint/99").status_code == 404


def test_kanban_boards_have_no_sprints(clock: Clock) -> None:
    talk = Talk(JiraSandbox("kanban", now=clock))
    answer = talk("GET", f"{AGILE}/board/40/sprint")
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == ["The board does not support sprints"]
    assert "subQuery" in talk.json("GET", f"{AGILE}/board/40/configuration")


@pytest.mark.parametrize(
    "path",
    ["board/12/issue", "board/12/backlog", "board/12/sprint/23/issue", "sprint/23/issue", "epic/none/issue"],
)
def test_agile_reads_of_issues_are_gone_on_cloud(cloud: Talk, path: str) -> None:
    assert cloud("GET", f"{AGILE}/{path}").status_code == 410


def test_move_keeps_closed_sprints_and_leaves_other_open_ones(cloud: Talk) -> None:
    assert cloud("POST", f"{AGILE}/sprint/24/issue", {"issues": ["CARE-12", "CARE-15"]}).status_code == 204
    assert sprint_ids(cloud, "CARE-12") == [21, 22, 24]
    assert cloud("POST", f"{AGILE}/backlog/issue", {"issues": ["10012"]}).status_code == 204
    assert sprint_ids(cloud, "CARE-12") == [21, 22]
    newest = cloud.json("GET", "/rest/api/3/issue/CARE-12/changelog")["values"][0]["items"][0]
    assert (newest["field"], newest["from"], newest["to"]) == ("Sprint", "21, 22, 24", "21, 22")


@pytest.mark.parametrize(
    ("path", "issues", "says"),
    [
        ("sprint/22/issue", ["CARE-15"], "active or future"),
        ("sprint/24/issue", ["CARE-61"], "sub-tasks"),
        ("sprint/24/issue", ["CARE-9999"], "does not exist"),
        ("sprint/24/issue", ["CARE-113"], "does not exist"),
        ("sprint/24/issue", [], "No issues"),
        ("sprint/24/issue", ["CARE-15"] * 51, "limited to 50"),
        ("backlog/issue", ["CARE-15"] * 51, "limited to 50"),
    ],
)
def test_moves_refused(cloud: Talk, path: str, issues: list[str], says: str) -> None:
    answer = cloud("POST", f"{AGILE}/{path}", {"issues": issues})
    assert answer.status_code == 400
    assert says in answer.json()["errorMessages"][0]


def test_a_bad_issue_stops_the_whole_move(cloud: Talk) -> None:
    before = sprint_ids(cloud, "CARE-15")
    assert cloud("POST", f"{AGILE}/sprint/24/issue", {"issues": ["CARE-15", "CARE-61"]}).status_code == 400
    assert sprint_ids(cloud, "CARE-15") == before


def test_rank_answers_207_for_some(cloud: Talk) -> None:
    path = f"{AGILE}/issue/rank"
    assert cloud("PUT", path, {"issues": ["CARE-15"], "rankBeforeIssue": "CARE-3"}).status_code == 204
    assert "CARE-15" in cloud.keys("project = CARE order by rank")[:10]
    mixed = cloud("PUT", path, {"issues": ["CARE-16", "CARE-61"], "rankAfterIssue": "CARE-3"})
    assert mixed.status_code == 207
    assert [entry["status"] for entry in mixed.json()["entries"]] == [200, 400]
    assert cloud("PUT", path, {"issues": ["CARE-15"]}).status_code == 400


def test_sprint_starts_and_closes(cloud: Talk) -> None:
    path = f"{AGILE}/sprint/23"
    assert cloud("POST", f"{AGILE}/sprint/26", {"state": "active"}).status_code == 400
    assert cloud("POST", f"{AGILE}/sprint/24", {"state": "closed"}).status_code == 400
    assert cloud.json("POST", path, {"state": "closed", "goal": "met"})["state"] == "closed"
    assert cloud.json("POST", path, {"state": "closed"})["completeDate"].startswith("2026-11-24")
    assert "CARE-51" not in cloud.keys("sprint in openSprints()")
    dated = {
        "startDate": "2026-12-01T08:00:00.000Z",
        "endDate": "2026-12-15T08:00:00.000Z",
        "state": "active",
    }
    assert cloud.json("POST", f"{AGILE}/sprint/26", dated)["startDate"] == "2026-12-01T08:00:00.000Z"
