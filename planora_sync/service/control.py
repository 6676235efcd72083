"""Lets tests in any language steer a stand-in from outside, under paths that no tracker has.

    GET     /_sandbox          tracker, workspace, kinds of faults, the body of a connection's table
    POST    /_sandbox/faults   a fault, or a list of them, as JSON with the keys of `Fault`
    DELETE  /_sandbox/faults   forgets the faults still to come
    GET     /_sandbox/ledger   the requests so far; `?since=N` leaves the first N out
    POST    /_sandbox/reset    the workspace as it was at the start, with the faults it began with

Off unless asked for. What it answers is JSON; what it does not understand is 400 with `error` and `next_step`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from planora_sync.errors import UsageError
from planora_sync.sandbox import Fault, Sandbox
from planora_sync.service.faults import arm, fault_of, kinds

PREFIX = "/_sandbox"
LONGEST = 1_000_000
"""Bytes that a request to the control address may have."""


class Control:
    """An ASGI app in front of a stand-in: its own paths steer it, all others are the tracker's."""

    def __init__(self, make: Callable[[], Sandbox], *, faults: Sequence[Fault] = ()) -> None:
        """Make the stand-in.

        Args:
            make: gives it as it is at the start; called again for each reset.
            faults: with which it begins.

        Raises UsageError for a fault that it does not know.
        """
        self._make = make
        self._begins_with = tuple(faults)
        self.sandbox = self._begun()
        self._own = Starlette(
            routes=[
                Route(PREFIX, self._about, methods=["GET"]),
                Route(f"{PREFIX}/faults", self._arm, methods=["POST"]),
                Route(f"{PREFIX}/faults", self._heal, methods=["DELETE"]),
                Route(f"{PREFIX}/ledger", self._ledger, methods=["GET"]),
                Route(f"{PREFIX}/reset", self._reset, methods=["POST"]),
            ],
            exception_handlers={UsageError: _refused, 404: _nothing, 405: _nothing},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        own = path == PREFIX or path.startswith(f"{PREFIX}/")
        await (self._own if own else self.sandbox.app)(scope, receive, send)

    def _begun(self) -> Sandbox:
        sandbox = self._make()
        for fault in self._begins_with:
            arm(sandbox, fault)
        return sandbox

    # -- its own paths ------------------------------------------------------------------------------------

    async def _about(self, request: Request) -> Response:
        sandbox = self.sandbox
        address = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(
            {
                "tracker": sandbox.tracker,
                "workspace": sandbox.workspace,
                "faults": sorted(kinds(type(sandbox))),
                "connection": dict(sandbox.connection(address)),
            }
        )

    async def _arm(self, request: Request) -> Response:
        body = await _json(request)
        given = [fault_of(one) for one in (body if isinstance(body, list) else [body])]
        for fault in given:
            arm(self.sandbox, fault)
        return JSONResponse({"armed": [asdict(fault) for fault in given]}, status_code=201)

    async def _heal(self, request: Request) -> Response:
        self.sandbox.heal()
        return Response(status_code=204)

    async def _ledger(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not (since.isascii() and since.isdigit()):
            raise UsageError(f"{since!r} is no number of requests.", next_step="Write ?since=12.")
        rows = self.sandbox.ledger
        return JSONResponse({"total": len(rows), "requests": [asdict(row) for row in rows[int(since) :]]})

    async def _reset(self, request: Request) -> Response:
        self.sandbox = self._begun()
        return Response(status_code=204)


async def _json(request: Request) -> Any:
    # A page in a browser can send anything to this machine but JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UsageError("The body is not sent as JSON.", next_step="Send `Content-Type: application/json`.")
    body = await request.body()
    try:
        return orjson.loads(body[:LONGEST])
    except orjson.JSONDecodeError as failure:
        raise UsageError("The body is no JSON.", next_step="Send a fault as an object.") from failure


async def _refused(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, UsageError)  # noqa: S101 - it handles no other
    return JSONResponse(_problem(failure.message, failure.next_step), status_code=400)


async def _nothing(request: Request, failure: Exception) -> Response:
    status = getattr(failure, "status_code", 404)
    words = f"There is no {request.method} {request.url.path} here."
    step = f"There are {PREFIX}, {PREFIX}/faults, {PREFIX}/ledger and {PREFIX}/reset."
    return JSONResponse(_problem(words, step), status_code=status)


def _problem(error: str, next_step: str) -> Mapping[str, str]:
    return {"error": error, "next_step": next_step}
