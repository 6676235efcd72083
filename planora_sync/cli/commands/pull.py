"""`planora-sync pull`: read what changed from each connection into the store."""

from __future__ import annotations

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, progress
from planora_sync.cli.pulling import exit_status, show_pulls
from planora_sync.runs.pull import Pulled, pull_all
from planora_sync.runs.pulled import by_why


@click.command("pull")
@click.option("--full", is_flag=True, help="Read everything that counts, not only what changed.")
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, full: bool, names: tuple[str, ...], form: str) -> int:
    """Read what changed from each connection into the store.

    A connection that fails stops no other; the exit status is then 3. A pull that was interrupted goes on where
    it stood. A tracker that said until when it wants to be left alone is not asked before, but with --full and
    its --connection.
    """
    with workspace(ctx) as opened:
        with progress(quiet=form == "json") as show:
            results = pull_all(opened, names, full=full, progress=show)
        show_pulls(results, quiet=form == "json")
    if form == "json":
        print_json(document("pull", {"connections": [_row(result) for result in results]}))
    return exit_status(results)


def _row(result: Pulled) -> dict[str, object]:
    return {
        "connection": result.connection,
        "status": result.status.value,
        "full": result.full,
        "entries": result.entries,
        "added": result.added,
        "changed": result.changed,
        "missing": result.missing,
        "left": dict(by_why(result.left)),
        "census": {"named": result.census.named, "met": result.census.met} if result.census else None,
        "left_out": dict(result.left_out),
        "notices": [
            {"severity": n.severity.value, "where": n.where, "what": n.what, "next_step": n.next_step}
            for n in result.notices
        ],
        "more_notices": result.more_notices,
        "note": result.note,
        "error": {"code": result.error.code, "message": str(result.error)} if result.error else None,
    }
