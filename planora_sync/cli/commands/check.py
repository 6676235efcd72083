"""`planora-sync check`: say what works, what does not, and which rights corrections would need."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from planora_sync.adapter import Severity
from planora_sync.cli.output import document, format_option, print_json
from planora_sync.config import load_config
from planora_sync.safe_text import one_line
from planora_sync.service.doctor import Examination, Row, examine

COLOURS = {Severity.OK: "green", Severity.WARNING: "yellow", Severity.ERROR: "red"}


@click.command("check")
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], form: str) -> int:
    """Say what works, what does not, and which rights each kind of correction would need.

    Reads only. Exit status 3 where something is wrong with a connection, 2 with the configuration or the store.
    """
    config = load_config(Path(ctx.obj["config"]), env=os.environ)
    found = examine(config, names, now=_now)
    if form == "json":
        print_json(document("check", _body(found)))
    else:
        _print(found)
    return found.exit_status


def _now() -> datetime:
    return datetime.now(UTC)


def _body(found: Examination) -> dict[str, object]:
    return {
        "ok": found.exit_status == 0,
        "rows": [
            {
                "connection": row.connection or None,
                "topic": row.topic,
                "severity": row.severity.value,
                "where": row.where,
                "what": row.what,
                "next_step": row.next_step or None,
            }
            for row in found.rows
        ],
    }


def _print(found: Examination) -> None:
    for connection in dict.fromkeys(row.connection for row in found.rows):
        click.secho(connection or "configuration, store and clock", bold=True)
        for row in found.rows:
            if row.connection == connection:
                _print_row(row)
        click.echo()
    counted = Counter(row.severity for row in found.rows)
    parts = [f"{counted[severity]} {severity.value}" for severity in Severity if counted[severity]]
    click.echo(", ".join(parts) + ".")


def _print_row(row: Row) -> None:
    state = click.style(f"{row.severity.value:<8}", fg=COLOURS[row.severity])
    where = "" if row.where == row.connection else f"{one_line(row.where)}: "
    click.echo(f"  {state} {where}{one_line(row.what)}")
    if row.next_step:
        for line in row.next_step.splitlines():
            click.echo(f"           → {one_line(line)}")
