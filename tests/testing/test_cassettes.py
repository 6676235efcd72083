"""Recordings replay without a tracker, name no account, and never hold a secret."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from vcr.errors import CannotOverwriteExistingCassetteException

from planora_sync.adapter import AdapterContext
from planora_sync.errors import CredentialsRefused
from planora_sync.http.inprocess import ASGIApp
from planora_sync.http.serving import served
from planora_sync.testing.cassettes import Recording, SecretInCassette, observe, record, replay

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> TrelloSandbox:
    return TrelloSandbox(TrelloSandbox.workspaces[0], now=lambda: NOW)


@pytest.fixture
def about(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "boards.about.json"


def _context(sandbox: TrelloSandbox, url: str) -> AdapterContext:
    table: dict[str, Any] = dict(sandbox.connection(url))
    return AdapterContext(
        name="boards",
        url=url,
        user=table["user"],
        token=table["token"],
        scope=tuple(table["boards"]),
        now=lambda: NOW,
        sleep=lambda seconds: None,
    )


def _saying(app: ASGIApp, old: str, new: str) -> ASGIApp:
    """Return the app, which says something else in its answers."""

    async def other(scope: Any, receive: Any, send: Any) -> None:
        async def say(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(k, v) for k, v in message["headers"] if k != b"content-length"]
            else:
                message["body"] = message.get("body", b"").replace(old.encode(), new.encode())
            await send(message)

        await app(scope, receive, say)

    return other


def test_a_recording_replays_without_a_tracker(sandbox: TrelloSandbox, about: Path) -> None:
    with served(sandbox.app) as url:
        context = _context(sandbox, url)
        recording = record(TrelloAdapter, context, about)
        assert recording.observed == observe(TrelloAdapter(context))
    asked = len(sandbox.ledger)
    assert replay(TrelloAdapter, about) == recording.observed
    assert Recording.load(about) == recording
    assert len(sandbox.ledger) == asked
    assert len(recording.observed.keys) > 50


def test_a_recording_names_no_host_user_or_credential(sandbox: TrelloSandbox, about: Path) -> None:
    with served(sandbox.app) as url:
        context = _context(sandbox, url)
        record(TrelloAdapter, context, about)
    saved = "".join(path.read_text(encoding="utf-8") for path in about.parent.iterdir())
    assert context.token
    assert context.user
    for word in (context.token, context.user, "127.0.0.1", "authorization", "Authorization", "OAuth"):
        assert word not in saved
    assert {path.name for path in about.parent.iterdir()} == {"boards.json", "boards.about.json"}


def test_recording_again_gives_the_same_files(about: Path) -> None:
    seen = []
    for _ in range(2):
        sandbox = TrelloSandbox(TrelloSandbox.workspaces[0], now=lambda: NOW)
        with served(sandbox.app) as url:
            record(TrelloAdapter, _context(sandbox, url), about)
        seen.append([path.read_bytes() for path in sorted(about.parent.iterdir())])
    assert seen[0] == seen[1]


@pytest.mark.parametrize("spelling", ["plain", "base64", "in the scope"])
def test_a_secret_in_an_answer_stops_the_recording(
    sandbox: TrelloSandbox, about: Path, spelling: str
) -> None:
    token = str(sandbox.connection("http://x.test")["token"])
    said = base64.b64encode(token.encode()).decode() if spelling == "base64" else token
    with served(_saying(sandbox.app, "planora-sync", said)) as url:
        context = _context(sandbox, url)
        if spelling == "in the scope":
            context = replace(context, scope=(*context.scope, token))
        with pytest.raises(SecretInCassette) as caught:
            record(TrelloAdapter, context, about)
    assert token not in str(caught.value)
    assert list(about.parent.iterdir()) == []


def test_a_recording_that_fails_leaves_the_old_one_alone(sandbox: TrelloSandbox, about: Path) -> None:
    with served(sandbox.app) as url:
        context = _context(sandbox, url)
        record(TrelloAdapter, context, about)
        before = about.read_bytes()
        with pytest.raises(CredentialsRefused):
            record(TrelloAdapter, replace(context, token="n0t-the-t0ken"), about)
    assert about.read_bytes() == before
    assert {path.name for path in about.parent.iterdir()} == {"boards.json", "boards.about.json"}


def test_a_request_that_was_not_recorded_is_an_error(sandbox: TrelloSandbox, about: Path) -> None:
    with served(sandbox.app) as url:
        record(TrelloAdapter, _context(sandbox, url), about)
    cassette = about.with_name("boards.json")
    tape = json.loads(cassette.read_text(encoding="utf-8"))
    del tape["interactions"][-1]
    cassette.write_text(json.dumps(tape), encoding="utf-8")
    with pytest.raises(CannotOverwriteExistingCassetteException):
        replay(TrelloAdapter, about)
