"""The ASGI app: authentication, rate headers, faults and the ledger around the routes."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from planora_sync.sandbox import Fault, Faults, LedgerRow
from planora_trello.sandbox.ask import OAUTH, Ask, parse, token_of
from planora_trello.sandbox.errors import ApiError, by_status, response
from planora_trello.sandbox.limits import Allowance
from planora_trello.sandbox.routes import batch, match_route
from planora_trello.sandbox.state import State

METHODS = ["GET", "POST", "PUT", "DELETE"]
SAME = {"board": "boards", "card": "cards", "customfields": "customFields", "list": "lists"}
"""Other spellings of the second part of a path."""
CUT_SHORT = b"65536"
"""A Content-Length that is never met: the server then drops the connection in place of a clean 500."""
PAGE = "<!DOCTYPE html><html><body>We're having some trouble. Please try again.</body></html>"
BLOCKED = "<html><head><title>ERROR: The request could not be satisfied</title></head></html>"


def build(state: State, allowance: Allowance) -> Starlette:
    """Return the API over a workspace, without faults."""

    async def endpoint(request: Request) -> Response:
        key, token = credential(request.scope)
        limit = allowance.take(key, token, request.url.path, _cost(request))
        if limit is not None:
            return response(429, limit)
        state.client = request.headers.get("x-trello-client-identifier", "")
        try:
            return await _answer(state, request)
        except ApiError as refusal:
            return response(refusal.status, refusal.text)

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=METHODS)])


async def _answer(state: State, request: Request) -> Response:
    path, body = _tidy(request.url.path), await request.body()
    if request.method == "GET" and body:
        # Since 2024 the edge in front of the API refuses reads with a body.
        return HTMLResponse(BLOCKED, 403)
    found = match_route(request.method, path)
    if found is None:
        return PlainTextResponse(f"Cannot {request.method} {path}", 404)
    values = parse(request.url.query, body, request.headers.get("content-type", ""))
    token = token_of(state, request.headers.get("authorization", ""), values)
    ask = Ask(state=state, token=token, path=found[1], values=values)
    return Response(orjson.dumps(found[0](ask)), 200, None, "application/json; charset=utf-8")


def credential(scope: Scope) -> tuple[str, str]:
    """Return the key and token that a request shows, valid or not."""
    headers = dict(scope["headers"])
    told = dict(OAUTH.findall(headers.get(b"authorization", b"").decode("latin-1")))
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    bearer = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
    key = told.get("oauth_consumer_key") or query.get("key") or ""
    return key, told.get("oauth_token") or query.get("token") or bearer


def _cost(request: Request) -> int:
    """Return for how many a request counts: a batch saves round trips, not quota."""
    if not request.url.path.startswith("/1/batch"):
        return 1
    return max(1, len(batch.urls_of(request.query_params.get("urls", ""))))


def _tidy(path: str) -> str:
    parts = path.rstrip("/").split("/")
    if len(parts) > 2:
        parts[2] = SAME.get(parts[2], parts[2])
    return "/".join(parts)


class Gate:
    """Stands before the API: lets faults happen and writes down each request."""

    def __init__(
        self, state: State, faults: Faults, ledger: list[LedgerRow], allowance: Allowance, *, told: bool
    ) -> None:
        self._faults = faults
        self._ledger = ledger
        self._allowance = allowance
        self._told = told
        self._inner = build(state, allowance)

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

        seen = _Seen(send, note, lambda: self._headers(scope))
        fault = self._faults.take(scope["method"], scope["path"])
        try:
            await self._answer(fault, scope, receive, seen)
        finally:
            seen.note(0)

    def _headers(self, scope: Scope) -> dict[str, str]:
        return self._allowance.headers(*credential(scope)) if self._told else {}

    async def _answer(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Seen) -> None:
        match fault.kind if fault else None:
            case None:
                await self._inner(scope, receive, send)
            case "cut-before":
                await send.drop(ConnectionResetError("the stand-in was told to cut the connection"))
            case "hang":
                await send.drop(TimeoutError("the stand-in was told not to answer"))
            case "cut-after" | "half-json" | "202":
                # 202 is the answer that Trello gave in place of 200 for a while in 2025.
                await self._spoil(fault, scope, receive, send)
            case _:
                await _unanswered(fault)(scope, receive, send)

    async def _spoil(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Seen) -> None:
        real = _Kept()
        await self._inner(scope, receive, real)
        kind = fault.kind if fault else ""
        if kind == "cut-after":
            await send.drop(ConnectionResetError("the stand-in was told to cut the connection"))
        body = real.body[: len(real.body) // 2] if kind == "half-json" else real.body
        status = 202 if kind == "202" and real.status == 200 else real.status
        await Response(body, status, media_type=real.kind)(scope, receive, send)


def _unanswered(fault: Fault | None) -> Response:
    kind = fault.kind if fault else ""
    if kind == "html":
        return HTMLResponse(PAGE)
    if kind == "empty":
        return Response(b"", 200, media_type="application/json")
    answer = by_status(int(kind), (fault.reason or "") if fault else "")
    if fault and fault.retry_after is not None:
        answer.headers["Retry-After"] = fault.retry_after
    return answer


class _Seen:
    """Hands messages on, adds headers and notes the status first."""

    def __init__(
        self, send: Send, note: Callable[[int], None], headers: Callable[[], dict[str, str]]
    ) -> None:
        self._send = send
        self._note = note
        self._headers = headers
        self._noted = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            # The row stands before the answer leaves: whoever has the answer may look for it.
            self.note(message["status"])
            more = [(name.encode(), value.encode()) for name, value in self._headers().items()]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)

    def note(self, status: int) -> None:
        """Write the request down, once."""
        if not self._noted:
            self._noted = True
            self._note(status)

    async def drop(self, failure: OSError) -> None:
        """Begin an answer that will never be complete, without counting it as one."""
        headers = [(b"content-length", CUT_SHORT)]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        raise failure


class _Kept:
    """Keeps an answer back."""

    def __init__(self) -> None:
        self.status = 0
        self.kind = ""
        self.body = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.kind = dict(message["headers"])[b"content-type"].decode()
        else:
            self.body += message.get("body", b"")
