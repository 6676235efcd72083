"""The meaning of the product: decided entries, one test a case, named by its row.

J = Jira, N = Notion, T = Trello. A missing field never moves anything.
"""

from __future__ import annotations

from typing import Any

import pytest

from planora_sync.mapping.loading import load_preset
from planora_sync.model import Entry, Filed, Horizon, Kind, Nature, Place, PlaceRef, Priority
from planora_sync.testing.builders import NOW, make_place
from planora_sync.testing.scene import Scene

TASK_OR_UNSURE = {Nature.TASK, Nature.UNSURE}


def judged(scene: Scene, entry: Entry) -> tuple[Filed, Nature, set[str], set[str]]:
    """Return where an entry is filed, what it is, what is found on it, and what is folded under that."""
    snapshot = scene.snapshot()
    audit = scene.audit()
    codes = {found.code for found in audit.findings if found.ref == entry.ref}
    folded = {found.code for found in audit.folded if found.ref == entry.ref}
    return (
        snapshot.filing(snapshot.entries[entry.ref]).filed,
        audit.judgements[entry.ref].nature,
        codes,
        folded,
    )


def scrum() -> Scene:
    return Scene(load_preset("jira-scrum"))


def kanban() -> Scene:
    return Scene(load_preset("jira-kanban"), places=[make_place("OPS")])


# -- Jira -------------------------------------------------------------------------------------------------------------


def test_j1_todo_story_of_the_active_sprint_without_owner() -> None:
    scene = scrum()
    entry = scene.add("Sort by distance", type="story", sprint="active")
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, {"PS201"})
    assert nature in TASK_OR_UNSURE
    finding = next(found for found in scene.audit().findings)
    assert finding.level == "info"
    assert finding.remedy is not None
    assert finding.remedy.ask
    assert finding.remedy.layer is None


def test_j2_story_of_the_next_sprint_without_owner() -> None:
    scene = scrum()
    entry = scene.add(type="story", sprint="next")
    filed, _, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, set())


def test_j3_story_of_the_third_future_sprint() -> None:
    scene = scrum()
    scene.add(type="story", sprint="next")
    entry = scene.add(type="story", sprint="third")
    filed, _, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.BACKLOG, set())


def test_j4_story_in_progress_with_owner_and_date_but_no_sprint() -> None:
    scene = scrum()
    entry = scene.add(type="story", status="In Progress", assignees=["Linh"], due=3)
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.TASK, {"PS105"})


def test_j5_default_assignee_old_closed_sprints_only() -> None:
    scene = scrum()
    closed = scene.sprints["closed"]
    entry = scene.add(
        type="story", assignees=["Marc"], created=-240, updated=-120, earlier_sprints=(closed,), carried=1
    )
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.BACKLOG, set())
    assert nature in {Nature.BACKLOG, Nature.UNSURE}


@pytest.mark.parametrize("status", ["To Do", "In Progress"])
def test_j6_medium_bug_with_owner_in_the_active_sprint(status: str) -> None:
    scene = scrum()
    entry = scene.add(
        type="bug", status=status, assignees=["Linh"], sprint="active", priority=Priority.MEDIUM
    )
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, set())
    assert nature in TASK_OR_UNSURE


def test_j7_critical_bug_of_yesterday_that_nobody_has() -> None:
    scene = scrum()
    entry = scene.add(type="bug", priority=Priority.CRITICAL, created=-1, updated=-1)
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.TASK, {"PS108"})


def test_j8_highest_for_fourteen_months() -> None:
    scene = scrum()
    entry = scene.add(type="bug", priority=Priority.CRITICAL, created=-425, updated=-200)
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.BACKLOG, set())


def epic_with_children(scene: Scene, **fields: Any) -> Entry:
    epic = scene.add("Patient portal", type="epic", status="In Progress", **fields)
    scene.add_children(epic, 3, type="story", sprint="active", assignees=["Linh"])
    scene.add_children(epic, 3, type="story")
    return epic


def test_j9_epic_in_progress_whose_children_are_in_the_sprint() -> None:
    scene = scrum()
    filed, nature, codes, _ = judged(scene, epic_with_children(scene))
    assert (filed, nature) == (Filed.ROADMAP, Nature.INITIATIVE)
    assert not {code for code in codes if code < "PS3"}


def test_j10_the_same_epic_with_the_sprint_in_its_own_field() -> None:
    scene = scrum()
    epic = epic_with_children(scene, sprint="active")
    assert judged(scene, epic)[:3] == (Filed.PLAN, Nature.INITIATIVE, {"PS101"})


def test_j11_story_carried_over_five_times_with_fourteen_subtasks() -> None:
    scene = scrum()
    story = scene.add("Rebuild billing", type="story", sprint="active", created=-120, carried=5)
    scene.add_children(story, 14, type="sub-task")
    assert judged(scene, story)[:3] == (Filed.PLAN, Nature.INITIATIVE, {"PS101"})


def test_j12_eternal_epic_called_bugs() -> None:
    scene = scrum()
    epic = scene.add("Bugs", type="epic", created=-1100)
    scene.add_children(epic, 80, type="bug", priority=Priority.LOW)
    filed, nature, codes, _ = judged(scene, epic)
    assert filed is Filed.ROADMAP
    assert nature in {Nature.INITIATIVE, Nature.UNSURE}
    assert not codes


def test_j13_subtask_without_owner_and_date() -> None:
    scene = scrum()
    story = scene.add(type="story", sprint="active", assignees=["Linh"])
    subtask = scene.add(type="sub-task", parent={"id": story.ref.id, "name": story.key})
    filed, nature, codes, _ = judged(scene, subtask)
    assert (filed, codes) == (Filed.PLAN, set())
    assert nature in TASK_OR_UNSURE


def test_j14_two_day_spike_without_parent() -> None:
    scene = scrum()
    entry = scene.add("Which index?", type="task", sprint="active", assignees=["Priya"])
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, set())
    assert nature in TASK_OR_UNSURE


def test_j15_kanban_in_progress_for_four_days() -> None:
    scene = kanban()
    entry = scene.add(type="task", status="In Progress", assignees=["Linh"], since=-4)
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, set())
    assert nature in TASK_OR_UNSURE


def test_j17_kanban_selected_without_owner() -> None:
    scene = kanban()
    selected = {"id": "sel", "name": "Selected for Development", "category": "todo"}
    entry = scene.add(type="task", status=None)
    scene.entries[-1] = entry = entry.model_validate(entry.model_dump() | {"status": selected})
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, set())
    assert nature in TASK_OR_UNSURE


def test_j18_service_ticket() -> None:
    none = Scene(
        load_preset("jira-scrum"), places=[make_place("HELP")], by_place={"HELP": load_preset("none")}
    )
    entry = none.add(kind=Kind.REQUEST, level=0, reporter_external=True)
    assert judged(none, entry)[:3] == (Filed.NONE, Nature.NONE, set())


def test_j19_discovery_idea_without_horizon() -> None:
    scene = Scene(load_preset("jira-discovery"), places=[make_place("IDEAS")])
    entry = scene.add("Group bookings", kind=Kind.IDEA, type="idea")
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.BACKLOG, set())


# -- Notion -----------------------------------------------------------------------------------------------------------

ROADMAP = make_place("Product Roadmap", kind="data_source")
TASKS = make_place("Tasks", kind="data_source")


def notion() -> Scene:
    return Scene(load_preset("notion-projects-tasks-sprints"), tracker="notion", places=[TASKS, ROADMAP])


def typed(name: str, kind: Kind, level: int = 0) -> dict[str, Any]:
    return {"type": None, "kind": kind, "level": level} | (
        {}
        if not name
        else {"properties": ({"id": "t", "name": "Type", "values": ({"id": name, "name": name},)},)}
    )


def test_n1_task_of_the_current_sprint_without_assignee() -> None:
    scene = notion()
    entry = scene.add(sprint="active")
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.PLAN, {"PS201"})
    assert nature in TASK_OR_UNSURE


def test_n2_meeting_note_in_the_tasks_database() -> None:
    scene = notion()
    entry = scene.add("Retro, notes", kind=Kind.OTHER)
    scene.entries[-1] = entry = entry.model_validate(
        entry.model_dump() | {"type": {"id": "note", "name": "Note"}}
    )
    assert judged(scene, entry)[:3] == (Filed.NONE, Nature.NONE, set())


def test_n3_objective_on_the_roadmap() -> None:
    scene = notion()
    entry = scene.add("Activation 40 % by Q4", place=ROADMAP, kind=Kind.GOAL, level=2)
    assert judged(scene, entry)[:3] == (Filed.ROADMAP, Nature.NONE, set())


def test_n4_roadmap_row_later_with_one_line() -> None:
    scene = notion()
    entry = scene.add(
        "Patient portal", place=ROADMAP, kind=Kind.OTHER, level=None, horizon=Horizon(bucket="later")
    )
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.ROADMAP, set())
    assert nature in {Nature.INITIATIVE, Nature.UNSURE}


def test_n5_typo_on_the_roadmap() -> None:
    scene = notion()
    entry = scene.add("Fix typo", place=ROADMAP, owner="Linh", due=3, created=-2)
    assert judged(scene, entry)[:3] == (Filed.ROADMAP, Nature.TASK, {"PS103"})


def test_n6_initiative_that_ends_on_friday() -> None:
    scene = notion()
    entry = scene.add(
        "Self-service onboarding", place=ROADMAP, kind=Kind.INITIATIVE, level=1, owner="Ana", start=-260, due=3,
        status="In Progress",
    )  # fmt: skip
    scene.add_children(entry, 1, assignees=["Linh"], sprint="active")
    assert judged(scene, entry)[:3] == (Filed.ROADMAP, Nature.INITIATIVE, set())


def test_n7_backlog_status_with_owner_and_date() -> None:
    scene = notion()
    entry = scene.add(status="Backlog", assignees=["Linh"], due=5, created=-20)
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.TASK, {"PS105"})


def test_n8_recurring_newsletter() -> None:
    scene = notion()
    entry = scene.add("Weekly newsletter", sprint="active", assignees=["Chiara"], recurring=True)
    assert judged(scene, entry)[:3] == (Filed.PLAN, Nature.TASK, set())


def test_n9_two_assignees() -> None:
    scene = notion()
    entry = scene.add(sprint="active", assignees=["Chiara", "Linh"], due=4, status="In Progress")
    assert judged(scene, entry)[:3] == (Filed.PLAN, Nature.TASK, set())


def test_n11_blank_row_five_minutes_old() -> None:
    scene = notion()
    entry = scene.add(" ", created=-0.003, updated=-0.003, kind=Kind.OTHER, status=None)
    assert not judged(scene, entry)[2]


# -- Trello -----------------------------------------------------------------------------------------------------------

TEAM = make_place("Team", kind="board", id="team")
ROAD = make_place("Roadmap", kind="board", id="road")


def a_list(board: Place, name: str, position: int = 0) -> Place:
    return make_place(f"{board.name}/{name}", kind="list", container=board.id, position=position)


def trello() -> Scene:
    names = ("Ideas", "Backlog", "Bugs", "To Do", "Doing", "Done")
    lists = [a_list(TEAM, name, position) for position, name in enumerate(names)]
    lists += [a_list(ROAD, name, position) for position, name in enumerate(("Now", "Later", "Q1 2027"))]
    return Scene(
        load_preset("trello-kanban"),
        tracker="trello",
        places=[TEAM, ROAD, *lists],
        by_place={"Roadmap": load_preset("trello-now-next-later")},
    )


def card(scene: Scene, list_: Place, title: str = "", *, category: str = "todo", **fields: Any) -> Entry:
    place = PlaceRef(id=list_.id, name=list_.path, container=list_.container)
    status = {"id": list_.id, "name": list_.name, "category": category}
    body = {"kind": Kind.OTHER, "level": None} | fields
    return scene.add(
        title, place=place, status=None, **body, id=len(scene.entries) + 1
    ).model_copy() and _set(scene, status)


def _set(scene: Scene, status: dict[str, str]) -> Entry:
    entry = scene.entries[-1]
    scene.entries[-1] = entry = entry.model_validate(entry.model_dump() | {"status": status})
    return entry


def test_t1_doing_without_member() -> None:
    scene = trello()
    entry = card(scene, a_list(TEAM, "Doing"), category="doing", created=-2)
    assert judged(scene, entry)[:3] == (Filed.PLAN, Nature.UNSURE, {"PS201"})


def test_t2_doing_without_member_untouched_for_weeks() -> None:
    scene = trello()
    entry = card(scene, a_list(TEAM, "Doing"), category="doing", created=-60, updated=-47)
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, nature) == (Filed.PLAN, Nature.UNSURE)
    assert "PS106" not in codes
    assert "PS202" not in codes


def test_t3_long_todo_list_gives_nothing_about_its_cards() -> None:
    scene = trello()
    cards = [card(scene, a_list(TEAM, "To Do"), f"Card {n}") for n in range(80)]
    audit = scene.audit()
    assert not [found for found in audit.findings if found.ref is not None]
    assert scene.snapshot().filing(cards[0]).filed is Filed.PLAN


def test_t5_template() -> None:
    scene = trello()
    entry = card(scene, a_list(TEAM, "To Do"), "Bug report", template=True)
    assert judged(scene, entry)[:3] == (Filed.NONE, Nature.NONE, set())


def test_t7_idea_with_two_members_due_long_ago() -> None:
    scene = trello()
    entry = card(
        scene, a_list(TEAM, "Ideas"), assignees=["Linh", "Tomas"], due=-240, created=-300, updated=-250
    )
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.BACKLOG, set())
    assert nature in {Nature.BACKLOG, Nature.UNSURE}


def test_t8_roadmap_quarter_with_a_checklist_of_twelve() -> None:
    scene = trello()
    horizon = Horizon(
        text="Q1 2027", start=NOW.date().replace(2027, 1, 1), end=NOW.date().replace(2027, 3, 31)
    )
    entry = card(scene, a_list(ROAD, "Q1 2027"), "Partner API", checklist_total=12, horizon=horizon)
    assert judged(scene, entry)[:3] == (Filed.ROADMAP, Nature.INITIATIVE, set())


def test_t9_login_crash_on_the_roadmap() -> None:
    scene = trello()
    entry = card(
        scene, a_list(ROAD, "Now"), "Fix login crash", kind=Kind.BUG, labels=("Bug",), created=-6,
        horizon=Horizon(bucket="now"),
    )  # fmt: skip
    filed, nature, codes, _ = judged(scene, entry)
    assert (filed, codes) == (Filed.ROADMAP, {"PS107"})
    assert nature in {Nature.TASK, Nature.BACKLOG}


def test_t10_critical_bug_that_nobody_has() -> None:
    scene = trello()
    entry = card(
        scene, a_list(TEAM, "Bugs"), "Signup mails bounce", kind=Kind.BUG, labels=("Bug", "Critical"),
        priority=Priority.CRITICAL, created=-1, updated=-1,
    )  # fmt: skip
    assert judged(scene, entry)[:3] == (Filed.BACKLOG, Nature.TASK, {"PS108"})
