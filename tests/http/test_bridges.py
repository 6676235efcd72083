"""Under requests and httpx the courier does the same, in process and over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
from jira.exceptions import JIRAError

from planora_sync.errors import RateLimited, Unreachable
from planora_sync.http import CourierHTTPAdapter, CourierTransport
from planora_sync.http.inprocess import ASGIApp
from planora_sync.http.serving import served
from tests.http.couriers import SECRET, Time, make_courier
from tests.http.servers import Tracker, closed_port, silent

TIMEOUT = 5.0


@dataclass
class Client:
    """One library over the courier; `last` is the library's own answer."""

    get: Callable[..., tuple[int, bytes]]
    put: Callable[..., tuple[int, bytes]]
    last: Callable[[], requests.Response | httpx.Response]
    time: Time


def _requests(host: str, app: ASGIApp | None, timeout: float) -> Iterator[Client]:
    time = Time()
    session = requests.Session()
    answers: list[requests.Response] = []
    carrier = CourierHTTPAdapter(make_courier(time, host=host), timeout=timeout, app=app)
    for scheme in ("http://", "https://"):
        session.mount(scheme, carrier)

    def call(method: str, url: str, **kwargs: Any) -> tuple[int, bytes]:
        answers.append(session.request(method, url, **kwargs))
        return answers[-1].status_code, answers[-1].content

    with session:
        yield Client(
            lambda url, **kwargs: call("GET", url, **kwargs),
            lambda url, **kwargs: call("PUT", url, data=b"{}", **kwargs),
            lambda: answers[-1],
            time,
        )


def _httpx(host: str, app: ASGIApp | None, timeout: float) -> Iterator[Client]:
    time = Time()
    answers: list[httpx.Response] = []
    carrier = CourierTransport(make_courier(time, host=host), timeout=timeout, app=app)

    def call(method: str, url: str, **kwargs: Any) -> tuple[int, bytes]:
        answers.append(session.request(method, url, **kwargs))
        return answers[-1].status_code, answers[-1].content

    with httpx.Client(transport=carrier, follow_redirects=True) as session:
        yield Client(
            lambda url, **kwargs: call("GET", url, **kwargs),
            lambda url, **kwargs: call("PUT", url, content=b"{}", **kwargs),
            lambda: answers[-1],
            time,
        )


LIBRARIES = {"requests": _requests, "httpx": _httpx}


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Callable[..., Iterator[Client]]:
    return LIBRARIES[request.param]


@pytest.fixture
def tracker() -> Tracker:
    return Tracker()


@pytest.fixture(params=["in process", "socket"])
def where(request: pytest.FixtureRequest, tracker: Tracker) -> Iterator[tuple[str, ASGIApp | None]]:
    if request.param == "in process":
        yield "http://tracker.test", tracker
    else:
        with served(tracker) as url:
            yield url, None


@pytest.fixture
def client(where: tuple[str, ASGIApp | None], library: Callable[..., Iterator[Client]]) -> Iterator[Client]:
    url, app = where
    yield from library(url.removeprefix("http://"), app, TIMEOUT)


@pytest.fixture
def url(where: tuple[str, ASGIApp | None]) -> str:
    return where[0]


def test_the_answer_comes_through(client: Client, tracker: Tracker, url: str) -> None:
    assert client.get(f"{url}/x?q=%C3%BC") == (200, b'{"path": "/x"}')
    assert [(row.method, row.path, row.query) for row in tracker.seen] == [("GET", "/x", "q=%C3%BC")]


def test_the_credentials_are_on_the_wire_and_nowhere_else(client: Client, tracker: Tracker, url: str) -> None:
    client.get(f"{url}/x")
    client.put(f"{url}/x")
    assert [row.authorization for row in tracker.seen] == [SECRET, f"{SECRET}-w"]
    answer = client.last()
    assert "authorization" not in {name.lower() for name in answer.request.headers}
    error = JIRAError("no", request=answer.request, response=answer)  # type: ignore[arg-type]
    assert SECRET not in str(error)


def test_credentials_of_the_library_above_are_not_sent(client: Client, tracker: Tracker, url: str) -> None:
    client.get(f"{url}/x", headers={"Authorization": "Basic b2xk"})
    assert tracker.seen[0].authorization == SECRET


def test_another_host_sees_no_credentials(tracker: Tracker, library: Callable[..., Iterator[Client]]) -> None:
    for client in library("tracker.test", tracker, TIMEOUT):
        client.get("http://elsewhere.test/x", headers={"Authorization": "Basic b2xk"})
        tracker.redirect = "http://elsewhere.test/y"
        client.get("http://tracker.test/x")
    assert [(row.host, row.authorization) for row in tracker.seen] == [
        ("elsewhere.test", None),
        ("tracker.test", SECRET),
        ("elsewhere.test", None),
    ]


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_is_repeated(client: Client, tracker: Tracker, url: str, status: int) -> None:
    tracker.answers = [status, status]
    assert client.get(f"{url}/x")[0] == 200
    assert len(tracker.seen) == 3
    assert [row.authorization for row in tracker.seen] == [SECRET] * 3


def test_a_write_is_not_repeated_after_a_5xx_and_is_after_a_429(
    client: Client, tracker: Tracker, url: str
) -> None:
    tracker.answers = [503]
    assert client.put(f"{url}/x")[0] == 503
    assert len(tracker.seen) == 1
    tracker.answers = [429]
    assert client.put(f"{url}/x")[0] == 200
    assert [row.body for row in tracker.seen] == [b"{}"] * 3


def test_a_spent_allowance_is_our_error(client: Client, tracker: Tracker, url: str) -> None:
    tracker.answers = [429] * 9
    with pytest.raises(RateLimited):
        client.get(f"{url}/x")


def test_a_cut_write_is_unknown_and_a_cut_read_is_repeated(
    client: Client, tracker: Tracker, url: str
) -> None:
    tracker.answers = [0]
    with pytest.raises(Unreachable) as caught:
        client.put(f"{url}/x")
    assert caught.value.sent
    assert len(tracker.seen) == 1
    tracker.answers = [0, 0]
    assert client.get(f"{url}/x")[0] == 200
    assert len(tracker.seen) == 4


# -- what only a socket can do ------------------------------------------------------------------------------


def test_a_refused_connection_never_left(library: Callable[..., Iterator[Client]]) -> None:
    host = f"127.0.0.1:{closed_port()}"
    for client in library(host, None, TIMEOUT):
        with pytest.raises(Unreachable) as caught:
            client.put(f"http://{host}/x?token=hidden")
        assert "hidden" not in str(caught.value)
        assert not caught.value.sent
        assert f"at {host}" in str(caught.value), "where nobody answers is said, without what is secret"
        assert len(client.time.waits) == 4, "an unsent write may be repeated"


def test_no_answer_in_time_is_unknown(library: Callable[..., Iterator[Client]]) -> None:
    with silent() as server:
        for client in library(server.host, None, 0.05):
            with pytest.raises(Unreachable, match=r"0\.05 seconds") as caught:
                client.put(f"http://{server.host}/x")
            assert caught.value.sent
            assert client.time.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"SSH-2.0-OpenSSH_9\r\n",
    ],
)
def test_a_torn_answer_is_unreachable(library: Callable[..., Iterator[Client]], answer: bytes) -> None:
    with silent(answer) as server:
        for client in library(server.host, None, TIMEOUT):
            with pytest.raises(Unreachable) as caught:
                client.put(f"http://{server.host}/x")
            assert caught.value.sent
            assert SECRET not in str(caught.value) + repr(caught.value)
