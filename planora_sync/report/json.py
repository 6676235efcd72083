"""The audit as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from planora_sync.correct.proposal import Proposal
from planora_sync.report.audited import Audited
from planora_sync.report.rows import finding_row
from planora_sync.report.score import Share


def audit_document(audited: Audited, proposal: Proposal | None = None) -> dict[str, Any]:
    """Return the body of `audit --format json`: findings, score, what is unsure, what was not asked.

    With a proposal each finding carries the correction that would resolve it.
    """
    corrections = {correction.ref: correction for correction in proposal.corrections} if proposal else {}
    snapshot, found = audited.snapshot, audited.audit
    return {
        "run": audited.run,
        "at": audited.at.isoformat(),
        "findings": [
            finding_row(
                one,
                folded=audited.under(one),
                correction=corrections.get(one.ref) if one.ref else None,
                new=one.identity in audited.new,
                first_seen=audited.first_seen.get(one.identity),
            )
            for one in found.findings
        ],
        "score": {
            **_share(audited.score.total),
            "by_layer": {name: _share(share) for name, share in audited.score.by_layer.items()},
            "by_place": {name: _share(share) for name, share in audited.score.by_place.items()},
            "by_theme": {name: _share(share) for name, share in audited.score.by_theme.items()},
        },
        "counts": dict(found.counts),
        "unsure": [
            {
                "ref": str(ref),
                "key": snapshot.entries[ref].key,
                "title": snapshot.entries[ref].title,
                "filed": snapshot.filing(snapshot.entries[ref]).filed.value,
                "question": found.judgements[ref].question,
            }
            for ref in found.unsure
        ],
        "skipped": [skipped.model_dump() for skipped in found.skipped],
        "resolved": audited.resolved,
    }


def _share(share: Share) -> dict[str, Any]:
    return {"score": share.score, **asdict(share)}
