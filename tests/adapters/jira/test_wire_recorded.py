"""Real payloads through the translation: Cloud (partly Chinese) and Data Center, as published recordings have them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from planora_jira import sprints
from planora_jira.fields import FieldMap, definitions
from planora_jira.places import default_assignee
from planora_jira.wire import UNTRANSLATABLE, Lens, entry
from planora_jira.words import category

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
