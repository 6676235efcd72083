"""The sandbox: a workspace, the API over it, and its faults."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from planora_sync.adapter import Delivery
from planora_sync.http.inprocess import ASGIApp
from planora_sync.sandbox import Expected, Sandbox
from planora_trello.sandbox.gate import TrelloGate
from planora_trello.sandbox.hooks import sent
from planora_trello.sandbox.limits import Allowance
from planora_trello.sandbox.loading import KEY, TOKEN, expected, load, read_toml


class TrelloSandbox(Sandbox):
    """Trello's REST API, version 1, with its traps.

    One token may do everything, one only reads (`loading.py`). `state` is open to tests: they may change
    it as a person would in the browser. Unverified in the real one, and so here: a changed custom field
    counts as activity; a card that changes boards loses labels, values and members that are strange there.
    """

    tracker: ClassVar[str] = "trello"
    workspaces: ClassVar[tuple[str, ...]] = ("messy", "kanban", "empty")
    further_faults: ClassVar[frozenset[str]] = TrelloGate.spoils

    def __init__(
        self,
        workspace: str,
        *,
        now: Callable[[], datetime],
        limits: bool = False,
        rate_headers: bool = True,
    ) -> None:
        """Load a workspace.

        Args:
            workspace: one of `workspaces`.
            now: the clock, aware UTC; the workspace's dates count from it at construction.
            limits: whether requests beyond the allowance are answered with 429.
            rate_headers: whether answers tell what is left of it; no description promises that.
        """
        if workspace not in self.workspaces:
            raise ValueError(f"{workspace!r} is no workspace: {', '.join(self.workspaces)}")
        super().__init__(workspace, now=now)
        self.state = load(workspace, now)
        self._expected = expected(workspace, self.state)
        allowance = Allowance(now, enforced=limits)
        self._app = TrelloGate(self.state, self.faults, self.ledger, allowance, told=rate_headers)

    @property
    def app(self) -> ASGIApp:
        """The API as an ASGI app."""
        return self._app

    def connection(self, url: str) -> Mapping[str, object]:
        """Return the body of a `[connections.NAME]` table for this workspace at `url`."""
        table: dict[str, object] = {"tracker": "trello", "url": url, "user": KEY, "token": TOKEN}
        return table | dict(read_toml(f"{self.workspace}.toml").get("connection", {}))

    def sent(self, since: int = 0) -> list[Delivery]:
        """Return what webhooks send about the actions from a number on, each signed; nothing is sent.

        The app's secret is `hooks.SECRET`. A workspace begins with `len(state.actions)` actions.
        """
        return list(sent(self.state, since))

    def expected(self) -> tuple[Expected, ...]:
        """Return what the workspace's author says is misfiled, and what only looks like it."""
        return self._expected

    def example(self, url: str) -> str:
        """Return a command line that asks who the account is."""
        return shlex.join(
            [
                "curl",
                "-H",
                f'Authorization: OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"',
                f"{url}/1/members/me",
            ]
        )
