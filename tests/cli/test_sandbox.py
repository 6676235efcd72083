"""`planora-sync sandbox`: it answers, says how to read it, and ends when asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from planora_sync.cli.main import run
from planora_sync.config import load_config

FOREVER = 60
"""Seconds after which a test that hangs fails."""


def _while_it_serves(arguments: list[str], act: Callable[[], None]) -> int:
    """Run the command in this process, act once it says that it serves, and ask it to end."""
    reading, writing = os.pipe()

    def watch() -> None:
        with os.fdopen(reading, encoding="utf-8") as said:
            for line in said:
                if "Ctrl-C" in line:
                    try:
                        act()
                    finally:
                        os.kill(os.getpid(), signal.SIGINT)

    with ThreadPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patch:
        watched = pool.submit(watch)
        with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as stderr:
            patch.setattr(sys, "stderr", stderr)
            status = run(arguments)
        watched.result(FOREVER)
    return status


def test_it_writes_a_configuration_that_reads_what_it_serves(tmp_path: Path) -> None:
    out = tmp_path / "config.toml"
    seen = {}

    def act() -> None:
        config = load_config(out, env={})
        assert all(one.read_only for one in config.connections.values())
        seen.update({name: one.url for name, one in config.connections.items()})
        for url in seen.values():
            assert httpx.get(f"{url}/nothing").status_code >= 400

    assert _while_it_serves(["sandbox", "--config-out", str(out)], act) == 0
    assert sorted(seen) == ["jira", "notion", "trello"]
    assert len(set(seen.values())) == 3


def test_its_stdout_is_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert _while_it_serves(["sandbox", "trello"], lambda: None) == 0
    table = tomllib.loads(capsys.readouterr().out)["connections"]["trello"]
    assert table["mappings"] == {"Fernway Roadmap": "trello-now-next-later"}
    assert table["url"].startswith("http://127.0.0.1:")


def test_it_plays_a_data_center(tmp_path: Path) -> None:
    out = tmp_path / "config.toml"

    def act() -> None:
        url = tomllib.loads(out.read_text())["connections"]["jira"]["url"]
        answer = httpx.get(f"{url}/rest/api/2/serverInfo")
        assert answer.json()["deploymentType"] == "Server"

    asked = [
        "sandbox",
        "jira",
        "--workspace",
        "scrum",
        "--deployment",
        "data_center",
        "--config-out",
        str(out),
    ]
    assert _while_it_serves(asked, act) == 0


def test_it_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--list", "--format", "json"]) == 0
    rows = {row["tracker"]: row for row in json.loads(capsys.readouterr().out)["sandboxes"]}
    assert {"messy", "scrum", "kanban", "empty"} <= set(rows["jira"]["workspaces"])
    assert {"messy", "one-database"} <= set(rows["notion"]["workspaces"])
    assert run(["sandbox", "--list"]) == 0
    assert "messy, kanban, empty" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["asana"], "No tracker 'asana' is installed. Installed: jira, notion, trello."),
        (["notion", "--workspace", "scrum"], "no workspace 'scrum'. It has messy, one-database, empty"),
        (["trello", "--deployment", "data_center"], "There is no data_center of trello."),
        (["--port", "-1"], "-1 is not in the range"),
        (["jira", "--port", "99999"], "99999 is no port"),
        (
            ["jira", "--fault", "tired"],
            "The stand-in of jira knows no fault 'tired'. It knows a status from 400",
        ),
        (
            ["jira", "--fault", "429:GET:*:0"],
            "'0' is no number of times: 1 or more, or `always`. It is written",
        ),
    ],
)
def test_what_is_not_there_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sandbox", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run(["sandbox", "trello", "--port", str(taken.getsockname()[1])]) == 2
    assert "is in use. Name another one with --port" in capsys.readouterr().err


def test_somebody_elses_configuration_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "config.toml"
    out.write_text("[connections.work]\n")
    assert run(["sandbox", "trello", "--workspace", "empty", "--config-out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert out.read_text() == "[connections.work]\n"


def test_its_own_configuration_is_written_anew(tmp_path: Path) -> None:
    out = tmp_path / "config.toml"
    asked = ["sandbox", "trello", "--workspace", "empty", "--config-out", str(out)]
    texts = []
    for _ in range(2):
        assert _while_it_serves(asked, lambda: texts.append(out.read_text())) == 0
    assert all('boards = ["Untitled board"]' in text for text in texts)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "absent" / "config.toml"
    assert run(["sandbox", "trello", "--workspace", "empty", "--config-out", str(out)]) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_as_a_process_it_ends_quietly(number: signal.Signals) -> None:
    asked = [
        sys.executable,
        "-m",
        "planora_sync",
        "sandbox",
        "trello",
        "--workspace",
        "empty",
        "--format",
        "json",
    ]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("Ctrl-C" in line for line in process.stderr)
        process.send_signal(number)
        rest, trouble = process.communicate(timeout=FOREVER)
    assert process.returncode == 0
    assert json.loads(rest)["sandboxes"][0]["workspace"] == "empty"
    assert trouble.strip() == "Stopped."


def test_it_goes_wrong_as_asked(tmp_path: Path) -> None:
    out = tmp_path / "config.toml"
    statuses: list[int] = []

    def act() -> None:
        url = tomllib.loads(out.read_text())["connections"]["trello"]["url"]
        statuses.extend(httpx.get(f"{url}/1/members/me").status_code for _ in range(3))
        statuses.append(httpx.get(f"{url}/_sandbox").status_code)

    asked = ["sandbox", "trello", "--workspace", "empty", "--config-out", str(out)]
    faults = ["--fault", "503::*/members/me", "--fault", "418::*/members/me"]
    assert _while_it_serves([*asked, *faults], act) == 0
    assert statuses == [503, 418, 401, 404]


def test_its_control_address_is_there_when_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "config.toml"
    seen = {}

    def act() -> None:
        url = tomllib.loads(out.read_text())["connections"]["jira"]["url"]
        seen.update(httpx.get(f"{url}/_sandbox").json())

    asked = [
        "sandbox",
        "jira",
        "--workspace",
        "empty",
        "--control",
        "--format",
        "json",
        "--config-out",
        str(out),
    ]
    assert _while_it_serves(asked, act) == 0
    (row,) = json.loads(capsys.readouterr().out)["sandboxes"]
    assert seen["connection"] == row["connection"]
    assert row["control"] == f"{row['url']}/_sandbox"
    assert (
        row["example"] == f"curl -u {row['connection']['user']}:sandbox-token {row['url']}/rest/api/3/myself"
    )


def test_it_lists_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--list", "--format", "json"]) == 0
    rows = {row["tracker"]: row["faults"] for row in json.loads(capsys.readouterr().out)["sandboxes"]}
    assert "202" in rows["trello"]
    assert "cut-after" in rows["jira"]
    assert run(["sandbox", "--list"]) == 0
    out = capsys.readouterr().out
    assert "Faults: a status from 400 to 599, cut-after" in out
    assert "trello besides: 202" in out
