"""No test leaves this machine, and loopback works."""

from __future__ import annotations

import socket

import httpx
import pytest
import requests


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_no_connection_leaves_this_machine(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(RuntimeError, match="a test tried to reach"):
        client.connect((address, 80))


def test_no_name_is_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"tried to reach tracker\.example"):
        socket.getaddrinfo("tracker.example", 443)


def test_the_libraries_are_stopped_too() -> None:
    for get in (requests.get, httpx.get):
        with pytest.raises(RuntimeError, match="a test tried to reach"):
            get("https://tracker.example/", timeout=1)


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        peer, _ = server.accept()
        with peer:
            client.sendall(b"hello")
            assert peer.recv(5) == b"hello"
