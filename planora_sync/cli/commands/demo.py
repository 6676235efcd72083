"""`planora-sync demo`: show the whole loop on three stand-ins in half a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from planora_sync.cli import demo_output as out
from planora_sync.cli.output import document, format_option, print_json, progress, say
from planora_sync.cli.stopping import stop_signals
from planora_sync.service.demo import Demo, Stage, stage
from planora_sync.service.demo_summary import Shown, summary


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave the stand-ins running, to play with, until Ctrl-C.")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("planora-demo"),
    show_default=True,
    help="The folder to work in.",
)
@format_option("text", "json")
def command(keep: bool, folder: Path, form: str) -> int:
    """Show the whole loop on three stand-ins of trackers, on this machine: no account, no network.

    Pulls, audits, proposes, approves, applies and audits again, and says how far what it finds is what is
    written down beside the data. Exit status 1 where it is not.
    """
    quiet = form == "json"
    with stage(folder, _now) as ready:
        shown, reports = perform(ready, quiet=quiet)
        if quiet:
            body = {"folder": str(folder), "reports": [str(path) for path in reports], **summary(shown)}
            print_json(document("demo", body))
        elif not keep:
            out.print_end(ready.config, kept=False)
        if keep:
            _hold(ready)
    return 0 if shown.right else 1


def _now() -> datetime:
    return datetime.now(UTC)


def perform(ready: Stage, *, quiet: bool) -> tuple[Shown, tuple[Path, ...]]:
    """Run the loop, printing each step as it is done, and return what it did and where its reports are."""
    show: Callable[..., None] = (lambda *anything: None) if quiet else _now_print
    begun = time.monotonic()
    with ready.opened() as demo, progress(quiet=quiet) as pulling:
        show(out.print_beginning)
        first = demo.look(pulling)
        show(out.print_pulled, first)
        show(out.print_found, first)
        proposal = demo.propose(first)
        show(out.print_proposal, proposal, demo.folder)
        approval = demo.approve(proposal)
        show(out.print_approval, approval)
        applied = demo.apply(proposal)
        show(out.print_applied, applied)
        second = demo.look_again(pulling)
        show(out.print_pulled_again, second)
        show(out.print_remaining, second)
        reports = _reports(demo, first, proposal, second)
    shown = Shown(first=first, proposal=proposal, applied=applied, second=second)
    show(out.print_comparison, shown, reports, time.monotonic() - begun)
    return shown, reports
