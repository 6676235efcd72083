"""Audit: judges what the last pull brought, and remembers which findings are new."""

from __future__ import annotations

from collections.abc import Mapping

from planora_sync.report.audited import Audited
from planora_sync.report.score import Separation, separation
from planora_sync.rules.catalog import CATALOG
from planora_sync.rules.engine import Audit, Selection, asked, audit
from planora_sync.runs.workspace import Workspace
from planora_sync.store import RunStatus


def selection(workspace: Workspace) -> Selection:
    """Return which rules the configuration asks."""
    rules = workspace.config.rules
    return Selection(
        select=tuple(rules.select),
        ignore=rules.ignore,
        level=rules.level,
        thresholds=rules.thresholds,
        confidence=rules.confidence,
    )


def audit_store(workspace: Workspace, *, run: str | None = None) -> Audited:
    """Audit what is in the store, record the findings, and return all of it."""
    at = workspace.now()
    snapshot = workspace.snapshot()
    chosen = selection(workspace)
    found = audit(snapshot, chosen)
    score = separation(found, snapshot)
    own = run or workspace.store.runs.begin("audit", (), at)
    recorded = workspace.store.findings.record(
        own,
        found.findings,
        found.judgements,
        at,
        filed={ref: snapshot.filing(snapshot.entries[ref]).filed for ref in found.judgements},
        connections=workspace.connections(),
        codes=[one.code for one in CATALOG if asked(one.code, chosen)],
    )
    if run is None:
        workspace.store.runs.finish(own, RunStatus.OK, audit_summary(found, score), workspace.now())
    return Audited(
        run=own,
        at=at,
        audit=found,
        snapshot=snapshot,
        score=score,
        first_seen={one.identity: seen for one, seen in workspace.store.findings.current()},
        new=frozenset(one.identity for one in recorded.new),
        resolved=len(recorded.resolved),
    )


def audit_summary(found: Audit, score: Separation) -> Mapping[str, object]:
    """Return what the store keeps of an audit, for trends."""
    return {
        "score": score.total.score,
        "entries": score.total.entries,
        "misfiled": score.total.misfiled,
        "unsure": len(found.unsure),
        "findings": len(found.findings),
    }
