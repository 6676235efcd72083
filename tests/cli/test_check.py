"""`planora-sync check`: says what does not work and what to do, and hides nothing behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planora_sync.cli.main import run
from planora_sync.sandbox import Fault
from tests.cli.team import NAMES, Team, Typed, team

WRONG = "wrong-token-7f3a9c"


@pytest.fixture
def fernway(tmp_path: Path) -> Iterator[Team]:
    with team(tmp_path) as found:
        yield found


def _rows(typed: Typed, severity: str, connection: str | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = typed.json["rows"]
    return [
        row
        for row in rows
        if row["severity"] == severity and (connection is None or row["connection"] == connection)
    ]


def test_all_is_well_and_nothing_is_made_or_written(fernway: Team) -> None:
    typed = fernway.ok("check", "--format", "json")
    assert typed.json["schema"] == "planora-sync/check/1"
    assert typed.json["ok"] is True
    assert not _rows(typed, "error")
    assert {row["connection"] for row in typed.json["rows"]} == {None, *NAMES}
    assert {row["topic"] for row in typed.json["rows"]} == {
        "config",
        "store",
        "clock",
        "connection",
        "mapping",
        "writes",
    }
    assert not (fernway.folder / "planora.db").exists()
    assert fernway.writes() == 0


def test_it_names_the_right_that_each_kind_of_correction_needs(fernway: Team) -> None:
    said = " ".join(row["what"] for row in fernway.ok("check", "--format", "json").json["rows"])
    assert "May set the status (Transition Issues)" in said
    assert "`Update content`" in said
    assert "scope" in said


def test_after_a_pull_it_says_how_much_the_mapping_covers(fernway: Team) -> None:
    fernway.ok("pull")
    typed = fernway.ok("check", "--format", "json")
    (warned,) = [row for row in _rows(typed, "warning", "growth") if row["topic"] == "mapping"]
    assert "unmapped 5" in warned["what"]
    assert "'Stuff' (5)" in warned["next_step"]
    assert "[[connections.growth.filed]]" in warned["next_step"]
    (covered,) = [row for row in _rows(typed, "ok", "work") if "are mapped" in row["what"]]
    assert covered["what"].startswith("100% of 89 open entries")
    store = [row["what"] for row in _rows(typed, "ok") if row["topic"] == "store"]
    assert any("revision" in what for what in store)


def test_a_wrong_token_hides_no_other_connection_and_shows_nowhere(fernway: Team) -> None:
    fernway.write(changed={"work": {"token": WRONG}})
    typed = fernway("check", "--format", "json")
    assert typed.status == 3
    (row,) = _rows(typed, "error")
    assert row["connection"] == "work"
    assert row["next_step"]
    assert len(_rows(typed, "ok", "product")) > 3
    assert len(_rows(typed, "ok", "growth")) > 3
    assert WRONG not in typed.out + typed.err
    assert WRONG not in fernway("check").out


@pytest.mark.parametrize(
    ("connection", "key", "value"),
    [
        ("work", "projects", ["CARE", "GHOST"]),
        ("product", "data_sources", ["Tasks", "GHOST"]),
        ("growth", "boards", ["Growth & Marketing", "GHOST"]),
    ],
)
def test_a_place_that_is_not_there_is_an_error_and_the_others_are_looked_at(
    fernway: Team, connection: str, key: str, value: list[str]
) -> None:
    fernway.write(changed={connection: {key: value}})
    typed = fernway("check", "--connection", connection, "--format", "json")
    assert typed.status == 3
    assert any("GHOST" in row["where"] + row["what"] for row in _rows(typed, "error", connection))
    assert any(value[0] in row["where"] for row in _rows(typed, "ok", connection))


@pytest.mark.parametrize("kind", ["html", "half-json", "empty", "410"])
def test_an_answer_that_is_none_is_an_error_of_that_connection(fernway: Team, kind: str) -> None:
    fernway.sandboxes["product"].fail(Fault(kind=kind, times=-1))
    typed = fernway("check", "--format", "json")
    assert typed.status == 3
    assert {row["connection"] for row in _rows(typed, "error")} == {"product"}
    assert all(row["next_step"] for row in _rows(typed, "error"))


def test_sprints_that_no_board_has_are_refused(tmp_path: Path) -> None:
    with team(tmp_path, ("work",), {"work": "kanban"}) as kanban:
        kanban.write(changed={"work": {"mapping": "jira-scrum"}})
        typed = kanban("check", "--format", "json")
        assert typed.status == 3
        (row,) = _rows(typed, "error")
        assert "counts sprints, but no board of" in row["what"]
        assert "jira-kanban" in row["next_step"]
        kanban.write()
        kanban.ok("check")


def test_a_store_that_does_not_open_is_said_and_the_trackers_are_looked_at(fernway: Team) -> None:
    (fernway.folder / "planora.db").write_text("this is no database, whatever its name says " * 40)
    typed = fernway("check", "--format", "json")
    assert typed.status == 2
    (row,) = _rows(typed, "error")
    assert (row["topic"], row["connection"]) == ("store", None)
    assert len(_rows(typed, "ok", "work")) > 3


def test_people_read_it_line_by_line(fernway: Team) -> None:
    fernway.write(changed={"work": {"token": WRONG}})
    typed = fernway("check")
    assert typed.status == 3
    lines = typed.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  error"))
    assert lines[at + 1].startswith("           → ")
    assert lines[-1].endswith("1 error.")
    assert {"work", "product", "growth"} <= set(lines)


def test_an_unknown_connection_and_a_missing_file_are_said(
    fernway: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = fernway("check", "--connection", "nobody")
    assert typed.status == 2
    assert "no connection 'nobody'. Configured: work, product, growth." in typed.err
    assert run(["--config", str(tmp_path / "absent.toml"), "check"]) == 2
    assert "planora-sync init" in capsys.readouterr().err
