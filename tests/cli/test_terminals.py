"""Terminals that know few characters, and readers that go away."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_knows_few_characters_gets_a_table_all_the_same(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "planora_sync", "sandbox", "--list"],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"jira" in done.stdout
    assert b"\xe2\x94\x80" not in done.stdout


def test_columns_say_how_wide_a_table_is_in_a_pipe_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "planora_sync", "rules"],
        env={**os.environ, "COLUMNS": "60", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    assert max(map(len, done.stdout.decode().splitlines())) <= 60
