"""An ASGI app in process sees what it would see over a socket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_sync.errors import Unreachable
from planora_sync.http.inprocess import ASGIApp, InProcess, Message

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def _echo(request: Request) -> Response:
    return JSONResponse(
        {
            "method": request.method,
            "path": request.url.path,
            "query": request.url.query,
            "params": dict(request.query_params),
            "word": request.path_params["word"],
            "header": request.headers.get("x-word"),
            "body": (await request.body()).decode(),
            "host": request.url.hostname,
        },
        status_code=201,
        headers={"X-Answer": "yes"},
    )


ECHO: ASGIApp = Starlette(routes=[Route("/echo/{word}", _echo, methods=["GET", "POST"])])


def test_everything_of_a_request_arrives() -> None:
    process = InProcess(ECHO)
    got = process.send("post", "https://t.test/echo/a%20b?q=%C3%BC&n=1", {"X-Word": "hé"}, b"body")
    assert got.status == 201
    assert ("x-answer", "yes") in got.headers
    assert json.loads(got.body) == {
        "method": "POST",
        "path": "/echo/a b",
        "query": "q=%C3%BC&n=1",
        "params": {"q": "ü", "n": "1"},
        "word": "a b",
        "header": "hé",
        "body": "body",
        "host": "t.test",
    }
    process.close()


@pytest.mark.parametrize("failure", [TimeoutError("slow"), ConnectionResetError("cut"), OSError("gone")])
@pytest.mark.parametrize("begun", [False, True])
def test_a_cut_is_unreachable(failure: OSError, begun: bool) -> None:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise failure

    process = InProcess(app)
    with pytest.raises(Unreachable) as caught:
        process.send("GET", "https://t.test/", {}, b"")
    assert caught.value.sent, "it may have reached the tracker"
    assert caught.value.help()


def test_no_answer_at_all_is_unreachable() -> None:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        return None

    with pytest.raises(Unreachable):
        InProcess(app).send("GET", "https://t.test/", {}, b"")


def test_a_fault_of_the_app_is_not_hidden() -> None:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        InProcess(app).send("GET", "https://t.test/", {}, b"")


def test_bodies_come_in_pieces() -> None:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"1"), (b"a", b"2")]})
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    got = InProcess(app).send("GET", "https://t.test/", {}, b"")
    assert got.body == b"one two"
    assert got.headers == (("a", "1"), ("a", "2"))
