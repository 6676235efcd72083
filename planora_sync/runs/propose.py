"""Propose: what would be written to resolve the findings of an audit."""

from __future__ import annotations

from collections.abc import Iterable

from planora_sync.adapter import Capabilities
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.propose import propose
from planora_sync.errors import AdapterLoadError
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.report.audited import Audited
from planora_sync.rules.base import Finding
from planora_sync.rules.engine import audit
from planora_sync.runs.audit import selection
from planora_sync.runs.workspace import Workspace


def draft(workspace: Workspace, audited: Audited) -> Proposal:
    """Return the proposal of an audit, kept nowhere yet."""
    chosen = selection(workspace)

    def again(snapshot: Snapshot) -> Iterable[Finding]:
        return audit(snapshot, chosen).findings

    connections = workspace.config.connections
    return propose(
        audited.snapshot,
        (*audited.audit.findings, *audited.audit.folded),
        judgements=audited.audit.judgements,
        now=audited.at,
        rejected=workspace.store.approvals.rejected(),
        caps=workspace.config.caps,
        read_only_connections=[name for name, connection in connections.items() if connection.read_only],
        capabilities=_capabilities(workspace),
        audit=again,
    )


def make(workspace: Workspace, audited: Audited) -> Proposal:
    """Return the proposal of an audit, kept in the store so that it can be approved."""
    proposal = draft(workspace, audited)
    workspace.store.proposals.save(proposal)
    return proposal


def _capabilities(workspace: Workspace) -> dict[str, Capabilities]:
    found = {}
    for name in workspace.config.connections:
        try:
            found[name] = workspace.adapter(name).capabilities
        except AdapterLoadError:
            continue  # its entries cannot be corrected now; pull has said why
    return found
