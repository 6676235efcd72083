"""Adapters over sandboxes, for the tests of the adapter."""

from __future__ import annotations

from typing import Any

from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import AdapterContext
from tests.adapters.jira.site import BASE


def no_wait(seconds: float) -> None:
    """Let no time pass."""


def context_of(sandbox: JiraSandbox, url: str | None = None, **changes: Any) -> AdapterContext:
    """Return a read-write context over a sandbox: in process, or at `url` over a socket."""
    body = sandbox.connection(url or BASE)
    given: dict[str, Any] = {
        "name": "work",
        "url": url or BASE,
        "deployment": sandbox.deployment,
        "user": body.get("user"),
        "token": body["token"],
        "read_only": False,
        "scope": ("CARE",),
        "app": None if url else sandbox.app,
        "now": sandbox.now,
        "sleep": no_wait,
        "timeout": 10.0,
    }
    return AdapterContext(**(given | changes))


def adapter_of(sandbox: JiraSandbox, url: str | None = None, **changes: Any) -> JiraAdapter:
    """Return an adapter over a sandbox."""
    return JiraAdapter(context_of(sandbox, url, **changes))
