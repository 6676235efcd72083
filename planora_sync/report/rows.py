"""Entries and findings as scripts read them: plain JSON values, with stable keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from planora_sync.classify.judgement import Judgement
from planora_sync.correct.proposal import Correction
from planora_sync.correct.render.json import correction_row
from planora_sync.mapping.filed import Filing
from planora_sync.model import Entry
from planora_sync.rules.base import Finding

Row = dict[str, Any]


def entry_row(entry: Entry, filing: Filing, judgement: Judgement | None) -> Row:
    """Return one entry; done and archived ones have no nature."""
    return {
        "ref": str(entry.ref),
        "connection": entry.ref.connection,
        "tracker": entry.ref.tracker,
        "id": entry.ref.id,
        "key": entry.key,
        "url": entry.url,
        "title": entry.title,
        "kind": entry.kind.value,
        "place": entry.place.name,
        "status": entry.status.name if entry.status else None,
        "status_category": entry.category.value,
        "sprint": entry.sprint.name if entry.sprint else None,
        "assignees": [person.name for person in entry.owners],
        "start": entry.start.isoformat() if entry.start else None,
        "due": entry.due.isoformat() if entry.due else None,
        "labels": list(entry.labels),
        "parent": entry.parent.name if entry.parent else None,
        "filed": filing.filed.value,
        "nature": judgement.nature.value if judgement else None,
        "confidence": judgement.confidence if judgement else None,
    }


def finding_row(
    found: Finding,
    *,
    folded: Iterable[Finding] = (),
    correction: Correction | None = None,
    new: bool = False,
    first_seen: datetime | None = None,
) -> Row:
    """Return one finding with what stands under it and the correction that would resolve it."""
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.level.value,
        "ref": str(found.ref) if found.ref else None,
        "key": found.key or None,
        "url": found.url or None,
        "title": found.title,
        "connection": found.connection,
        "place": found.place,
        "filed": found.filed.value if found.filed else None,
        "nature": found.nature.value if found.nature else None,
        "confidence": found.confidence,
        "message": found.message,
        "evidence": list(found.evidence),
        "new": new,
        "first_seen": first_seen.isoformat() if first_seen else None,
        "folded": [{"code": one.code, "message": one.message} for one in folded],
        "correction": correction_row(correction) if correction else None,
    }


def judgement_row(judgement: Judgement) -> Row:
    """Return a judgement with every signal and its weight."""
    return {
        "nature": judgement.nature.value,
        "confidence": judgement.confidence,
        "probabilities": {nature.value: value for nature, value in judgement.probabilities.items()},
        "decided_by": judgement.decided_by,
        "masked": sorted(judgement.masked),
        "silent": [dimension.value for dimension in judgement.silent],
        "question": judgement.question,
        "evidence": [_signal(judgement, position) for position in range(len(judgement.evidence))],
    }


def _signal(judgement: Judgement, position: int) -> Mapping[str, Any]:
    signal = judgement.evidence[position]
    return {
        "name": signal.name,
        "dimension": signal.dimension.value,
        "toward": signal.toward.value,
        "weight": signal.weight,
        "text": signal.text,
    }
