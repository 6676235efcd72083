"""Shows how the first entries of a connection would be filed, before anything is written down."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planora_sync.config import ConnectionConfig, People
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Person, Place
from planora_sync.service.setup.connecting import Surroundings, reach

ENOUGH = 400
"""So many entries show what a mapping does; a large site would take minutes."""
EXAMPLES = 3


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How entries would be filed."""

    read: int
    whole: bool
    """Whether these are all entries."""
    counts: Mapping[Filed, int]
    """Open entries."""
    examples: Mapping[Filed, tuple[Entry, ...]]
    people: tuple[Person, ...]
    """Who owns most, first."""


def preview(config: ConnectionConfig, places: Sequence[Place], around: Surroundings) -> Preview:
    """Return how the first entries would be filed by the connection's mapping; raises ConnectionFailed."""
    adapter = reach(dataclasses.replace(config, keep_raw=False, done_days=1), around)
    entries: dict[str, Entry] = {}
    known = {place.id: place for place in places}
    whole = True
    try:
        for page in adapter.pull(None):
            entries |= {entry.ref.id: entry for entry in page.entries}
            known |= {place.id: place for place in page.places}
            if len(entries) >= ENOUGH:
                whole = False
                break
    finally:
        adapter.close()
    snapshot = Snapshot(
        entries=entries.values(),
        places=known.values(),
        mappings={config.name: config.mapping},
        people=People(),
        now=around.now(),
    )
    return _filed(snapshot, whole=whole)


def _filed(snapshot: Snapshot, *, whole: bool) -> Preview:
    counts: Counter[Filed] = Counter()
    examples: dict[Filed, list[Entry]] = defaultdict(list)
    owners: Counter[str] = Counter()
    people: dict[str, Person] = {}
    for entry in snapshot.entries.values():
        if not entry.is_open:
            continue
        filed = snapshot.filing(entry).filed
        counts[filed] += 1
        if len(examples[filed]) < EXAMPLES and not entry.is_part:
            examples[filed].append(entry)
        for person in entry.owners:
            owners[person.id] += 1
            people[person.id] = person
    return Preview(
        read=len(snapshot.entries),
        whole=whole,
        counts=counts,
        examples={filed: tuple(some) for filed, some in examples.items()},
        people=tuple(people[id] for id, _ in owners.most_common()),
    )
