"""What the command line does where something goes wrong that no command foresaw."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from planora_sync.cli.main import EXIT_FAULT, run


def test_a_fault_of_our_own_is_no_finding_and_tells_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Python itself refuses such a path with a ValueError that repeats none of it.
    status = run(["--config", str(tmp_path / "token-ATTA\0.toml"), "audit"])
    told = capsys.readouterr()
    assert status == EXIT_FAULT
    assert "a fault in planora-sync itself: ValueError in" in told.err
    assert "ATTA" not in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


@pytest.mark.parametrize("command", [("rules",), ("rules", "--format", "json"), ("adapters",)])
def test_a_reader_that_goes_away_is_no_finding(command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "planora_sync", *command],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_folder_is_no_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", str(tmp_path), "audit"]) == 2
    assert f"The configuration {tmp_path} cannot be read" in capsys.readouterr().err
