"""What the journal must remember, as a protocol: `correct` gets it handed in and knows no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from planora_sync.change import Change
from planora_sync.model import Frozen, Instant, Ref


class State(StrEnum):
    """Where one correction is in its life."""

    INTENDED = "intended"
    """Committed before the call; found after a crash, it means: look at the tracker first."""
    CONFIRMED = "confirmed"
    """Written and read back."""
    CONFLICT = "conflict"
    """Somebody changed the entry since; nothing was written."""
    REFUSED = "refused"
    """The tracker, a guard or the read-back said no."""
    UNKNOWN = "unknown"
    """Not even reading told whether the call took effect."""
    SKIPPED = "skipped"
    """Not approved, manual, or already as wanted."""


class JournalRow(Frozen):
    """One correction that was tried: what was intended, sent and confirmed."""

    id: int
    run: str
    proposal: str
    correction: str
    ref: Ref
    changes: tuple[Change, ...]
    """Before (as read right before the call) -> after."""
    state: State
    detail: str = ""
    side_effects: tuple[str, ...] = ()
    """Fields other than ours that changed between write and read-back."""
    intended: Instant
    settled: Instant | None = None


class Journal(Protocol):
    """Write-ahead memory: each method has committed when it returns."""

    def intend(
        self, *, run: str, proposal: str, correction: str, ref: Ref, changes: tuple[Change, ...], at: datetime
    ) -> int:
        """Write an intent and return its id."""
        ...

    def settle(
        self, id: int, state: State, *, detail: str, side_effects: tuple[str, ...] = (), at: datetime
    ) -> None:
        """Write the outcome of an intent."""
        ...

    def open_rows(self, proposal: str) -> Sequence[JournalRow]:
        """Return intents without an outcome: what a crash left behind."""
        ...

    def rows(
        self, *, proposal: str | None = None, run: str | None = None, correction: str | None = None
    ) -> Sequence[JournalRow]:
        """Return rows in the order in which they were intended."""
        ...
