"""`planora-sync init`: from an address and a token to a configuration that works, and no secret in it."""

from __future__ import annotations

import os
import select
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from planora_sync.cli.main import cli, run
from planora_sync.config import load_config
from planora_sync.sandbox import Fault, Sandbox
from planora_sync.service.serving import serve
from planora_sync.service.stand_ins import stand_in

NOTION = "ntn_sandbox_fernway_0000000000000000000000000000"
JIRA = "sandbox-token"
USER = "planora@fernway.example"
FOREVER = 60
"""Seconds after which a test that hangs fails."""
KEYS = {"jira": ("JIRA_TOKEN", JIRA), "notion": ("NOTION_TOKEN", NOTION)}


class Desk:
    """Where a newcomer sits: stand-ins at their addresses, a folder, an environment."""

    def __init__(self, folder: Path, served: Served) -> None:
        self.folder = folder
        self.file = folder / "config.toml"
        self._served = served

    def url(self, tracker: str) -> str:
        return self._served[tracker][1]

    def sandbox(self, tracker: str) -> Sandbox:
        return self._served[tracker][0]

    def credentials(self, tracker: str) -> tuple[str, str]:
        """Return user (empty for none) and token."""
        table = self.sandbox(tracker).connection("http://x.test")
        return str(table.get("user", "")), str(table["token"])

    def init(self, *words: str) -> int:
        return run(["--config", str(self.file), "init", *words])

    def asked(self, *words: str, answers: str) -> Result:
        """Answer questions, a line each."""
        arguments = ["--config", str(self.file), "init", "--ask", *words]
        return CliRunner().invoke(cli, arguments, input=answers, standalone_mode=False)

    @property
    def table(self) -> Any:
        return tomllib.loads(self.file.read_text("utf-8"))


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JIRA_TOKEN", "NOTION_TOKEN", "TRELLO_TOKEN"):
        monkeypatch.delenv(name, raising=False)


Served = dict[str, tuple[Sandbox, str]]


@pytest.fixture(scope="module")
def trackers() -> Iterator[Served]:
    """Stand-ins of all three; `init` only reads, so one set serves all tests."""
    sandboxes = [stand_in(tracker, "messy", now=_now) for tracker in ("jira", "notion", "trello")]
    with serve(sandboxes) as served:
        yield {one.sandbox.tracker: (one.sandbox, one.url) for one in served}


@pytest.fixture
def desk(tmp_path: Path, trackers: Served) -> Desk:
    return Desk(tmp_path, trackers)


# -- without a word --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tracker", "mapping"),
    [("jira", "jira-scrum"), ("notion", "notion-projects-tasks-sprints"), ("trello", "trello-kanban")],
)
def test_address_and_token_are_enough(
    desk: Desk,
    tracker: str,
    mapping: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, token = desk.credentials(tracker)
    words = ["--url", desk.url(tracker), "--token", token, *(["--user", user] if user else []), "--yes"]
    assert desk.init(*words) == 0
    said = capsys.readouterr()
    variable = f"{tracker.upper()}_TOKEN"
    table = desk.table["connections"]["work"]
    assert (table["tracker"], table["mapping"]) == (tracker, mapping)
    assert table["token"] == f"env:{variable}"
    assert table["read_only"] is True
    assert token not in desk.file.read_text("utf-8") + said.out + said.err
    assert f"export {variable}=" in said.out
    assert "To read:" in desk.file.read_text("utf-8")
    monkeypatch.setenv(variable, token)
    assert run(["--config", str(desk.file), "check"]) == 0
    assert run(["--config", str(desk.file), "audit", "--fail-on", "never"]) == 0


def test_a_token_in_the_usual_variable_need_not_be_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTION_TOKEN", NOTION)
    assert desk.init("--url", desk.url("notion"), "--yes") == 0
    assert desk.table["connections"]["work"]["token"] == "env:NOTION_TOKEN"
    assert "export" not in capsys.readouterr().out


def test_trellos_boards_get_a_mapping_each(desk: Desk) -> None:
    user, token = desk.credentials("trello")
    words = ["--tracker", "trello", "--url", desk.url("trello"), "--user", user, "--token", token]
    assert desk.init(*words, "--scope", "Fernway Roadmap", "--scope", "Growth*") == 0
    table = desk.table["connections"]["work"]
    assert table["boards"] == ["Fernway Roadmap", "Growth & Marketing"]
    assert table["mapping"] == "trello-kanban"
    assert table["mappings"] == {"Fernway Roadmap": "trello-now-next-later"}
    assert "# Fernway Roadmap: its lists are 🚀 Now, Next, Later." in desk.file.read_text("utf-8")


def test_a_data_center_is_recognised_by_its_answer(tmp_path: Path) -> None:
    with serve([stand_in("jira", "scrum", now=_now, deployment="data_center")]) as served:
        desk = Desk(tmp_path, {"jira": (served[0].sandbox, served[0].url)})
        assert desk.init("--url", desk.url("jira"), "--token", JIRA, "--yes") == 0
    assert desk.table["connections"]["work"]["deployment"] == "data_center"


def test_boards_without_sprints_get_a_mapping_without_sprints(tmp_path: Path) -> None:
    with serve([stand_in("jira", "kanban", now=_now)]) as served:
        desk = Desk(tmp_path, {"jira": (served[0].sandbox, served[0].url)})
        assert desk.init("--url", desk.url("jira"), "--user", USER, "--token", JIRA, "--yes") == 0
    assert desk.table["connections"]["work"]["mapping"] == "jira-kanban"


def test_one_database_for_everything_is_recognised(tmp_path: Path) -> None:
    with serve([stand_in("notion", "one-database", now=_now)]) as served:
        desk = Desk(tmp_path, {"notion": (served[0].sandbox, served[0].url)})
        assert desk.init("--url", desk.url("notion"), "--token", NOTION, "--yes") == 0
    assert desk.table["connections"]["work"]["mapping"] == "notion-one-database"


def test_it_shows_how_the_first_entries_would_be_filed(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.init("--url", desk.url("jira"), "--user", USER, "--token", JIRA, "--yes") == 0
    said = capsys.readouterr().out
    for layer in ("roadmap", "backlog", "plan"):
        assert f" {layer} " in said
    assert "its board 'CARE board' works in sprints" in said
    assert "CARE-" in said


def test_the_people_it_saw_stand_there_as_comments(desk: Desk) -> None:
    assert desk.init("--url", desk.url("jira"), "--user", USER, "--token", JIRA, "--yes") == 0
    text = desk.file.read_text("utf-8")
    assert '# name = "Ana Ruiz"' in text
    uncommented = text.replace("# [people", "[people")
    for key in ("name", "role", "aliases"):
        uncommented = uncommented.replace(f"# {key} = ", f"{key} = ")
    desk.file.write_text(uncommented, "utf-8")
    people = load_config(desk.file, env={"JIRA_TOKEN": JIRA}).people
    assert people.members["ana-ruiz"].aliases == ("ana.ruiz@fernway.example",)


# -- secrets ---------------------------------------------------------------------------------------------------


def test_a_secret_by_reference_stays_one(desk: Desk) -> None:
    kept = desk.folder / "token"
    kept.write_text(f"{NOTION}\n")
    kept.chmod(0o600)
    assert desk.init("--url", desk.url("notion"), "--token", "file:token", "--yes") == 0
    assert desk.table["connections"]["work"]["token"] == "file:token"


def test_a_plain_secret_only_where_it_was_asked_for_and_then_nobody_else_reads_it(desk: Desk) -> None:
    assert desk.init("--url", desk.url("notion"), "--token", NOTION, "--plain-secret", "--yes") == 0
    assert desk.table["connections"]["work"]["token"] == NOTION
    assert os.name != "posix" or desk.file.stat().st_mode & 0o077 == 0


def test_a_wrong_token_is_refused_shown_nowhere_and_nothing_is_written(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "ntn_wrong_1234567890"
    assert desk.init("--tracker", "notion", "--url", desk.url("notion"), "--token", wrong, "--yes") == 3
    said = capsys.readouterr()
    assert wrong not in said.out + said.err
    assert "Notion" in said.err
    assert not desk.file.exists()


# -- what is missing or wrong ----------------------------------------------------------------------------------


def test_everything_that_is_missing_is_said_at_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.init("--no-ask") == 2
    said = capsys.readouterr().err
    for flag in ("--url", "--token-env", "--scope"):
        assert flag in said
    assert desk.init("--tracker", "jira", "--no-ask", "--yes") == 2
    assert "--url ADDRESS; --token-env" in capsys.readouterr().err
    assert desk.init("--tracker", "trello", "--token", "x", "--no-ask", "--yes") == 2
    assert "missing: --user NAME." in capsys.readouterr().err
    assert not desk.file.exists()


def test_without_a_terminal_nobody_is_asked(desk: Desk) -> None:
    assert desk.init() == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--tracker", "asana"], 2, "No tracker 'asana' is installed. Installed: jira, notion, trello."),
        (["--token", "a", "--token-env", "B"], 2, "Both --token and --token-env are given"),
        (["--token-env", "NOT_THERE"], 2, "environment variable NOT_THERE is not set"),
        (["--token", NOTION, "--scope", "Ghosts"], 3, "'Ghosts' does not exist, or is not shared"),
        (["--token", NOTION, "--mapping", "notion-chaos"], 2, "notion-chaos"),
        (["--token", NOTION, "--name", "my work"], 2, "a connection's name takes letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    desk: Desk, words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.init("--url", desk.url("notion"), "--yes", *words) == status
    assert said in capsys.readouterr().err
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["https://user:pass@jira.acme.test", "https://acme.atlassian.net/jira/x", "ftp://x"]
)
def test_an_address_that_is_none_is_said(desk: Desk, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.init("--tracker", "jira", "--url", url, "--token", "x", "--yes") == 2
    said = capsys.readouterr().err
    assert "The address" in said
    assert "pass@" not in said


def test_an_address_where_no_tracker_answers_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve([stand_in("trello", "empty", now=_now)]) as served:
        served[0].sandbox.fail(Fault(kind="html", times=-1))
        desk = Desk(tmp_path, {"trello": (served[0].sandbox, served[0].url)})
        assert desk.init("--url", desk.url("trello"), "--token", "x", "--yes") == 2
    assert "No tracker that is installed answers" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--url", desk.url("notion"), "--token", NOTION, "--yes"]
    assert desk.init(*asked, "--out", str(desk.folder / "absent" / "config.toml")) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


# -- a second connection ---------------------------------------------------------------------------------------


def test_a_second_connection_is_added_and_the_first_stays_as_it_is(desk: Desk) -> None:
    assert desk.init("--url", desk.url("jira"), "--user", USER, "--token", JIRA, "--yes") == 0
    first = desk.file.read_bytes()
    # The first one's token is not exported yet: that is no reason to refuse the second one.
    assert desk.init("--url", desk.url("notion"), "--token", NOTION, "--name", "product", "--yes") == 0
    assert desk.file.read_bytes().startswith(first)
    assert list(desk.table["connections"]) == ["work", "product"]
    env = {name: value for name, value in KEYS.values()}
    assert list(load_config(desk.file, env=env).connections) == ["work", "product"]


def test_somebodys_own_file_stays_byte_for_byte(desk: Desk) -> None:
    own = b'# mine\r\n[store]\r\nurl = "sqlite:///x.db"   # here'
    desk.file.write_bytes(own)
    assert desk.init("--url", desk.url("notion"), "--token", NOTION, "--yes") == 0
    assert desk.file.read_bytes().startswith(own)
    assert desk.table["store"]["url"] == "sqlite:///x.db"


def test_two_of_one_tracker_have_a_variable_each(desk: Desk) -> None:
    notion = ["--url", desk.url("notion"), "--token", NOTION]
    assert desk.init(*notion, "--scope", "Tasks") == 0
    assert desk.init(*notion, "--scope", "Product Roadmap", "--name", "product") == 0
    tokens = [one["token"] for one in desk.table["connections"].values()]
    assert tokens == ["env:NOTION_TOKEN", "env:PRODUCT_TOKEN"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[connections.work]\ntracker = "notion"\n', "There is a connection 'work' already"),
        ("[connections\n", "this is no TOML"),
        ("connections = { a = 1 }\n", "this key or table is there twice"),
    ],
)
def test_a_file_that_it_does_not_fit_into_stays_as_it_is(
    desk: Desk, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.file.write_text(text)
    assert desk.init("--url", desk.url("notion"), "--token", NOTION, "--name", "work", "--yes") == 2
    assert said in capsys.readouterr().err
    assert desk.file.read_text() == text
    assert [path.name for path in desk.folder.iterdir()] == ["config.toml"]


# -- with questions --------------------------------------------------------------------------------------------


def test_it_asks_for_what_was_not_said(desk: Desk) -> None:
    user, token = desk.credentials("trello")
    result = desk.asked(
        "--url",
        desk.url("trello"),
        "--tracker",
        "trello",
        answers=f"{user}\n{token}\n1, Growth & Marketing\ny\n",
    )
    assert result.exception is None, result.output
    assert "A token for Trello is made at" in result.output
    assert "the scope `read`" in result.output
    assert token not in result.output
    assert len(desk.table["connections"]["work"]["boards"]) == 2


def test_a_mistyped_token_or_place_is_asked_for_again(desk: Desk) -> None:
    answers = f"ntn_mistyped_00000000\n{NOTION}\nGhosts\n2\ny\n"
    result = desk.asked("--url", desk.url("notion"), "--tracker", "notion", answers=answers)
    assert result.exception is None, result.output
    assert "'Ghosts' does not exist" in result.output
    assert len(desk.table["connections"]["work"]["data_sources"]) == 1


def test_the_tracker_may_be_named_in_place_of_an_address(desk: Desk) -> None:
    result = desk.asked("--token", "x", answers=f"jira\n{desk.url('jira')}\n{USER}\n")
    assert "Address of your Jira" in result.output
    assert "Jira answered" in str(result.exception), "the wrong token reached the Jira"


def test_who_says_no_gets_no_file(desk: Desk) -> None:
    result = desk.asked("--url", desk.url("notion"), "--tracker", "notion", answers=f"{NOTION}\n\nn\n")
    assert result.exception is not None
    assert not desk.file.exists()


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a thing of POSIX")
def test_on_a_terminal_the_token_does_not_show(desk: Desk) -> None:
    import pty

    asked = [
        "-m",
        "planora_sync",
        "--config",
        str(desk.file),
        "init",
        "--url",
        desk.url("notion"),
        "--tracker",
        "notion",
    ]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, *asked])
    said = b""
    said += _until(terminal, b"COMMAND): ")
    os.write(terminal, NOTION.encode() + b"\n")
    said += _until(terminal, b"for all: ")
    os.write(terminal, b"\n")
    said += _until(terminal, b"[Y/n]: ")
    os.write(terminal, b"y\n")
    said += _until(terminal, b"audit")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert NOTION.encode() not in said
    assert desk.table["connections"]["work"]["tracker"] == "notion"


def _until(terminal: int, end: bytes) -> bytes:
    said = b""
    while end not in said:
        readable, _, _ = select.select([terminal], [], [], FOREVER)
        assert readable, f"nothing more came after {said!r}"
        said += os.read(terminal, 1024)
    return said
