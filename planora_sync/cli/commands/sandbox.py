"""`planora-sync sandbox`: serve stand-ins of the trackers' APIs, to try things without an account."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.cli.stopping import stop_signals
from planora_sync.errors import AdapterLoadError
from planora_sync.registry import load_sandbox
from planora_sync.sandbox import Sandbox
from planora_sync.sandbox.faults import DONE, UNDONE
from planora_sync.service.control import PREFIX, Control
from planora_sync.service.faults import EXAMPLE, FORM, kinds, read_fault
from planora_sync.service.serving import Served, serve
from planora_sync.service.stand_ins import (
    CLOUD,
    configuration,
    stand_in,
    trackers,
    workspaces,
    write_configuration,
)


@click.command("sandbox")
@click.argument("names", nargs=-1, metavar="[TRACKER]...")
@click.option("--workspace", default="messy", show_default=True, help="What is in it; see --list.")
@click.option(
    "--deployment", type=click.Choice((CLOUD, "data_center")), default=CLOUD, help="Which Jira to play."
)
@click.option("--port", type=click.IntRange(min=0), default=0, help="Of the first; the others follow.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help=f"What goes wrong with the next matching requests, as {FORM}; for example {EXAMPLE}. May be repeated.",
)
@click.option(
    "--control", is_flag=True, help=f"Let faults, ledger and reset be asked for under {PREFIX}, by HTTP."
)
@click.option(
    "--config-out",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the configuration there.  [default: print it]",
)
@click.option("--list", "listing", is_flag=True, help="List trackers, workspaces and faults, and end.")
@format_option("text", "json")
def command(
    names: tuple[str, ...],
    workspace: str,
    deployment: str,
    port: int,
    faults: tuple[str, ...],
    control: bool,
    out: Path | None,
    listing: bool,
    form: str,
) -> int:
    """Serve stand-ins of the trackers' APIs on this machine until Ctrl-C: all of them, or those named.

    Each keeps what is written to it until it ends, and behaves as the real one, its traps included. docs/sandboxes.md
    tells more.
    """
    if listing:
        _list(form)
        return 0
    wrong = [read_fault(text) for text in faults]
    controls = [
        Control(partial(stand_in, name, workspace, now=_now, deployment=deployment), faults=wrong)
        for name in dict.fromkeys(names or trackers())
    ]
    sandboxes = [one.sandbox for one in controls]
    # Before anything is said: whoever reads it may end us at once.
    with (
        stop_signals() as stop,
        serve(sandboxes, port=port, apps=controls if control else ()) as served,
    ):
        if out is not None:
            write_configuration(out, configuration(served))
        _announce(served, out, form, control=control)
        stop.wait()
    say("Stopped.")
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _announce(served: tuple[Served, ...], out: Path | None, form: str, *, control: bool) -> None:
    if form == "json":
        rows = [
            {
                "tracker": one.sandbox.tracker,
                "workspace": one.sandbox.workspace,
                "url": one.url,
                "control": f"{one.url}{PREFIX}" if control else None,
                "example": one.sandbox.example(one.url),
                "connection": dict(one.sandbox.connection(one.url)),
            }
            for one in served
        ]
        print_json(document("sandbox", {"sandboxes": rows, "config": str(out) if out else None}))
    elif out is None:
        click.echo(configuration(served))
    for one in served:
        say(f"{one.sandbox.tracker}: {one.url} (workspace {one.sandbox.workspace})")
        if one.sandbox.example(one.url):
            say(f"  {one.sandbox.example(one.url)}")
        if control:
            say(f"  steer it: {one.url}{PREFIX}")
    config = out or "FILE"
    say(f"Try: planora-sync --config {config} audit" + ("" if out else ", with the configuration above"))
    say("Ctrl-C ends it.")


def _list(form: str) -> None:
    found: dict[str, type[Sandbox]] = {}
    broken: dict[str, str] = {}
    for name in trackers():
        try:
            found[name] = load_sandbox(name)
        except AdapterLoadError as failure:
            broken[name] = str(failure)
    if form == "json":
        rows = [
            {
                "tracker": name,
                "workspaces": list(workspaces(found[name])) if name in found else [],
                "faults": sorted(kinds(found[name])) if name in found else [],
                "cause": broken.get(name),
            }
            for name in trackers()
        ]
        print_json(document("sandboxes", {"sandboxes": rows}))
        return
    cells = [(name, broken.get(name) or ", ".join(workspaces(found[name]))) for name in trackers()]
    print_table(("tracker", "workspaces"), cells)
    click.echo(f"Faults: a status from 400 to 599, {', '.join(sorted(UNDONE | DONE))}")
    for name, kind in found.items():
        if kind.further_faults:
            click.echo(f"  {name} besides: {', '.join(sorted(kind.further_faults))}")
    click.echo(f"Written {FORM}, for example {EXAMPLE}")
