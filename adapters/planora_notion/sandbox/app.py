"""The API as an ASGI app: authentication and parsing around the routes."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planora_notion.sandbox.ask import Ask, Handler, viewer
from planora_notion.sandbox.errors import ApiError, invalid, unknown_url
from planora_notion.sandbox.limits import PAYLOAD
from planora_notion.sandbox.routes import ROUTES
from planora_notion.sandbox.state import State
from planora_sync.sandbox.gate import FAULT


def build(state: State) -> Starlette:
    """Return the API over a workspace, without faults."""

    async def refused(request: Request, failure: Exception) -> Response:
        error = failure if isinstance(failure, ApiError) else unknown_url()
        return as_json(error.body(state.next_id("request")), error.status)

    routes = [
        Route(path, _endpoint(state, handler, reads=_reads(method, path)), methods=[method])
        for method, path, handler in ROUTES
    ]
    handlers: dict[Any, Any] = {ApiError: refused, HTTPException: refused}
    return Starlette(routes=routes, exception_handlers=handlers)


def _endpoint(state: State, handler: Handler, *, reads: bool) -> Any:
    async def endpoint(request: Request) -> Response:
        ask = Ask(
            state=state,
            viewer=viewer(state, request.headers),
            path=request.path_params,
            query={key: request.query_params.getlist(key) for key in request.query_params},
            body=_parse(await request.body()),
            slow_index=request.scope.get(FAULT) == "slow-index",
        )
        if reads:
            ask.need("read")
        answer = handler(ask)
        later = answer.get("object") == "async_task" and request.method != "GET"
        return as_json(answer | {"request_id": state.next_id("request")}, 202 if later else 200)

    return endpoint


def _reads(method: str, path: str) -> bool:
    """Return whether a route needs the capability to read content; users and comments have their own."""
    if path.startswith(("/v1/users", "/v1/comments", "/v1/async_tasks")):
        return False
    return method == "GET" or path.endswith(("/query", "/search"))


def _parse(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if len(body) > PAYLOAD:
        raise invalid(
            f"body failed validation: body.length should be ≤ `{PAYLOAD}`, instead was `{len(body)}`."
        )
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ApiError(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(parsed, dict):
        raise ApiError(400, "invalid_json", "Error parsing JSON body.")
    return parsed


def as_json(body: dict[str, Any], status: int) -> Response:
    """Return an answer as Notion sends it."""
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")
