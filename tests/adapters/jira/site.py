"""A clock that stands still, a sandbox, and a client that speaks to it in process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from planora_jira.sandbox import JiraSandbox

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "recorded" / "jira"
BASE = "http://jira.test"


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime = NOW) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **parts: float) -> None:
        self.time += timedelta(**parts)


class Talk:
    """Speaks JSON to a sandbox in process."""

    def __init__(self, sandbox: JiraSandbox, token: str | None = None) -> None:
        self.sandbox = sandbox
        body = sandbox.connection(BASE)
        secret = token or str(body["token"])
        headers = {} if "user" in body else {"Authorization": f"Bearer {secret}"}
        auth = (str(body["user"]), secret) if "user" in body else None
        self._make: Callable[[], httpx.AsyncClient] = lambda: httpx.AsyncClient(
            transport=httpx.ASGITransport(sandbox.app), base_url=BASE, auth=auth, headers=headers
        )

    def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            async with self._make() as client:
                content = None if body is None else json.dumps(body)
                return await client.request(method, path, content=content, params=params or None)

        return asyncio.run(once())

    def json(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        answer = self(method, path, body, **params)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def keys(self, jql: str) -> list[str]:
        body = {"jql": jql, "fields": ["key"], "maxResults": 5000}
        if self.sandbox.deployment == "cloud":
            rows = self.json("POST", "/rest/api/3/search/jql", body)["issues"]
        else:
            rows = self.json("POST", "/rest/api/2/search", body)["issues"]
        return [row["key"] for row in rows]

    def fields(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.json("GET", f"/rest/api/2/issue/{key}")["fields"]
        return found
