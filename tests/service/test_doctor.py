"""What check says of settings, clock, store and mapping, case by case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planora_sync.adapter import Severity
from planora_sync.config import Config, People, load_config
from planora_sync.mapping.loading import load_preset
from planora_sync.mapping.preset import ConnectionMapping
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Place
from planora_sync.service.doctor.mapping import of_coverage, of_sprints
from planora_sync.service.doctor.memory import of_clock, of_pulls
from planora_sync.service.doctor.rows import Row
from planora_sync.service.doctor.settings import of_config, of_writes
from planora_sync.store import Pause, Store
from planora_sync.testing.builders import NOW, make_entry, make_place, make_sprint, make_sprint_place

SECRET = "s3cret-of-somebody"


def _config(tmp_path: Path, *lines: str, url: str = "https://acme.atlassian.net") -> Config:
    path = tmp_path / "config.toml"
    head = ["[connections.work]", 'tracker = "jira"', f'url = "{url}"', 'mapping = "jira-scrum"']
    path.write_text("\n".join([*head, *lines]))
    path.chmod(0o600)
    return load_config(path, env={"T": SECRET, "W": SECRET})


def _bad(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.severity is not Severity.OK]


# -- settings --------------------------------------------------------------------------------------------------


def test_a_secret_in_the_file_is_warned_of_by_its_key(tmp_path: Path) -> None:
    (row,) = _bad(of_config(_config(tmp_path, f'token = "{SECRET}"')))
    assert (row.severity, row.where) == (Severity.WARNING, "connections.work.token")
    assert "env:NAME" in row.next_step
    assert SECRET not in f"{row}"


def test_a_file_with_secrets_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    config = _config(tmp_path, f'token = "{SECRET}"')
    config.path.chmod(0o644)
    assert [row.next_step for row in _bad(of_config(config))][-1] == f"chmod 600 {config.path}"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_a_stand_ins_secret_may_stand_in_the_file(tmp_path: Path, host: str) -> None:
    assert not _bad(of_config(_config(tmp_path, f'token = "{SECRET}"', url=f"http://{host}")))


def test_an_unencrypted_way_is_warned_of(tmp_path: Path) -> None:
    (row,) = _bad(of_config(_config(tmp_path, 'token = "env:T"', url="http://jira.acme.test")))
    assert "unencrypted" in row.what


@pytest.mark.parametrize(
    ("lines", "severity", "said"),
    [
        ((), Severity.OK, "never written"),
        (("read_only = false",), Severity.OK, "written with `token`"),
        (("read_only = false", 'write_token = "env:W"'), Severity.OK, "written with `write_token`"),
        (('write_token = "env:W"',), Severity.WARNING, "the connection is read-only"),
    ],
)
def test_who_writes(tmp_path: Path, lines: tuple[str, ...], severity: Severity, said: str) -> None:
    (row,) = of_writes(_config(tmp_path, 'token = "env:T"', *lines).connections["work"])
    assert row.severity is severity
    assert said in row.what


# -- clock and store -------------------------------------------------------------------------------------------


def test_an_entry_of_the_future_tells_that_the_clock_is_behind() -> None:
    entries = [make_entry(1, updated=NOW), make_entry(2, updated=NOW + timedelta(minutes=95))]
    (row,) = of_clock(entries, NOW)
    assert row.severity is Severity.WARNING
    assert "95 minutes" in row.what


def test_a_minute_more_or_less_is_rounding() -> None:
    assert not _bad(of_clock([make_entry(1, updated=NOW + timedelta(minutes=2))], NOW))
    assert not _bad(of_clock([], NOW))


@pytest.mark.parametrize(
    ("days", "incomplete", "said"),
    [(0, "", None), (8, "", "8 days ago"), (0, "PLAN: no answer", "incomplete: PLAN: no answer")],
)
def test_what_is_old_or_torn_is_warned_of(
    tmp_path: Path, days: int, incomplete: str, said: str | None
) -> None:
    config = _config(tmp_path, 'token = "env:T"')
    with Store.open("sqlite:///:memory:", now=NOW) as store:
        store.pulls.record("work", full=True, incomplete=incomplete, at=NOW - timedelta(days=days))
        (row,) = of_pulls(config, store, NOW)
    assert (row.severity is Severity.OK) == (said is None)
    assert said is None or said in row.what
    assert said is None or row.next_step == "planora-sync pull --connection work"


def test_a_pause_that_pull_keeps_is_said_by_check_too(tmp_path: Path) -> None:
    config = _config(tmp_path, 'token = "env:T"')
    with Store.open("sqlite:///:memory:", now=NOW) as store:
        store.pauses.begin("work", Pause(until=NOW + timedelta(hours=1), why="The quota is used up."))
        pausing, _ = of_pulls(config, store, NOW)
        assert pausing.severity is Severity.WARNING
        assert f"until {NOW + timedelta(hours=1):%Y-%m-%d %H:%M} UTC: The quota is used up." in pausing.what
        assert pausing.next_step
        assert "--full" in pausing.next_step
        (after,) = of_pulls(config, store, NOW + timedelta(hours=2))
        assert after.severity is Severity.OK


# -- mapping ---------------------------------------------------------------------------------------------------


def _snapshot(
    places: Iterable[Place], entries: Iterable[Entry] = (), default: str = "jira-scrum", **by_place: str
) -> Snapshot:
    mapping = ConnectionMapping(
        default=load_preset(default), by_place={path: load_preset(name) for path, name in by_place.items()}
    )
    return Snapshot(
        entries=entries, places=places, mappings={"mem": mapping}, people=People(), now=datetime.now(UTC)
    )


def _project(key: str, has_sprints: bool | None) -> list[Place]:
    project = make_place(key)
    board = make_place(f"{key}/board:1", kind="board", container=project.id, has_sprints=has_sprints)
    return [project, board]


def test_a_project_with_sprints_is_right() -> None:
    assert not _bad(of_sprints(_snapshot(_project("PLAN", True)), "mem"))


def test_of_two_projects_the_one_without_sprints_is_refused() -> None:
    (row,) = _bad(of_sprints(_snapshot([*_project("PLAN", True), *_project("OPS", False)]), "mem"))
    assert (row.severity, row.where) == (Severity.ERROR, "OPS")
    assert '[connections.mem.mappings] `"OPS"' in row.next_step
    assert "jira-kanban" in row.next_step


def test_a_project_with_a_mapping_of_its_own_is_judged_by_that() -> None:
    places = [*_project("PLAN", True), *_project("OPS", False)]
    assert not _bad(of_sprints(_snapshot(places, OPS="jira-kanban"), "mem"))
    assert not _bad(of_sprints(_snapshot(places, OPS="none"), "mem"))


def test_a_board_that_has_a_sprint_right_now_has_sprints() -> None:
    places = _project("PLAN", None)
    sprint = make_sprint_place(make_sprint(), container=places[1].id)
    assert not _bad(of_sprints(_snapshot([*places, sprint]), "mem"))


def test_data_sources_without_sprints_beside_one_with_them_are_right() -> None:
    places = [
        make_place("Tasks", kind="data_source", has_sprints=True),
        make_place("Roadmap", kind="data_source", has_sprints=False),
    ]
    snapshot = _snapshot(places, default="notion-projects-tasks-sprints")
    assert not _bad(of_sprints(snapshot, "mem"))
    (row,) = _bad(of_sprints(_snapshot(places[1:], default="notion-projects-tasks-sprints"), "mem"))
    assert row.where == "Roadmap"


def test_a_trello_board_that_is_called_a_sprint_is_one() -> None:
    boards = [make_place("Sprint 14", kind="board", has_sprints=False), make_place("Backlog", kind="board")]
    assert not _bad(of_sprints(_snapshot(boards, default="trello-board-per-sprint"), "mem"))
    (row,) = _bad(of_sprints(_snapshot(boards[1:], default="trello-board-per-sprint"), "mem"))
    assert "trello-kanban" in row.next_step


def test_a_mapping_without_sprints_is_not_asked_for_any() -> None:
    assert not list(of_sprints(_snapshot(_project("OPS", False), default="jira-kanban"), "mem"))


def test_entries_that_no_rule_fits_are_counted_and_named() -> None:
    entries = [
        make_entry(1, status="To Do"),
        make_entry(2, status="Backlog"),
        make_entry(3, status="Done"),
        make_entry(4, status="To Do", connection="other"),
    ]
    snapshot = Snapshot(
        entries=entries,
        places=[make_place("PLAN")],
        mappings={
            "mem": ConnectionMapping(default=load_preset("trello-kanban")),
            "other": ConnectionMapping(default=load_preset("trello-kanban")),
        },
        people=People(),
        now=NOW,
    )
    (row,) = of_coverage(snapshot, "mem")
    assert row.what == "100% of 2 open entries are mapped: backlog 1, plan 1."


def test_a_mapping_that_fits_nothing_is_an_error() -> None:
    odd = make_entry(1).status
    assert odd is not None
    entry = make_entry(1, status=odd.model_copy(update={"name": "Stuff"}))
    (row,) = of_coverage(_snapshot([make_place("PLAN")], [entry], default="trello-kanban"), "mem")
    assert row.severity is Severity.ERROR
    assert "'Stuff' (1)" in row.next_step


def test_nothing_read_is_nothing_to_say_of() -> None:
    (row,) = of_coverage(_snapshot([make_place("PLAN")]), "mem")
    assert row.severity is Severity.OK
