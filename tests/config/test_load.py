"""What a configuration says, typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planora_sync import registry
from planora_sync.config import Caps, Config, ConnectionConfig, RulesConfig
from planora_sync.correct.caps import DefaultCaps
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.preset import WorkStyle
from planora_sync.model import Filed, Layer
from planora_sync.rules.base import Level, Thresholds
from planora_sync.sandbox import Sandbox

Loader = Callable[..., Config]

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_the_least_that_works(load: Loader, jira: str, tmp_path: Path) -> None:
    config = load(jira)
    work = config.connections["work"]
    assert (work.name, work.tracker, work.url) == ("work", "jira", "https://acme.atlassian.net")
    assert work.read_only
    assert (work.user, work.scope, work.boards, work.deployment) == (None, (), (), "cloud")
    assert config.store.url == f"sqlite:///{tmp_path / 'planora.db'}"
    assert config.caps == Caps()
    assert config.rules == RulesConfig()
    assert config.homes == {}
    assert config.approval == {}
    assert config.plain_secrets == ("connections.work.token",)


def test_everything_at_once(load: Loader) -> None:
    config = load(
        """
        [store]
        url = "env:STORE"
        [connections.work]
        tracker = "jira"
        url = "https://jira.acme.com/"
        deployment = "data_center"
        user = "env:USER_NAME"
        token = "env:TOKEN"
        write_token = "env:WRITE"
        read_only = false
        projects = "PLAN"
        boards = [12, "OPS board"]
        mapping = "jira-scrum"
        done_days = 90
        keep_raw = false
        timeout = 5
        rate_share = 1
        [connections.work.mappings]
        HELP = "none"
        OPS = "jira-kanban"
        [connections.work.mappings.LAB]
        extends = "jira-kanban"
        plan = { horizon_days = 7 }
        [people.ana]
        name = "Ana Ruiz"
        role = "product_manager"
        [caps]
        max_corrections = 5
        max_share = 1
        min_entries = 0
        [rules]
        select = ["PS1"]
        ignore = { PS104 = "ideas are fine here" }
        level = { PS101 = "warning" }
        fail_on = "never"
        confidence = 0.8
        thresholds = { critical_days = 7, settle = "90m" }
        [homes]
        plan = "work:PLAN/board:12"
        [approval]
        roadmap = "product_manager"
        plan = ["tech_lead", "scrum_master"]
        """,
        {"STORE": "postgresql://u:pw@h/d", "TOKEN": "t0k3n-abc", "WRITE": "wr1t3", "USER_NAME": "ana é"},
    )
    work = config.connections["work"]
    assert config.store.url == "postgresql://u:pw@h/d"
    assert work.user is not None
    assert work.user.get_secret_value() == "ana é"
    assert (work.scope, work.boards) == (("PLAN",), ("12", "OPS board"))
    assert (work.read_only, work.done_days, work.keep_raw, work.timeout, work.rate_share) == (
        False,
        90,
        False,
        5,
        1,
    )
    assert work.mapping.by_place["HELP"] is NO_WORK
    assert work.mapping.by_place["LAB"].plan.style is WorkStyle.FLOW
    assert work.mapping.by_place["LAB"].plan.horizon_days == 7
    assert config.caps == Caps(max_corrections=5, max_share=1, min_entries=0)
    assert config.rules == RulesConfig(
        select=("PS1",),
        ignore={"PS104": "ideas are fine here"},
        level={"PS101": Level.WARNING},
        fail_on="never",
        confidence=0.8,
        thresholds=Thresholds(critical_days=7, settle_hours=1.5),
    )
    assert str(config.homes[Layer.PLAN]) == "work:PLAN/board:12"
    assert config.approval == {Layer.ROADMAP: ("product_manager",), Layer.PLAN: ("tech_lead", "scrum_master")}
    assert config.plain_secrets == ()


def test_defaults_are_those_of_the_rules_and_of_the_caps(load: Loader, jira: str) -> None:
    assert load(jira + "[rules.thresholds]\n").rules.thresholds == Thresholds()
    assert asdict(Caps()) == asdict(DefaultCaps())


def test_overrides_come_on_top_of_the_preset(load: Loader, jira: str) -> None:
    config = load(
        jira
        + """
        mappings = { OPS = "jira-kanban" }
        [connections.work.fields]
        severity = { id = "customfield_1" }
        [connections.work.priorities]
        "showstopper" = "critical"
        "S2*" = "critical"
        [connections.work.plan]
        horizon_days = 10
        [connections.work.file.backlog]
        status = "Icebox"
        [[connections.work.filed]]
        layer = "none"
        when = { label = "noise" }
        reason = "noise"
        """
    )
    mapping = config.connections["work"].mapping
    own, place = mapping.default, mapping.by_place["OPS"]
    assert own.name == "jira-scrum"
    # Names count everywhere, and first; how entries are filed is the place's own.
    for preset in (own, place):
        assert preset.fields["severity"].id == ("customfield_1",)
        assert list(preset.priorities)[:2] == ["showstopper", "S2*"]
        assert "s2*" not in preset.priorities
        assert "theme" in preset.fields
    assert (own.plan.horizon_days, own.plan.style) == (10, WorkStyle.SPRINT)
    assert (place.plan.horizon_days, place.plan.style) == (14, WorkStyle.FLOW)
    assert own.filed[0].layer is Filed.NONE
    assert len(own.filed) > 1
    assert place.filed[0].when.label == ()
    assert own.file[Layer.BACKLOG].status == ("Icebox",)
    assert own.file[Layer.BACKLOG].sprint == "none"


def test_a_context_has_all_that_an_adapter_needs(load: Loader, jira: str) -> None:
    config = load(
        jira.replace('token = "plain-token-1234"', 'user = "a@b.c"\ntoken = "t0ken-123"\nread_only = false')
        + 'projects = ["PLAN"]\nboards = [12]\nmappings = { OPS = "jira-kanban", HELP = "none" }\n'
    )
    work = config.connections["work"]
    context = work.context(now=lambda: NOW)
    assert (context.name, context.user, context.token, context.write_token) == (
        "work",
        "a@b.c",
        "t0ken-123",
        None,
    )
    assert (context.scope, context.boards, context.read_only) == (("PLAN",), ("12",), False)
    assert context.vocabulary.fields["sprint"].schema == ("com.pyxis.greenhopper.jira:gh-sprint",)
    assert context.vocabulary.kinds["feature request"] == "request"
    assert set(context.place_vocabularies) == {"OPS"}
    assert context.now() == NOW
    assert work.context(now=lambda: NOW, read_only=True).read_only


def test_a_read_only_connection_stays_so(load: Loader, jira: str) -> None:
    assert load(jira).connections["work"].context(now=lambda: NOW, read_only=False).read_only


def _sandboxes() -> list[tuple[str, str]]:
    return [
        (tracker, workspace)
        for tracker in registry.names(registry.SANDBOXES)
        for workspace in registry.load_sandbox(tracker).workspaces
    ]


@pytest.mark.parametrize(("tracker", "workspace"), _sandboxes())
def test_every_sandbox_gives_a_connection_that_loads(load: Loader, tracker: str, workspace: str) -> None:
    sandbox: Sandbox = registry.load_sandbox(tracker)(workspace, now=lambda: NOW)
    config = load(f"[connections.box]\n{_toml(sandbox.connection('http://127.0.0.1:8001/'))}")
    box = config.connections["box"]
    assert isinstance(box, ConnectionConfig)
    assert (box.tracker, box.url) == (tracker, "http://127.0.0.1:8001")
    assert not config.warnings
    assert config.plain_secrets == ("connections.box.token",)


def _toml(table: object) -> str:
    def written(value: object) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + " }"
        return json.dumps(value, ensure_ascii=False)

    assert isinstance(table, dict)
    return "".join(f"{key} = {written(value)}\n" for key, value in table.items())


def test_relative_paths_start_at_the_configuration(load: Loader, jira: str, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "base.toml").write_text('extends = "jira-kanban"\n[plan]\nhorizon_days = 3\n')
    (tmp_path / "maps" / "own.toml").write_text('extends = "file:base.toml"\n')
    config = load(
        jira.replace('"jira-scrum"', '"file:maps/own.toml"') + '[store]\nurl = "sqlite:///data/p.db"\n'
    )
    assert config.connections["work"].mapping.default.plan.horizon_days == 3
    assert config.store.url == f"sqlite:///{tmp_path / 'data' / 'p.db'}"
    for url in ("sqlite:////var/p.db", "sqlite:///:memory:", "sqlite://", "postgresql://h/d"):
        assert load(f'{jira}[store]\nurl = "{url}"\n').store.url == url


def test_what_an_adapter_is_given_of_parallel_texts_and_webhooks(load: Loader, jira: str) -> None:
    more = 'parallel = 16\npage_text = true\nwebhook_secret = "env:HOOK"\ncensus = "90m"\n'
    work = load(f"{jira}{more}", {"HOOK": "any text a person chose, Größe 7"}).connections["work"]
    context = work.context(now=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    assert (context.parallel, context.page_text) == (16, True)
    assert context.webhook_secret == "any text a person chose, Größe 7"
    assert "Größe" not in f"{work!r}{context!r}"
    assert work.census == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("off", None), ("7d", timedelta(days=7)), ("0m", timedelta()), ("365d", timedelta(days=365))],
)
def test_how_often_a_census_is_due(load: Loader, jira: str, said: str, meant: timedelta | None) -> None:
    assert load(f'{jira}census = "{said}"\n').connections["work"].census == meant
    assert load(jira).connections["work"].census == timedelta(hours=24)
