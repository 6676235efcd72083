"""What a demo found, changed and found again, as plain values for scripts (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from planora_sync.correct.proposal import Proposal
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry
from planora_sync.service.demo import Look, Shown
from planora_sync.service.measure import Mark

Row = dict[str, Any]


def summary(shown: Shown) -> Row:
    """Return the demo as JSON values."""
    return {
        "right": shown.right,
        "first": _first(shown.first),
        "proposal": {"id": shown.proposal.id, "digest": shown.proposal.digest, **by_safety(shown.proposal)},
        "applied": {"run": shown.applied.run, **shown.applied.report.counts()},
        "second": _second(shown.second),
        "reports": [str(path) for path in shown.reports],
    }


def by_safety(proposal: Proposal) -> dict[str, int]:
    """Return how many corrections there are of each safety."""
    counted = Counter(one.safety.value for one in proposal.corrections)
    return {safety: counted[safety] for safety in ("safe", "review", "manual")}


def rows_of(marks: Iterable[Mark], look: Look) -> list[Row]:
    """Return marks with what people call their entries."""
    by_id = entries_by_id(look.audited.snapshot)
    found = []
    for mark in marks:
        entry = by_id.get((mark.connection, mark.id))
        found.append(
            {
                "code": mark.code,
                "connection": mark.connection,
                "id": mark.id,
                "key": entry.key if entry else None,
                "title": entry.title if entry else None,
            }
        )
    return found


def entries_by_id(snapshot: Snapshot) -> Mapping[tuple[str, str], Entry]:
    """Return the entries by connection and id."""
    return {(ref.connection, ref.id): entry for ref, entry in snapshot.entries.items()}


def _first(look: Look) -> Row:
    entries, found = look.audited.snapshot.entries, look.audited.audit
    return {
        **_score(look),
        "precision": look.measured.precision,
        "recall": look.measured.recall,
        "findings": len(found.findings),
        "expected": len(look.measured.wanted),
        "missed": rows_of(look.measured.missed, look),
        "unexpected": rows_of(look.measured.unexpected, look),
        "unsure": [
            {
                "ref": str(ref),
                "key": entries[ref].key,
                "title": entries[ref].title,
                "question": found.judgements[ref].question,
            }
            for ref in found.unsure
        ],
    }


def _second(look: Look) -> Row:
    return {
        **_score(look),
        "remaining": len(look.measured.found),
        "expected_remaining": len(look.measured.wanted),
        "missed": rows_of(look.measured.missed, look),
        "unexpected": rows_of(look.measured.unexpected, look),
    }


def _score(look: Look) -> Row:
    total = look.audited.score.total
    return {
        "entries": total.entries,
        "misfiled": total.misfiled,
        "score": total.score,
        "failed": {
            one.connection: str(one.error) if one.error else one.status.value for one in look.failures
        },
    }
