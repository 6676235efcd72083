"""What `pull` and `entries --all` say of what left, of censuses, and of trackers that want to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Absence, Notice, Severity
from planora_sync.cli.pulling import show_pulls
from planora_sync.config import load_config
from planora_sync.runs.pulled import Census, Pulled, PullStatus
from planora_sync.runs.workspace import Workspace
from planora_sync.store import Pause
from tests.cli.team import team


def test_what_left_is_told_with_why(tmp_path: Path) -> None:
    with team(tmp_path, ("growth",)) as fernway:
        fernway.ok("pull")
        sandbox = fernway.sandboxes["growth"]
        assert isinstance(sandbox, TrelloSandbox)
        with Workspace(load_config(fernway.config, env={})) as opened:
            gone, trashed = [e.ref for e in opened.store.entries.load() if e.is_open][:2]
            opened.store.entries.mark_absent(trashed, Absence.ARCHIVED, opened.now())
        del sandbox.state.cards[gone.id]
        told = fernway.ok("pull", "--full")
        assert "1 left (1 deleted or no longer visible)" in told.err
        listed = fernway.ok("entries", "--all")
        assert "Not there any more, and not in this list: 1 deleted or no longer visible." in listed.err
        assert fernway.ok("entries", "--all", "--format", "json").json["left"] == {"unknown": 1}
        assert "left" not in fernway.ok("entries", "--format", "json").json


def test_a_pull_says_its_census_in_text_and_json(tmp_path: Path) -> None:
    with team(tmp_path, ("work",)) as fernway:
        said = fernway.ok("pull", "--format", "json").json["connections"][0]
        assert said["census"]["met"] == said["census"]["named"] > 0
        assert (said["left"], said["more_notices"], said["note"]) == ({}, 0, "")
        count = f"{said['census']['named']:,}"
        assert f"  census: {count} of {count}" in fernway.ok("pull", "--full").err


def test_a_connection_in_a_pause_is_not_asked_and_the_status_is_3(tmp_path: Path) -> None:
    with team(tmp_path, ("work", "growth")) as fernway:
        fernway.ok("pull")
        until = datetime.now(UTC) + timedelta(hours=2)
        with Workspace(load_config(fernway.config, env={})) as opened:
            opened.store.pauses.begin("work", Pause(until=until, why="The quota of this hour is used up."))
        before = len(fernway.sandboxes["work"].ledger)
        refused = fernway("pull")
        assert refused.status == 3
        assert "growth: " in refused.err
        assert "The quota of this hour is used up." in refused.err
        assert f"pauses until {until:%Y-%m-%d %H:%M} UTC" in refused.err
        assert len(fernway.sandboxes["work"].ledger) == before
        assert fernway("run").status == 3
        fernway.ok("pull", "--full", "--connection", "work")
        fernway.ok("pull")


def test_everything_that_a_pull_can_say_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show_pulls(
        [
            Pulled(
                connection="work",
                status=PullStatus.INCOMPLETE,
                full=True,
                entries=1203,
                missing=5,
                left={Absence.DELETED: 2, Absence.MOVED: 1, Absence.HIDDEN: 1, None: 1},
                census=Census(named=1204, met=1203),
                notices=(Notice(severity=Severity.ERROR, where="PLAN", what="Half.", next_step="Again."),),
                more_notices=1234,
                note="Went on.",
            )
        ]
    )
    assert capsys.readouterr().err.splitlines() == [
        "work: 1203 entries read, 5 left (1 moved, 2 deleted, 1 no longer visible, 1 not asked after yet), incomplete",
        "  error: PLAN: Half. Again.",
        "  and 1,234 more notices",
        "  census: 1,203 of 1,204",
        "  note: Went on.",
    ]
