"""What init decides without asking a tracker: mappings, scopes, secrets, names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from planora_sync.errors import PlaceNotVisible, UsageError
from planora_sync.model import FieldSchema, Named, Place
from planora_sync.service.setup.choosing import MOST_LISTED, choose
from planora_sync.service.setup.credentials import checked_url, in_variable, secret
from planora_sync.service.setup.given import Given
from planora_sync.service.setup.guides import guide, tracker_of
from planora_sync.service.setup.suggest import Suggestion, suggest
from planora_sync.testing.builders import make_place

# -- which mapping fits ----------------------------------------------------------------------------------------


def _project(key: str, style: str = "software", *sprints: bool) -> list[Place]:
    project = make_place(key, style=style)
    boards = [
        make_place(f"{key}/board:{n}", kind="board", container=project.id, has_sprints=has, name=f"Board {n}")
        for n, has in enumerate(sprints)
    ]
    return [project, *boards]


def _source(name: str, *, sprints: bool = False, types: Sequence[str] = (), **more: Any) -> Place:
    options = tuple(Named(id=one, name=one) for one in types)
    fields = (FieldSchema(id="t", name="Type", type="select", options=options),) if types else ()
    return make_place(name, kind="data_source", has_sprints=sprints, **{"fields": fields, **more})


def _board(name: str, *lists: str) -> list[Place]:
    board = make_place(name, kind="board", has_sprints=False)
    return [board, *(make_place(f"{name}/{one}", kind="list", container=board.id) for one in lists)]


def _mappings(suggestion: Suggestion) -> dict[str, str]:
    return {one.place: one.mapping for one in suggestion.choices}


def test_each_sort_of_jira_project_has_its_mapping() -> None:
    places = [
        *_project("PLAN", "software", True),
        *_project("MIX", "software", False, True),
        *_project("OPS", "software", False),
        *_project("BARE", "software"),
        *_project("TEAM", "team-managed", True),
        *_project("IDEAS", "product_discovery"),
        *_project("HELP", "service_desk"),
    ]
    suggestion = suggest("jira", places)
    assert _mappings(suggestion) == {
        "PLAN": "jira-scrum",
        "MIX": "jira-scrum",
        "OPS": "jira-kanban",
        "BARE": "jira-kanban",
        "TEAM": "jira-team-managed",
        "IDEAS": "jira-discovery",
        "HELP": "none",
    }
    assert suggestion.default == "jira-scrum"
    assert "PLAN" not in suggestion.by_place
    assert suggestion.by_place["HELP"] == "none"
    assert all(one.reason for one in suggestion.choices)


def test_a_roadmap_is_never_the_mapping_of_the_whole_where_there_is_a_plan() -> None:
    """It does not say where tasks live, and what is misfiled on it must go somewhere."""
    places = [
        *_project("A", "product_discovery"),
        *_project("B", "product_discovery"),
        *_project("C", "software", False),
    ]
    assert suggest("jira", places).default == "jira-kanban"
    boards = [*_board("Roadmap", "Now", "Next", "Later"), *_board("Team", "To do", "Doing", "Done")]
    assert suggest("trello", boards).default == "trello-kanban"
    assert suggest("trello", boards[:4]).default == "trello-now-next-later"


def test_notions_data_sources_are_read_together() -> None:
    sources = [
        _source("Tasks", sprints=True),
        _source("Product Roadmap"),
        _source("Sprints"),
        _source("Everything", types=["Initiative", "Task", "Bug"]),
        _source("Reading list", statuses=()),
    ]
    suggestion = suggest("notion", sources)
    assert _mappings(suggestion) == {
        "Tasks": "notion-projects-tasks-sprints",
        "Product Roadmap": "notion-projects-tasks-sprints",
        "Sprints": "notion-projects-tasks-sprints",
        "Everything": "notion-one-database",
        "Reading list": "none",
    }
    assert suggestion.default == "notion-projects-tasks-sprints"


def test_notion_without_sprints() -> None:
    assert suggest("notion", [_source("Work", types=["Epic", "Task"])]).default == "notion-one-database"
    assert suggest("notion", [_source("Roadmap 2027")]).default == "notion-roadmap"
    assert suggest("notion", [_source("Stuff")]).default == "notion-one-database"


def test_trellos_boards_by_the_names_of_their_lists() -> None:
    boards = [
        *_board("Product", "🚀 Now", "Next", "Later", "Done"),
        *_board("Quarters", "Q4 2026", "Q1 2027", "Done"),
        *_board("Team", "Now", "Next", "Doing", "Later"),
        *_board("Growth", "Ideas", "This week", "Doing"),
    ]
    assert _mappings(suggest("trello", boards)) == {
        "Product": "trello-now-next-later",
        "Quarters": "trello-now-next-later",
        "Team": "trello-kanban",
        "Growth": "trello-kanban",
    }


def test_a_trello_board_for_each_sprint() -> None:
    boards = [
        *_board("Sprint 13", "To do", "Done"),
        *_board("Sprint 14", "To do", "Done"),
        *_board("Product backlog", "Ideas", "Ready"),
        *_board("Marketing", "To do", "Doing"),
    ]
    suggestion = suggest("trello", boards)
    assert suggestion.default == "trello-board-per-sprint"
    assert suggestion.by_place == {"Marketing": "trello-kanban"}


def test_a_tracker_of_somebody_else_needs_a_mapping_of_its_own() -> None:
    with pytest.raises(UsageError, match="There is no preset for asana"):
        suggest("asana", [make_place("X")])


# -- what is read ----------------------------------------------------------------------------------------------

TOPS = [
    make_place("PLAN", name="Planning", url="https://x.test/PLAN"),
    make_place("OPS", name="Operations"),
    make_place("Sprint [1]", id="77"),
    make_place("Twin", id="88"),
    make_place("twin", id="99"),
]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["PLAN"], ("PLAN",)),
        (["2"], ("OPS",)),
        (["Operations", "plan"], ("PLAN", "OPS")),
        (["*p*"], ("PLAN", "OPS", "77")),
        (["https://x.test/PLAN"], ("PLAN",)),
        (["Sprint [1]"], ("77",)),
        (["88"], ("88",)),
        ([], ("PLAN", "OPS", "77", "88", "99")),
    ],
)
def test_places_are_found_however_they_are_named(asked: list[str], words: tuple[str, ...]) -> None:
    assert choose(TOPS, asked, "work").words == words


def test_a_place_that_is_not_there_is_named_with_what_there_is() -> None:
    with pytest.raises(PlaceNotVisible, match=r"'Ghost', '17' does not exist.*PLAN, OPS"):
        choose(TOPS, ["PLAN", "Ghost", "17"], "work")


def test_very_many_places_are_not_listed() -> None:
    many = [make_place(f"P{n}") for n in range(MOST_LISTED + 1)]
    scope = choose(many, [], "work")
    assert scope.words == ()
    assert len(scope.places) == MOST_LISTED + 1


# -- credentials -----------------------------------------------------------------------------------------------


def test_what_was_typed_needs_a_variable_and_a_reference_does_not(tmp_path: Path) -> None:
    env = {"SET": "t0ken-abc"}
    typed = in_variable(secret("t0ken-abc", env=env, folder=tmp_path), "UNSET", env)
    assert (typed.text, typed.export) == ("env:UNSET", "UNSET")
    there = in_variable(secret("t0ken-abc", env=env, folder=tmp_path), "SET", env)
    assert (there.text, there.export) == ("env:SET", "")
    other = in_variable(secret("other-abc", env=env, folder=tmp_path), "SET", env)
    assert (other.text, other.export) == ("env:SET", "SET")
    by_name = in_variable(secret("env:SET", env=env, folder=tmp_path), "UNSET", env)
    assert (by_name.text, by_name.export) == ("env:SET", "")
    assert "t0ken" not in f"{typed!r} {there!r} {by_name!r}"


@pytest.mark.parametrize(
    ("url", "tracker"),
    [
        ("https://acme.atlassian.net", "jira"),
        ("https://api.atlassian.com/ex/jira/1", "jira"),
        ("https://www.notion.so/acme/Tasks-0123", "notion"),
        ("https://trello.com/b/x/board", "trello"),
        ("https://jira.acme.test", None),
        ("https://evil-trello.com.acme.test", None),
    ],
)
def test_a_vendors_address_tells_the_tracker(url: str, tracker: str | None) -> None:
    assert tracker_of(url) == tracker


def test_a_page_of_a_vendor_is_no_address_to_write_down() -> None:
    assert checked_url("https://www.notion.so/acme/Tasks-0123?v=1", "notion") == ""
    assert checked_url("acme.atlassian.net", "jira") == "https://acme.atlassian.net"
    assert checked_url("", "trello") == ""


def test_a_tracker_nobody_wrote_of_has_a_guide_all_the_same() -> None:
    assert guide("my-tracker").variable == "MY_TRACKER_TOKEN"


def test_a_connection_has_a_name_that_is_free(tmp_path: Path) -> None:
    def name(existing: str, **more: Any) -> str:
        return Given(folder=tmp_path, env={}, existing=existing, **more).connection

    assert name("") == "work"
    assert name("[connections.work]\n", tracker="notion") == "notion"
    assert name("[connections.work]\n[connections.notion]\n", tracker="notion") == "work-2"
    assert name("[connections.work]\n", name="product") == "product"
