"""`planora-sync demo`: what a newcomer sees, what a script reads, and what stays running."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from planora_sync.cli.main import run
from planora_sync.config import load_config

FOREVER = 120
"""Seconds after which a test that hangs fails."""


def test_it_tells_the_whole_loop_and_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "planora-demo"
    assert run(["demo", "--out", str(folder)]) == 0
    said = capsys.readouterr().out
    steps = ["1. Pull", "2. Audit", "3. Propose", "4. Approve", "5. Apply", "6. Pull again", "7. Audit again"]
    assert [said.index(step) for step in steps] == sorted(said.index(step) for step in steps)
    assert "Precision 1.000, recall 1.000." in said
    assert "are unsure" in said
    assert "Both audits found exactly what is written down" in said
    assert "\x1b" not in said, "no colours where it is piped"
    for name in ("config.toml", "report.html", "report.md", "report-after.html", "report-after.md"):
        assert (folder / name).stat().st_size > 500
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("serves ")]
    url = load_config(folder / "config.toml", env={}).connections["work"].url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_kept_it_goes_on_answering_until_it_is_told_to_end(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "planora_sync", "demo", "--keep", "--format", "json", "--out", "kept"]
    config = str(tmp_path / "kept" / "config.toml")
    with subprocess.Popen(asked, stdout=subprocess.PIPE, cwd=tmp_path, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:  # one document, which ends with a brace at the left
            lines.append(line)
            if line == "}\n":
                break
        told = json.loads("".join(lines))
        try:
            assert run(["--config", config, "audit", "--fail-on", "never"]) == 0
            assert run(["--config", config, "pull"]) == 0
            assert run(["--config", config, "undo", told["applied"]["run"], "--format", "json"]) == 0
        finally:
            process.send_signal(signal.SIGINT)
        process.wait(FOREVER)
    assert process.returncode == 0
    assert told["schema"] == "planora-sync/demo/1"
    assert told["right"] is True
    assert told["first"]["precision"] == told["first"]["recall"] == 1.0
    assert told["second"]["unexpected"] == []
    assert [Path(path).exists() for path in told["reports"]] == [False] * 4, "told from where it ran"
    assert all((tmp_path / path).exists() for path in told["reports"])


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert run(["demo", "--out", str(tmp_path)]) == 2
    assert "no demo made it. Name another folder with --out." in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "mine"
