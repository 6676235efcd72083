"""`planora-sync propose`: make a proposal of corrections; writes nothing to a tracker."""

from __future__ import annotations

from pathlib import Path

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import format_option, say, typed
from planora_sync.cli.pulling import pull_if_never
from planora_sync.correct.proposal import Proposal
from planora_sync.runs.audit import audit_store
from planora_sync.runs.files import write_whole
from planora_sync.runs.propose import make

FORMATS = ("text", "json", "md", "html")


@click.command("propose")
@format_option(*FORMATS)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
@click.pass_context
def command(ctx: click.Context, form: str, out: Path | None) -> int:
    """Make a proposal of corrections and keep it, to be approved; writes nothing to a tracker."""
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        proposal = make(opened, audit_store(opened))
    text = rendered(proposal, form)
    if out is None:
        click.echo(text.rstrip("\n"))
    else:
        write_whole(out, text, "proposal")
        say(f"Proposal {proposal.id} is in {out}.")
    if form == "text" and proposal.corrections:
        say(f"Next: {typed(ctx, 'approve', proposal.id)}")
    return status


def rendered(proposal: Proposal, form: str) -> str:
    """Return a proposal in one of FORMATS."""
    from planora_sync.correct.render import html, json, markdown, text  # here: each brings its library

    match form:
        case "text":
            return text.render(proposal)
        case "json":
            return json.render(proposal)
        case "md":
            return markdown.render(proposal)
        case "html":
            return html.render(proposal)
        case _:
            raise ValueError(f"no format {form!r}")
