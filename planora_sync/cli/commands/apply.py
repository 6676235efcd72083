"""`planora-sync apply`: write an approved proposal to the trackers."""

from __future__ import annotations

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.results import ApplyReport
from planora_sync.runs.apply import Applied, apply_approved, find_proposal

NOT_APPLIED = 4
COLOURS = {
    State.CONFIRMED: "green",
    State.CONFLICT: "yellow",
    State.REFUSED: "red",
    State.UNKNOWN: "red",
    State.SKIPPED: "bright_black",
}


@click.command("apply")
@click.argument("proposal")
@click.option("--dry-run", is_flag=True, help="Print the calls that would be made; write nothing.")
@click.option("--force-caps", is_flag=True, help="Go on although more changes than the caps allow.")
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, proposal: str, dry_run: bool, force_caps: bool, form: str) -> int:
    """Write an approved proposal (its id, or `latest`) to the trackers.

    Each entry is read again first; what somebody changed since is left alone. Exit status 4 where some
    corrections were not applied.
    """
    with workspace(ctx) as opened:
        found = find_proposal(opened, proposal)
        applied = apply_approved(opened, found, dry_run=dry_run, force_caps=force_caps)
    if form == "json":
        print_json(document("apply", apply_body(found, applied, dry_run=dry_run)))
    elif dry_run:
        print_calls(applied.report)
    else:
        print_results(applied.report)
        say(f"Undo all of it: planora-sync undo {applied.run}")
    return 0 if applied.report.complete else NOT_APPLIED


def apply_body(proposal: Proposal, applied: Applied, *, dry_run: bool) -> dict[str, object]:
    """Return what `--format json` prints of an apply."""
    report = applied.report
    body: dict[str, object] = {
        "proposal": proposal.id,
        "run": applied.run,
        "dry_run": dry_run,
        "results": [
            {
                "id": one.id,
                "ref": str(one.ref),
                "key": one.key,
                "outcome": one.outcome.value,
                "detail": one.detail,
                "side_effects": list(one.side_effects),
            }
            for one in report.results
        ],
    }
    if dry_run:
        body["calls"] = [
            {"connection": call.connection, "method": call.method, "path": call.path} for call in report.calls
        ]
    return body


def print_calls(report: ApplyReport) -> None:
    """Print the calls that an apply would make, and what it would leave alone."""
    print_table(
        ("connection", "call", "path"), [(call.connection, call.method, call.path) for call in report.calls]
    )
    for one in report.results:
        if one.detail:
            say(f"  {one.outcome.value}: {one.key}: {one.detail}")
    say(f"{len(report.calls)} calls that write; none was made.")


def print_results(report: ApplyReport) -> None:
    """Print what came of each correction."""
    rows = [(one.outcome.value, one.key, one.detail) for one in report.results]
    print_table(("outcome", "entry", "detail"), rows)
    for one in report.results:
        for effect in one.side_effects:
            say(f"  {one.key}: changed besides: {effect}")
    counted = report.counts()
    parts = [
        click.style(f"{count} {name}", fg=COLOURS[State(name)]) for name, count in counted.items() if count
    ]
    click.echo(", ".join(parts) or "Nothing to apply.")
