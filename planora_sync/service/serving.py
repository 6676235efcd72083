"""Serves stand-ins of trackers on this machine, one port each, for as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from planora_sync.http.inprocess import ASGIApp
from planora_sync.http.serving import served
from planora_sync.sandbox import Sandbox


@dataclass(frozen=True, kw_only=True)
class Served:
    """A stand-in that answers."""

    sandbox: Sandbox
    url: str
    """Where it answers, without a trailing slash."""


@contextmanager
def serve(
    sandboxes: Sequence[Sandbox], *, port: int = 0, apps: Sequence[ASGIApp] = ()
) -> Iterator[tuple[Served, ...]]:
    """Give the stand-ins with their addresses; all of them have stopped when the block ends.

    Args:
        sandboxes: what to serve.
        port: of the first one, the others follow; 0 lets the system choose.
        apps: what answers for each, in their order, in place of their own apps.

    Raises UsageError where a port is taken.
    """
    with ExitStack() as stack:
        found = []
        answering = apps or [one.app for one in sandboxes]
        for place, (one, app) in enumerate(zip(sandboxes, answering, strict=True)):
            name = f"The stand-in of {one.tracker}"
            serving = served(app, port=port + place if port else 0, name=name)
            found.append(Served(sandbox=one, url=stack.enter_context(serving)))
        yield tuple(found)
