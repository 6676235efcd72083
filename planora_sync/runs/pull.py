"""Pull: what changed comes from each connection, is translated by its adapter, and stored where it differs."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planora_sync import __version__
from planora_sync.adapter import Adapter, Notice, Page, Severity
from planora_sync.errors import ConnectionFailed, PlanoraError
from planora_sync.model import Entry, Place
from planora_sync.runs.absent import ask_after
from planora_sync.runs.workspace import Workspace
from planora_sync.store import RunStatus

logger = logging.getLogger(__name__)


class PullStatus(StrEnum):
    """How a pull of one connection ended."""

    OK = "ok"
    INCOMPLETE = "incomplete"
    """Some places or entries could not be read; nothing in them is taken for gone."""
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What a pull of one connection brought."""

    connection: str
    status: PullStatus
    full: bool
    entries: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    """Open entries that a full, complete pull did not find any more."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    error: PlanoraError | None = None
    note: str = ""


Progress = Callable[[str, int], None]
"""Told the connection and how many entries came so far."""


def pull_all(
    workspace: Workspace,
    names: Iterable[str] = (),
    *,
    full: bool = False,
    run: str | None = None,
    progress: Progress = lambda connection, count: None,
) -> tuple[Pulled, ...]:
    """Pull connections one after the other and return what each brought; a failure of one stops no other.

    Incremental where the adapter can and a cursor is known; else full. With `run` it is part of that run,
    else it is a run of its own.
    """
    wanted = workspace.connections(names)
    own = run or workspace.store.runs.begin("pull", wanted, workspace.now())
    results: list[Pulled] = []
    try:
        for name in wanted:
            results.append(_pull(workspace, name, full=full, run=own, progress=progress))
    finally:
        if run is None:
            done = len(results) == len(wanted)
            workspace.store.runs.finish(own, outcome(results, done=done), summary(results), workspace.now())
    return tuple(results)


def outcome(results: Iterable[Pulled], *, done: bool = True) -> RunStatus:
    """Return how a run that pulled so ended."""
    states = {result.status for result in results}
    if not done or states == {PullStatus.FAILED}:
        return RunStatus.FAILED
    return RunStatus.OK if states <= {PullStatus.OK} else RunStatus.INCOMPLETE


def summary(results: Iterable[Pulled]) -> Mapping[str, object]:
    """Return what the store keeps of a pull."""
    return {
        "pulled": {
            result.connection: {
                "status": result.status.value,
                "entries": result.entries,
                "added": result.added,
                "changed": result.changed,
                "missing": result.missing,
                "error": result.error.code if result.error else None,
            }
            for result in results
        }
    }


@dataclass
class _Harvest:
    """What came so far."""

    entries: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    cursor: str | None = None

    def take(self, page: Page) -> None:
        self.entries |= {entry.ref.id: entry for entry in page.entries}
        self.places |= {place.id: place for place in page.places}
        self.notices += page.notices
        self.left_out.update(page.left_out)
        self.cursor = page.cursor or self.cursor


def _pull(workspace: Workspace, name: str, *, full: bool, run: str, progress: Progress) -> Pulled:
    try:
        adapter = workspace.adapter(name)
    except PlanoraError as failure:
        return Pulled(connection=name, status=PullStatus.FAILED, full=full, error=failure)
    known = None if full or not adapter.capabilities.incremental else _cursor(workspace, adapter)
    harvest = _Harvest()
    logger.info("connection=%s pull=%s", name, "everything" if known is None else "changes")
    try:
        for page in adapter.pull(known):
            harvest.take(page)
            progress(name, len(harvest.entries))
            # A long pull must not be taken for a dead one.
            workspace.store.runs.heartbeat(run, workspace.now())
    except ConnectionFailed as failure:
        failure.connection = failure.connection or name
        return Pulled(
            connection=name,
            status=PullStatus.FAILED,
            full=known is None,
            notices=tuple(harvest.notices),
            error=failure,
        )
    return _keep(workspace, adapter, harvest, known=known, run=run)


def _keep(
    workspace: Workspace, adapter: Adapter, harvest: _Harvest, *, known: str | None, run: str
) -> Pulled:
    name = adapter.context.name
    at = workspace.now()
    complete = not any(notice.severity is Severity.ERROR for notice in harvest.notices)
    store = workspace.store
    store.places.save(name, tuple(harvest.places.values()), complete=complete and known is None, at=at)
    saved = store.entries.save(
        name, tuple(harvest.entries.values()), full=known is None, complete=complete, run=run, at=at
    )
    back = ask_after(workspace, adapter, saved, set(harvest.places), run=run)
    # A cursor is moved on only when everything before it was read.
    if harvest.cursor and complete:
        store.cursors.set(name, _marked(adapter, harvest.cursor), at)
    store.pulls.record(name, full=known is None, incomplete=_incomplete(harvest), at=at)
    return Pulled(
        connection=name,
        status=PullStatus.OK if complete else PullStatus.INCOMPLETE,
        full=known is None,
        entries=len(harvest.entries),
        added=len(saved.added),
        changed=len(saved.changed),
        missing=len(set(saved.missing) - back),
        left_out=dict(harvest.left_out),
        notices=tuple(harvest.notices),
        note=saved.note,
    )


def _incomplete(harvest: _Harvest) -> str:
    errors = [notice for notice in harvest.notices if notice.severity is Severity.ERROR]
    return "; ".join(f"{notice.where}: {notice.what}" for notice in errors[:3])


# -- cursors ----------------------------------------------------------------------------------------------


def _cursor(workspace: Workspace, adapter: Adapter) -> str | None:
    """Return where an incremental pull may begin; None where another configuration has left the cursor.

    Entries are kept as they were translated: with another mapping or scope all of them must be read again.
    """
    kept = workspace.store.cursors.get(adapter.context.name)
    mark, _, cursor = (kept or "").partition(" ")
    return cursor if cursor and mark == _mark(adapter) else None


def _marked(adapter: Adapter, cursor: str) -> str:
    return f"{_mark(adapter)} {cursor}"


def _mark(adapter: Adapter) -> str:
    context = adapter.context
    body = (
        __version__,
        context.url,
        context.deployment,
        context.scope,
        context.boards,
        context.done_days,
        context.vocabulary,
        sorted(context.place_vocabularies.items()),
    )
    return hashlib.sha256(repr(body).encode()).hexdigest()[:16]
