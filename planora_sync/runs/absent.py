"""Asks the tracker after entries that a pull did not bring: deleted, archived, moved away, or merely out of sight."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from planora_sync.adapter import Absence
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry, Ref
from planora_sync.runs.pulling import Pulling

AT_MOST = 200
"""So many entries are asked after in one pull at least; those that are left are asked after the next time."""
REQUESTS = 20
"""Where one request answers for several, so many requests may be spent on it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the tracker said of entries that were not brought."""

    there: frozenset[Ref] = frozenset()
    """They are there after all, and were saved."""
    absent: dict[Ref, Absence] = field(default_factory=dict)
    """Noted as such."""
    failure: ConnectionFailed | None = None
    """The tracker stopped answering; of the rest nobody knows more than before."""


def at_most(pulling: Pulling) -> int:
    """Return how many entries one pull asks after."""
    return max(AT_MOST, REQUESTS * pulling.adapter.capabilities.batch_read)


def ask_after(pulling: Pulling, refs: Sequence[Ref], *, doubtful: Collection[Ref] = ()) -> Asked:
    """Note why entries are not there, as the tracker says, and return it; those that are there are saved.

    Of what is `doubtful`, because the pull or census was empty or short, only what the tracker says for certain is
    noted. An entry in a place that is not read any more has moved away, for no pull will bring it again. A tracker
    that does not answer leaves everything as it is: nothing is ever gone because reading failed.
    """
    there, absent = set[Ref](), dict[Ref, Absence]()
    places = pulling.store.places.ids(pulling.name)
    for chunk in _chunks(refs, max(50, pulling.adapter.capabilities.batch_read)):
        asked = {ref.id: ref for ref in chunk}
        try:
            answers = pulling.adapter.read(tuple(asked))
        except ConnectionFailed as failure:
            return Asked(there=frozenset(there), absent=absent, failure=failure)
        found, left = list[Entry](), dict[Ref, Absence]()
        for id, ref in asked.items():
            match answers.get(id, Absence.UNKNOWN):
                case Entry() as entry if stands_in(entry, places):
                    found.append(entry)
                case Entry():
                    left[ref] = Absence.MOVED
                case Absence.UNKNOWN if ref in doubtful:
                    pass
                case absence:
                    left[ref] = absence
        save(pulling, found)
        pulling.store.absences.mark(left, pulling.now())
        there |= {entry.ref for entry in found}
        absent |= left
    return Asked(there=frozenset(there), absent=absent)


def save(pulling: Pulling, entries: Sequence[Entry]) -> None:
    """Store entries that were read one by one."""
    if entries:
        pulling.store.entries.save(
            pulling.name, entries, full=False, complete=True, run=pulling.run, at=pulling.now()
        )


def stands_in(entry: Entry, places: Collection[str]) -> bool:
    """Return whether an entry stands in a place that is read; any will do where the tracker tells of none."""
    return not places or entry.place.id in places or entry.place.container in places


def _chunks(refs: Sequence[Ref], size: int) -> Iterator[Sequence[Ref]]:
    for start in range(0, len(refs), size):
        yield refs[start : start + size]
