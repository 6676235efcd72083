"""`planora-sync audit`: report what is filed in the wrong place or lacks something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.cli.pulling import pull_if_never
from planora_sync.report.audited import Audited
from planora_sync.report.json import audit_document
from planora_sync.rules.base import Finding, Level
from planora_sync.runs.audit import audit_store
from planora_sync.runs.propose import draft
from planora_sync.safe_text import one_line

NEVER = "never"


@click.command("audit")
@format_option("text", "json")
@click.option(
    "--fail-on",
    type=click.Choice([*(level.value for level in Level), NEVER]),
    help="Exit 1 on findings of this level or worse.  [default: info, or `fail_on` of the configuration]",
)
@click.pass_context
def command(ctx: click.Context, form: str, fail_on: str | None) -> int:
    """Report what is filed in the wrong place or lacks something, as the last pull brought it."""
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        audited = audit_store(opened)
        limit = fail_on or opened.config.rules.fail_on
        if form == "json":
            proposal = draft(opened, audited)
            print_json(document("audit", audit_document(audited, proposal)))
        else:
            print_audit(audited)
    return status or failing(audited, limit)


def failing(audited: Audited, limit: str) -> int:
    """Return 1 where a finding is at or above the limit, else 0."""
    worst = audited.audit.worst()
    return int(limit != NEVER and worst is not None and worst.rank >= Level(limit).rank)


def print_audit(audited: Audited) -> None:
    """Print the findings as a table, then the score."""
    rows = [
        (
            found.level.value,
            found.code,
            found.key or found.place,
            one_line(found.title, 60),
            found.message + _folded(audited, found),
        )
        for found in audited.audit.findings
    ]
    if rows:
        print_table(("level", "code", "entry", "title", "what is wrong"), rows)
    print_score(audited)


def _folded(audited: Audited, found: Finding) -> str:
    under = sorted({one.code for one in audited.under(found)} - {found.code})
    return f" (and {', '.join(under)})" if under else ""


def print_score(audited: Audited) -> None:
    """Say how well the layers are kept apart."""
    score, found = audited.score, audited.audit
    told = f"{len(found.findings)} findings in all ({len(audited.new)} new)."
    if score.total.entries:
        click.echo(
            f"Separation score {score.total.score:g} of 100: {score.total.misfiled} of {score.total.entries} "
            f"open entries are misfiled, {told}"
        )
    else:
        # The score of nothing is full marks, which reads as praise after a pull that failed.
        click.echo(f"No separation score: no open entry is filed in a layer, {told}")
    notes: Mapping[str, Any] = {
        f"{len(found.unsure)} unsure: their evidence does not say what they are": found.unsure,
        f"{score.unmapped} unmapped: no rule of the mapping fits them": score.unmapped,
        f"{score.not_work} filed as no work": score.not_work,
    }
    for note, there in notes.items():
        if there:
            say(f"  {note}")
    for skipped in found.skipped:
        say(f"  {skipped.code} is not asked: {one_line(skipped.reason)}")
