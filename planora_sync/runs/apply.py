"""Approve, apply, undo: what a person let happen is written through the guards, each step journalled."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from planora_sync.adapter import Adapter
from planora_sync.correct.apply import apply_proposal
from planora_sync.correct.approve import Approval, approve, approved_ids
from planora_sync.correct.caps import open_entries, within_caps
from planora_sync.correct.proposal import Proposal, Safety
from planora_sync.correct.results import ApplyReport, Progress, Result
from planora_sync.correct.undo import Undoing, rows_of, undo_proposal
from planora_sync.errors import NotApproved, UnknownReference
from planora_sync.names import plain
from planora_sync.runs.workspace import Workspace
from planora_sync.store import RunStatus

logger = logging.getLogger(__name__)

LATEST = "latest"
SHOWN = 12
"""So many characters of a digest are shown to people, and are enough to name it."""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What an apply did, and in which run."""

    run: str
    report: ApplyReport


def find_proposal(workspace: Workspace, name: str) -> Proposal:
    """Return a proposal by id, by the beginning of its id, or `latest`; raises UnknownReference."""
    if name == LATEST:
        latest = workspace.store.proposals.latest()
        if latest is None:
            raise UnknownReference("There is no proposal yet.", next_step="Make one: `planora-sync propose`.")
        return latest
    return workspace.store.proposals.get(name)


def approve_proposal(
    workspace: Workspace,
    proposal: Proposal,
    *,
    by: str,
    digest: str | None = None,
    only: Collection[str] = (),
    except_: Collection[str] = (),
    within: bool = False,
) -> Approval:
    """Return the approval of a proposal, whole or in part, kept in the store.

    Raises NotApproved where the digest is another one, or nothing is left to approve.
    """
    if within:
        only = sorted(within_caps(proposal, workspace.config.caps, open_entries(workspace.snapshot())))
    at = workspace.now()
    given = approve(
        proposal,
        by=by,
        at=at,
        digest=_whole(digest, proposal),
        only=only,
        except_=except_,
        roles=workspace.config.approval,
        role=_role(workspace, by),
    )
    if not given.corrections:
        raise NotApproved(
            f"Nothing of proposal {proposal.id} is approved: {_why_nothing(proposal)}.",
            next_step="`show` lists its corrections with their ids.",
        )
    how = "within caps" if within else "in part" if only or except_ else "whole"
    workspace.store.approvals.approve(proposal.id, given.digest, given.corrections, by=by, at=at, how=how)
    return given


def _whole(digest: str | None, proposal: Proposal) -> str | None:
    """Return the digest that is meant: people copy the beginning, for that is what they are shown."""
    shown = digest and len(digest) >= SHOWN and proposal.digest.startswith(digest)
    return proposal.digest if shown else digest


def _why_nothing(proposal: Proposal) -> str:
    if not proposal.corrections:
        return "it holds no correction"
    manual = all(one.safety is Safety.MANUAL for one in proposal.corrections)
    return "all of it is done by hand" if manual else "no correction is left of those that were chosen"


def _role(workspace: Workspace, by: str) -> str | None:
    """Return the role of whoever approves: `by` is a key of `[people]`, a name or an alias."""
    wanted = plain(by)
    for key, member in workspace.config.people.members.items():
        if wanted in (plain(key), *(handle for handle in member.handles if isinstance(handle, str))):
            return member.role.value if member.role else None
    return None


def approvals_of(workspace: Workspace, proposal: Proposal) -> frozenset[str]:
    """Return the ids of a proposal's corrections that somebody approved."""
    kept = workspace.store.approvals.of(proposal.id)
    return approved_ids(
        proposal,
        [
            Approval(
                proposal=one.proposal, digest=one.digest, corrections=one.corrections, by=one.by, at=one.at
            )
            for one in kept
        ],
    )


def apply_approved(
    workspace: Workspace,
    proposal: Proposal,
    *,
    dry_run: bool = False,
    force_caps: bool = False,
    progress: Progress | None = None,
) -> Applied:
    """Write a proposal's approved corrections and return what came of each.

    A dry run makes no call that writes and needs no approval. Raises NotApproved, CapsExceeded.
    """
    approved = approvals_of(workspace, proposal)
    if not approved and not dry_run:
        raise NotApproved(
            f"Nobody approved proposal {proposal.id}.",
            next_step=f"Look at it, then: planora-sync approve {proposal.id}",
        )
    chosen = approved or frozenset(one.id for one in proposal.corrections)
    names = sorted({one.ref.connection for one in proposal.corrections if one.id in chosen})
    adapters: dict[str, Adapter] = {
        name: workspace.adapter(name) for name in names if name in workspace.config.connections
    }
    run = workspace.store.runs.begin("dry-run" if dry_run else "apply", names, workspace.now())
    status = RunStatus.FAILED
    report: ApplyReport | None = None
    try:
        report = apply_proposal(
            proposal,
            chosen,
            adapters=adapters,
            journal=workspace.store.journal,
            run=run,
            now=workspace.now,
            caps=workspace.config.caps,
            open_entries=open_entries(workspace.snapshot()),
            force_caps=force_caps,
            dry_run=dry_run,
            on_progress=_logged(progress),
        )
        status = RunStatus.OK if report.complete else RunStatus.INCOMPLETE
    finally:
        counts = report.counts() if report else {}
        summary = {"proposal": proposal.id, "outcomes": counts}
        workspace.store.runs.finish(run, status, summary, workspace.now())
    return Applied(run=run, report=report)


def _logged(progress: Progress | None) -> Progress:
    def told(result: Result, done: int, total: int) -> None:
        logger.info(
            "%s/%s correction=%s entry=%s outcome=%s", done, total, result.id, result.ref, result.outcome
        )
        if progress is not None:
            progress(result, done, total)

    return told


def propose_undo(workspace: Workspace, name: str) -> Undoing:
    """Return the proposal that undoes a proposal, run or correction, kept so that it can be approved.

    Fields that a person changed since are left and listed. Raises UnknownReference, and ConnectionFailed where no
    tracker that it concerns can be read; then no proposal is made.
    """
    journal = workspace.store.journal
    rows = rows_of(name, journal)
    adapters = {
        connection: workspace.adapter(connection)
        for connection in sorted({row.ref.connection for row in rows})
        if connection in workspace.config.connections
    }
    answering = {
        correction.ref: correction.layer
        for id in dict.fromkeys(row.proposal for row in rows)
        for correction in workspace.store.proposals.get(id).corrections
    }
    undoing = undo_proposal(name, adapters=adapters, journal=journal, now=workspace.now, layers=answering)
    workspace.store.proposals.save(undoing.proposal)
    return undoing
