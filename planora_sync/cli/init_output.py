"""What `init` says: what it found, which mapping fits and why, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from planora_sync.adapter import Severity
from planora_sync.cli.output import print_table
from planora_sync.model import Filed, Place
from planora_sync.safe_text import one_line
from planora_sync.service.setup.connecting import CLOUD, Connected
from planora_sync.service.setup.guides import Guide
from planora_sync.service.setup.preview import Preview
from planora_sync.service.setup.suggest import Suggestion
from planora_sync.service.setup.writing import NewConnection

TITLE = 60


def print_beginning() -> None:
    """Say what will happen."""
    click.echo("This asks for a tracker, looks at it without changing anything, and writes a configuration.")


def print_guide(guide: Guide) -> None:
    """Say where a token comes from and what it must be allowed to do."""
    if guide.token_page:
        click.echo(f"A token for {guide.title} is made at {guide.token_page}.")
        click.echo(f"Only to read: {guide.reading}.")


def print_connected(connected: Connected, guide: Guide) -> None:
    """Say who answers, and what is amiss."""
    config = connected.config
    where = f" ({config.deployment})" if config.deployment != CLOUD else ""
    click.secho(f"{guide.title}{where} answers.", fg="green")
    for notice in connected.notices:
        if notice.severity is not Severity.OK:
            text = f"{notice.where}: {notice.what} {notice.next_step}"
            click.echo(f"  {notice.severity.value}: {one_line(text)}")


def print_places(tops: Sequence[Place], places: Sequence[Place]) -> None:
    """List what there is to choose from."""
    rows = []
    for number, top in enumerate(tops, 1):
        inside = [place.name for place in places if place.container == top.id and place.kind == "board"]
        name = top.name if top.name != top.path else ""
        rows.append((str(number), top.path, name, top.style or top.kind, ", ".join(inside)))
    print_table(("", "place", "name", "sort", "boards"), rows)


def print_suggestion(suggestion: Suggestion) -> None:
    """Say which mapping fits each place, and why."""
    print_table(
        ("place", "mapping", "because"),
        [(one.place, one.mapping, one.reason) for one in suggestion.choices],
    )


def print_preview(shown: Preview) -> None:
    """Say how the first entries would be filed."""
    so_far = "" if shown.whole else ", there are more"
    click.echo(f"{shown.read} entries were read{so_far}. The open ones would be filed so:")
    rows = []
    for filed in Filed:
        for place, entry in enumerate(shown.examples.get(filed, ())):
            first = place == 0
            rows.append(
                (
                    filed.value if first else "",
                    str(shown.counts[filed]) if first else "",
                    entry.key,
                    entry.status.name if entry.status else "",
                    one_line(entry.title, TITLE),
                )
            )
    if rows:
        print_table(("filed", "open", "for example", "status", "title"), rows)
    if shown.counts.get(Filed.UNMAPPED):
        click.echo("What is unmapped is named by `planora-sync check`, with the lines to add.")


def print_end(new: NewConnection, file: Path, *, added: bool) -> None:
    """Say what was written and what to type next."""
    verb = "is added to" if added else "is written to"
    click.secho(f"Connection {new.name} {verb} {file}. It is read-only.", fg="green")
    config = "" if file == Path("config.toml") else f"--config {file} "
    token = new.credentials.token
    if token.export:
        click.echo(
            f"The token stands in no file. Before the next command: export {token.export}='your token'"
        )
    click.echo(f"Next: planora-sync {config}audit")
