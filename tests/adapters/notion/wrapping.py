"""Apps around a sandbox: one that changes answers, as a proxy or a new version of Notion might."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from planora_sync.http import ASGIApp

Message = MutableMapping[str, Any]


class Rewriting:
    """Hands requests on and lets a function change each JSON answer."""

    def __init__(self, app: ASGIApp, change: Callable[[str, Any], Any]) -> None:
        self._app = app
        self._change = change

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, keep)
        changed = json.dumps(self._change(scope["path"], json.loads(body))).encode()
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": changed})


class Listening:
    """Hands requests on and remembers their headers and bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.seen: list[tuple[str, str, dict[str, str], Any]] = []

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        message = await receive()
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        body = json.loads(message["body"]) if message.get("body") else None
        self.seen.append((scope["method"], scope["path"], headers, body))

        async def again() -> Message:
            return message

        await self._app(scope, again, send)

    def bodies(self, method: str, ending: str) -> list[Any]:
        """Return the bodies of the requests with this method and end of path."""
        return [b for m, path, _, b in self.seen if m == method and path.endswith(ending)]


class Refusing:
    """Hands requests on, but answers those that a function names a refusal for with that: a 400 and its message."""

    def __init__(self, app: ASGIApp, refuse: Callable[[str, Any], str | None]) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        message = await receive()
        body = json.loads(message["body"]) if message.get("body") else None
        told = self._refuse(scope["path"], body)
        if told is None:

            async def again() -> Message:
                return message

            await self._app(scope, again, send)
            return
        error = {"object": "error", "status": 400, "code": "validation_error", "message": told}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 400, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(error).encode()})
