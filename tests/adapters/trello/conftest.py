"""What the Trello tests share: a clock, sandboxes in process, py-trello on top of them, and recordings."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import urllib3
from planora_trello.sandbox import TrelloSandbox, editing
from planora_trello.sandbox.loading import KEY, TOKEN
from requests.adapters import HTTPAdapter

from planora_sync.http import InProcess
from planora_sync.http.inprocess import ASGIApp, InProcessReply

START = datetime(2026, 11, 24, 9, 30, 42, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "recorded" / "trello"
HEADER = f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"'


class Clock:
    """A clock that tests turn forward."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class Api:
    """Speaks to a sandbox in process, as plainly as possible."""

    def __init__(self, sandbox: TrelloSandbox) -> None:
        self.sandbox = sandbox
        self.state = sandbox.state
        self.header = HEADER
        self._process = InProcess(sandbox.app)

    def raw(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> InProcessReply:
        headers = {"Authorization": self.header, "Content-Type": kind}
        return self._process.send(method, f"http://trello.test/1{path}", headers, body)

    def __call__(self, method: str, path: str, body: object = None, **query: Any) -> tuple[int, Any]:
        address = f"{path}?{urlencode(query)}" if query else path
        reply = self.raw(method, address, b"" if body is None else json.dumps(body).encode())
        if "json" in dict(reply.headers)["content-type"]:
            return reply.status, json.loads(reply.body)
        return reply.status, reply.body.decode()

    def ok(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        status, answer = self(method, path, body, **query)
        assert status == 200, answer
        return answer

    def get(self, path: str, **query: Any) -> Any:
        return self.ok("GET", path, **query)

    def edit(self, card_id: str, **wanted: Any) -> None:
        """Change a card as somebody in the browser does, even while a request is being answered."""
        card = self.state.cards[card_id]
        editing.apply(
            self.state,
            card,
            editing.prepare(self.state, card, wanted),
            card.author or self.person("anaruiz7"),
        )

    # -- names to ids ---------------------------------------------------------------------------------------

    def card(self, slug: str) -> str:
        return self.state.slugs[slug]

    def board(self, name: str) -> str:
        return next(one.id for one in self.state.boards.values() if name in one.name)

    def list(self, name: str) -> str:
        return next(one.id for one in self.state.lists.values() if name in one.name)

    def label(self, board: str, name: str) -> str:
        return next(one.id for one in self.state.labels_of(self.board(board)) if one.name == name)

    def person(self, username: str) -> str:
        return self.state.member(username).id

    def close(self) -> None:
        self._process.close()


class ToApp(HTTPAdapter):
    """Carries the traffic of requests to an app in process."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._process = InProcess(app)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body or b""
        payload = body.encode() if isinstance(body, str) else bytes(body)
        headers = {key: str(value) for key, value in request.headers.items()}
        got = self._process.send(request.method or "GET", request.url or "", headers, payload)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(got.body),
            headers=urllib3.HTTPHeaderDict(got.headers),
            status=got.status,
            preload_content=False,
        )
        return self.build_response(request, raw)

    def close(self) -> None:
        super().close()
        self._process.close()


class Elsewhere(requests.Session):
    """What py-trello is given as `http_service`: the same requests, to another host."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 10)
        return super().request(
            method, str(url).replace("https://api.trello.com", self._base), *args, **kwargs
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> TrelloSandbox:
    return TrelloSandbox("messy", now=clock)


@pytest.fixture
def api(sandbox: TrelloSandbox) -> Iterator[Api]:
    api = Api(sandbox)
    yield api
    api.close()


@pytest.fixture(scope="session")
def recorded() -> Path:
    if not RECORDED.is_dir():
        pytest.skip(f"no recordings of Trello's traffic beside the checkout ({RECORDED})")
    return RECORDED
