"""What stands above, below and around a row: parents, children, sprints."""

from __future__ import annotations

from datetime import date

import pytest
from planora_notion.site.source import Relative

from planora_sync.model import (
    Kind,
    Named,
    Sprint,
    SprintState,
)
from tests.adapters.notion.samples import (
    PAGE,
    SOURCE,
    chosen,
    data_source,
    page,
    relation,
    source,
    status,
    translate,
)

GROUPS = {"To-do": ["Backlog", "In review"], "In_progress": ["Doing"], "Complete": ["Done"]}
OTHER = "99999999-0000-4000-8000-000000000009"


def sprint(name: str, state: SprintState, *, start: date | None = None, rank: int = 0) -> Sprint:
    return Sprint(id=name, name=name, state=state, start=start, rank=rank)


SPRINTS = {
    "s1": sprint("s1", SprintState.CLOSED, start=date(2026, 10, 1)),
    "s2": sprint("s2", SprintState.CLOSED, start=date(2026, 10, 15)),
    "s3": sprint("s3", SprintState.ACTIVE),
    "s4": sprint("s4", SprintState.FUTURE, rank=1),
    "s5": sprint("s5", SprintState.FUTURE, rank=2),
}


@pytest.mark.parametrize(
    ("ids", "state", "sprint_id", "earlier", "carried"),
    [
        (["s2", "s1", "s3"], "Doing", "s3", ["s1", "s2"], 2),
        (["s5", "s4"], "Backlog", "s4", [], 0),
        (["s4", "s3"], "Doing", "s3", [], 0),
        # Finished in the second of the two.
        (["s1", "s2"], "Done", None, ["s1", "s2"], 1),
        (["s1"], "Backlog", None, ["s1"], 1),
        (["gone"], "Backlog", None, [], 0),
    ],
)
def test_sprints(ids: list[str], state: str, sprint_id: str | None, earlier: list[str], carried: int) -> None:
    where = source(data_source(Status=status(**GROUPS), Sprint=relation(OTHER)), sprints=SPRINTS)
    row = page(Sprint=("relation", [{"id": one} for one in ids]), Status=("status", chosen(state)))
    entry = translate(row, where)
    assert (entry.sprint and entry.sprint.id) == sprint_id
    assert ([one.id for one in entry.earlier_sprints], entry.carried) == (earlier, carried)


FAMILY = data_source(
    **{
        "Type": ("select", "Task", "Epic", "Bug"),
        "Parent-task": relation(twin="Sub-tasks"),
        "Sub-tasks": relation(twin="Parent-task"),
        "Project": relation(OTHER),
    }
)


@pytest.mark.parametrize(
    ("above", "type", "kind", "level"),
    [
        (Kind.TASK, "Task", Kind.SUBTASK, -1),
        (Kind.STORY, "Bug", Kind.BUG, -1),
        (Kind.EPIC, "Task", Kind.TASK, 0),
        (Kind.INITIATIVE, "Task", Kind.TASK, 0),
        (Kind.TASK, "Epic", Kind.EPIC, 1),
    ],
)
def test_only_what_stands_below_a_task_is_a_part(above: Kind, type: str, kind: Kind, level: int) -> None:
    relatives = {OTHER: Relative(name="Above", source=SOURCE, kind=above, typed=True)}
    row = page(**{"Parent-task": ("relation", [{"id": OTHER}]), "Type": ("select", chosen(type))})
    entry = translate(row, source(FAMILY), relatives=relatives)
    assert (entry.parent, entry.kind, entry.level) == (Named(id=OTHER, name="Above"), kind, level)


def test_without_types_the_relations_name_says_what_is_a_part() -> None:
    relatives = {OTHER: Relative(name="Above", source=SOURCE, kind=Kind.OTHER)}
    row = page(**{"Parent-task": ("relation", [{"id": OTHER}])})
    assert translate(row, source(FAMILY), relatives=relatives).level == -1
    items = data_source(**{"Parent item": relation()})
    row = page(**{"Parent item": ("relation", [{"id": OTHER}])})
    assert translate(row, source(items), relatives=relatives).level == 0


def test_a_project_is_the_parent_where_there_is_no_nearer_one() -> None:
    relatives = {
        OTHER: Relative(name="Initiative", source=OTHER, kind=Kind.TASK, typed=True),
        PAGE: Relative(name="Task", source=SOURCE, kind=Kind.TASK, typed=True),
    }
    both = page(**{"Project": ("relation", [{"id": OTHER}]), "Parent-task": ("relation", [{"id": PAGE}])})
    near = translate(both, source(FAMILY), relatives=relatives)
    assert (near.parent and near.parent.name, near.level) == ("Task", -1)
    only = translate(page(Project=("relation", [{"id": OTHER}])), source(FAMILY), relatives=relatives)
    assert (only.parent and only.parent.name, only.level) == ("Initiative", 0)


def test_children_come_by_the_other_side_of_the_parent_in_any_language() -> None:
    body = data_source(**{"親タスク": relation(twin="子"), "子": relation(twin="親タスク")})
    entry = translate(page(子=("relation", [{"id": OTHER}, {"id": PAGE}])), source(body))
    assert entry.children == (OTHER, PAGE)
    assert entry.links == ()
