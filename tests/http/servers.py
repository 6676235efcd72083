"""Trackers to speak to: a small ASGI app, and sockets that behave badly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from planora_sync.http.inprocess import Message

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    host: str
    authorization: str | None
    body: bytes


@dataclass
class Tracker:
    """Answers 200, but first each of `answers`: a status, or 0 for a cut connection."""

    answers: list[int] = field(default_factory=list)
    redirect: str | None = None
    seen: list[Seen] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        body = (await receive())["body"]
        host = headers["host"].partition(":")[0]
        query = scope["query_string"].decode()
        self.seen.append(
            Seen(scope["method"], scope["path"], query, host, headers.get("authorization"), body)
        )
        status = self.answers.pop(0) if self.answers else 200
        extra = [(b"retry-after", b"1")] if status == 429 else []
        if self.redirect:
            status, extra, self.redirect = 302, [(b"location", self.redirect.encode())], None
        payload = b'{"path": "%s"}' % scope["path"].encode()
        length = (b"content-length", str(len(payload)).encode())
        await send({"type": "http.response.start", "status": status or 200, "headers": [length, *extra]})
        if status == 0:
            raise ConnectionResetError("the tracker hangs up")
        await send({"type": "http.response.body", "body": payload})


@dataclass(frozen=True)
class Silent:
    """Where a server listens that answers as it is told to."""

    host: str


@contextmanager
def silent(answer: bytes | None = None) -> Iterator[Silent]:
    """Give a server that takes a request, and says nothing (None) or `answer`, and hangs up."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer, over), daemon=True)
        thread.start()
        try:
            yield Silent(f"127.0.0.1:{listener.getsockname()[1]}")
        finally:
            over.set()
            with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=5):
                pass
            thread.join(10)


def _serve(listener: socket.socket, answer: bytes | None, over: threading.Event) -> None:
    while not over.is_set():
        peer, _ = listener.accept()
        with peer:
            if over.is_set():
                return
            with suppress(OSError):
                peer.recv(65536)
                if answer is None:
                    over.wait(10)
                else:
                    peer.sendall(answer)


Answer = bytes | Callable[[socket.socket, threading.Event], None]
"""What goes over the wire, or whoever sends it until the event is set."""


def dripping(start: bytes, drop: bytes = b"x", seconds: float = 0.02) -> Answer:
    """Return an answer that begins with `start`, and then never ends and never falls silent."""

    def drip(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(start)
        while not over.wait(seconds):
            peer.sendall(drop)

    return drip


@dataclass
class Scripted:
    """A server that gives one answer after the other, the last one for ever, over connections it keeps."""

    answers: list[Answer]
    host: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_answer(self, request: bytes) -> Answer:
        with self.lock:
            self.requests.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def scripted(*answers: Answer) -> Iterator[Scripted]:
    """Give a server that follows a script; each connection has a thread, and all end with the block."""
    script = Scripted(list(answers))
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.host = f"127.0.0.1:{listener.getsockname()[1]}"

        def accept() -> None:
            while True:
                peer, _ = listener.accept()
                if script.over.is_set():
                    peer.close()
                    return
                script.connections += 1
                threads.append(threading.Thread(target=_talk, args=(peer, script), daemon=True))
                threads[-1].start()

        gate = threading.Thread(target=accept, daemon=True)
        gate.start()
        try:
            yield script
        finally:
            script.over.set()
            with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=5):
                pass
            for thread in [gate, *threads]:
                thread.join(10)


def _talk(peer: socket.socket, script: Scripted) -> None:
    with peer, suppress(OSError):
        peer.settimeout(0.1)
        while not script.over.is_set():
            request = _request(peer, script.over)
            if not request:
                return
            answer = script.next_answer(request)
            if callable(answer):
                answer(peer, script.over)
                return
            peer.sendall(answer)


def _request(peer: socket.socket, over: threading.Event) -> bytes:
    """Return one request whole, or nothing where the peer hangs up or the test is over."""
    got = b""
    while not over.is_set():
        head, end, body = got.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            return got
        try:
            more = peer.recv(65536)
        except TimeoutError:
            continue
        if not more:
            return b""
        got += more
    return b""


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next((int(value) for name, _, value in lines if name == b"content-length"), 0)


def closed_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
    return number
