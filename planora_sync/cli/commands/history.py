"""`planora-sync history`: print what changed on one entry, when, and by whom."""

from __future__ import annotations

import click

from planora_sync.adapter import Event
from planora_sync.change import Value
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.cli.pulling import pull_if_never
from planora_sync.cli.references import find_entry
from planora_sync.model import Entry
from planora_sync.runs.history import History, Source, history_of
from planora_sync.safe_text import one_line


@click.command("history")
@click.argument("ref")
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, ref: str, form: str) -> int:
    """Print what changed on an entry, when and by whom, the oldest first.

    REF is a reference (jira.work/10042), a key (PLAN-12), an id or an address. The tracker is asked; where it tells
    no history to programs (Notion), what pulls saw is printed.
    """
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        entry = find_entry(opened, ref)
        found = history_of(opened, entry.ref)
    if form == "json":
        print_json(document("history", _body(entry, found)))
    else:
        _print(entry, found)
    return status


def _body(entry: Entry, found: History) -> dict[str, object]:
    return {
        "ref": str(entry.ref),
        "key": entry.key,
        "title": entry.title,
        "source": found.source.value,
        "events": [_row(event) for event in found.events],
    }


def _row(event: Event) -> dict[str, object]:
    return {
        "at": event.at.isoformat(),
        "by": {"id": event.by.id, "name": event.by.name} if event.by else None,
        "field": event.field,
        "before": [one.name for one in event.before],
        "after": [one.name for one in event.after],
    }


def _print(entry: Entry, found: History) -> None:
    click.echo(f"{entry.key}  {one_line(entry.title)}")
    if found.source is Source.PULLS:
        say(
            f"{entry.ref.tracker.capitalize()} tells no history to programs: this is what pulls saw, and when they"
            " saw it."
        )
    if not found.events:
        click.echo("Nothing that changed is known.")
        return
    cells = [
        (
            f"{event.at:%Y-%m-%d %H:%M}",
            event.by.name if event.by else "-",
            event.field,
            f"{_said(event.before)} -> {_said(event.after)}" if event.before or event.after else "",
        )
        for event in found.events
    ]
    print_table(("when (UTC)", "who", "what", "before -> after"), cells)


def _said(value: Value) -> str:
    return ", ".join(one.name for one in value) or "nothing"
