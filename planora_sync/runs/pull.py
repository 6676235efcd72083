"""Pull: what changed comes from each connection, is translated by its adapter, and stored where it differs."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from planora_sync.errors import ConnectionFailed, PlanoraError
from planora_sync.runs.beginning import begin, store_pages
from planora_sync.runs.census import is_due
from planora_sync.runs.ending import end
from planora_sync.runs.pulled import Progress, Pulled, PullStatus, outcome, summary
from planora_sync.runs.pulling import Pulling, keep_pause, paused
from planora_sync.runs.workspace import Workspace

__all__ = ["Progress", "PullStatus", "Pulled", "outcome", "pull_all", "summary"]

logger = logging.getLogger(__name__)


def pull_all(
    workspace: Workspace,
    names: Iterable[str] = (),
    *,
    full: bool = False,
    run: str | None = None,
    progress: Progress = lambda connection, count: None,
) -> tuple[Pulled, ...]:
    """Pull connections one after the other and return what each brought; a failure of one stops no other.

    Incremental where the adapter can, a cursor is known and no census is due that only a full pull can take; else
    full. A pull that was interrupted goes on. A connection whose tracker wants to be left alone is not asked, unless
    it is named and a full pull is wanted. With `run` it is part of that run, else it is a run of its own.
    """
    named = tuple(names)
    wanted = workspace.connections(named)
    own = run or workspace.store.runs.begin("pull", wanted, workspace.now())
    results: list[Pulled] = []
    try:
        for name in wanted:
            insisted = full and name in named
            results.append(_pull(workspace, name, full=full, insisted=insisted, run=own, progress=progress))
    finally:
        if run is None:
            done = len(results) == len(wanted)
            workspace.store.runs.finish(own, outcome(results, done=done), summary(results), workspace.now())
    return tuple(results)


def _pull(
    workspace: Workspace, name: str, *, full: bool, insisted: bool, run: str, progress: Progress
) -> Pulled:
    if not insisted and (pause := paused(workspace, name)):
        return Pulled(connection=name, status=PullStatus.FAILED, full=full, error=pause)
    try:
        adapter = workspace.adapter(name)
    except PlanoraError as failure:
        return Pulled(connection=name, status=PullStatus.FAILED, full=full, error=failure)
    pulling = Pulling(workspace=workspace, adapter=adapter, run=run, progress=progress)
    due = is_due(workspace.store.pulls.get(name), workspace.config.connections[name].census, workspace.now())
    begun = begin(pulling, full=full or (due and not adapter.capabilities.census), asked=full)
    under_way = begun.under_way
    logger.info("connection=%s pull=%s", name, "everything" if under_way.full else "changes")
    try:
        under_way = store_pages(pulling, under_way)
    except ConnectionFailed as failure:
        failure.connection = failure.connection or name
        keep_pause(workspace, name, failure)
        return _failed(pulling, full=under_way.full, failure=failure, note=begun.note)
    if insisted:
        workspace.store.pauses.end(name)
    census = adapter.capabilities.census and (under_way.full or due)
    return end(pulling, under_way, census=census, note=begun.note)


def _failed(pulling: Pulling, *, full: bool, failure: ConnectionFailed, note: str) -> Pulled:
    """Return what came before the failure: it is stored, and the next pull goes on after it."""
    found = pulling.store.under_way.get(pulling.name)
    tally = found.tally if found else None
    return Pulled(
        connection=pulling.name,
        status=PullStatus.FAILED,
        full=full,
        entries=tally.entries if tally else 0,
        added=tally.added if tally else 0,
        changed=tally.changed if tally else 0,
        notices=tally.notices if tally else (),
        error=failure,
        note=note,
    )
