"""config.example.toml loads as it is, and with every setting in it switched on."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest

from planora_sync.config import Config, load_config
from planora_sync.config import tables as spelled
from planora_sync.mapping.loading import preset_names
from planora_sync.mapping.preset import FileAs, PlanStyle, When
from planora_sync.model import Frozen

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SETTING = re.compile(r"#(\[|[\w\"].*? = )")
ENV = {
    name: f"{name.lower()}-value"
    for name in (
        "JIRA_USER",
        "JIRA_TOKEN",
        "JIRA_WRITE_TOKEN",
        "JIRA_WEBHOOK_SECRET",
        "NOTION_TOKEN",
        "TRELLO_KEY",
        "TRELLO_TOKEN",
    )
}


def switched_on() -> str:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return "\n".join(line[1:] if SETTING.match(line) else line for line in lines)


@pytest.fixture
def everything(tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(switched_on(), "utf-8")
    return load_config(path, env=ENV)


def test_it_loads_as_it_is() -> None:
    config = load_config(EXAMPLE, env=ENV)
    assert list(config.connections) == ["work", "product", "growth"]
    assert not config.warnings
    assert not config.plain_secrets


def test_it_loads_with_every_setting_switched_on(everything: Config) -> None:
    work = everything.connections["work"]
    assert work.boards == ("12",)
    assert set(work.mapping.by_place) == {"OPS", "IDEAS", "HELP"}
    assert work.mapping.default.filed[0].when.status == ("Parked", "On hold")
    assert work.mapping.default.sprint[0].start == "2026-11-09"
    assert everything.homes
    assert not everything.warnings


def test_the_defaults_it_shows_are_the_defaults(everything: Config) -> None:
    quiet = load_config(EXAMPLE, env=ENV)
    assert everything.caps == quiet.caps
    assert everything.rules.thresholds == quiet.rules.thresholds
    assert everything.rules.confidence == quiet.rules.confidence
    assert everything.rules.fail_on == quiet.rules.fail_on
    assert everything.store == quiet.store or "planora.db" in everything.store.url
    for key in (
        "deployment",
        "read_only",
        "done_days",
        "keep_raw",
        "timeout",
        "rate_share",
        "parallel",
        "page_text",
        "census",
    ):
        assert getattr(everything.connections["work"], key) == getattr(quiet.connections["work"], key)


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (("store",), spelled.StoreTable),
        (("connections", "work"), spelled.ConnectionTable),
        (("people", "ana"), spelled.PersonTable),
        (("caps",), spelled.CapsTable),
        (("rules",), spelled.RulesTable),
        (("rules", "thresholds"), spelled.ThresholdsTable),
        (("homes",), spelled.HomesTable),
        (("approval",), spelled.ApprovalTable),
        ((), spelled.TopTable),
        (("connections", "work", "plan"), PlanStyle),
    ],
)
def test_it_shows_every_setting(table: tuple[str, ...], model: type[Frozen]) -> None:
    shown = tomllib.loads(switched_on())
    for key in table:
        shown = shown[key]
    known = {field.alias or name for name, field in model.model_fields.items()}
    # Notion's scope is shown where a Notion connection is.
    assert known - {"data_sources"} == set(shown) - {"data_sources"}


def test_every_setting_has_a_comment_above_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    explained = {"tracker", "token", "user", "data_sources", "boards", "mapping", "mappings", "layer", "when"}
    explained |= {"reason", "place", "start", "end", "sprint", "status", "type", "roadmap", "backlog", "plan"}
    for above, line in itertools.pairwise(lines):
        setting = re.match(r"#?([a-z_]+) = ", line)
        if setting and setting[1] not in explained:
            assert re.match(r"#+ ", above), line


def test_it_names_every_preset_and_condition() -> None:
    text = EXAMPLE.read_text("utf-8")
    for name in preset_names():
        assert name in text
    for condition in (*When.model_fields, *FileAs.model_fields):
        assert re.search(rf"\b{condition}\b", text), condition
