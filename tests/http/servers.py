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


def closed_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
    return number
