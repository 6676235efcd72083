"""Caps: how much one run may change, in all and of any one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from planora_sync.correct.proposal import Correction, Proposal, Safety
from planora_sync.errors import CapsExceeded
from planora_sync.mapping.snapshot import Snapshot

Sizes = Mapping[tuple[str, str], int]
"""Connection and path of a place -> its open entries."""


class Caps(Protocol):
    """The thresholds of `[caps]`."""

    @property
    def max_corrections(self) -> int:
        """How many corrections one run may make."""
        ...

    @property
    def max_share(self) -> float:
        """Which share of a place's open entries it may change, 0 to 1."""
        ...

    @property
    def min_entries(self) -> int:
        """Places with fewer open entries have no share."""
        ...


@dataclass(frozen=True, kw_only=True)
class DefaultCaps:
    """The caps where `[caps]` says nothing."""

    max_corrections: int = 200
    max_share: float = 0.3
    min_entries: int = 10


@dataclass(frozen=True, kw_only=True)
class Excess:
    """One cap that is exceeded."""

    where: str
    """`the run`, or a place as `connection:path`."""
    count: int
    total: int
    """Corrections allowed in the run, or open entries of the place."""
    threshold: str

    def __str__(self) -> str:
        if self.where == "the run":
            return f"{self.count} corrections in one run; {self.threshold}"
        share = self.count / self.total
        return f"{self.where}: {share:.0%} of its open entries ({self.count}/{self.total}); {self.threshold}"


def open_entries(snapshot: Snapshot) -> Sizes:
    """Return how many open entries each place holds."""
    return Counter(
        (entry.ref.connection, entry.place.name) for entry in snapshot.entries.values() if entry.is_open
    )


def excesses(corrections: Iterable[Correction], caps: Caps, sizes: Sizes) -> tuple[Excess, ...]:
    """Return the caps that these corrections exceed; manual ones write nothing and do not count."""
    writing = [one for one in corrections if one.safety is not Safety.MANUAL and one.changes]
    found = []
    if len(writing) > caps.max_corrections:
        threshold = f"max_corrections is {caps.max_corrections}"
        found.append(
            Excess(where="the run", count=len(writing), total=caps.max_corrections, threshold=threshold)
        )
    # Entries, not corrections: an undo may need two steps for one of them.
    changed = {one.ref: (one.ref.connection, one.place) for one in writing}
    counted = Counter(changed.values())
    for (connection, path), count in sorted(counted.items()):
        total = sizes.get((connection, path), 0)
        if total >= caps.min_entries and count > caps.max_share * total:
            threshold = f"max_share is {caps.max_share:.0%} from {caps.min_entries} entries on"
            found.append(Excess(where=f"{connection}:{path}", count=count, total=total, threshold=threshold))
    return tuple(found)


def check_caps(corrections: Iterable[Correction], caps: Caps, sizes: Sizes) -> None:
    """Raise CapsExceeded where the corrections exceed a cap: the whole proposal stops."""
    found = excesses(corrections, caps, sizes)
    if found:
        raise CapsExceeded(
            "The proposal changes more than the caps allow: " + "; ".join(map(str, found)) + ".",
            next_step="Approve fewer (`approve --within-caps` takes the surest that fit), or apply with"
            " `--force-caps` once you know why so much changes.",
        )


def within_caps(proposal: Proposal, caps: Caps, sizes: Sizes) -> frozenset[str]:
    """Return the ids of the surest corrections that fit the caps: safe ones first, then by confidence.

    Raises CapsExceeded where there are corrections and not one of them fits: an empty choice would read as all.
    """
    writing = [one for one in proposal.corrections if one.safety is not Safety.MANUAL and one.changes]
    surest = sorted(
        writing, key=lambda one: (one.safety is not Safety.SAFE, -(one.confidence or 0.0), one.id)
    )
    taken: list[Correction] = []
    held: Counter[tuple[str, str]] = Counter()
    for one in surest:
        place = (one.ref.connection, one.place)
        total = sizes.get(place, 0)
        full = total >= caps.min_entries and held[place] + 1 > caps.max_share * total
        if len(taken) < caps.max_corrections and not full:
            taken.append(one)
            held[place] += 1
    if writing and not taken:
        check_caps(writing, caps, sizes)
    return frozenset(one.id for one in taken)
