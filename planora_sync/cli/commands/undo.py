"""`planora-sync undo`: make the proposal that brings former values back."""

from __future__ import annotations

import click

from planora_sync.cli.commands.apply import NOT_APPLIED, apply_body, interruptible, print_results
from planora_sync.cli.commands.propose import rendered
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, say, typed
from planora_sync.cli.person import login
from planora_sync.runs.apply import apply_approved, approve_proposal, propose_undo
from planora_sync.safe_text import one_line

UNREAD = 3


@click.command("undo")
@click.argument("what", metavar="PROPOSAL|RUN|CORRECTION")
@click.option("--apply", "now", is_flag=True, help="Approve and apply it at once.")
@click.option(
    "--force-caps", is_flag=True, help="With --apply: go on although it is more than the caps allow."
)
@click.option("--by", default=login, show_default="your login", metavar="NAME", help="Who approves.")
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, what: str, now: bool, force_caps: bool, by: str, form: str) -> int:
    """Make the proposal that brings back what a proposal, a run or a correction changed.

    What a person changed since is left as it is, and listed. Exit status 3 where a connection could not be read, so
    that nothing of it is undone.
    """
    with workspace(ctx) as opened:
        undoing = propose_undo(opened, what)
        proposal, applied = undoing.proposal, None
        if now and proposal.corrections:
            approve_proposal(opened, proposal, by=by)
            with interruptible(ctx, proposal.id):
                applied = apply_approved(opened, proposal, force_caps=force_caps)
    if applied is None:
        click.echo(rendered(proposal, form).rstrip("\n"))
        if form == "text" and proposal.corrections:
            say(f"Next: {typed(ctx, 'approve', proposal.id)}, then {typed(ctx, 'apply', proposal.id)}")
        return UNREAD if undoing.failures else 0
    if form == "json":
        print_json(document("apply", apply_body(proposal, applied, dry_run=False)))
    else:
        for note in proposal.notes:
            say(f"  {one_line(note)}")
        print_results(applied.report)
    if not applied.report.complete:
        return NOT_APPLIED
    return UNREAD if undoing.failures else 0
