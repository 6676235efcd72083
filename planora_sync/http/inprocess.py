"""Calls an ASGI app in process: tests and `demo` need no socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from planora_sync.errors import Unreachable

Message = MutableMapping[str, Any]
ASGIApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


@dataclass(frozen=True, kw_only=True)
class InProcessReply:
    """An answer of the app."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class InProcess:
    """Hands requests to an ASGI app, on an event loop of its own; those of several threads one after the other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> InProcessReply:
        """Return the app's answer.

        Raises Unreachable for a TimeoutError or OSError inside the app, and where it gives no answer at all;
        any other exception is a fault of the app and passes through.
        """
        with self._lock:
            try:
                return self._loop.run_until_complete(self._call(method, url, headers, body))
            except TimeoutError as failure:
                raise Unreachable("The tracker did not answer in time.") from failure
            except OSError as failure:
                raise Unreachable("The connection was cut.") from failure

    async def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> InProcessReply:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(self._scope(method, url, headers), receive, send)
        start = next((message for message in sent if message["type"] == "http.response.start"), None)
        if start is None:
            raise ConnectionResetError("the app gave no answer")
        payload = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        decoded = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"])
        return InProcessReply(status=start["status"], headers=decoded, body=payload)

    @staticmethod
    def _scope(method: str, url: str, headers: Mapping[str, str]) -> Message:
        parts = urlsplit(url)
        lower = {key.lower(): value for key, value in headers.items()}
        # requests leaves this header to the connection, which there is none of here.
        lower.setdefault("host", parts.netloc.rpartition("@")[2])
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.upper(),
            "scheme": parts.scheme,
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in lower.items()],
            "client": ("127.0.0.1", 0),
            "server": (parts.hostname or "localhost", parts.port or 80),
        }

    def close(self) -> None:
        """Close the event loop."""
        with self._lock:
            self._loop.close()
