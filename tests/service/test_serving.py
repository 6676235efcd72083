"""Stand-ins on a socket: they answer at once, stop with the block, and a taken port is said."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime

import httpx
import pytest

from planora_sync.errors import UsageError
from planora_sync.http.serving import HOST
from planora_sync.registry import load_sandbox
from planora_sync.sandbox import Sandbox
from planora_sync.service.serving import serve

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def _sandboxes() -> list[Sandbox]:
    return [load_sandbox(name)("empty", now=lambda: NOW) for name in ("jira", "notion", "trello")]


def test_each_answers_on_a_port_of_its_own() -> None:
    with serve(_sandboxes()) as served:
        assert len({one.url for one in served}) == 3
        for one in served:
            assert one.url.startswith(f"http://{HOST}:")
            assert httpx.get(f"{one.url}/no-such-route").status_code >= 400
        assert [len(one.sandbox.ledger) for one in served] == [1, 1, 1]


def test_they_stop_with_the_block() -> None:
    with serve(_sandboxes()[:1]) as served:
        url = served[0].url
        httpx.get(url)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("serves ")]


def test_they_stop_though_the_block_fails_and_though_a_client_stays_connected() -> None:
    with httpx.Client() as client:
        with pytest.raises(ZeroDivisionError), serve(_sandboxes()[:1]) as served:
            _get_and_fail(client, served[0].url)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("serves ")]


def _get_and_fail(client: httpx.Client, url: str) -> None:
    client.get(url)
    raise ZeroDivisionError


def test_a_taken_port_is_said_and_nothing_stays_behind() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = pytest.raises(UsageError, match=f"Port {port} on {HOST} is in use.*--port")
        with said, serve(_sandboxes(), port=port):
            raise AssertionError("it must not start")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("serves ")]


def test_a_port_can_be_taken_again_at_once() -> None:
    with serve(_sandboxes()[:1]) as served:
        port = int(served[0].url.rpartition(":")[2])
        httpx.get(served[0].url)
    with serve(_sandboxes()[:1], port=port) as served:
        assert served[0].url == f"http://{HOST}:{port}"
        assert httpx.get(served[0].url).status_code >= 400


def test_ports_follow_one_another_and_end_somewhere() -> None:
    with pytest.raises(UsageError, match="65536 is no port"), serve(_sandboxes()[:2], port=65535):
        raise AssertionError("it must not start")
