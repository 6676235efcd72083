"""The API as an ASGI app: authentication and limits around the routes."""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from planora_trello.sandbox.ask import OAUTH, Ask, parse, token_of
from planora_trello.sandbox.errors import ApiError, response
from planora_trello.sandbox.limits import Allowance
from planora_trello.sandbox.routes import batch, match_route
from planora_trello.sandbox.state import State

METHODS = ["GET", "POST", "PUT", "DELETE"]
SAME = {"board": "boards", "card": "cards", "customfields": "customFields", "list": "lists"}
"""Other spellings of the second part of a path."""
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
