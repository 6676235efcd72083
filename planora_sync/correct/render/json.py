"""A proposal as JSON, for scripts; versioned by its `schema` key."""

from __future__ import annotations

import json
from typing import Any

from planora_sync.change import Change, show
from planora_sync.correct.proposal import SCHEMA, Correction, Proposal

Row = dict[str, Any]


def render(proposal: Proposal) -> str:
    """Return the proposal as a JSON document; ASCII only, so that no title reaches a terminal unescaped."""
    return json.dumps(as_json(proposal), indent=2, ensure_ascii=True)


def as_json(proposal: Proposal) -> Row:
    """Return the proposal as values of JSON."""
    return {
        "schema": SCHEMA,
        "proposal": proposal.id,
        "digest": proposal.digest,
        "created": proposal.created.isoformat(),
        "expires": proposal.expires.isoformat(),
        "undoes": proposal.undoes,
        "notes": list(proposal.notes),
        "corrections": [correction_row(one) for one in proposal.corrections],
    }


def correction_row(correction: Correction) -> Row:
    """Return one correction as values of JSON."""
    return {
        "id": correction.id,
        "ref": str(correction.ref),
        "key": correction.key,
        "url": correction.url,
        "title": correction.title,
        "place": correction.place,
        "codes": list(correction.codes),
        "layer": correction.layer.value if correction.layer else None,
        "safety": correction.safety.value,
        "words": correction.words,
        "changes": [change_row(change) for change in correction.changes],
        "cascades": list(correction.cascades),
        "losses": list(correction.losses),
        "alternatives": [
            {"words": other.words, "changes": [change_row(change) for change in other.changes]}
            for other in correction.alternatives
        ],
        "calls": correction.calls,
        "confidence": correction.confidence,
    }


def change_row(change: Change) -> Row:
    """Return one change; a property says which."""
    named = {"property": change.property.name} if change.property else {}
    return {
        "field": change.field.value,
        **named,
        "before": show(change.before, change.field),
        "after": show(change.after, change.field),
    }
