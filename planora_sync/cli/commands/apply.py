"""`planora-sync apply`: write an approved proposal to the trackers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say, typed
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.results import ApplyReport, Result
from planora_sync.runs.apply import Applied, apply_approved, find_proposal
from planora_sync.safe_text import one_line

NOT_APPLIED = 4
ALIKE = 3
"""So many entries of which the same is said stand in one row: a tracker that is down is down once."""
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
        with interruptible(ctx, found.id):
            applied = apply_approved(opened, found, dry_run=dry_run, force_caps=force_caps)
    if form == "json":
        print_json(document("apply", apply_body(found, applied, dry_run=dry_run)))
    elif dry_run:
        print_calls(applied.report)
    else:
        print_results(applied.report)
        if any(one.outcome is State.CONFIRMED for one in applied.report.results):
            say(f"Undo all of it: {typed(ctx, 'undo', applied.run)}")
            say(f"See what is left: {typed(ctx, 'pull')}, then {typed(ctx, 'audit')}")
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


@contextmanager
def interruptible(ctx: click.Context, proposal: str) -> Iterator[None]:
    """Say how to go on where a person interrupts what writes."""
    try:
        yield
    except KeyboardInterrupt:
        say(
            "\nWhat was written so far stands in the journal, and is never written twice.\n"
            f"Go on: {typed(ctx, 'apply', proposal)}. Or take it back: {typed(ctx, 'undo', proposal)}."
        )
        raise


def print_calls(report: ApplyReport) -> None:
    """Print the calls that an apply would make, and what it would not write."""
    if report.calls:
        print_table(
            ("connection", "call", "path"),
            [(call.connection, call.method, call.path) for call in report.calls],
        )
    calling = {call.correction for call in report.calls}
    silent = [one for one in report.results if one.wanted and one.id not in calling and one.detail]
    for outcome, keys, detail in _rows(silent):
        say(f"  {outcome}: {one_line(f'{keys}: {detail}')}")
    _say_unwanted(report)
    say(f"At most {len(report.calls)} calls that write; none was made.")


def print_results(report: ApplyReport) -> None:
    """Print what came of each correction that was approved."""
    wanted = [one for one in report.results if one.wanted]
    if wanted:
        print_table(("outcome", "entry", "detail"), list(_rows(wanted)))
    for one in wanted:
        for effect in one.side_effects:
            say(f"  {one_line(f'{one.key}: changed besides: {effect}')}")
    counted = Counter(one.outcome for one in wanted)
    parts = [click.style(f"{count} {state.value}", fg=COLOURS[state]) for state, count in counted.items()]
    click.echo(", ".join(parts) or "Nothing to apply.")
    _say_unwanted(report)


def _rows(results: Sequence[Result]) -> Iterator[tuple[str, str, str]]:
    """Yield a row a result; what the same words are said of is one row."""
    alike: dict[tuple[State, str], list[str]] = {}
    for one in results:
        alike.setdefault((one.outcome, one.detail), []).append(one.key)
    for (outcome, detail), keys in alike.items():
        if detail and len(keys) >= ALIKE:
            yield outcome.value, f"{keys[0]} and {len(keys) - 1} more", detail
        else:
            yield from ((outcome.value, key, detail) for key in keys)


def _say_unwanted(report: ApplyReport) -> None:
    unwanted = sum(not one.wanted for one in report.results)
    if unwanted:
        say(f"  {unwanted} are done by hand or were not approved.")
