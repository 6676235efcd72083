"""`planora-sync run`: pull, audit, propose and report in one go, for schedules."""

from __future__ import annotations

from pathlib import Path

import click

from planora_sync.cli.commands.audit import NEVER, failing, print_audit
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, progress, say, typed
from planora_sync.cli.pulling import exit_status, show_pulls
from planora_sync.report.json import audit_document
from planora_sync.rules.base import Level
from planora_sync.runs.cycle import cycle


@click.command("run")
@click.option("--full", is_flag=True, help="Read everything that counts, not only what changed.")
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.option("--report", "reports", multiple=True, type=click.Path(dir_okay=False, path_type=Path),
              help="Write a report here (.html, .md, .csv or .json); may be repeated.")  # fmt: skip
@click.option(
    "--fail-on",
    type=click.Choice([*(level.value for level in Level), NEVER]),
    default=NEVER,
    show_default=True,
    help="Exit 1 on findings of this level or worse.",
)
@format_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context, full: bool, names: tuple[str, ...], reports: tuple[Path, ...], fail_on: str, form: str
) -> int:
    """Pull, audit, propose and report in one go; writes nothing to a tracker. Made for cron and CI."""
    forms = [(path.suffix.removeprefix("."), path) for path in reports]
    for ending, path in forms:
        if ending not in ("html", "md", "csv", "json"):
            raise click.UsageError(f"{path.name}: a report ends in .html, .md, .csv or .json.")
    with workspace(ctx) as opened, progress(quiet=form == "json") as show:
        done = cycle(opened, full=full, names=names, reports=forms, progress=show)
    show_pulls(done.pulled, quiet=form == "json")
    if form == "json":
        print_json(
            document("run", {"proposal": done.proposal.id, **audit_document(done.audited, done.proposal)})
        )
    else:
        print_audit(done.audited)
        say(f"Proposal {done.proposal.id} has {len(done.proposal.corrections)} corrections.")
        say(f"Look at it: {typed(ctx, 'show', done.proposal.id)}")
    return exit_status(done.pulled) or failing(done.audited, fail_on)
