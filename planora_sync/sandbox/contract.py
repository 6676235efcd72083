"""The sandbox contract: what a stateful local stand-in of a tracker's API offers to demo, tests and users.

A sandbox is an ASGI app with a workspace behind it. It loads by entry point (`planora_sync.sandboxes`), so
that the demo need not import an adapter.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from planora_sync.http.inprocess import ASGIApp
from planora_sync.sandbox.faults import Fault, Faults


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One request the sandbox answered, in order."""

    method: str
    path: str
    """The path without the query string."""
    query: str
    """The raw query string, so that tests can see that no secret is in it."""
    status: int


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a workspace says about one of its entries, written beside the data."""

    id: str
    """The tracker's own id, as an adapter reports it."""
    key: str
    """What a person would call it: `CARE-12`, `#31`, a page title."""
    title: str
    codes: tuple[str, ...]
    """Rule codes that must be found on it; empty means: none."""
    nature: str | None
    """`initiative`, `backlog`, `task` or `none` where the fault depends on it."""
    why: str
    """The reason in one sentence."""
    after: tuple[str, ...] = ()
    """Codes that stay after the corrections that the tool may make were applied: these need a person."""


class Sandbox(ABC):
    """A tracker's API with its traps, and a workspace behind it.

    Time is passed in, so that a test can stand anywhere in it. Nothing sleeps, nothing is random.
    """

    tracker: ClassVar[str]
    """The adapter's entry point name."""
    workspaces: ClassVar[tuple[str, ...]]
    """Names that `workspace` takes; the first is the messy one."""
    further_faults: ClassVar[frozenset[str]] = frozenset()
    """Kinds of faults that it knows beside those that all know."""

    faults: Faults
    """What goes wrong next; the app takes from it."""
    ledger: list[LedgerRow]
    """All requests so far."""

    def __init__(self, workspace: str, *, now: Callable[[], datetime]) -> None:
        """Load a workspace.

        Args:
            workspace: one of `workspaces`, or `empty`.
            now: the clock, aware UTC; the workspace's dates count from it at construction.
        """
        self.workspace = workspace
        self.now = now
        self.ledger = []
        self.faults = Faults(self.further_faults)

    @property
    @abstractmethod
    def app(self) -> ASGIApp:
        """The API as an ASGI app (Starlette)."""

    @abstractmethod
    def connection(self, url: str) -> Mapping[str, object]:
        """The body of a `[connections.NAME]` table that reads this workspace at `url`, with plain secrets.

        Keys are those of config.toml: tracker, url, user, token, projects / data_sources / boards, mapping ...
        """

    @abstractmethod
    def expected(self) -> tuple[Expected, ...]:
        """What the workspace's author says is misfiled (and what is not, where it is a near miss)."""

    def example(self, url: str) -> str:
        """Return a command line that asks it who the account is, at `url`; empty where there is none to show."""
        return ""

    def fail(self, fault: Fault) -> None:
        """Make the next matching requests fail; raises ValueError for a kind that this stand-in does not know."""
        self.faults.add(fault)

    def heal(self) -> None:
        """Forget the faults still to come."""
        self.faults.clear()
