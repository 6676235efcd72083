"""`planora-sync show`: print a proposal that was made before."""

from __future__ import annotations

import click

from planora_sync.cli.commands.propose import FORMATS, rendered
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import format_option
from planora_sync.runs.apply import find_proposal


@click.command("show")
@click.argument("proposal")
@format_option(*FORMATS)
@click.pass_context
def command(ctx: click.Context, proposal: str, form: str) -> int:
    """Print a proposal that was made before (its id, or `latest`)."""
    with workspace(ctx) as opened:
        click.echo(rendered(find_proposal(opened, proposal), form).rstrip("\n"))
    return 0
