"""`planora-sync demo`: show the whole loop on three stand-ins in half a minute."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from planora_sync.cli.demo_output import Printer
from planora_sync.cli.output import document, format_option, print_json
from planora_sync.cli.stopping import stop_signals
from planora_sync.service.demo import Teller, perform, stage
from planora_sync.service.demo_summary import summary


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

    Pulls, audits, proposes, approves, applies and audits again, and says whether what it finds is what is
    written down beside the data. Exit status 1 where it is not.
    """
    quiet, begun = form == "json", time.monotonic()
    with stage(folder, _now) as ready:
        tell = Teller() if quiet else Printer(folder)
        with ready.opened() as demo:
            shown = perform(demo, tell)
        # Before it is said that they go on: whoever reads it may end us at once.
        with stop_signals() if keep else nullcontext() as stop:
            if quiet:
                print_json(document("demo", summary(shown)))
            elif isinstance(tell, Printer):
                tell.end(shown, seconds=time.monotonic() - begun, kept=keep)
            if stop is not None:
                stop.wait()
    return 0 if shown.right else 1


def _now() -> datetime:
    return datetime.now(UTC)
