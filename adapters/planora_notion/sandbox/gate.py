"""Stands before the API: lets faults happen, counts requests and writes each down."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from planora_notion.sandbox.app import SLOW_INDEX, as_json, build
from planora_notion.sandbox.errors import by_status, saved_all_the_same
from planora_notion.sandbox.limits import Allowance
from planora_notion.sandbox.state import State
from planora_sync.sandbox import Fault, Faults, LedgerRow

CUT_SHORT = 65536
"""A Content-Length that is never met: the server then drops the connection in place of a clean 500."""


class Gate:
    """The ASGI app that a sandbox is: the API behind its faults."""

    def __init__(self, state: State, faults: Faults, ledger: list[LedgerRow], allowance: Allowance) -> None:
        self._state = state
        self._allowance = allowance
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
        self._state.settle()
        fault = self._faults.take(scope["method"], scope["path"]) or self._too_many(scope)
        try:
            await self._answer(fault, scope, receive, seen)
        finally:
            seen.note(0)

    def _too_many(self, scope: Scope) -> Fault | None:
        """Return the refusal of a request beyond the allowance, or None."""
        token = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        wait = self._allowance.wait(token.decode("latin-1"))
        return None if wait is None else Fault(kind="429", retry_after=str(wait))

    async def _answer(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Seen) -> None:
        match fault:
            case None:
                await self._inner(scope, receive, send)
            case Fault(kind="cut-before" | "hang" as kind):
                await _drop(kind, send)
            case Fault(kind="slow-index"):
                await self._inner({**scope, SLOW_INDEX: True}, receive, send)
            case Fault(kind="cut-after" | "half-json" | "saved-503" | "empty-page" | "repeat-cursor"):
                await self._spoilt(fault, scope, receive, send)
            case _:
                await self._undone(fault)(scope, receive, send)

    def _undone(self, fault: Fault) -> Response:
        """Return an answer in place of doing anything."""
        if fault.kind == "html":
            return Response("<html><body>Just a moment...</body></html>", 200, media_type="text/html")
        if fault.kind == "empty":
            return Response(b"", 200, media_type="application/json")
        error = by_status(int(fault.kind), fault.retry_after, fault.reason)
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
        return as_json(error.body(self._state.next_id("request")), error.status, headers)

    async def _spoilt(self, fault: Fault, scope: Scope, receive: Receive, send: _Seen) -> None:
        """Do what was asked and spoil the answer; a refusal stays one."""
        real = _Kept()
        await self._inner(scope, receive, real)
        if fault.kind == "cut-after":
            await _drop(fault.kind, send)
        await self._after(fault.kind, real)(scope, receive, send)

    def _after(self, kind: str, real: _Kept) -> Response:
        if kind == "half-json":
            return Response(real.body[: len(real.body) // 2], real.status, media_type="application/json")
        answer = orjson.loads(real.body)
        if kind == "saved-503" and real.status < 300:
            created = answer.get("id") if answer.get("object") in ("page", "comment") else None
            error = saved_all_the_same(created)
            return as_json(error.body(self._state.next_id("request")), error.status)
        if answer.get("object") == "list" and answer["results"]:
            answer |= _turned(kind, answer)
        return as_json(answer, real.status)


def _turned(kind: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a spoilt list says of how it goes on; the cursor is the id of the next item."""
    here = answer["results"][0]["id"]
    match kind:
        case "empty-page":
            return {"results": [], "has_more": True, "next_cursor": here}
        case "repeat-cursor":
            return {"has_more": True, "next_cursor": here}
        case _:
            return {}


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
