"""Pulls before a command that reads the store, where nothing was pulled yet, and shows how a pull went."""

from __future__ import annotations

from collections.abc import Sequence

import click

from planora_sync.adapter import Severity
from planora_sync.cli.output import progress, say
from planora_sync.runs.pull import Pulled, PullStatus, pull_all
from planora_sync.runs.workspace import Workspace
from planora_sync.safe_text import one_line


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
        if result.note:
            say(f"  note: {one_line(result.note)}")


def _counts(result: Pulled) -> str:
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(result.left_out.items()))
    parts = [
        f"{result.entries} entries read"
        if result.full
        else f"{result.entries} entries read that may have changed",
        f"{result.added} new" if result.added else "",
        f"{result.changed} changed" if result.changed else "",
        f"{result.missing} not found any more" if result.missing else "",
        f"left out as no entries: {left_out}" if left_out else "",
        "incomplete" if result.status is PullStatus.INCOMPLETE else "",
    ]
    return ", ".join(part for part in parts if part)
