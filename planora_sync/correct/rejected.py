"""What counts as rejected though nobody said so: corrections that a person or an automation moved back (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planora_sync.change import current, same
from planora_sync.correct.journal import JournalRow, State
from planora_sync.model import Entry, Ref


def moved_back(rows: Iterable[JournalRow], entries: Mapping[Ref, Entry]) -> frozenset[str]:
    """Return the ids of corrections that were written and whose entry holds the former value again.

    They go into `rejected` of the next proposal: what was taken back is not offered a second time.
    """
    found = set()
    for row in rows:
        entry = entries.get(row.ref)
        if row.state is State.CONFIRMED and entry is not None:
            for change in row.changes:
                back = same(current(entry, change.field, change.property), change.before)
                if back and not same(change.before, change.after):
                    found.add(row.correction)
    return frozenset(found)
