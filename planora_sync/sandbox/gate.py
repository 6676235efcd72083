"""Stands before a sandbox's API: lets faults happen, and writes each request down."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planora_sync.sandbox.contract import LedgerRow
from planora_sync.sandbox.faults import DONE, Fault, Faults

FAULT = "planora.fault"
"""Key of a request's scope: the kind of fault that the API itself is to act out."""
CUT_SHORT = "65536"
"""A Content-Length that is never met: the server then drops the connection in place of a clean 500."""


class Kept:
    """An answer that is kept back."""

    def __init__(self) -> None:
        self.status = 0
        self.media_type = ""
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.media_type = dict(message["headers"]).get(b"content-type", b"application/json").decode()
        else:
            self.body += message.get("body", b"")

    def again(self, *, body: bytes | None = None, status: int | None = None) -> Response:
        """Return the same answer, with another body or status."""
        shown = self.body if body is None else body
        return Response(shown, self.status if status is None else status, media_type=self.media_type)


class Gate(ABC):
    """The ASGI app that a sandbox is; each tracker says how its refusals look, and what else can go wrong."""

    page: ClassVar[str]
    """The web page that stands for `html`."""
    spoils: ClassVar[frozenset[str]] = frozenset()
    """Further kinds of faults that do what is asked and spoil the answer."""
    astray: ClassVar[frozenset[str]] = frozenset()
    """Further kinds of faults that the API itself acts out: it finds them as `FAULT` in the scope."""

    def __init__(self, inner: ASGIApp, faults: Faults, ledger: list[LedgerRow]) -> None:
        """Set up the gate.

        Args:
            inner: the API, without faults.
            faults: what goes wrong next; used up in place.
            ledger: gets a row a request.
        """
        self._inner = inner
        self._faults = faults
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        fault = self.fault(scope)
        undone = fault is not None and fault.kind not in DONE | self.spoils | self.astray

        def note(status: int) -> None:
            query = scope["query_string"].decode("latin-1")
            row = LedgerRow(method=scope["method"], path=scope["path"], query=query, status=status)
            self._ledger.append(row)

        seen = _Seen(send, note, lambda: self.headers(scope, undone=undone))
        try:
            await self._answer(fault, scope, receive, seen)
        finally:
            seen.note(0)

    async def _answer(self, fault: Fault | None, scope: Scope, receive: Receive, send: _Seen) -> None:
        match fault:
            case None:
                await self.api(scope, receive, send)
            case Fault(kind="cut-before" | "hang" as kind):
                await send.drop(kind)
            case Fault(kind=kind) if kind in self.astray:
                scope[FAULT] = kind
                await self.api(scope, receive, send)
            case Fault(kind=kind) if kind in DONE | self.spoils:
                real = Kept()
                await self.api(scope, receive, real)
                if kind == "cut-after":
                    await send.drop(kind)
                half = real.again(body=real.body[: len(real.body) // 2])
                await (half if kind == "half-json" else self.spoilt(fault, real))(scope, receive, send)
            case _:
                await self._undone(fault)(scope, receive, send)

    def _undone(self, fault: Fault) -> Response:
        """Return an answer in place of doing anything."""
        if fault.kind == "html":
            return HTMLResponse(self.page)
        if fault.kind == "empty":
            return Response(b"", media_type="application/json")
        answer = self.refused(fault)
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = fault.retry_after
        return answer

    # -- what trackers differ in --------------------------------------------------------------------------

    def fault(self, scope: Scope) -> Fault | None:
        """Return what goes wrong with a request, or None."""
        return self._faults.take(scope["method"], scope["path"])

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do what is asked, and answer."""
        await self._inner(scope, receive, send)

    def headers(self, scope: Scope, *, undone: bool) -> Mapping[str, str]:
        """Return headers of every answer; `undone`: a fault is answered in place of the API."""
        return {}

    @abstractmethod
    def refused(self, fault: Fault) -> Response:
        """Return the answer that the status of a fault stands for."""

    def spoilt(self, fault: Fault, real: Kept) -> Response:
        """Return what is answered for a fault of `spoils`, after all was done."""
        return real.again()


class _Seen:
    """Hands messages on, adds headers and notes the status first."""

    def __init__(
        self, send: Send, note: Callable[[int], None], headers: Callable[[], Mapping[str, str]]
    ) -> None:
        self._send = send
        self._note = note
        self._headers = headers
        self._noted = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # The row stands before the answer leaves: whoever has the answer may look for it.
            self.note(message["status"])
            more = [(name.encode(), value.encode()) for name, value in self._headers().items()]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await self._send(message)

    def note(self, status: int) -> None:
        """Write the request down, once."""
        if not self._noted:
            self._noted = True
            self._note(status)

    async def drop(self, kind: str) -> None:
        """Begin an answer that will never be complete, without counting it as one; raises OSError."""
        headers = [(b"content-length", CUT_SHORT.encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        if kind == "hang":
            raise TimeoutError("the stand-in was told not to answer")
        raise ConnectionResetError("the stand-in was told to cut the connection")
