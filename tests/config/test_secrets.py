"""Secrets by reference: found where they are said to be, and shown nowhere."""

from __future__ import annotations

import logging
import pickle
import sys
import traceback
from pathlib import Path

import pytest

from planora_sync.config import load_config
from planora_sync.config.secrets import NoSecret, Secret, Sources, resolve
from planora_sync.errors import ConfigError

CANARY = "canary-9f8e7d6c5b4a"


def look_up(text: str, base_dir: Path, timeout: float = 10.0, **env: str) -> Secret | NoSecret:
    sources = Sources(env={"PATH": "/usr/bin:/bin", **env}, base_dir=base_dir, timeout=timeout)
    return resolve(text, sources)


def value(found: Secret | NoSecret) -> str:
    assert isinstance(found, Secret), found
    return found.value.get_secret_value()


def why(found: Secret | NoSecret) -> str:
    assert isinstance(found, NoSecret)
    assert CANARY not in f"{found.what} {found.instead}"
    return f"{found.what}. {found.instead}"


def test_environment(tmp_path: Path) -> None:
    assert value(look_up("env:TOKEN", tmp_path, TOKEN=f"{CANARY}\n")) == CANARY
    assert "TOKEN is not set" in why(look_up("env:TOKEN", tmp_path))
    assert "TOKEN is empty" in why(look_up("env:TOKEN", tmp_path, TOKEN=" "))


def test_file_relative_to_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(CANARY.encode() + b"\r\n")
    file.chmod(0o600)
    found = look_up("file:secret.txt", tmp_path)
    assert value(found) == CANARY
    assert isinstance(found, Secret)
    assert not found.worry
    assert not found.plain


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_file_that_everybody_can_read_is_a_worry(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(CANARY)
    file.chmod(0o644)
    found = look_up("file:secret.txt", tmp_path)
    assert isinstance(found, Secret)
    assert str(file) in found.worry


def test_file_that_is_absent_a_folder_or_something_else(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in why(look_up("file:nowhere", tmp_path))
    assert "cannot be read: Is a directory" in why(look_up("file:.", tmp_path))
    (tmp_path / "large").write_text(CANARY * 10_000)
    assert "too long" in why(look_up("file:large", tmp_path))
    (tmp_path / "two").write_text(f"{CANARY}\n{CANARY}")
    assert "line breaks" in why(look_up("file:two", tmp_path))
    (tmp_path / "empty").write_text("\n")
    assert "is empty" in why(look_up("file:empty", tmp_path))


def test_command_without_a_shell(tmp_path: Path) -> None:
    assert value(look_up(f"cmd:echo {CANARY}", tmp_path)) == CANARY
    assert value(look_up("cmd:printf '%s' \"$X;echo\"", tmp_path)) == "$X;echo"
    (tmp_path / "script.sh").write_text(f"#!/bin/sh\necho {CANARY}\n")
    (tmp_path / "script.sh").chmod(0o700)
    assert value(look_up("cmd:./script.sh", tmp_path)) == CANARY


def test_command_that_fails_names_its_status_and_nothing_it_printed(tmp_path: Path) -> None:
    script = f"import sys; print('{CANARY}'); print('{CANARY}', file=sys.stderr); sys.exit(7)"
    said = why(look_up(f'cmd:{sys.executable} -c "{script}"', tmp_path))
    assert "exited with status 7" in said


def test_command_that_does_not_end_or_is_not_there(tmp_path: Path) -> None:
    assert "longer than 0.2 seconds" in why(look_up("cmd:sleep 30", tmp_path, timeout=0.2))
    assert "cannot be run: No such file" in why(look_up("cmd:no-such-program-anywhere", tmp_path))
    assert "holds no command" in why(look_up("cmd:", tmp_path))
    assert "holds no command" in why(look_up('cmd:echo "unfinished', tmp_path))
    assert "is empty" in why(look_up("cmd:true", tmp_path))


@pytest.mark.parametrize(
    "text", ["ENV:TOKEN", "envs:TOKEN", "files:a", "keyring:jira", "vault:kv/jira", "command:x"]
)
def test_a_source_of_another_tool_is_refused(text: str, tmp_path: Path) -> None:
    assert "is no source of secrets" in why(look_up(text, tmp_path))


@pytest.mark.parametrize(("text", "name"), [("$TOKEN", "TOKEN"), ("${TOKEN}", "TOKEN")])
def test_a_variable_of_the_shell_is_refused(text: str, name: str, tmp_path: Path) -> None:
    assert f"env:{name}" in why(look_up(text, tmp_path))


@pytest.mark.parametrize("text", [CANARY, f"secretuser:{CANARY}", "ATATT3xFf:zz=9"])
def test_a_plain_secret_is_taken_and_said_to_be_plain(text: str, tmp_path: Path) -> None:
    found = look_up(text, tmp_path)
    assert value(found) == text
    assert isinstance(found, Secret)
    assert found.plain


@pytest.mark.parametrize("text", [f"Bearer {CANARY}", f"{CANARY} x", f"{CANARY}\u00e9", f"{CANARY}\x00"])
def test_what_no_header_can_carry_is_refused(text: str, tmp_path: Path) -> None:
    why(look_up(text, tmp_path))


BROKEN = f"""
[store]
url = "postgresql://planora:{CANARY}@db/planora"
[connections.work]
tracker = "jira"
url = "https://someone:{CANARY}@jira.acme.com"
tokn = "{CANARY}"
token = "{CANARY}"
write_token = ["{CANARY}"]
mapping = "{CANARY}"
projects = {{ a = "{CANARY}" }}
[connections."{CANARY}"]
tracker = "{CANARY}"
token = "{CANARY}"
[people.ana]
name = 3
role = "{CANARY}"
[homes]
plan = "{CANARY}:X"
"""


def test_no_problem_error_or_traceback_holds_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BROKEN)
    with pytest.raises(ConfigError) as caught:
        load_config(path, env={})
    assert len(caught.value.problems) >= 8
    shown = "".join(traceback.format_exception(caught.value))
    for text in (str(caught.value), repr(caught.value), repr(caught.value.problems), shown):
        assert CANARY not in text
    assert caught.value.__context__ is None


def test_no_syntax_error_holds_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[connections.work]\ntoken = "{CANARY}\n')
    with pytest.raises(ConfigError) as caught:
        load_config(path, env={})
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    path.write_bytes(f'[connections.work]\ntoken = "{CANARY}\xff"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="line 2: the file is not UTF-8") as caught:
        load_config(path, env={})
    assert caught.value.__context__ is None


def test_a_loaded_configuration_shows_no_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        f'[store]\nurl = "postgresql://p:{CANARY}@db/x"\n[connections.board]\ntracker = "trello"\n'
        f'user = "{CANARY}"\ntoken = "{CANARY}"\nwrite_token = "{CANARY}"\nmapping = "trello-kanban"\n'
    )
    with caplog.at_level(logging.DEBUG):
        config = load_config(path, env={})
    board = config.connections["board"]
    assert config.plain_secrets == ("store.url", "connections.board.token", "connections.board.write_token")
    for thing in (config, config.store, board, config.warnings, caplog.text):
        assert CANARY not in f"{thing!r} {thing!s}"
    context = board.context(now=lambda: None)  # type: ignore[arg-type,return-value]
    assert context.token == CANARY
    assert CANARY not in repr(context)
    assert pickle.loads(pickle.dumps(board.token)) == board.token
