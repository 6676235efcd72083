"""Behind a company's proxy: the environment says which one, and where none is to be used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from planora_notion import NotionAdapter

from planora_sync.adapter import AdapterContext
from planora_sync.errors import ConnectionFailed
from planora_sync.http import environment_proxy
from planora_sync.http.serving import served

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://api.notion.com", None),
        (
            {"HTTPS_PROXY": "http://proxy.acme.test:3128"},
            "https://api.notion.com",
            "http://proxy.acme.test:3128",
        ),
        ({"HTTPS_PROXY": "proxy.acme.test:3128"}, "https://api.notion.com", "http://proxy.acme.test:3128"),
        ({"HTTP_PROXY": "http://proxy.acme.test:3128"}, "https://api.notion.com", None),
        (
            {"ALL_PROXY": "http://proxy.acme.test:3128"},
            "https://api.notion.com",
            "http://proxy.acme.test:3128",
        ),
        ({"HTTPS_PROXY": "http://p.test:1", "NO_PROXY": "notion.com"}, "https://api.notion.com", None),
        ({"HTTPS_PROXY": "http://p.test:1", "NO_PROXY": "*"}, "https://api.notion.com", None),
        ({"HTTPS_PROXY": "http://p.test:1"}, "", None),
    ],
)
def test_which_proxy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert environment_proxy(url) == proxy


def test_notion_is_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await send(
            {
                "type": "http.response.start",
                "status": 401,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        body = b'{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}'
        await send({"type": "http.response.body", "body": body})

    with served(proxy) as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        context = AdapterContext(
            name="product", url="http://notion.acme.test", token="x", now=lambda: datetime.now(UTC)
        )
        adapter = NotionAdapter(context)
        with pytest.raises(ConnectionFailed):
            adapter.check()
        adapter.close()
    assert seen
    assert all(path.startswith("http://notion.acme.test/v1/") for path in seen)
