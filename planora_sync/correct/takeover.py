"""Takes over what a broken-off apply left open: looks at the tracker before anything is repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from planora_sync.adapter import Absence, Adapter, ReadResult
from planora_sync.change import Change
from planora_sync.correct.compare import gone, verdict
from planora_sync.correct.journal import Journal, JournalRow, State
from planora_sync.correct.reading import read_fresh
from planora_sync.errors import ConnectionFailed

BROKE_OFF = "An earlier run broke off here"
FOUND = f"{BROKE_OFF}; a look at the tracker shows that it had been written."
NOT_FOUND = f"{BROKE_OFF}; a look at the tracker shows that it had not been written."
EDITED = f"{BROKE_OFF}, and the entry was edited since: it may have been written and set back. Propose again."


def take_over(
    proposal: str, *, adapters: Mapping[str, Adapter], journal: Journal, now: Callable[[], datetime]
) -> Mapping[str, tuple[State, str]]:
    """Settle a proposal's open intents by reading; return by correction what was found, and that in words.

    `confirmed`: it had been written. `refused`: it had not, and may be tried again. `conflict`: somebody edited
    the entry since. `unknown`: nothing could be seen, and the intent stays open.
    """
    by_connection: dict[str, list[JournalRow]] = defaultdict(list)
    for row in unresolved(journal.rows(proposal=proposal)):
        by_connection[row.ref.connection].append(row)
    seen: dict[str, tuple[State, str]] = {}
    for connection, rows in by_connection.items():
        adapter = adapters.get(connection)
        found = read_fresh(adapter, [row.ref.id for row in rows]) if adapter is not None else None
        for row in rows:
            if found is None or isinstance(found, ConnectionFailed):
                why = str(found) if found else f"Connection {connection!r} is not open."
                seen[row.correction] = (State.UNKNOWN, f"{BROKE_OFF}, and a look is not possible: {why}")
            else:
                seen[row.correction] = _resolve(row, found[row.ref.id], journal, now())
    return seen


def lost_races(rows: Iterable[JournalRow]) -> Mapping[str, tuple[State, str]]:
    """Return the corrections whose write somebody else's edit ran into, and how.

    They are not tried again: their entry may hold the former value because somebody wants it so.
    """
    return {row.correction: (row.state, row.detail) for row in rows if row.state is State.CONFLICT}


def unresolved(rows: Iterable[JournalRow]) -> list[JournalRow]:
    """Return the rows whose outcome nobody knows: open ones, and unknown ones that no later row speaks of."""
    known = list(rows)
    last = {(row.correction, row.ref): row.id for row in known}
    return [
        row
        for row in known
        if row.state is State.INTENDED
        or (row.state is State.UNKNOWN and last[row.correction, row.ref] == row.id)
    ]


def _resolve(row: JournalRow, entry: ReadResult, journal: Journal, at: datetime) -> tuple[State, str]:
    state, detail, taken = _found(row, entry)
    if state is State.UNKNOWN and row.state is State.UNKNOWN:
        return state, detail
    if taken and state is not State.CONFIRMED:
        # The row itself cannot say "half of it".
        _add(row, taken, State.CONFIRMED, FOUND, journal, at)
    if row.state is State.INTENDED:
        journal.settle(row.id, state, detail=detail, at=at)
    else:
        # What is settled is never written anew: a new row says what was seen.
        _add(row, row.changes, state, detail, journal, at)
    return state, detail


def _found(row: JournalRow, entry: ReadResult) -> tuple[State, str, tuple[Change, ...]]:
    if isinstance(entry, Absence):
        return State.UNKNOWN, f"{BROKE_OFF}, and the entry is not there: {gone(entry)}.", ()
    seen = verdict(row.changes, entry)
    if seen.complete:
        return State.CONFIRMED, FOUND, seen.taken
    if seen.other:
        return State.CONFLICT, f"{BROKE_OFF}, and now {'; '.join(seen.other)}.", seen.taken
    if entry.updated is not None and entry.updated > row.intended:
        return State.CONFLICT, EDITED, seen.taken
    return State.REFUSED, NOT_FOUND, seen.taken


def _add(
    row: JournalRow, changes: tuple[Change, ...], state: State, detail: str, journal: Journal, at: datetime
) -> None:
    id = journal.intend(
        run=row.run, proposal=row.proposal, correction=row.correction, ref=row.ref, changes=changes, at=at
    )
    journal.settle(id, state, detail=detail, at=at)
