"""Mappings from presets, from files, and with parts replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from planora_sync.adapter import FieldSource
from planora_sync.errors import ConfigError
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.loading import load_preset, merge, preset_names, problems_in, vocabulary
from planora_sync.mapping.preset import WorkStyle
from planora_sync.model import Kind, Layer
from planora_sync.toml import parse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str, name: str = "own.toml") -> None:
    (folder / name).write_text(text, "utf-8")


def refused(name: str, folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_preset(name, folder)
    assert caught.value.__context__ is None
    return caught.value


def test_a_preset_by_name() -> None:
    assert load_preset("jira-scrum").name == "jira-scrum"
    assert load_preset("none") is NO_WORK


def test_an_unknown_preset_says_what_was_probably_meant() -> None:
    (problem,) = refused("jira-scrumm", Path()).problems
    assert "Did you mean `jira-scrum`?" in problem.instead
    (problem,) = refused("zzz", Path()).problems
    for name in preset_names():
        assert name in problem.instead


def test_a_file_of_its_own(folder: Path) -> None:
    write(folder, 'tracker = "jira"\n[[filed]]\nlayer = "plan"\nwhen = { status = "Doing" }\n')
    own = load_preset("file:own.toml", folder)
    assert (own.name, own.tracker, len(own.filed)) == ("own", "jira", 1)
    assert load_preset(f"file:{folder / 'own.toml'}", Path("/")) == own


def test_a_file_that_extends_a_preset_says_only_what_differs(folder: Path) -> None:
    write(
        folder,
        """
        extends = "jira-kanban"
        about = "ours"
        [plan]
        begins = "To Do"
        [kinds]
        "wish" = "request"
        "Spike" = "idea"
        [file.plan]
        sprint = "next"
        [[filed]]
        layer = "plan"
        when = { status = "To Do", level = "<1" }
        """,
    )
    base, own = load_preset("jira-kanban"), load_preset("file:own.toml", folder)
    assert (own.name, own.about, own.tracker) == ("own", "ours", "jira")
    assert own.plan.begins == ("To Do",)
    assert own.plan.style is WorkStyle.FLOW
    assert list(own.kinds)[:2] == ["wish", "Spike"]
    assert own.kinds["Spike"] is Kind.IDEA
    assert "spike" not in own.kinds
    assert own.filed[0].when.status == ("To Do",)
    assert own.filed[1:] == base.filed
    assert own.file[Layer.PLAN].sprint == "next"
    assert own.file[Layer.PLAN].status == base.file[Layer.PLAN].status
    assert own.file[Layer.BACKLOG] == base.file[Layer.BACKLOG]


def test_files_extend_files_and_never_themselves(folder: Path) -> None:
    write(folder, 'extends = "file:b.toml"', "a.toml")
    write(folder, 'extends = "jira-scrum"\n[plan]\nhorizon_days = 5', "b.toml")
    assert load_preset("file:a.toml", folder).plan.horizon_days == 5
    write(folder, 'extends = "file:a.toml"', "b.toml")
    assert "extends itself" in str(refused("file:a.toml", folder))


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("[plan]\nstile = 'flow'", "line 2 (plan.stile)", "Did you mean `style`?"),
        ("[plan]\nstyle = 'flwo'", "line 2 (plan.style)", "Did you mean `flow`?"),
        ("[plan]\nhorizon_days = '14'", "line 2 (plan.horizon_days)", "without quotes"),
        ("[plan]\ndeadline = ['du']", "line 2 (plan.deadline[0])", "Did you mean `due`?"),
        ("[[filed]]\nwhen = {}", "line 1 (filed[0].layer)", "`layer` is missing"),
        ("[[filed]]\nlayer = 'plan'\nwhen = { sprnt = 'x' }", "line 3 (filed[0].when.sprnt)", "`sprint`"),
        ("[[filed]]\nlayer = 'plan'\nwhen = { level = '>= one' }", "line 3 (filed[0].when.level)", '`">=1"`'),
        (
            "[[filed]]\nlayer = 'plan'\nwhen = { owner = 'yes' }",
            "line 3 (filed[0].when.owner)",
            "true or false",
        ),
        ("[[filed]]\nlayer = 'plan'\nwhen = { status = true }", "line 3 (filed[0].when.status)", "list"),
        ("[file.plans]\nsprint = 'active'", "line 1 (file.plans)", "Did you mean `plan`?"),
        ("[file.plan]\nsprint = 'activ'", "line 2 (file.plan.sprint)", "Did you mean `active`?"),
        ("[fields]\nsprnt = { id = 'x' }", "line 2 (fields.sprnt)", "Did you mean `sprint`?"),
        ("[fields]\nsprint = { shcema = 'x' }", "line 2 (fields.sprint.shcema)", "Did you mean `schema`?"),
        ("[fields]\nsprint = 'x'", "line 2 (fields.sprint)", "must be a table"),
        ("[kinds]\nx = 'bugg'", "line 2 (kinds.x)", "Did you mean `bug`?"),
        ("[categories]\nx = 'doin'", "line 2 (categories.x)", "Did you mean `doing`?"),
        ("[priorities]\nx = 'hgih'", "line 2 (priorities.x)", "Did you mean `high`?"),
        ("[horizons]\nx = 'nwo'", "line 2 (horizons.x)", "now"),
        ("[sprint_states]\nx = 'activ'", "line 2 (sprint_states.x)", "Did you mean `active`?"),
        ("[[sprint]]\nplace = 'x'\nstart = 'soon'", "line 3 (sprint[0].start)", "2026-11-24"),
        ("extends = 3", "line 1 (extends)", "must be a text"),
        ("\nextends = 'jira-scum'", "line 2 (extends)", "Did you mean `jira-scrum`?"),
        ("x = ", "line 1", "no TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(folder: Path, text: str, where: str, said: str) -> None:
    write(folder, text)
    error = refused("file:own.toml", folder)
    assert str(folder / "own.toml") in error.path
    (problem,) = error.problems
    assert problem.where == where
    assert said in f"{problem.what}. {problem.instead}"


def test_all_problems_of_a_file_come_at_once(folder: Path) -> None:
    write(folder, "[plan]\nstile = 1\n[kinds]\nx = 'y'\n[fields]\nz = {}\n")
    assert len(refused("file:own.toml", folder).problems) == 3


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    assert "cannot be read: No such file" in str(refused("file:nowhere.toml", folder))


def test_problems_of_overrides_stand_where_the_overrides_do() -> None:
    document = parse('[connections.work.plan]\nstile = "flow"\n', "config.toml")
    found = problems_in({"plan": {"stile": "flow"}}, document, ("connections", "work"))
    assert [problem.where for problem in found] == ["line 2 (connections.work.plan.stile)"]
    assert problems_in({"plan": {"style": "flow"}}, document, ("connections", "work")) == []


@pytest.mark.parametrize("name", preset_names())
def test_merging_nothing_changes_nothing(name: str) -> None:
    preset = load_preset(name)
    assert merge(preset, {}) == preset


def test_a_vocabulary_is_the_part_that_translation_needs() -> None:
    words = vocabulary(
        merge(
            load_preset("none"),
            {
                "fields": {"sprint": {"schema": ["a"], "name": "Sprint", "id": [12]}},
                "kinds": {"🐞 Bug*": "bug"},
                "categories": {"In Review": "doing"},
                "priorities": {"P0": "critical"},
                "horizons": {"Q1": "now"},
                "sprint_states": {"Current": "active"},
            },
        )
    )
    assert words.fields == {"sprint": FieldSource(id=("12",), schema=("a",), name=("Sprint",))}
    assert words.kinds == {"bug*": "bug"}
    assert words.categories == {"in review": "doing"}
    assert words.priorities == {"p0": "critical"}
    assert words.horizons == {"q1": "now"}
    assert words.sprint_states == {"current": "active"}
