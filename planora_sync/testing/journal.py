"""A journal in memory, for tests of what writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from planora_sync.change import Change
from planora_sync.correct.journal import JournalRow, State
from planora_sync.model import Ref


class MemoryJournal:
    """Keeps the rows of a journal in order; a settled row is settled for good."""

    def __init__(self) -> None:
        self._rows: dict[int, JournalRow] = {}

    def intend(
        self, *, run: str, proposal: str, correction: str, ref: Ref, changes: tuple[Change, ...], at: datetime
    ) -> int:
        """Write an intent and return its id."""
        id = len(self._rows) + 1
        self._rows[id] = JournalRow(
            id=id,
            run=run,
            proposal=proposal,
            correction=correction,
            ref=ref,
            changes=changes,
            state=State.INTENDED,
            intended=at,
        )
        return id

    def settle(
        self, id: int, state: State, *, detail: str, side_effects: tuple[str, ...] = (), at: datetime
    ) -> None:
        """Write the outcome of an intent; raises ValueError where it has one."""
        row = self._rows[id]
        if row.state is not State.INTENDED:
            raise ValueError(f"row {id} is settled: {row.state}")
        update = {"state": state, "detail": detail, "side_effects": side_effects, "settled": at}
        self._rows[id] = row.model_copy(update=update)

    def open_rows(self, proposal: str) -> Sequence[JournalRow]:
        """Return intents without an outcome."""
        return [row for row in self.rows(proposal=proposal) if row.state is State.INTENDED]

    def rows(
        self, *, proposal: str | None = None, run: str | None = None, correction: str | None = None
    ) -> Sequence[JournalRow]:
        """Return rows in the order in which they were intended."""
        return [
            row
            for row in self._rows.values()
            if (proposal is None or row.proposal == proposal)
            and (run is None or row.run == run)
            and (correction is None or row.correction == correction)
        ]
