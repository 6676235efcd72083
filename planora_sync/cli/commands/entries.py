"""`planora-sync entries`: list entries, where they are filed and what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import click

from planora_sync.classify.judge import judge_all
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.cli.pulling import pull_if_never, said_why
from planora_sync.report.cells import safe_cell
from planora_sync.report.rows import entry_row
from planora_sync.runs.audit import selection
from planora_sync.runs.pulled import by_why
from planora_sync.runs.workspace import Workspace

Row = dict[str, Any]


@click.command("entries")
@format_option("table", "jsonl", "csv", "json")
@click.option("--all", "everything", is_flag=True, help="Done and archived ones too.")
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.pass_context
def command(ctx: click.Context, form: str, everything: bool, names: tuple[str, ...]) -> int:
    """List entries: where they are filed and what they are, as the last pull brought them."""
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        wanted = opened.connections(names)
        rows = _rows(opened, wanted, everything=everything)
        left = opened.store.absences.counts(wanted) if everything else {}
    match form:
        case "jsonl":
            _print_lines(rows)
        case "json":
            print_json(
                document("entries", {"entries": rows, **({"left": by_why(left)} if everything else {})})
            )
        case "csv":
            click.echo(_csv(rows), nl=False)
        case _:
            _print_people(rows)
            if left:
                say(f"Not there any more, and not in this list: {said_why(left)}.")
    return status


def _rows(opened: Workspace, names: tuple[str, ...], *, everything: bool) -> list[Row]:
    snapshot = opened.snapshot()
    judgements = judge_all(snapshot, selection(opened).confidence)
    return [
        entry_row(entry, snapshot.filing(entry), judgements.get(entry.ref))
        for entry in snapshot.entries.values()
        if entry.ref.connection in names and (everything or entry.is_open)
    ]


def _print_lines(rows: Iterable[Row]) -> None:
    import orjson

    for row in rows:
        click.echo(orjson.dumps(row).decode())


def _csv(rows: list[Row]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: safe_cell(value) for key, value in row.items()})
    return out.getvalue()


def _print_people(rows: list[Row]) -> None:
    if not rows:
        say("No open entries. `planora-sync entries --all` lists done and archived ones too.")
        return
    cells = (
        (
            row["key"],
            row["filed"],
            row["nature"] or "-",
            f"{row['confidence']:.2f}" if row["confidence"] is not None else "",
            row["place"],
            row["status"] or "",
            ", ".join(row["assignees"]),
            row["title"],
        )
        for row in rows
    )
    print_table(("key", "filed", "nature", "sure", "place", "status", "owner", "title"), cells)
    say(f"{len(rows)} entries.")
