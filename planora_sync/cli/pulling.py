"""Pulls before a command that reads the store, where nothing was pulled yet, and shows how a pull went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from planora_sync.adapter import Absence, Severity
from planora_sync.cli.output import progress, say
from planora_sync.runs.pull import Pulled, PullStatus, pull_all
from planora_sync.runs.pulled import by_why
from planora_sync.runs.workspace import Workspace
from planora_sync.safe_text import one_line

WORDS = {
    "unknown": "deleted or no longer visible",
    "hidden": "no longer visible",
    "unasked": "not asked after yet",
}
"""What the words of an absence mean where they do not say it themselves."""


def pull_if_never(opened: Workspace) -> int:
    """Pull the connections that were never pulled, and return the exit status of that: 0 or 3."""
    never = [name for name in opened.connections() if opened.store.pulls.get(name) is None]
    if not never:
        return 0
    say(f"Nothing was pulled yet from {', '.join(never)}: pulling now.")
    with progress() as show:
        results = pull_all(opened, never, progress=show)
    show_pulls(results)
    return exit_status(results)


def exit_status(results: Sequence[Pulled]) -> int:
    """Return 3 where a connection failed or was incomplete, else 0."""
    return 0 if all(result.status is PullStatus.OK for result in results) else 3


def show_pulls(results: Sequence[Pulled], *, quiet: bool = False) -> None:
    """Say on stderr what each connection brought and what was noticed."""
    for result in results:
        if result.error is not None:
            click.secho(f"{result.connection}: failed", fg="red", err=True)
            say(f"  {one_line(str(result.error))}")
        elif not quiet:
            say(f"{result.connection}: {_counts(result)}")
        for notice in result.notices:
            if notice.severity is not Severity.OK:
                say(f"  {notice.severity}: {one_line(f'{notice.where}: {notice.what} {notice.next_step}')}")
        if result.more_notices:
            say(f"  and {result.more_notices:,} more notices")
        if result.census is not None and not quiet:
            say(f"  census: {result.census.met:,} of {result.census.named:,}")
        if result.note:
            say(f"  note: {one_line(result.note)}")


def said_why(left: Mapping[Absence | None, int]) -> str:
    """Return what became of entries that left, in words: `2 deleted, 1 moved`."""
    return ", ".join(f"{count:,} {WORDS.get(why, why)}" for why, count in by_why(left).items())


def _counts(result: Pulled) -> str:
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(result.left_out.items()))
    parts = [
        f"{result.entries} entries read"
        if result.full
        else f"{result.entries} entries read that may have changed",
        f"{result.added} new" if result.added else "",
        f"{result.changed} changed" if result.changed else "",
        f"{result.missing} left ({said_why(result.left)})" if result.missing else "",
        f"left out as no entries: {left_out}" if left_out else "",
        "incomplete" if result.status is PullStatus.INCOMPLETE else "",
    ]
    return ", ".join(part for part in parts if part)
