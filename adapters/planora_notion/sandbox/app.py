"""The ASGI app: authentication, faults and the ledger around the routes."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from planora_notion.sandbox.ask import Ask, Handler, viewer
from planora_notion.sandbox.errors import ApiError, by_status, saved_all_the_same, unknown_url
from planora_notion.sandbox.faults import SAVED_503, Faults
from planora_notion.sandbox.routes import ROUTES
from planora_notion.sandbox.state import State
from planora_sync.sandbox import Fault, LedgerRow

CUT_SHORT = 65536
"""A Content-Length that is never met: the server then drops the connection in place of a clean 500."""


def build(state: State) -> Starlette:
    """Return the API over a workspace, without faults."""

    async def refused(request: Request, failure: Exception) -> Response:
        error = failure if isinstance(failure, ApiError) else unknown_url()
        return _json(error.body(state.next_id("request")), error.status)

    routes = [Route(path, _endpoint(state, handler), methods=[method]) for method, path, handler in ROUTES]
    handlers: dict[Any, Any] = {ApiError: refused, HTTPException: refused}
    return Starlette(routes=routes, exception_handlers=handlers)


def _endpoint(state: State, handler: Handler) -> Any:
    async def endpoint(request: Request) -> Response:
        ask = Ask(
            state=state,
            viewer=viewer(state, request.headers),
            path=request.path_params,
            query={key: request.query_params.getlist(key) for key in request.query_params},
            body=_parse(await request.body()),
        )
        answer = handler(ask)
        return _json(answer | {"request_id": state.next_id("request")}, 200)

    return endpoint


def _parse(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ApiError(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(parsed, dict):
        raise ApiError(400, "invalid_json", "Error parsing JSON body.")
    return parsed


def _json(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json; charset=utf-8")


class Gate:
    """Stands before the API: lets faults happen and writes down each request."""

    def __init__(self, state: State, faults: Faults, ledger: list[LedgerRow]) -> None:
        self._state = state
        self._faults = faults
        self._ledger = ledger
        self._inner = build(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        def note(status: int) -> None:
            query = scope["query_string"].decode("latin-1")
            self._ledger.append(
                LedgerRow(method=scope["method"], path=scope["path"], query=query, status=status)
            )

        seen = _Seen(send, note)
        fault = self._faults.take(scope["method"], scope["path"])
        try:
            await self._answer(fault, scope, receive, seen)
        finally:
            seen.note(0)

    async def _answer(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Seen) -> None:
        if fault is None:
            await self._inner(scope, receive, send)
            return
        if fault.kind in ("cut-before", "hang"):
            await _drop(fault.kind, send)
        if fault.kind.isdigit() or fault.kind in ("html", "empty"):
            await self._unanswered(fault)(scope, receive, send)
            return
        real = _Kept()
        await self._inner(scope, receive, real)
        if fault.kind == "cut-after":
            await _drop(fault.kind, send)
        await self._after(fault, real)(scope, receive, send)

    def _unanswered(self, fault: Fault) -> Response:
        if fault.kind == "html":
            return Response("<html><body>Just a moment...</body></html>", 200, media_type="text/html")
        if fault.kind == "empty":
            return Response(b"", 200, media_type="application/json")
        error = by_status(int(fault.kind), fault.retry_after)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
        return _json(error.body(self._state.next_id("request")), error.status, headers)

    def _after(self, fault: Fault, real: _Kept) -> Response:
        if fault.kind == SAVED_503 and real.status == 200:
            parsed = orjson.loads(real.body)
            created = parsed.get("id") if parsed.get("object") in ("page", "comment") else None
            error = saved_all_the_same(created)
            return _json(error.body(self._state.next_id("request")), error.status)
        half = real.body[: len(real.body) // 2] if fault.kind == "half-json" else real.body
        return Response(half, real.status, media_type="application/json")


class _Seen:
    """Hands messages on and notes the status first."""

    def __init__(self, send: Send, note: Callable[[int], None]) -> None:
        self._send = send
        self._note = note
        self._noted = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            # The row stands before the answer leaves: whoever has the answer may look for it.
            self.note(message["status"])
        await self._send(message)

    def note(self, status: int) -> None:
        """Write the request down, once."""
        if not self._noted:
            self._noted = True
            self._note(status)

    async def begin(self) -> None:
        """Begin an answer that will never be complete, without counting it as one."""
        headers = [(b"content-length", str(CUT_SHORT).encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})


class _Kept:
    """Keeps an answer back."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")


async def _drop(kind: str, send: _Seen) -> None:
    await send.begin()
    if kind == "hang":
        raise TimeoutError("the stand-in was told not to answer")
    raise ConnectionResetError("the stand-in was told to cut the connection")
