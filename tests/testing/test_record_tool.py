"""The one command that records cassettes: the sandboxes, or a connection of a configuration."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox

from planora_sync.http.serving import served
from planora_sync.testing.cassettes import Recording, replay

TOOL = Path(__file__).resolve().parents[2] / "tools" / "record_cassettes.py"


@pytest.fixture
def main() -> Callable[[list[str]], int]:
    if not TOOL.exists():
        pytest.skip("the tests stand apart from the project's tools")
    spec = importlib.util.spec_from_file_location("record_cassettes", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tool: Callable[[list[str]], int] = module.main
    return tool


@pytest.fixture
def sandbox() -> TrelloSandbox:
    return TrelloSandbox(TrelloSandbox.workspaces[0], now=lambda: datetime.now(UTC))


@pytest.fixture
def config(sandbox: TrelloSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with served(sandbox.app) as url:
        table = sandbox.connection(url)
        monkeypatch.setenv("TRELLO_TOKEN", str(table["token"]))
        path = tmp_path / "config.toml"
        path.write_text(
            f"""
            [connections.boards]
            tracker = "trello"
            url = "{url}"
            user = "{table["user"]}"
            token = "env:TRELLO_TOKEN"
            boards = ["Growth & Marketing"]
            mapping = "trello-kanban"
            done_days = 30
            """,
            encoding="utf-8",
        )
        yield path


def test_a_connection_is_recorded_and_replays(
    main: Callable[[list[str]], int], sandbox: TrelloSandbox, config: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(["--config", str(config), "--connection", "boards", "--out", str(out)]) == 0
    assert {row.method for row in sandbox.ledger} == {"GET"}, "a recording only reads"
    asked = len(sandbox.ledger)
    recording = Recording.load(out / "trello" / "boards.about.json")
    assert recording.scope == ("Growth & Marketing",)
    assert replay(TrelloAdapter, out / "trello" / "boards.about.json") == recording.observed
    assert len(sandbox.ledger) == asked


def test_an_unknown_connection_says_which_there_are(
    main: Callable[[list[str]], int], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config), "--connection", "work"]) == 2
    assert "Configured: boards." in capsys.readouterr().err


def test_a_wrong_token_records_nothing(
    main: Callable[[list[str]], int],
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRELLO_TOKEN", "n0t-the-t0ken")
    out = tmp_path / "out"
    assert main(["--config", str(config), "--connection", "boards", "--out", str(out)]) == 3
    said = capsys.readouterr().err
    assert "[boards]" in said
    assert "n0t-the-t0ken" not in said
    assert list((out / "trello").iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--config", "x"], ["--sandbox", "--config", "x"]])
def test_a_wrong_call_says_how(main: Callable[[list[str]], int], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
