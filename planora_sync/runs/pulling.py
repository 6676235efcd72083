"""What the parts of a pull of one connection share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from planora_sync.adapter import Adapter
from planora_sync.errors import ConnectionFailed, RateLimited
from planora_sync.runs.pulled import Progress
from planora_sync.runs.workspace import Workspace
from planora_sync.store import ConnectionNotes, Pause, Store

WORTH_KEEPING = timedelta(minutes=1)
"""A shorter wait is over before the next pull begins."""
LONGEST_PAUSE = timedelta(hours=24)
"""A tracker that names a later moment is asked again then: clocks go wrong, and quotas are raised."""


@dataclass(frozen=True, kw_only=True)
class Pulling:
    """A pull of one connection at work."""

    workspace: Workspace
    adapter: Adapter
    run: str
    progress: Progress

    @property
    def name(self) -> str:
        """Return the connection's name."""
        return self.adapter.context.name

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.workspace.store

    @property
    def notes(self) -> ConnectionNotes:
        """Return what the adapter remembers."""
        return self.workspace.notes(self.name)

    def now(self) -> datetime:
        """Return this moment."""
        return self.workspace.now()


def keep_pause(workspace: Workspace, name: str, failure: ConnectionFailed) -> None:
    """Remember until when a tracker wants to be left alone, where it said so and it is not over at once."""
    if not isinstance(failure, RateLimited):
        return
    now = workspace.now()
    until = failure.until
    if until is None and failure.retry_in is not None:
        until = now + timedelta(seconds=min(failure.retry_in, LONGEST_PAUSE.total_seconds()))
    if until is not None and until - now > WORTH_KEEPING:
        pause = Pause(until=min(until, now + LONGEST_PAUSE), why=failure.message)
        workspace.store.pauses.begin(name, pause)


def paused(workspace: Workspace, name: str) -> RateLimited | None:
    """Return the error of a connection whose tracker wants to be left alone, or None."""
    pause = workspace.store.pauses.get(name, workspace.now())
    if pause is None:
        return None
    return RateLimited(f"The tracker was not asked: {pause.why}", connection=name, until=pause.until)
