"""The ASGI side of a cached stand-in: its own answers first, those of the sandbox behind it else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from planora_sync.http.inprocess import ASGIApp

COUNT = "/_requests"
"""Answers how many requests came since it was last asked; is none itself."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    scope: Mapping[str, Any]
    raw: bytes


class Stage(ABC):
    """A stand-in: an ASGI app."""

    def __init__(self, sandbox: ASGIApp) -> None:
        self._sandbox = sandbox
        self._requests = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        raw = b""
        more = True
        while more:
            message = await receive()
            raw += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["path"] == COUNT:
            await _answer(send, 200, str(self._requests).encode())
            self._requests = 0
            return
        self._requests += 1
        request = Request(
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode())),
            body=orjson.loads(raw) if raw[:1] in (b"{", b"[") else None,
            scope=scope,
            raw=raw,
        )
        body = await self.body(request)
        if body is None:
            status, body = await self.ask(request)
        else:
            status = 200
        await _answer(send, status, body)

    @abstractmethod
    async def body(self, request: Request) -> bytes | None:
        """Return the body of an answer of our own, or None for what the sandbox is to answer."""

    async def ask(self, request: Request, body: Mapping[str, Any] | None = None) -> tuple[int, bytes]:
        """Return status and body of the sandbox's answer to a request, or to it with another body."""
        raw = request.raw if body is None else orjson.dumps(body)
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(key, value) for key, value in request.scope["headers"] if key != b"content-length"]
        headers.append((b"content-length", str(len(raw)).encode()))
        await self._sandbox({**request.scope, "headers": headers}, receive, send)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
