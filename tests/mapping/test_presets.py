"""The presets that ship: what each files where, by the names that real teams use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from planora_sync import registry
from planora_sync.adapter import AdapterContext
from planora_sync.mapping.filed import Standing, file_entry
from planora_sync.mapping.loading import load_preset, preset_names, vocabulary
from planora_sync.mapping.preset import ConnectionMapping, Preset, WorkStyle
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import (
    Category,
    Entry,
    Filed,
    Horizon,
    Kind,
    Layer,
    Named,
    PlaceRef,
    Sprint,
    SprintState,
    Status,
)
from planora_sync.names import alternatives, plain
from planora_sync.testing.builders import make_entry

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODO, DOING, DONE = Category.TODO, Category.DOING, Category.DONE
PRESETS = [load_preset(name) for name in preset_names()]
PLAN, BACKLOG, ROADMAP, NONE, UNMAPPED = (
    Filed.PLAN,
    Filed.BACKLOG,
    Filed.ROADMAP,
    Filed.NONE,
    Filed.UNMAPPED,
)


def ids(presets: Iterable[Preset]) -> list[str]:
    return [preset.name for preset in presets]


def filed(
    preset: str,
    *,
    status: str = "",
    category: Category = TODO,
    place: str = "PLAN",
    sprint: SprintState | None = None,
    is_next: bool = False,
    type: str = "",
    **fields: object,
) -> Filed:
    entry = make_entry(1, "x", level=fields.pop("level", 0), kind=fields.pop("kind", Kind.STORY)).model_copy(
        update={
            "status": Status(id="s", name=status, category=category) if status else None,
            "place": PlaceRef(id="p", name=place),
            "sprint": Sprint(id="1", name="Sprint 1", state=sprint) if sprint else None,
            "type": Named(id="t", name=type) if type else None,
            **fields,
        }
    )
    where = (place, place.partition("/")[0])
    return file_entry(entry, load_preset(preset), Standing(is_next=is_next, places=where)).filed


# -- all of them ----------------------------------------------------------------------------------------------------


def test_the_presets_for_the_set_ups_that_are_promised() -> None:
    jira = [f"jira-{name}" for name in ("discovery", "kanban", "plans", "scrum", "team-managed")]
    notion = [f"notion-{name}" for name in ("one-database", "projects-tasks-sprints", "roadmap")]
    trello = [f"trello-{name}" for name in ("board-per-sprint", "kanban", "now-next-later")]
    assert list(preset_names()) == [*jira, *notion, *trello]
    assert list(preset_names("notion")) == notion


@pytest.mark.parametrize("preset", PRESETS, ids=ids(PRESETS))
class TestEvery:
    def test_says_what_it_is_for(self, preset: Preset) -> None:
        assert preset.tracker == preset.name.partition("-")[0]
        assert preset.about.endswith(".")
        first = (files("planora_mappings") / f"{preset.name}.toml").read_text("utf-8").splitlines()[0]
        assert first.startswith("# ")

    def test_gives_a_reason_for_what_is_no_work(self, preset: Preset) -> None:
        assert all(rule.reason for rule in preset.filed if rule.layer is NONE)

    def test_has_no_rule_after_one_without_conditions(self, preset: Preset) -> None:
        assert not [rule for rule in preset.filed[:-1] if not rule.when.reads]

    def test_asks_sprint_before_level_and_level_before_status(self, preset: Preset) -> None:
        order = {"sprint": 0, "level": 1, "kind": 1, "status": 2, "category": 2}
        committed = [
            rule for rule in preset.filed if rule.layer in (PLAN, ROADMAP) and "place" not in rule.when.reads
        ]
        ranks = [max(order.get(name, 1) for name in rule.when.reads) for rule in committed if rule.when.reads]
        if preset.tracker != "trello":  # a list is place and status in one
            assert ranks == sorted(ranks)

    def test_changes_no_type(self, preset: Preset) -> None:
        assert not [how for how in preset.file.values() if how.type]

    def test_writes_names_as_they_are_compared(self, preset: Preset) -> None:
        for table in (
            preset.kinds,
            preset.categories,
            preset.priorities,
            preset.horizons,
            preset.sprint_states,
        ):
            assert list(table) == [plain(name) for name in table]

    def test_queue_and_targets_are_filed_where_they_lead(self, preset: Preset) -> None:
        words = vocabulary(preset).categories
        for layer, names in (
            (PLAN, preset.plan.begins),
            *((Filed(k), v.status) for k, v in preset.file.items()),
        ):
            for name in names:
                status = name.rstrip("*") or name
                category = Category(
                    words.get(plain(status), DOING if status in ("In Progress", "Doing") else TODO)
                )
                state = (
                    SprintState.ACTIVE if layer is PLAN and preset.plan.style is WorkStyle.SPRINT else None
                )
                place = "Product Roadmap" if layer is ROADMAP else "Tasks"
                assert (
                    filed(preset.name, status=status, category=category, sprint=state, place=place) is layer
                ), name


# -- Jira -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "level", "sprint", "is_next", "expected"),
    [
        ("jira-scrum", 0, SprintState.ACTIVE, False, PLAN),
        ("jira-scrum", 0, SprintState.FUTURE, True, PLAN),
        ("jira-scrum", 0, SprintState.FUTURE, False, BACKLOG),
        ("jira-scrum", 0, None, False, BACKLOG),
        ("jira-scrum", 1, None, False, ROADMAP),
        ("jira-scrum", 2, None, False, ROADMAP),
        ("jira-scrum", 1, SprintState.ACTIVE, False, PLAN),
        ("jira-plans", 2, None, False, ROADMAP),
        ("jira-plans", 1, None, False, NONE),
        ("jira-plans", 1, SprintState.ACTIVE, False, PLAN),
        ("jira-plans", 0, None, False, BACKLOG),
        ("jira-kanban", 1, None, False, ROADMAP),
        ("jira-team-managed", 1, None, False, ROADMAP),
        ("jira-team-managed", 0, SprintState.ACTIVE, False, PLAN),
        ("jira-team-managed", 0, SprintState.FUTURE, False, BACKLOG),
    ],
)
def test_jira_by_sprint_and_level(
    preset: str, level: int, sprint: SprintState | None, is_next: bool, expected: Filed
) -> None:
    found = filed(preset, level=level, sprint=sprint, is_next=is_next, status="To Do", type="Whatever")
    assert found is expected


@pytest.mark.parametrize(
    ("status", "category", "level", "expected"),
    [
        ("Backlog", TODO, 0, BACKLOG),
        ("To Do", TODO, 0, BACKLOG),
        ("Selected for Development", TODO, 0, PLAN),
        ("Ready for dev", TODO, 0, PLAN),
        ("In Progress", DOING, 0, PLAN),
        ("代码评审", DOING, 0, PLAN),
        ("In Progress", DOING, 1, ROADMAP),
        ("Done", DONE, 0, PLAN),
    ],
)
@pytest.mark.parametrize("preset", ["jira-kanban", "jira-team-managed"])
def test_jira_flow_by_status(
    preset: str, status: str, category: Category, level: int, expected: Filed
) -> None:
    assert filed(preset, status=status, category=category, level=level) is expected


@pytest.mark.parametrize("preset", [name for name in preset_names("jira") if name != "jira-discovery"])
def test_a_service_request_is_no_work(preset: str) -> None:
    assert filed(preset, type="[System] Service request", sprint=SprintState.ACTIVE) is NONE


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (None, BACKLOG),
        (Horizon(bucket="now"), ROADMAP),
        (Horizon(bucket="later"), ROADMAP),
        (Horizon(start=NOW.date(), end=NOW.date()), ROADMAP),
        (Horizon(text="Won't do"), BACKLOG),
    ],
)
def test_discovery_by_horizon(horizon: Horizon | None, expected: Filed) -> None:
    assert filed("jira-discovery", type="Idea", kind=Kind.IDEA, horizon=horizon) is expected


def test_being_an_idea_says_nothing_about_an_idea_on_a_discovery_roadmap() -> None:
    preset = load_preset("jira-discovery")
    roadmap, backlog = preset.filed
    assert "type" in roadmap.when.reads
    assert not backlog.when.reads


# -- Notion ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "type", "sprint", "is_next", "expected"),
    [
        ("Tasks", "Task", SprintState.ACTIVE, False, PLAN),
        ("Tasks", "Task", SprintState.FUTURE, True, PLAN),
        ("Tasks", "Task", SprintState.FUTURE, False, BACKLOG),
        ("Tasks", "Task", None, False, BACKLOG),
        ("Tasks", "Epic", SprintState.ACTIVE, False, PLAN),
        ("Tasks", "📝 Meeting note", SprintState.ACTIVE, False, NONE),
        ("Tasks", "Template", None, False, NONE),
        ("🗺️ Product Roadmap", "Objective", None, False, ROADMAP),
        ("Projects", "", None, False, ROADMAP),
        ("Sprints", "", None, False, NONE),
    ],
)
def test_projects_tasks_and_sprints(
    place: str, type: str, sprint: SprintState | None, is_next: bool, expected: Filed
) -> None:
    found = filed("notion-projects-tasks-sprints", place=place, type=type, sprint=sprint, is_next=is_next)
    assert found is expected


@pytest.mark.parametrize(
    ("status", "category", "kind", "expected"),
    [
        ("Backlog", TODO, Kind.TASK, BACKLOG),
        ("Not started", TODO, Kind.TASK, BACKLOG),
        ("", TODO, Kind.OTHER, BACKLOG),
        ("Next up", TODO, Kind.TASK, PLAN),
        ("⏳ In progress", DOING, Kind.BUG, PLAN),
        ("In progress", DOING, Kind.INITIATIVE, ROADMAP),
        ("Backlog", TODO, Kind.EPIC, ROADMAP),
        ("Next up", TODO, Kind.GOAL, ROADMAP),
    ],
)
def test_one_database(status: str, category: Category, kind: Kind, expected: Filed) -> None:
    assert filed("notion-one-database", status=status, category=category, kind=kind, place="Work") is expected


def test_in_progress_among_the_todos_is_begun_by_its_name() -> None:
    for name in ("notion-projects-tasks-sprints", "notion-one-database"):
        words = vocabulary(load_preset(name)).categories
        assert (words["in progress"], words["in review"], words["blocked"]) == ("doing", "doing", "doing")
        assert words["shipped"] == "done"


@pytest.mark.parametrize(("status", "expected"), [("Idea", BACKLOG), ("Planned", ROADMAP), ("", ROADMAP)])
def test_notion_roadmap(status: str, expected: Filed) -> None:
    assert filed("notion-roadmap", status=status, place="Roadmap 2027") is expected


# -- Trello ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "category", "expected"),
    [
        ("🗒 Backlog", TODO, BACKLOG),
        ("Future Work", TODO, BACKLOG),
        ("Ideas 💡", TODO, BACKLOG),
        ("Marketing Ideas - Icebox", TODO, BACKLOG),
        ("Bugs 🐞", TODO, BACKLOG),
        ("Issues", TODO, BACKLOG),
        ("User Stories - Admin", TODO, BACKLOG),
        ("On Hold", TODO, BACKLOG),
        ("Feature requests", TODO, BACKLOG),
        ("🗓 Sprint Backlog - [Timeline]", TODO, PLAN),
        ("Current Sprint", TODO, PLAN),
        ("Next-up", TODO, PLAN),
        ("Next up", TODO, PLAN),
        ("TODO", TODO, PLAN),
        ("To Do", TODO, PLAN),
        ("This week", TODO, PLAN),
        ("Ready for QA", TODO, PLAN),
        ("Por hacer", TODO, PLAN),
        ("À faire", TODO, PLAN),
        ("待办", TODO, PLAN),
        ("Doing", DOING, PLAN),
        ("进行中", DOING, PLAN),
        ("Done [WEEK 3/6-12]", DONE, PLAN),
        ("完成", DONE, PLAN),
        ("About this Project", TODO, NONE),
        ("Meeting notes", TODO, NONE),
        ("Questions", TODO, UNMAPPED),
        ("Stuff", TODO, UNMAPPED),
        ("Milestone 1a: Become production ready", TODO, UNMAPPED),
        ("2015-07-07 Release", TODO, UNMAPPED),
    ],
)
def test_lists_of_real_boards(name: str, category: Category, expected: Filed) -> None:
    assert filed("trello-kanban", status=name, category=category, place=f"Team/{name}") is expected


@pytest.mark.parametrize("name", ["Now", "🚀 Next", "Later", "Q1 2027", "Done", "Backlog", "Bugs"])
def test_every_list_of_a_roadmap_board_is_roadmap(name: str) -> None:
    assert filed("trello-now-next-later", status=name, place=f"Roadmap/{name}") is ROADMAP


def test_a_roadmap_board_leaves_plan_and_backlog_to_the_mapping_of_the_connection() -> None:
    assert set(load_preset("trello-now-next-later").file) == {Layer.ROADMAP}
    assert set(load_preset("trello-kanban").file) == set(Layer)
    words = vocabulary(load_preset("trello-now-next-later")).horizons
    assert (words["now"], words["next*"], words["later*"]) == ("now", "next", "later")


@pytest.mark.parametrize(
    ("place", "sprint", "expected"),
    [
        ("Sprint 14/Doing", SprintState.ACTIVE, PLAN),
        ("Sprint 15/To do", SprintState.FUTURE, BACKLOG),
        ("Sprint 13/Doing", None, PLAN),
        ("Team Sprint #13/Backlog", None, PLAN),
        ("Product backlog/New", None, BACKLOG),
        ("Roadmap/Q1 2027", None, ROADMAP),
        ("Odds and ends/Stuff", None, UNMAPPED),
    ],
)
def test_a_board_for_each_sprint(place: str, sprint: SprintState | None, expected: Filed) -> None:
    status = place.rpartition("/")[2]
    assert filed("trello-board-per-sprint", place=place, status=status, sprint=sprint) is expected


# -- what the sandboxes hold ------------------------------------------------------------------------------------------

HELD = {
    "PS101": {PLAN},
    "PS102": {BACKLOG},
    "PS103": {ROADMAP},
    "PS104": {ROADMAP},
    "PS105": {BACKLOG},
    "PS106": {PLAN},
    "PS107": {ROADMAP},
    "PS108": {BACKLOG, ROADMAP},
    "PS201": {PLAN},
    "PS202": {PLAN},
}
"""Code -> where an entry is filed that has this fault."""


def _workspaces() -> list[tuple[str, str]]:
    names = registry.names(registry.SANDBOXES)
    return [(t, w) for t in names for w in registry.load_sandbox(t).workspaces if w != "empty"]


@pytest.mark.parametrize(("tracker", "workspace"), _workspaces())
def test_every_entry_of_a_sandbox_is_filed_as_its_author_says(tracker: str, workspace: str) -> None:
    sandbox = registry.load_sandbox(tracker)(workspace, now=lambda: NOW)
    table = sandbox.connection("http://box.localhost")
    places = table.get("mappings", {})
    assert isinstance(places, dict)
    mapping = ConnectionMapping(
        default=load_preset(str(table["mapping"])),
        by_place={place: load_preset(name) for place, name in places.items()},
    )
    snapshot = _snapshot(tracker, sandbox, table, mapping)
    entries = {entry.ref.id: entry for entry in snapshot.entries.values()}
    for row in sandbox.expected():
        for code in row.codes:
            assert snapshot.filing(entries[row.id]).filed in HELD[code], (row.key, row.title)
    unmapped = {e.place.name for e in entries.values() if e.is_open and snapshot.filing(e).filed is UNMAPPED}
    assert unmapped == (
        {"Growth & Marketing/Stuff"} if (tracker, workspace) == ("trello", "messy") else set()
    )


def _snapshot(tracker: str, sandbox: object, table: object, mapping: ConnectionMapping) -> Snapshot:
    assert isinstance(table, dict)
    scope = next(table[key] for key in ("projects", "data_sources", "boards") if key in table)
    context = AdapterContext(
        name="box",
        url=str(table["url"]),
        deployment=str(table.get("deployment", "cloud")),
        user=table.get("user"),
        token=table["token"],
        scope=tuple(scope),
        vocabulary=vocabulary(mapping.default),
        place_vocabularies={place: vocabulary(own) for place, own in mapping.by_place.items()},
        app=sandbox.app,  # type: ignore[attr-defined]
        now=lambda: NOW,
    )
    pages = list(registry.load_adapter(tracker)(context).pull())
    entries: list[Entry] = [entry for page in pages for entry in page.entries]
    return Snapshot(
        entries=entries,
        places=[place for page in pages for place in page.places],
        mappings={"box": mapping},
        people=_Nobody(),
        now=NOW,
    )


class _Nobody:
    def role(self, person: object, connection: str, tracker: str) -> str | None:
        return None


def test_targets_exist_in_the_messy_trello_boards() -> None:
    sandbox = registry.load_sandbox("trello")("messy", now=lambda: NOW)
    lists = {plain(one.name) for one in sandbox.state.lists.values()}  # type: ignore[attr-defined]
    for how in load_preset("trello-kanban").file.values():
        assert how.place
        wanted = {plain(re.sub(r".*/", "", glob)) for glob in alternatives(how.place)}
        assert wanted & lists
