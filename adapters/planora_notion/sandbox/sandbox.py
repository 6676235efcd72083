"""The sandbox: a workspace, the API over it, and its faults."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from planora_notion.sandbox.gate import NotionGate
from planora_notion.sandbox.limits import Allowance
from planora_notion.sandbox.loading import TOKEN, expected, load, read_toml
from planora_notion.sandbox.render import NEWEST
from planora_notion.sandbox.webhooks import Webhooks
from planora_sync.http.inprocess import ASGIApp
from planora_sync.sandbox import Expected, Sandbox


class NotionSandbox(Sandbox):
    """Notion's API, version 2026-03-11 (and 2025-09-03), with its traps.

    One token may do everything, one only reads, one only writes, one sees no names of people (`loading.py`).
    `state` is open to tests: they may trash, unshare or edit pages as a person would.
    """

    tracker: ClassVar[str] = "notion"
    workspaces: ClassVar[tuple[str, ...]] = ("messy", "one-database", "empty")
    further_faults: ClassVar[frozenset[str]] = NotionGate.spoils | NotionGate.astray

    def __init__(
        self,
        workspace: str,
        *,
        now: Callable[[], datetime],
        limits: bool = False,
        keeps_values: bool = True,
    ) -> None:
        """Load a workspace.

        Args:
            workspace: one of `workspaces`.
            now: the clock, aware UTC; the workspace's dates count from it at construction.
            limits: whether more than 180 requests a minute and connection are answered with 429.
            keeps_values: whether a page that is moved keeps what its new data source has a like property for;
                no description says so, and no recording shows it.
        """
        if workspace not in self.workspaces:
            raise ValueError(f"{workspace!r} is no workspace: {', '.join(self.workspaces)}")
        super().__init__(workspace, now=now)
        self.state = load(workspace, now)
        self._expected = expected(workspace, self.state)
        self.state.keeps_values = keeps_values
        self.webhooks = Webhooks(self.state)
        """What is sent to whoever subscribed; nothing is sent by itself."""
        self._app = NotionGate(self.state, self.faults, self.ledger, Allowance(now, enforced=limits))

    @property
    def app(self) -> ASGIApp:
        """The API as an ASGI app."""
        return self._app

    def connection(self, url: str) -> Mapping[str, object]:
        """Return the body of a `[connections.NAME]` table for this workspace at `url`."""
        table: dict[str, object] = {"tracker": "notion", "url": url, "token": TOKEN}
        return table | dict(read_toml(f"{self.workspace}.toml").get("connection", {}))

    def expected(self) -> tuple[Expected, ...]:
        """Return what the workspace's author says is misfiled, and what only looks like it."""
        return self._expected

    def example(self, url: str) -> str:
        """Return a command line that asks who the account is."""
        return shlex.join(
            [
                "curl",
                "-H",
                f"Authorization: Bearer {TOKEN}",
                "-H",
                f"Notion-Version: {NEWEST}",
                f"{url}/v1/users/me",
            ]
        )
