"""What commands print: JSON for machines on stdout, tables for people, everything else on stderr."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.core import ParameterSource

SCHEMA = "planora-sync"
WIDTH_PIPED = 160
"""Columns of a table that no terminal shows."""


def document(kind: str, body: Mapping[str, Any], version: int = 1) -> dict[str, Any]:
    """Return a JSON document with its `schema` key: `planora-sync/audit/1`."""
    return {"schema": f"{SCHEMA}/{kind}/{version}", **body}


def print_json(value: Any) -> None:
    """Print a value as JSON, indented; ASCII control characters stay escaped."""
    import orjson  # here: not every command needs it

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", wide: int = -1
) -> None:
    """Print a table; texts of trackers are made harmless first. `wide` is the column that may wrap."""
    from planora_sync.cli.table import RULE, lay_out  # here: rich costs a tenth of a second

    lines = lay_out(columns, list(rows), width(), wide=wide)
    text = "\n".join(["", *((title, "") if title else ()), *lines, "", ""])
    # Not by click, which writes UTF-8 to terminals that know ASCII only.
    sys.stdout.write(text if _knows(RULE) else text.replace(RULE, "-"))


def _knows(char: str) -> bool:
    try:
        char.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def width() -> int:
    """Return how many columns there are to print in: as COLUMNS says, else the terminal's, else WIDTH_PIPED."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH_PIPED


def say(text: str = "") -> None:
    """Tell people something beside the output, on stderr."""
    click.echo(text, err=True)


def typed(ctx: click.Context, *words: str) -> str:
    """Return a command as it is typed next, with the configuration that this one was given."""
    given = ctx.find_root().get_parameter_source("config") is ParameterSource.COMMANDLINE
    return shlex.join(["planora-sync", *(("--config", ctx.obj["config"]) if given else ()), *words])


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str, int], None]]:
    """Give a function that shows how far a connection has come; silent where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda name, count: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(name: str, count: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=None)
            bar.update(tasks[name], description=f"{name}: {count} entries")

        yield show


def format_option(*choices: str) -> Callable[[Any], Any]:
    """Return a `--format` option; the first choice is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="For people or for machines.",
    )
