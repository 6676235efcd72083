"""`planora-sync webhook`: verify one request of a tracker's webhook and read again what it hints at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

import click

from planora_sync.adapter import Delivery, Hint
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table, say
from planora_sync.cli.pulling import show_pulls
from planora_sync.correct.compare import gone
from planora_sync.runs.hints import Acted, Reread, act_on, hear
from planora_sync.safe_text import one_line

INCOMPLETE = 3


@click.command("webhook")
@click.argument("body", type=click.File("rb"), metavar="FILE|-")
@click.option("--connection", "name", required=True, metavar="NAME", help="Whose tracker sent it.")
@click.option(
    "--header", "headers", multiple=True, metavar='"NAME: VALUE"', help="Of the request; may be repeated."
)
@click.option("--url", default="", help="The address that the webhook was registered with (Trello signs it).")
@click.option("--dry-run", is_flag=True, help="Verify it and say what it hints at; read nothing.")
@format_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    body: BinaryIO,
    name: str,
    headers: tuple[str, ...],
    url: str,
    dry_run: bool,
    form: str,
) -> int:
    """Verify one request of a webhook, whose body is in FILE (or comes on stdin), and read again what it hints at.

    It must be signed with the connection's `webhook_secret`. What it says is never stored: the tracker is asked.
    A delivery that was acted on before is not acted on again. Exit status 3 where the signature is not right.
    """
    delivery = Delivery(headers=_headers(headers), body=body.read(), url=url)
    with workspace(ctx) as opened:
        hints = hear(opened, name, delivery)
        acted = Acted(connection=name, hints=hints) if dry_run else act_on(opened, name, hints)
    if form == "json":
        print_json(document("webhook", _body(acted, dry_run=dry_run)))
    else:
        _print(acted, dry_run=dry_run)
    return 0 if acted.complete else INCOMPLETE


def _headers(lines: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or not key.strip():
            # The line itself may hold a secret.
            raise click.BadParameter('a header is written "NAME: VALUE".', param_hint="--header")
        found[key.strip()] = value.strip()
    return found


def _body(acted: Acted, *, dry_run: bool) -> dict[str, object]:
    return {
        "connection": acted.connection,
        "dry_run": dry_run,
        "hints": [
            {
                "ids": list(hint.ids),
                "places": list(hint.places),
                "delivery": hint.delivery or None,
                "at": hint.at.isoformat() if hint.at else None,
                "ours": hint.ours,
                "repeated": hint.delivery in acted.repeated,
                "handshake": hint.handshake or None,
            }
            for hint in acted.hints
        ],
        "reread": [
            {
                "ref": str(one.ref),
                "key": one.entry.key if one.entry else None,
                "now": one.now.value,
                "absence": one.absence.value if one.absence else None,
            }
            for one in acted.reread
        ],
        "pulled": acted.pulled.status.value if acted.pulled else None,
    }


def _print(acted: Acted, *, dry_run: bool) -> None:
    for token in acted.handshakes:
        click.echo(one_line(token))
        say(
            "That is the token with which the tracker asks whether this is you: paste it where the webhook was made,"
            f" and set it as `webhook_secret` under [connections.{acted.connection}]."
        )
    for hint in acted.hints:
        if hint.delivery in acted.repeated:
            say(f"Acted on before: delivery {one_line(hint.delivery)}.")
        elif dry_run and not hint.handshake:
            click.echo(_hinted(hint))
    if acted.reread:
        print_table(("entry", "now", "title"), [_cells(one) for one in acted.reread])
    if acted.pulled is not None:
        show_pulls([acted.pulled])
    if not acted.hints:
        say("It concerns no entry and no place.")


def _hinted(hint: Hint) -> str:
    parts = [
        f"entries {', '.join(hint.ids)}" if hint.ids else "",
        f"places {', '.join(hint.places)}" if hint.places else "",
    ]
    ours = " (this connection's own account did it)" if hint.ours else ""
    return one_line(f"To be read again: {'; '.join(part for part in parts if part) or 'nothing'}{ours}", 400)


def _cells(one: Reread) -> tuple[str, str, str]:
    now = f"not there: {gone(one.absence)}" if one.absence else one.now.value
    return (one.entry.key if one.entry else str(one.ref), now, one.entry.title if one.entry else "")
