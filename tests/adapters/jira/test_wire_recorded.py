"""Real payloads through the translation: Cloud (partly Chinese) and Data Center, as published recordings have them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from planora_jira.site import trimmed
from planora_jira.site.facts import BoardFacts
from planora_jira.site.fields import FieldMap, definitions
from planora_jira.site.places import default_assignee, style
from planora_jira.translation import sprints
from planora_jira.translation.wire import UNTRANSLATABLE, Lens, entry
from planora_jira.translation.words import category

from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Entry, Kind, Priority, SprintState
from tests.adapters.jira.issues import lens
from tests.adapters.jira.site import RECORDED

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside this checkout")
MERICO = FieldMap(
    ids={
        "sprint": ("customfield_10020",),
        "rank": ("customfield_10019",),
        "epic_link": ("customfield_10014",),
    }
)


def load(path: str) -> Any:
    return json.loads((RECORDED / path).read_text("utf-8"))


def issues(name: str, through: Lens) -> list[Entry]:
    return [entry(row["data"], through) for row in load(f"devlake/{name}.json")]


@pytest.fixture
def merico() -> Lens:
    return replace(lens(), fields=MERICO)


def test_issues_of_a_chinese_cloud_site(merico: Lens) -> None:
    found = issues("issues", merico)
    assert len(found) == 33
    kinds = Counter(one.kind for one in found)
    # The site calls its types 故事, 任务, 缺陷, 子任务, Story, Epic; `Test Execution` is a plug-in's.
    assert kinds == {Kind.SUBTASK: 12, Kind.STORY: 10, Kind.TASK: 8, Kind.BUG: 1, Kind.EPIC: 1, Kind.OTHER: 1}
    assert {one.status.category for one in found if one.status} <= set(Category)
    first = found[0]
    assert (first.level, first.kind) == (0, Kind.STORY)
    assert [one.name for one in first.earlier_sprints] == ["EE Sprint 7"]
    # Its publishers gave its status the category "new" by hand: so its resolution is a left-over one.
    assert (first.sprint, first.done, first.carried) == (None, None, 1)
    assert first.rank == "0|i000db:"
    assert all(one.created and one.updated and one.created <= one.updated for one in found)
    assert not [one.key for one in found if one.is_open and one.done]


def test_agile_fields_tell_the_same_sprints(merico: Lens) -> None:
    without = replace(merico, fields=FieldMap(ids={}))
    assert [one.earlier_sprints for one in issues("issues", merico)] == [
        one.earlier_sprints for one in issues("issues", without)
    ]


def test_an_epic_of_another_project_is_the_parent(merico: Lens) -> None:
    found = issues("external_epics", merico)
    assert {one.parent.name for one in found if one.parent} == {"K5-1", "K5-4"}
    assert all(one.parent is None or one.parent.id.isdigit() for one in found)


def test_issues_of_a_data_center() -> None:
    center = replace(lens(), fields=FieldMap(ids={"rank": ("customfield_10005",)}))
    found = issues("issue_relationships", center)
    assert {(one.kind, one.level) for one in found} == {(Kind.BUG, 0)}
    assert any(one.links for one in found)
    assert all(one.assignees == () or one.assignees[0].id for one in found)
    assert all(one.text for one in found)


def test_due_dates(merico: Lens) -> None:
    (found,) = issues(
        "issues_for_due_date", replace(merico, fields=replace(MERICO, ids={"due": ("duedate",)}))
    )
    assert found.due is not None
    assert found.due.isoformat() == "2025-03-09"


def test_sprints_of_the_agile_api(merico: Lens) -> None:
    rows = [row["data"] for row in load("devlake/sprints.json")] + load("go-jira/sprints.json")["values"]
    found = [sprints.sprint(row, merico.zone) for row in rows]
    assert {one.state for one in found} == set(SprintState)
    assert all(one.start is None or one.end is None or one.start <= one.end for one in found)


def test_statuses_in_two_languages_have_their_category() -> None:
    rows = [row["data"] for row in load("devlake/status.json")]
    told = {row["name"]: category(Vocabulary(), row["name"], row["statusCategory"]["key"]) for row in rows}
    assert told["已发布"] is Category.DONE
    assert set(told.values()) == set(Category)


def test_an_issue_in_a_sprint_of_an_old_server() -> None:
    rows = load("go-jira/issues_in_sprint.json")["issues"]
    found = [entry(row, lens()) for row in rows]
    assert [one.key for one in found] == [row["key"] for row in rows]


def test_trimmed_issues_are_refused_and_whole_ones_are_not() -> None:
    row = load("jira-cli/issue.json")
    with pytest.raises(UNTRANSLATABLE):
        entry(row, lens())
    row |= {"id": "1"}
    row["fields"] |= {"project": {"id": "10", "key": "TEST"}}
    found = entry(row, lens())
    assert (found.text, found.priority, found.links) == ("Test description", Priority.MEDIUM, ())
    assert found.reporter is not None


def test_projects_and_fields() -> None:
    rows = [row["data"] for row in load("devlake/projects.json")]
    assert {default_assignee(row) for row in rows} == {None}
    row = load("go-jira/project.json")
    assert default_assignee(row) is None
    assert default_assignee(row | {"assigneeType": "PROJECT_LEAD"}) == "rooneg"
    assert [one.id for one in definitions(load("go-jira/all_fields.json"))] == ["description", "summary"]


# -- every file ---------------------------------------------------------------------------------------------

ISSUES = {
    "devlake/issues.json": 33,
    "devlake/external_epics.json": 3,
    "devlake/issue_relationships.json": 22,
    "devlake/issues_for_due_date.json": 1,
    "go-jira/issues_in_sprint.json": 1,
    "jira-cli/search.json": 3,
    "jira-cli/epic.json": 2,
    "jira-cli/issue.json": 1,
    "jira-cli/issue-1.json": 1,
    "jira-cli/issue-2.json": 1,
}
"""File -> how many issues it holds."""


CATEGORY = {"new": "todo", "indeterminate": "doing", "done": "done"}


def ends(link: Any) -> list[str]:
    """Return the ids at the other end of a link; one that is hidden, or trimmed away, has none."""
    found = [link.get(f"{side}Issue") or {} for side in ("inward", "outward")]
    return [str(one["id"]) for one in found if one.get("id")]


def rows_of(name: str) -> list[Any]:
    found = load(name)
    if isinstance(found, list):
        return [row["data"] for row in found]
    some: list[Any] = found.get("issues", [found])
    return some


@pytest.mark.parametrize("name", ISSUES)
def test_every_recorded_issue_is_an_entry(merico: Lens, name: str) -> None:
    rows = rows_of(name)
    assert len(rows) == ISSUES[name]
    for number, row in enumerate(rows):
        # Some publishers trimmed away what no issue is without.
        fields = {"project": {"id": "10", "key": str(row["key"]).partition("-")[0]}} | row["fields"]
        found = entry({"id": f"9{number}"} | row | {"fields": fields}, merico)
        assert found.key == row["key"]
        assert found.title == (fields.get("summary") or "")
        assert (found.type.name if found.type else None) == (fields.get("issuetype") or {}).get("name")
        status = fields.get("status") or {}
        key = (status.get("statusCategory") or {}).get("key")
        if key:
            assert found.status is not None
            assert found.status.category == CATEGORY.get(key, "todo")
        assert found.labels == tuple(sorted(fields.get("labels") or ()))
        assert len(found.assignees) == bool(fields.get("assignee"))
        assert len(found.links) == len([one for link in fields.get("issuelinks") or () for one in ends(link)])
        above = (fields.get("parent") or {}).get("key")
        assert above is None or (found.parent is not None and found.parent.name == above)


SPRINTS = ["go-jira/sprints.json", "go-jira/sprints_filtered.json", "jira-cli/sprints.json"]
SPRINTS += [f"jira-cli/sprints-{number}.json" for number in (0, 2, 3)]


@pytest.mark.parametrize("name", [*SPRINTS, "devlake/sprints.json", "jira-cli/sprint-get.json"])
def test_every_recorded_sprint_is_one(merico: Lens, name: str) -> None:
    found = load(name)
    rows = [row["data"] for row in found] if isinstance(found, list) else found.get("values", [found])
    for row in rows:
        sprint = sprints.sprint(row, merico.zone)
        assert (sprint.id, sprint.name, sprint.state) == (str(row["id"]), row["name"], row["state"])
        assert (sprint.start is None) == (not row.get("startDate"))
        home = row.get("originBoardId")
        assert sprint.board == (f"board:{home}" if home else None)


def test_every_recorded_board_has_its_columns_in_order() -> None:
    config = trimmed.configuration(load("go-jira/board_configuration.json"))
    board = BoardFacts(row={"id": 35, "type": "kanban"}, config=config)
    assert board.columns[0] == "10005"
    assert board.columns[-1] == "10601"
    assert len(board.columns) == 10
    assert board.estimate is None
    rows = load("go-jira/all_boards.json")["values"] + load("jira-cli/boards.json")["values"]
    kept = [trimmed.board(row) for row in rows]
    assert {row["type"] for row in kept} <= {"scrum", "kanban", "simple"}
    assert all(row["id"] and row["name"] for row in kept)


def test_every_recorded_status_has_a_category() -> None:
    rows = load("go-jira/all_statuses.json") + [row["data"] for row in load("devlake/status.json")]
    assert len(rows) == 90
    kept = trimmed.statuses([{"statuses": rows}])
    for row in rows:
        one = next(status for status in kept if status["id"] == row["id"])
        key = one["statusCategory"]["key"]
        assert category(Vocabulary(), row["name"], key) is not None
        assert key in ("new", "indeterminate", "done", "undefined")


def test_every_recorded_field_type_and_project_is_kept_as_it_is_used() -> None:
    for name in ("go-jira/all_fields.json", "jira-cli/fields.json"):
        rows = load(name)
        kept = definitions([trimmed.field(row) for row in rows])
        assert {one.id for one in kept} == {row["id"] for row in rows}
        assert definitions(rows) == kept
    kinds = [row["data"] for row in load("devlake/issue_types.json")]
    project = trimmed.project(load("go-jira/project.json") | {"issueTypes": kinds})
    assert [row["hierarchyLevel"] for row in project["issueTypes"]] == [
        row["hierarchyLevel"] for row in kinds
    ]
    assert {style(row["data"]) for row in load("devlake/projects.json")} <= {
        "software",
        "team-managed",
        "business",
    }
