"""Everything that goes wrong between two sockets, under requests and under httpx."""

from __future__ import annotations

import gzip
import socket
import threading
import time as real
from collections.abc import Callable, Iterator

import httpx
import pytest
import requests

from planora_sync.errors import RateLimited, Unreachable
from planora_sync.http import CourierHTTPAdapter, CourierTransport, refuse_cookies
from planora_sync.http.bridges import WHOLE
from planora_sync.http.deadline import bounded
from planora_sync.http.serving import served
from tests.http.couriers import Time, make_courier
from tests.http.servers import Answer, Tracker, dripping, scripted

TIMEOUT = 5.0
SHORT = 0.1
LONG = 10.0
Send = Callable[[str, str], tuple[int, bytes]]


def answer(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def _requests(host: str, time: Time, timeout: float) -> Iterator[Send]:
    with requests.Session() as session:
        refuse_cookies(session.cookies)
        session.mount("http://", CourierHTTPAdapter(make_courier(time, host=host), timeout=timeout))

        def send(method: str, path: str) -> tuple[int, bytes]:
            got = session.request(method, f"http://{host}{path}", allow_redirects=False)
            return got.status_code, got.content

        yield send


def _httpx(host: str, time: Time, timeout: float) -> Iterator[Send]:
    with httpx.Client(transport=CourierTransport(make_courier(time, host=host), timeout=timeout)) as session:
        refuse_cookies(session.cookies.jar)

        def send(method: str, path: str) -> tuple[int, bytes]:
            got = session.request(method, f"http://{host}{path}")
            return got.status_code, got.content

        yield send


Library = Callable[[str, Time, float], Iterator[Send]]


@pytest.fixture(params=[_requests, _httpx], ids=["requests", "httpx"])
def library(request: pytest.FixtureRequest) -> Library:
    found: Library = request.param
    return found


@pytest.fixture
def time() -> Time:
    return Time()


# -- answers that are whole, in odd clothes -----------------------------------------------------------------


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "404 Not Found", "410 Gone"])
def test_an_answer_comes_as_it_is(library: Library, time: Time, status: str) -> None:
    with scripted(answer(status, b"<html>")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("GET", "/x") == (int(status[:3]), b"<html>")


def test_nothing_is_an_answer_too(library: Library, time: Time) -> None:
    with scripted(b"HTTP/1.1 204 No Content\r\n\r\n", answer("200 OK", b"next")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("PUT", "/x") == (204, b"")
            assert send("GET", "/x") == (200, b"next")


@pytest.mark.parametrize("hint", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_a_hint_beforehand_is_not_the_answer(library: Library, time: Time, hint: str) -> None:
    """The standard library takes it for one, and the answer for that of the next request."""
    early = f"HTTP/1.1 {hint}\r\nLink: </style.css>\r\n\r\n".encode()
    with scripted(early + answer("200 OK", b"first"), answer("200 OK", b"second")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("GET", "/1") == (200, b"first")
            assert send("GET", "/2") == (200, b"second")


def test_connections_are_kept(library: Library, time: Time) -> None:
    with scripted(answer("200 OK")) as server:
        for send in library(server.host, time, TIMEOUT):
            for _ in range(5):
                send("GET", "/x")
        assert server.connections == 1


def test_a_connection_the_server_closed_meanwhile_costs_nothing_but_another(
    library: Library, time: Time
) -> None:
    with scripted(answer("200 OK", b"{}", "Connection: close"), answer("200 OK")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert [send("GET", "/x")[0], send("GET", "/x")[0]] == [200, 200]
        assert server.connections == 2


def test_packed_answers_are_asked_for_and_unpacked(library: Library, time: Time) -> None:
    with scripted(answer("200 OK", gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("GET", "/x") == (200, b'{"a": 1}')
        head = server.requests[0].lower()
        assert b"gzip" in next(line for line in head.split(b"\r\n") if line.startswith(b"accept-encoding"))


def test_cookies_are_not_kept(library: Library, time: Time) -> None:
    with scripted(answer("200 OK", b"{}", "Set-Cookie: session=abc; Path=/")) as server:
        for send in library(server.host, time, TIMEOUT):
            send("GET", "/x")
            send("GET", "/x")
        assert not any(b"cookie" in request.lower() for request in server.requests)


def test_what_is_larger_than_anybody_needs_is_cut_off() -> None:
    asked: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            asked.append(number)
            yield b"abcd"

    assert bounded(chunks(), 10) == b"abcdabcdab"
    assert len(asked) == 3


# -- answers that are not -----------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
TORN: dict[str, Answer] = {
    "cut before": lambda peer, over: None,
    "cut in the status": lambda peer, over: peer.sendall(b"HTTP/1.1 2"),
    "cut in the headers": lambda peer, over: peer.sendall(HEAD + b"Content-Le"),
    "cut after the headers": lambda peer, over: peer.sendall(HEAD + b"Content-Length: 20\r\n\r\n"),
    "half a JSON": lambda peer, over: peer.sendall(HEAD + b'Content-Length: 20\r\n\r\n{"results": ['),
    "cut in a chunk": lambda peer, over: peer.sendall(
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n14\r\n{"results": ['
    ),
    "cut between chunks": lambda peer, over: peer.sendall(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    ),
}


@pytest.mark.parametrize("fault", TORN)
def test_a_torn_answer_to_a_read_is_asked_for_again(library: Library, time: Time, fault: str) -> None:
    with scripted(TORN[fault], answer("200 OK", b"whole")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("GET", "/x") == (200, b"whole")
        assert len(server.requests) == 2


@pytest.mark.parametrize("fault", TORN)
def test_a_torn_answer_to_a_write_is_unknown(library: Library, time: Time, fault: str) -> None:
    with scripted(TORN[fault], answer("200 OK", b"whole")) as server:
        for send in library(server.host, time, TIMEOUT):
            with pytest.raises(Unreachable) as caught:
                send("PUT", "/x")
            assert caught.value.sent
        assert len(server.requests) == 1


def _silence(start: bytes) -> Answer:
    def say(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(start)
        over.wait(LONG)

    return say


SLOW: dict[str, Answer] = {
    "says nothing": _silence(b""),
    "falls silent in the body": _silence(HEAD + b"Content-Length: 20\r\n\r\n{"),
    "drips its headers": dripping(HEAD),
    "drips its body": dripping(HEAD + b"Content-Length: 1000000\r\n\r\n"),
    "drips chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "drips one chunk": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n"),
    "hints for ever": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize("fault", SLOW)
def test_no_server_holds_a_request_for_ever(library: Library, time: Time, fault: str) -> None:
    with scripted(SLOW[fault]) as server:
        for send in library(server.host, time, SHORT):
            begun = real.monotonic()
            with pytest.raises(Unreachable, match="within 0") as caught:
                send("PUT", "/x")
            assert caught.value.sent
            assert real.monotonic() - begun < LONG
            assert (
                f"{SHORT * WHOLE:g} seconds" in caught.value.message
                or "silent" in fault
                or "nothing" in fault
            )


# -- limits, over a socket ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", ["429 Too Many Requests", "529 Overloaded"])
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("Retry-After: 7", 7.0, 7.1),
        ("Retry-After: 0.5", 0.5, 0.6),
        ("Retry-After: 0", 0.1, 1.0),
        ("Retry-After: -5", 0.1, 1.0),
        ("Retry-After: Tue, 24 Nov 2026 10:00:09 GMT", 9.0, 9.1),
        ("Retry-After: soon", 0.5, 2.0),
        ("X-RateLimit-Reset: 2026-11-24T10:00:30Z", 30.0, 30.1),
        ("X-RateLimit-Reset: 2026-11-24T10:01Z", 60.0, 60.1),
        ("X-Nothing: 1", 0.5, 2.0),
    ],
)
def test_a_limit_is_waited_for_in_every_form(
    library: Library, time: Time, method: str, status: str, header: str, least: float, most: float
) -> None:
    with scripted(answer(status, b"<html>busy</html>", header), answer("200 OK")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send(method, "/x")[0] == 200
            assert least <= time.now <= most
        assert server.connections == 1, "a 429 is no reason to hang up"


def test_half_an_hour_is_told_and_not_waited_for(library: Library, time: Time) -> None:
    with scripted(answer("429 Too Many Requests", b"", "Retry-After: 1847")) as server:
        for send in library(server.host, time, TIMEOUT):
            with pytest.raises(RateLimited, match="until 2026-11-24 10:30 UTC"):
                send("GET", "/x")
        assert len(server.requests) == 1


def test_a_503_may_say_when(library: Library, time: Time) -> None:
    with scripted(answer("503 Service Unavailable", b"", "Retry-After: 4"), answer("200 OK")) as server:
        for send in library(server.host, time, TIMEOUT):
            assert send("GET", "/x")[0] == 200
            assert 4.0 <= time.now < 4.1


# -- threads ------------------------------------------------------------------------------------------------


def test_threads_share_a_session(library: Library, time: Time) -> None:
    meeting = threading.Barrier(4)
    wrong: list[bytes] = []
    tracker = Tracker()
    with served(tracker) as url:
        for send in library(url.removeprefix("http://"), time, TIMEOUT):

            def work(name: int, send: Send = send) -> None:
                meeting.wait(LONG)
                for number in range(25):
                    _, body = send("GET", f"/{name}/{number}")
                    if body != b'{"path": "/%d/%d"}' % (name, number):
                        wrong.append(body)

            threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert wrong == []
    assert len(tracker.seen) == 100
