"""Commands that read: pull, entries, audit, explain, rules, adapters, report."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planora_sync.adapter import Absence
from planora_sync.cli.main import COMMANDS
from planora_sync.config import load_config
from planora_sync.rules.catalog import CODES
from planora_sync.runs.workspace import Workspace
from tests.cli.team import NAMES, Team, team

ENTRY_KEYS = [
    "ref", "connection", "tracker", "id", "key", "url", "title", "kind", "place", "status", "status_category",
    "sprint", "assignees", "start", "due", "labels", "parent", "filed", "nature", "confidence",
]  # fmt: skip
FINDING_KEYS = {
    "code", "severity", "ref", "key", "url", "title", "connection", "place", "filed", "nature", "confidence",
    "message", "evidence", "correction",
}  # fmt: skip


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A team that has pulled; for tests that change neither trackers nor configuration."""
    with team(tmp_path_factory.mktemp("pulled")) as found:
        found.ok("pull")
        yield found


@pytest.fixture
def fernway(tmp_path: Path) -> Iterator[Team]:
    with team(tmp_path) as found:
        yield found


def test_pull_reads_all_connections_and_a_second_one_only_what_changed(fernway: Team) -> None:
    first = fernway.ok("pull", "--format", "json").json
    assert first["schema"] == "planora-sync/pull/1"
    assert {row["connection"]: row["status"] for row in first["connections"]} == dict.fromkeys(NAMES, "ok")
    assert all(row["added"] == row["entries"] > 0 for row in first["connections"])
    second = fernway.ok("pull", "--format", "json").json
    assert [row["full"] for row in second["connections"]] == [False, False, False]
    assert [(row["added"], row["changed"]) for row in second["connections"]] == [(0, 0)] * 3


def test_a_report_names_no_proposal_that_nobody_could_approve(pulled: Team) -> None:
    out = pulled.folder / "drafted.html"
    pulled.ok("report", "--out", str(out))
    text = out.read_text("utf-8")
    assert "planora-sync propose" in text
    assert "Proposal <code>" not in text


def test_nothing_to_score_gets_no_full_marks(tmp_path: Path) -> None:
    with team(tmp_path, ["growth"], {"growth": "empty"}) as nobody:
        found = nobody.ok("audit")
    assert "No separation score" in found.out
    assert "100 of 100" not in found.out


def test_entries_as_lines_have_the_promised_keys(pulled: Team) -> None:
    lines = pulled.ok("entries", "--format", "jsonl").out.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) > 150
    assert all(list(row) == ENTRY_KEYS for row in rows)
    assert {row["connection"] for row in rows} == set(NAMES)
    assert all(row["status_category"] != "done" for row in rows)
    everything = pulled.ok("entries", "--format", "jsonl", "--all").out.splitlines()
    assert len(everything) > len(lines)


def test_csv_runs_nothing_in_a_spreadsheet(pulled: Team) -> None:
    rows = list(csv.DictReader(pulled.ok("entries", "--format", "csv").out.splitlines()))
    titles = [row["title"] for row in rows]
    assert any("HYPERLINK" in title for title in titles)
    assert not [title for title in titles if title.startswith(("=", "+", "-", "@"))]


def test_tables_show_no_control_characters_and_no_direction_marks(pulled: Team) -> None:
    out = pulled.ok("entries").out
    assert "\u202e" not in out
    assert "\x1b" not in out


def test_audit_finds_and_fails_as_told(pulled: Team) -> None:
    found = pulled("audit", "--format", "json")
    assert found.status == 1
    body = found.json
    assert body["schema"] == "planora-sync/audit/1"
    assert body["findings"]
    assert all(set(row) >= FINDING_KEYS for row in body["findings"])
    assert {row["code"] for row in body["findings"]} == set(CODES)
    assert 0 < body["score"]["score"] < 100
    assert pulled("audit", "--fail-on", "never").status == 0
    assert pulled("audit", "--fail-on", "error").status == 1


def test_new_findings_are_new_once(fernway: Team) -> None:
    first = fernway("audit", "--format", "json").json
    second = fernway("audit", "--format", "json").json
    assert all(row["new"] for row in first["findings"])
    assert not any(row["new"] for row in second["findings"])


def test_explain_takes_key_reference_and_address(pulled: Team) -> None:
    by_key = pulled.ok("explain", "CARE-10", "--format", "json").json
    by_ref = pulled.ok("explain", by_key["entry"]["ref"], "--format", "json").json
    by_url = pulled.ok("explain", by_key["entry"]["url"], "--format", "json").json
    assert by_key == by_ref == by_url
    assert by_key["judgement"]["nature"] == "initiative"
    assert "sprint" in by_key["judgement"]["masked"]
    assert by_key["findings"][0]["code"] == "PS101"
    text = pulled.ok("explain", "CARE-10").out
    assert "above-the-task-level" in text


def test_explain_of_what_is_not_there_says_what_to_do(pulled: Team) -> None:
    found = pulled("explain", "NOPE-1")
    assert found.status == 2
    assert "planora-sync entries" in found.err


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_report_in_each_format(pulled: Team, form: str) -> None:
    out = pulled.folder / f"report.{form}"
    pulled.ok("report", "--format", form, "--out", str(out))
    text = out.read_text("utf-8")
    assert "CARE-10" in text
    if form in ("html", "md"):
        assert "<script>alert" not in text


def test_report_page_needs_no_network_and_runs_nothing(pulled: Team) -> None:
    out = pulled.folder / "report.html"
    pulled.ok("report", "--out", str(out))
    text = out.read_text("utf-8")
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "src=" not in text
    assert "@import" not in text
    assert "\u202e" not in text


def test_report_says_which_formats_there_are(pulled: Team) -> None:
    found = pulled("report", "--out", str(pulled.folder / "report.pdf"))
    assert found.status == 2
    assert "html" in found.err


def test_a_refused_token_stops_only_its_connection(fernway: Team) -> None:
    fernway.write(changed={"growth": {"token": "wrong-token-9f8e7d"}})
    found = fernway("pull")
    assert found.status == 3
    assert "growth: failed" in found.err
    assert "wrong-token-9f8e7d" not in found.out + found.err
    assert fernway("entries", "--format", "jsonl").out.count('"connection":"work"') > 50


def test_an_absent_place_is_named_and_the_others_go_on(fernway: Team) -> None:
    fernway.write(changed={"work": {"projects": ["CARE", "NOPE"]}})
    found = fernway("pull", "--format", "json")
    assert found.status == 3
    states = {row["connection"]: row for row in found.json["connections"]}
    assert states["work"]["status"] == "incomplete"
    assert states["work"]["entries"] > 50
    assert any("NOPE" in notice["where"] + notice["what"] for notice in states["work"]["notices"])
    assert states["product"]["status"] == "ok"


def test_a_failed_pull_makes_nothing_gone(fernway: Team) -> None:
    fernway.ok("pull")
    before = fernway.ok("entries", "--format", "jsonl").out
    fernway.write(changed={"work": {"token": "wrong"}})
    assert fernway("pull", "--full").status == 3
    assert fernway("entries", "--format", "jsonl").out == before


@pytest.mark.parametrize("form", ["text", "json"])
def test_rules_and_adapters(pulled: Team, form: str) -> None:
    assert all(code in pulled.ok("rules", "--format", form).out for code in CODES)
    assert "Why it matters" in pulled.ok("rules", "PS101").out
    assert "trello" in pulled.ok("adapters", "--format", form).out
    assert pulled("rules", "PS999").status == 2


def test_configuration_problems_come_all_at_once(fernway: Team) -> None:
    fernway.config.write_text(
        '[stor]\nurl = "x"\n[connections.work]\ntracker = "jiro"\ntoken = "env:NOT_SET_9"\n'
    )
    found = fernway("audit")
    assert found.status == 2
    for word in ("stor", "jiro", "NOT_SET_9"):
        assert word in found.err


def test_without_a_configuration_the_next_step_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from planora_sync.cli.main import run

    assert run(["--config", str(tmp_path / "none.toml"), "audit"]) == 2
    assert "planora-sync init" in capsys.readouterr().err


def test_help_is_cheap_and_lists_every_command() -> None:
    code = (
        "import sys; sys.argv = ['planora-sync', '--help']\n"
        "from planora_sync.cli.main import run\n"
        "run(['--help'])\n"
        "print(sorted(set(sys.modules) & {'sqlalchemy', 'pydantic', 'rich', 'jinja2', 'requests', 'httpx'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from planora_sync.cli.main import run

    assert run([name, "--help"]) == 0
    assert "Usage: planora-sync" in capsys.readouterr().out


def test_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    from planora_sync.cli.main import run

    assert run(["frobnicate"]) == 2
    assert "frobnicate" in capsys.readouterr().err


def test_v_says_what_is_done_and_vv_every_request_without_a_secret(tmp_path: Path) -> None:
    with team(tmp_path, ("growth",)) as fernway:
        table = fernway.sandboxes["growth"].connection("http://127.0.0.1")
        assert "connection=growth" not in fernway.ok("pull").err
        assert "connection=growth pull=everything" in fernway.ok("-v", "pull", "--full").err
        told = fernway.ok("-vv", "pull", "--full").err
        assert "connection=growth GET /1/boards/" in told
        assert "status=200" in told
        assert str(table["token"]) not in told
        assert str(table["user"]) not in told
        assert "connection=growth" not in fernway.ok("pull").err


def test_explain_of_what_is_not_there_any_more_says_why(tmp_path: Path) -> None:
    with team(tmp_path, ("growth",)) as fernway:
        fernway.ok("pull")
        row = json.loads(fernway.ok("entries", "--format", "jsonl").out.splitlines()[0])
        with Workspace(load_config(fernway.config, env={})) as opened:
            ref = opened.store.entries.find(row["ref"])[0].ref
            opened.store.entries.mark_absent(ref, Absence.ARCHIVED, opened.now())
        found = fernway("explain", row["ref"])
        assert found.status == 2
        assert "is not there any more since" in found.err
        assert "it, or what holds it, is archived." in found.err
