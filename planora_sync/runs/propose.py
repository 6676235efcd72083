"""Propose: what would be written to resolve the findings of an audit."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from planora_sync.adapter import Capabilities
from planora_sync.change import Change
from planora_sync.correct.decide import Losses
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.propose import as_far_as_known, propose
from planora_sync.correct.rejected import moved_back
from planora_sync.errors import AdapterLoadError, ConnectionFailed, RateLimited, Unreachable, Unsupported
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry
from planora_sync.report.audited import Audited
from planora_sync.rules.base import Finding
from planora_sync.rules.engine import audit
from planora_sync.runs.audit import selection
from planora_sync.runs.workspace import Workspace

log = logging.getLogger(__name__)


def draft(workspace: Workspace, audited: Audited, *, ask: bool = False) -> Proposal:
    """Return the proposal of an audit, kept nowhere yet; with `ask` the trackers say what a move would lose."""
    chosen = selection(workspace)

    def again(snapshot: Snapshot) -> Iterable[Finding]:
        # An audit of many entries takes seconds, and this one was just made.
        known = audited.audit if snapshot is audited.snapshot else audit(snapshot, chosen)
        return known.findings

    connections = workspace.config.connections
    journal = workspace.store.journal
    return propose(
        audited.snapshot,
        (*audited.audit.findings, *audited.audit.folded),
        judgements=audited.audit.judgements,
        now=audited.at,
        rejected=workspace.store.approvals.rejected() | moved_back(journal.rows(), audited.snapshot.entries),
        caps=workspace.config.caps,
        read_only_connections=[name for name, connection in connections.items() if connection.read_only],
        capabilities=_capabilities(workspace),
        audit=again,
        losses=_losses(workspace) if ask else as_far_as_known,
    )


def make(workspace: Workspace, audited: Audited) -> Proposal:
    """Return the proposal of an audit, kept in the store so that it can be approved."""
    proposal = draft(workspace, audited, ask=True)
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


def _losses(workspace: Workspace) -> Losses:
    """Return a question to the trackers: what a move would lose; where one does not answer, what is known counts."""

    silent: set[str] = set()

    def asked(entry: Entry, place: str, changes: Sequence[Change]) -> tuple[str, ...] | None:
        if entry.ref.connection in silent:
            return None
        try:
            return workspace.adapter(entry.ref.connection).losses(entry, place, changes)
        except (ConnectionFailed, Unsupported, AdapterLoadError) as failure:
            if isinstance(failure, Unreachable | RateLimited):
                silent.add(entry.ref.connection)  # else each move would wait in vain, as often as it is tried
            log.info("losses unknown: connection=%s code=%s", entry.ref.connection, failure.code)
            return None

    return asked
