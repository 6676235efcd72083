"""Report: the audit as a file, with the scores of former runs."""

from __future__ import annotations

import os
from pathlib import Path

from planora_sync.correct.proposal import Proposal
from planora_sync.errors import UsageError
from planora_sync.report.audited import Audited
from planora_sync.report.render import render
from planora_sync.runs.workspace import Workspace

TREND = 30
"""A report shows the scores of so many former audits."""


def history(workspace: Workspace) -> tuple[float, ...]:
    """Return the scores of former audits, oldest first."""
    runs = [run for run in workspace.store.runs.list(limit=4 * TREND) if "score" in run.summary]
    return tuple(float(run.summary["score"]) for run in reversed(runs[:TREND]))


def write_report(
    workspace: Workspace, audited: Audited, form: str, path: Path, proposal: Proposal | None = None
) -> None:
    """Write the report to a file, whole or not at all; raises UsageError where the file cannot be written."""
    text = render(audited, form, proposal, history(workspace))
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)
    except OSError as failure:
        raise UsageError(
            f"The report cannot be written to {path}: {failure.strerror}.",
            next_step="Name a file in a folder that exists and may be written.",
        ) from failure
