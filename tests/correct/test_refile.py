"""What files an entry in a layer, and what only a person can do."""

from __future__ import annotations

from typing import Any

import pytest

from planora_sync.change import Change, Field, words
from planora_sync.correct.refile import NotFileable, Refiled, refile
from planora_sync.mapping.loading import load_preset, merge
from planora_sync.mapping.preset import Preset
from planora_sync.model import Entry, Filed, Horizon, Layer, Named, Place
from planora_sync.testing import NOW, make_place
from planora_sync.testing.scene import Scene
from tests.correct.places import ROADMAP, TASKS, at, board, notion_places, prop, status_of
from tests.correct.world import epic, promise, scene, wish


def filed(of: Scene, entry: Entry, layer: Layer) -> Refiled:
    found = refile(of.snapshot().entries[entry.ref], layer, of.snapshot())
    assert isinstance(found, Refiled), found
    return found


def stuck(of: Scene, entry: Entry, layer: Layer) -> str:
    found = refile(of.snapshot().entries[entry.ref], layer, of.snapshot())
    assert isinstance(found, NotFileable), found
    return found.reason


def shown(changes: tuple[Change, ...]) -> dict[str, tuple[list[str], list[str]]]:
    """Return the changes as field -> names before and after."""
    return {
        change.field.value: ([one.name for one in change.before], [one.name for one in change.after])
        for change in changes
    }


# -- sprints ------------------------------------------------------------------------------------------------


def test_an_epic_leaves_the_sprint_and_nothing_else_changes() -> None:
    of = scene()
    assert shown(filed(of, epic(of), Layer.ROADMAP).changes) == {"sprint": (["Sprint 37"], [])}


def test_a_story_that_is_an_initiative_cannot_become_one_by_leaving_the_sprint() -> None:
    of = scene()
    story = of.add(type="story", sprint="active")
    assert "would be filed as backlog" in stuck(of, story, Layer.ROADMAP)


def test_promised_work_joins_the_active_sprint_and_keeps_its_status() -> None:
    of = scene()
    assert shown(filed(of, promise(of), Layer.PLAN).changes) == {"sprint": ([], ["Sprint 37"])}


def test_between_two_sprints_the_next_one_is_the_plan() -> None:
    of = scene()
    of.places = [place for place in of.places if place.name != "Sprint 37"]
    assert shown(filed(of, promise(of), Layer.PLAN).changes) == {"sprint": ([], ["Sprint 38"])}


def test_without_any_sprint_there_is_no_plan_to_file_in() -> None:
    of = scene()
    of.places = [place for place in of.places if place.sprint is None]
    assert "no single active sprint" in stuck(of, promise(of), Layer.PLAN)


def test_two_active_sprints_are_a_question() -> None:
    of = scene()
    other = of.sprints["active"].model_copy(update={"id": "sprint-x", "name": "Sprint X"})
    of.add(type="story", sprint=other)
    assert "no single active sprint" in stuck(of, promise(of), Layer.PLAN)


def test_an_epic_that_is_a_task_is_filed_by_its_type_which_only_a_person_changes() -> None:
    of = scene()
    small = of.add(type="epic", assignees=["Linh"], due=3)
    assert "filed by its type (epic)" in stuck(of, small, Layer.PLAN)


def test_nothing_above_level_0_goes_into_a_sprint() -> None:
    of = scene(
        merge(
            load_preset("jira-scrum"),
            {"filed": [{"layer": "roadmap", "when": {"type": "Epic", "place": "PLAN"}}]},
        )
    )
    assert "above what a sprint holds" in stuck(of, of.add(type="epic"), Layer.PLAN)


def test_a_subtask_is_never_moved_alone() -> None:
    of = scene()
    parent = wish(of)
    of.add_children(parent, 1, type="sub-task")
    assert "never moved alone" in stuck(of, of.entries[-1], Layer.BACKLOG)


def test_without_a_word_in_the_mapping_it_is_left_to_people() -> None:
    of = scene(Preset(name="bare", filed=load_preset("jira-scrum").filed))
    assert "does not say how to file" in stuck(of, wish(of), Layer.BACKLOG)


def test_a_place_with_a_mapping_of_its_own_is_filed_by_the_connections_where_its_own_is_silent() -> None:
    bare = Preset(name="bare", filed=load_preset("jira-scrum").filed)
    of = scene(by_place={"PLAN": bare})
    assert shown(filed(of, wish(of), Layer.BACKLOG).changes) == {"sprint": (["Sprint 37"], [])}


# -- statuses, labels, properties, types ---------------------------------------------------------------------


def test_kanban_selects_work_by_its_status() -> None:
    of = scene("jira-kanban", places=[make_place("OPS", statuses=(*TASKS.statuses, ready()))])
    entry = of.add(status=TASKS.statuses[0])
    assert shown(filed(of, entry, Layer.PLAN).changes) == {"status": (["Backlog"], ["Ready"])}


def ready() -> Any:
    return TASKS.statuses[0].model_copy(update={"id": "ready", "name": "Ready"})


def test_a_status_that_the_place_does_not_have_is_not_invented() -> None:
    of = scene("jira-kanban", places=[make_place("OPS", statuses=TASKS.statuses[:1])])
    assert "has no status" in stuck(of, of.add(status=TASKS.statuses[0]), Layer.PLAN)


LABELLED = {
    "file": {"backlog": {"label": "later"}},
    "filed": [{"layer": "backlog", "when": {"label": "later"}}],
}


def test_a_label_is_added_to_those_it_has() -> None:
    of = scene(merge(load_preset("jira-scrum"), LABELLED))
    entry = of.add(type="story", sprint="active", labels=("ui",))
    (change,) = (c for c in filed(of, entry, Layer.BACKLOG).changes if c.field is Field.LABELS)
    assert (change.before, change.after) == (words(("ui",)), words(("ui", "later")))


def by_property(option: str = "North", name: str = "Region") -> Preset:
    return merge(
        load_preset("notion-one-database"),
        {
            "filed": [{"layer": "backlog", "when": {"property": {name: [option]}}}],
            "file": {"backlog": {"property": {name: option}}},
        },
    )


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [("West", "Region", "'Region' has no option 'West'"), ("North", "Shape", "has no property 'Shape'")],
)
def test_an_option_or_property_that_is_not_there_is_not_invented(option: str, name: str, says: str) -> None:
    place = ROADMAP.model_copy(update={"statuses": (*ROADMAP.statuses, TASKS.statuses[0])})
    of = scene(by_property(option, name), places=[place])
    assert says in stuck(of, of.add(status=place.statuses[1]), Layer.BACKLOG)


def test_a_property_is_set_by_its_option() -> None:
    place = ROADMAP.model_copy(update={"statuses": (*ROADMAP.statuses, TASKS.statuses[0])})
    of = scene(by_property(), places=[place])
    entry = of.add(status=place.statuses[0], properties=(prop("Region", "select", "South"),), sprint=None)
    found = filed(of, entry, Layer.BACKLOG)
    (change,) = (c for c in found.changes if c.field is Field.PROPERTY)
    assert change.property == Named(id="select:region", name="Region")
    assert [one.name for one in (*change.before, *change.after)] == ["South", "North"]


TYPED = {"file": {"roadmap": {"type": "Epic", "sprint": "none"}}}


def test_a_type_is_changed_only_where_the_mapping_names_one() -> None:
    of = scene(merge(load_preset("jira-scrum"), TYPED))
    of.add(type="epic")
    story = of.add(type="story", sprint="active")
    assert shown(filed(of, story, Layer.ROADMAP).changes) == {
        "type": (["story"], ["epic"]),
        "sprint": (["Sprint 37"], []),
    }


def test_a_type_is_not_changed_under_children_or_below_a_parent() -> None:
    of = scene(merge(load_preset("jira-scrum"), TYPED))
    parent = of.add(type="epic")
    story = of.add(type="story", sprint="active")
    of.add_children(story, 2, type="sub-task")
    child = of.add(type="story", parent={"id": parent.ref.id, "name": parent.key})
    assert "has 2 children" in stuck(of, story, Layer.ROADMAP)
    assert f"belongs to {parent.key}" in stuck(of, child, Layer.ROADMAP)


def test_a_type_that_nobody_uses_is_not_invented() -> None:
    of = scene(merge(load_preset("jira-scrum"), TYPED))
    assert "has no type 'Epic'" in stuck(of, of.add(type="story"), Layer.ROADMAP)


# -- moves ---------------------------------------------------------------------------------------------------


def notion(**fields: Any) -> tuple[Scene, Entry]:
    """Return a scene with a row of the roadmap."""
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    of.sprints = {place.name: place.sprint for place in of.places if place.sprint}
    return of, of.add(**{"place": ROADMAP, "status": ROADMAP.statuses[0], **fields})


def test_a_task_moves_from_the_roadmap_into_the_sprint_with_its_owner_and_date() -> None:
    today = NOW.date()
    of, row = notion(owner="Linh", horizon=Horizon(start=today, end=today))
    found = filed(of, row, Layer.PLAN)
    assert shown(found.changes) == {
        "place": (["Product Roadmap"], ["Tasks"]),
        "status": (["Not started"], ["Not started"]),
        "sprint": ([], ["Sprint 31"]),
        "assignees": ([], ["Linh"]),
        "due": ([], [today.isoformat()]),
    }
    assert found.far
    assert [loss.words for loss in found.losses if not loss.restorable] == []


def test_work_that_has_begun_keeps_its_progress_in_the_other_place() -> None:
    of, row = notion(status=ROADMAP.statuses[1], owner="Linh")
    assert shown(filed(of, row, Layer.PLAN).changes)["status"] == (["In progress"], ["In progress"])


def test_of_several_statuses_of_begun_work_it_keeps_its_own() -> None:
    review = ROADMAP.statuses[1].model_copy(update={"id": "review", "name": "In review"})
    of, row = notion(status=review, owner="Linh")
    of.places[0] = TASKS.model_copy(update={"statuses": (*TASKS.statuses, review)})
    assert shown(filed(of, row, Layer.PLAN).changes)["status"] == (["In review"], ["In review"])


def test_the_backlog_promises_no_date() -> None:
    today = NOW.date()
    of, row = notion(owner="Linh", horizon=Horizon(start=today, end=today))
    found = filed(of, row, Layer.BACKLOG)
    assert set(shown(found.changes)) == {"place", "status"}
    (lost,) = (loss for loss in found.losses if loss.words == f"Timeline: {today} to {today}")
    assert (lost.restorable, lost.fields) == (True, (Field.TARGET,))
    assert found.entry.horizon is None


def test_a_range_that_the_tracker_cannot_write_back_is_lost_for_good() -> None:
    today = NOW.date()
    of, row = notion(owner="Linh", horizon=Horizon(start=today, end=today))
    snapshot = of.snapshot()
    able = frozenset(Field) - {Field.TARGET}
    found = refile(snapshot.entries[row.ref], Layer.BACKLOG, snapshot, able=able)
    assert isinstance(found, Refiled)
    assert f"Timeline: {today} to {today}" in {loss.words for loss in found.losses if not loss.restorable}


def test_a_move_names_each_value_that_the_target_cannot_hold() -> None:
    of, row = notion(
        theme="Payments",
        properties=(prop("Region", "select", "North"),),
        horizon=Horizon(text="Q1 2027"),
        labels=(),
    )
    losses = {loss.words: loss.restorable for loss in filed(of, row, Layer.BACKLOG).losses}
    assert losses == {
        "Theme: Payments": False,
        "Region: North": True,
        "Notes, if anything stands there": True,
    }


def test_what_both_places_know_is_no_loss() -> None:
    of, row = notion(properties=(prop("Region", "select", "South"),))
    assert [loss.words for loss in filed(of, row, Layer.BACKLOG).losses] == [
        "Notes, if anything stands there"
    ]


def test_an_epic_moves_out_of_the_sprint_to_the_roadmap_and_its_children_are_named() -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    sprint = next(place.sprint for place in of.places if place.name == "Sprint 31")
    row = of.add(place=TASKS, status=TASKS.statuses[0], type="epic", sprint=sprint, due=90)
    of.add_children(row, 2, place=TASKS, status=TASKS.statuses[0], type="story")
    found = filed(of, row, Layer.ROADMAP)
    assert shown(found.changes) == {
        "place": (["Tasks"], ["Product Roadmap"]),
        "target": ([], [f"... to {row.due}"]),
    }
    assert found.entry.sprint is None
    assert found.entry.horizon == Horizon(end=row.due)
    assert {loss.words for loss in found.losses} == {
        "the status Backlog, which Product Roadmap does not know",
        f"Due: {row.due} (kept as the end of what it is meant for)",
        "2 children no longer name it as parent: E-2, E-3",
    }
    assert {ref.id for ref in found.orphans} == {"2", "3"}


@pytest.mark.parametrize(
    ("fields", "able", "target"),
    [
        ({"start": 5, "due": 90}, frozenset(Field), "2026-11-29 to 2027-02-22"),
        ({"start": 95, "due": 90}, frozenset(Field), "... to 2027-02-22"),
        ({"start": 5}, frozenset(Field), None),
        ({"due": 90, "horizon": Horizon(text="Q1 2027")}, frozenset(Field), None),
        ({"due": 90}, frozenset(Field) - {Field.TARGET}, None),
    ],
)
def test_the_dates_that_somebody_gave_become_the_range_on_the_roadmap(
    fields: dict[str, Any], able: frozenset[Field], target: str | None
) -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    row = of.add(place=TASKS, status=TASKS.statuses[0], type="epic", **fields)
    snapshot = of.snapshot()
    found = refile(snapshot.entries[row.ref], Layer.ROADMAP, snapshot, able=able)
    assert isinstance(found, Refiled)
    assert shown(found.changes).get("target", ([], []))[1] == ([target] if target else [])


def kanban(*others: Place) -> Scene:
    places = [
        *board(
            "Growth", ["Ideas", "Backlog", "This week", "Doing", "Done"], labels=["seo"], members=["Linh"]
        ),
        *board("Roadmap", ["Now", "Next"], labels=["seo", "brand"], members=["Linh", "Ana"]),
        *others,
    ]
    return scene("trello-kanban", places=places, by_place={"Roadmap": load_preset("trello-now-next-later")})


def card(of: Scene, path: str, **fields: Any) -> Entry:
    place = at(of.places, path)
    return of.add(place=place, status=status_of(place), level=None, **fields)


def test_a_card_changes_lists_on_its_own_board_by_its_status() -> None:
    of = kanban()
    found = filed(of, card(of, "Growth/This week"), Layer.BACKLOG)
    assert shown(found.changes) == {"status": (["This week"], ["Backlog"])}
    assert not found.far
    assert found.entry.place.name == "Growth/Backlog"


def test_a_card_of_the_roadmap_moves_to_the_team_board_and_says_who_stays_behind() -> None:
    of = kanban()
    found = filed(of, card(of, "Roadmap/Now", assignees=["Linh", "Ana"], labels=("brand",)), Layer.BACKLOG)
    assert shown(found.changes) == {"place": (["Roadmap/Now"], ["Growth/Backlog"])}
    assert [loss.words for loss in found.losses] == ["Ana, who is unknown in Growth/Backlog"]


def test_of_two_boards_that_fit_a_person_chooses() -> None:
    of = kanban(*board("Attic", ["Backlog"]))
    assert "Attic/Backlog, Growth/Backlog all fit" in stuck(of, card(of, "Roadmap/Now"), Layer.BACKLOG)
    assert shown(filed(of, card(of, "Growth/This week"), Layer.BACKLOG).changes) == {
        "status": (["This week"], ["Backlog"])
    }


def test_a_card_on_its_way_into_the_plan_keeps_its_owner_where_the_board_knows_them() -> None:
    of = kanban()
    found = filed(of, card(of, "Roadmap/Now", assignees=["Linh", "Ana"], due=3), Layer.PLAN)
    assert shown(found.changes)["assignees"] == (["Linh", "Ana"], ["Linh"])
    assert found.entry.place.name == "Growth/This week"


def test_a_board_that_is_a_sprint_is_entered_by_a_move() -> None:
    places = [
        *board("Sprint 14", ["To do", "Doing", "Done"]),
        *board("Backlog", ["Backlog", "Ideas"]),
    ]
    of = scene("trello-board-per-sprint", places=places)
    card(of, "Sprint 14/Doing")
    found = filed(of, card(of, "Backlog/Backlog"), Layer.PLAN)
    assert shown(found.changes) == {"place": (["Backlog/Backlog"], ["Sprint 14/To do"])}
    assert found.entry.sprint is not None
    assert found.entry.sprint.name == "Sprint 14"
    back = filed(of, card(of, "Sprint 14/To do"), Layer.BACKLOG)
    assert shown(back.changes) == {"place": (["Sprint 14/To do"], ["Backlog/Backlog"])}
    assert back.entry.sprint is None


@pytest.mark.parametrize("path", ["Growth/Ideas", "Roadmap/Now", "Growth/This week"])
@pytest.mark.parametrize("layer", list(Layer))
def test_what_is_filed_is_filed_there(path: str, layer: Layer) -> None:
    of = kanban()
    entry = card(of, path)
    found = refile(entry, layer, of.snapshot())
    if isinstance(found, NotFileable):
        assert found.reason
    else:
        whole = of.snapshot().refiled(found.entry)
        assert whole.filing(whole.entries[entry.ref]).filed is Filed(layer.value)
