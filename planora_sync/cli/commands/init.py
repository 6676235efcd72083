"""`planora-sync init`: ask for a tracker, look at it, and write config.toml."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from planora_sync.cli.asking import may_ask
from planora_sync.cli.wizard import Wizard
from planora_sync.service.setup.connecting import CLOUD, DATA_CENTER, Surroundings
from planora_sync.service.setup.given import Given
from planora_sync.service.setup.writing import existing_text


@click.command("init")
@click.option(
    "--tracker", default="", metavar="NAME", help="jira, notion, trello ...  [default: by the address]"
)
@click.option("--url", default="", metavar="ADDRESS", help="Its address; Notion and Trello need none.")
@click.option(
    "--deployment",
    type=click.Choice((CLOUD, DATA_CENTER)),
    help="Of Jira.  [default: as it answers]",
)
@click.option("--user", default="", metavar="NAME", help="Jira: the account's e-mail; Trello: the API key.")
@click.option(
    "--token-env", default="", metavar="VARIABLE", help="Environment variable that holds the token."
)
@click.option("--token", default="", metavar="TOKEN", help="The token; or env:NAME, file:PATH, cmd:COMMAND.")
@click.option("--plain-secret", "plain", is_flag=True, help="Write the token itself into the file.")
@click.option("--name", default="", metavar="NAME", help="What to call the connection.  [default: work]")
@click.option(
    "--scope", multiple=True, metavar="PLACE", help="Only this project, data source or board; repeat it."
)
@click.option("--mapping", default="", metavar="PRESET", help="A preset, or file:PATH.  [default: what fits]")
@click.option("--yes", is_flag=True, help="Ask nothing: all that is visible, and the mapping that fits.")
@click.option("--ask/--no-ask", "asking", default=None, help="Whether to ask.  [default: on a terminal]")
@click.option(
    "--out",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; a connection is added to one that is there.  [default: that of --config]",
)
@click.pass_context
def command(
    ctx: click.Context, /, path: Path | None, asking: bool | None, deployment: str | None, **said: Any
) -> int:
    """Ask for a tracker, look at it, propose a mapping, and write config.toml.

    An address and a token are enough. The tracker is only read. The token stands in no file unless you say so.
    """
    file = path or Path(ctx.obj["config"])
    existing = existing_text(file)
    given = Given(
        folder=file.parent, existing=existing or "", env=os.environ, deployment=deployment or "", **said
    )
    given.check()
    wizard = Wizard(given, Surroundings(now=_now), asks=may_ask(asking) and not given.yes)
    wizard.run(file, existing)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)
