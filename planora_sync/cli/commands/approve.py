"""`planora-sync approve`: approve a proposal, whole or in part."""

from __future__ import annotations

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, say, typed
from planora_sync.cli.person import login
from planora_sync.correct.proposal import Safety
from planora_sync.runs.apply import approve_proposal, find_proposal
from planora_sync.safe_text import one_line


@click.command("approve")
@click.argument("proposal")
@click.option("--digest", metavar="D", help="Refuse unless the proposal still has this digest.")
@click.option("--only", multiple=True, metavar="ID", help="Only this correction; may be repeated.")
@click.option("--except", "except_", multiple=True, metavar="ID", help="All but this one; may be repeated.")
@click.option("--within-caps", is_flag=True, help="The surest corrections that fit the caps.")
@click.option("--by", default=login, show_default="your login", metavar="NAME", help="Who approves.")
@format_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    proposal: str,
    digest: str | None,
    only: tuple[str, ...],
    except_: tuple[str, ...],
    within_caps: bool,
    by: str,
    form: str,
) -> int:
    """Approve a proposal (its id, or `latest`). Manual corrections are never covered: they are done by hand."""
    if within_caps and (only or except_):
        raise click.UsageError("--within-caps chooses by itself: leave --only and --except out.")
    with workspace(ctx) as opened:
        found = find_proposal(opened, proposal)
        given = approve_proposal(
            opened, found, by=by, digest=digest, only=only, except_=except_, within=within_caps
        )
    if form == "json":
        print_json(document("approval", given.model_dump(mode="json")))
        return 0
    count = len(given.corrections)
    click.echo(
        f"{count} of {len(found.corrections)} corrections of {found.id} are approved by {one_line(by)}."
    )
    by_hand = [one.id for one in found.corrections if one.safety is Safety.MANUAL]
    for left in given.left:
        if left.split(" ")[0] not in by_hand:  # `propose` has listed what is done by hand
            say(f"  not covered: {one_line(left)}")
    if by_hand and not only:
        say(f"  {len(by_hand)} are done by hand, and are not covered.")
    say(f"Next: {typed(ctx, 'apply', found.id, '--dry-run')}, then without --dry-run.")
    return 0
