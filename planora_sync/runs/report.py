"""Report: the audit as a file, with the scores of former runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from planora_sync.correct.proposal import Proposal
from planora_sync.report.audited import Audited
from planora_sync.report.render import render
from planora_sync.runs.files import write_whole
from planora_sync.runs.workspace import Workspace

TREND = 30
"""A report shows the scores of so many former audits."""


def history(workspace: Workspace, until: datetime) -> tuple[float, ...]:
    """Return the scores of the audits up to a moment, oldest first."""
    runs = [
        run
        for run in workspace.store.runs.list(limit=4 * TREND)
        if "score" in run.summary and run.began <= until
    ]
    return tuple(float(run.summary["score"]) for run in reversed(runs[:TREND]))


def write_report(
    workspace: Workspace,
    audited: Audited,
    form: str,
    path: Path,
    proposal: Proposal | None = None,
    *,
    kept: bool = True,
) -> None:
    """Write the report to a file, whole or not at all; raises UsageError where the file cannot be written.

    A proposal that is not kept, a draft, is not named in it.
    """
    text = render(audited, form, proposal, history(workspace, audited.at), kept=kept)
    write_whole(path, text, "report")
