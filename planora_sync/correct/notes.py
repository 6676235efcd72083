"""What to know about a proposal before approving it (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from planora_sync.correct.caps import Caps, Sizes, excesses
from planora_sync.correct.proposal import Correction, Safety
from planora_sync.rules.base import Finding

BEFORE_APPROVAL = (
    "Trackers may mail the watchers of what changes. Undo brings every changed field back, but not the history"
    " of reports, mails already sent, or what an automation of the tracker did meanwhile."
)


def notes(
    corrections: Sequence[Correction],
    *,
    findings: Iterable[Finding],
    rejected: int,
    caps: Caps,
    sizes: Sizes,
    read_only: Collection[str],
) -> tuple[str, ...]:
    """Return the notes of a proposal: caps, read-only connections, findings without a correction."""
    writing = [one for one in corrections if one.safety is not Safety.MANUAL]
    return (
        *_caps(writing, caps, sizes),
        *_read_only(writing, read_only),
        *_left(corrections, findings, rejected),
        *([BEFORE_APPROVAL] if writing else []),
    )


def _caps(writing: Iterable[Correction], caps: Caps, sizes: Sizes) -> Iterator[str]:
    for excess in excesses(writing, caps, sizes):
        yield (
            f"Above a cap: {excess}. `apply` stops here: approve fewer, or say `--force-caps` once you know why"
            " so much changes."
        )


def _read_only(writing: Iterable[Correction], read_only: Collection[str]) -> Iterator[str]:
    counted = Counter(one.ref.connection for one in writing)
    for connection in sorted(set(counted) & set(read_only)):
        yield (
            f"Connection {connection!r} is read-only: `apply` will refuse its {_many(counted[connection])}"
            f" until `read_only = false` stands under [connections.{connection}]."
        )


def _left(corrections: Iterable[Correction], findings: Iterable[Finding], rejected: int) -> Iterator[str]:
    """Yield what has no correction here, and why."""
    if rejected:
        yield f"Not offered again, for it was rejected or moved back: {_many(rejected)}."
    found = tuple(findings)
    on_places = [one for one in found if one.ref is None]
    for one in on_places:
        advice = f" {one.remedy.words}" if one.remedy else ""
        yield f"{one.code} on {one.connection}:{one.place}: {one.message}{advice}"
    corrected = {(one.ref, code) for one in corrections for code in one.codes}
    bare = Counter(
        one.code for one in found if one.ref and one.remedy is None and (one.ref, one.code) not in corrected
    )
    if bare:
        listed = ", ".join(f"{code} ({count})" for code, count in sorted(bare.items()))
        yield f"Findings without a correction: {listed}."


def _many(count: int) -> str:
    return f"{count} correction" if count == 1 else f"{count} corrections"
