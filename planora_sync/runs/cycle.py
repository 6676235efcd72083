"""The workflow, in its order: one cycle from pull to report.

1. **pull** what changed from each connection (or everything)
2. **translate** wire to entry by the mapping: adapters do that while they pull
3. **store** what differs, with a version
4. **classify** the nature of each entry
5. **audit**: rules give findings
6. **propose** corrections
7. **approve**: a person does, with a command of their own; a cycle never does it for them
8. **apply** what was approved before, through the guards, each step journalled before and after
9. **report**
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from planora_sync.correct.proposal import Proposal
from planora_sync.report.audited import Audited
from planora_sync.runs.audit import audit_store, audit_summary
from planora_sync.runs.propose import make
from planora_sync.runs.pull import Progress, Pulled, outcome, pull_all, summary
from planora_sync.runs.report import write_report
from planora_sync.runs.workspace import Workspace
from planora_sync.store import RunStatus


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """What one cycle brought."""

    run: str
    pulled: tuple[Pulled, ...]
    audited: Audited
    proposal: Proposal


def cycle(
    workspace: Workspace,
    *,
    full: bool = False,
    names: Iterable[str] = (),
    reports: Iterable[tuple[str, Path]] = (),
    progress: Progress = lambda connection, count: None,
) -> Cycle:
    """Run one cycle and return what it brought; a connection that fails stops no other."""
    names = tuple(names)
    wanted = workspace.connections(names)
    run = workspace.store.runs.begin("run", wanted, workspace.now())
    status, told = RunStatus.FAILED, {}
    try:
        pulled = pull_all(workspace, names, full=full, run=run, progress=progress)
        audited = audit_store(workspace, run=run)
        proposal = make(workspace, audited)
        status = outcome(pulled)
        told = {**summary(pulled), **audit_summary(audited.audit, audited.score), "proposal": proposal.id}
    finally:
        workspace.store.runs.finish(run, status, told, workspace.now())
    for form, path in reports:
        write_report(workspace, audited, form, path, proposal)
    return Cycle(run=run, pulled=pulled, audited=audited, proposal=proposal)
