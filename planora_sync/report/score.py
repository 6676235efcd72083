"""The separation score: how well roadmap, backlog and plan are kept apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Nature
from planora_sync.rules.engine import Audit

LAYERS = (Filed.ROADMAP, Filed.BACKLOG, Filed.PLAN)


@dataclass(frozen=True, kw_only=True)
class Share:
    """Entries of one layer, place or theme, and how many of them are misfiled."""

    entries: int
    misfiled: int
    unsure: int = 0

    @property
    def score(self) -> float:
        """Return 0 to 100: the share of entries that no finding says are misfiled."""
        return 100.0 if not self.entries else round(100 * (1 - self.misfiled / self.entries), 1)


@dataclass(frozen=True, kw_only=True)
class Separation:
    """The score of everything, and of each layer, place and theme."""

    total: Share
    by_layer: Mapping[str, Share] = field(default_factory=dict)
    by_place: Mapping[str, Share] = field(default_factory=dict)
    by_theme: Mapping[str, Share] = field(default_factory=dict)
    not_work: int = 0
    """Open entries that are no work, and count nowhere."""
    unmapped: int = 0


def separation(audit: Audit, snapshot: Snapshot) -> Separation:
    """Return the score of an audit.

    Counts open entries that are filed in a layer and stand on their own (no subtasks, no goals). Done and
    archived entries enter no share.
    """
    misfiled = {found.ref for found in audit.misfiled}
    counted = [entry for entry in snapshot.entries.values() if _counts(entry, audit, snapshot)]
    unsure = set(audit.unsure)

    def shares(key: Callable[[Entry], str | None]) -> dict[str, Share]:
        totals: Counter[str] = Counter()
        parts: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in counted:
            name = key(entry)
            if name is None:
                continue
            totals[name] += 1
            parts[name]["misfiled"] += entry.ref in misfiled
            parts[name]["unsure"] += entry.ref in unsure
        return {
            name: Share(entries=count, misfiled=parts[name]["misfiled"], unsure=parts[name]["unsure"])
            for name, count in sorted(totals.items())
        }

    whole = shares(lambda entry: "all").get("all", Share(entries=0, misfiled=0))
    return Separation(
        total=whole,
        by_layer=shares(lambda entry: snapshot.filing(entry).filed.value),
        by_place=shares(lambda entry: f"{entry.ref.connection}: {entry.place.name}"),
        by_theme=shares(lambda entry: entry.theme),
        not_work=audit.counts.get(Filed.NONE.value, 0),
        unmapped=audit.counts.get(Filed.UNMAPPED.value, 0),
    )


def _counts(entry: Entry, audit: Audit, snapshot: Snapshot) -> bool:
    if not entry.is_open or entry.is_part:
        return False
    if audit.judgements[entry.ref].nature is Nature.NONE:
        return False
    return snapshot.filing(entry).filed in LAYERS
