"""Examines a configuration: what works, what does not, and what to do. Nothing is written to a tracker."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from planora_sync.adapter import Severity
from planora_sync.config import Config, StoreConfig
from planora_sync.errors import PlanoraError, StoreFailed
from planora_sync.http.inprocess import ASGIApp
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Place
from planora_sync.runs.workspace import Workspace
from planora_sync.service.doctor.mapping import of_coverage, of_sprints
from planora_sync.service.doctor.memory import of_clock, of_pulls
from planora_sync.service.doctor.rows import Row, error, of_notice, ok
from planora_sync.service.doctor.settings import of_config, of_writes
from planora_sync.store import Store
from planora_sync.store.address import parse_address
from planora_sync.store.migrate import HEAD

IN_MEMORY = StoreConfig(url="sqlite:///:memory:")


@dataclass(frozen=True, kw_only=True)
class Examination:
    """Everything that was looked at."""

    rows: tuple[Row, ...]

    @property
    def exit_status(self) -> int:
        """Return 2 where the store or the configuration is amiss, 3 where a connection is, else 0."""
        errors = [row for row in self.rows if row.severity is Severity.ERROR]
        if any(not row.connection for row in errors):
            return 2
        return 3 if errors else 0


def examine(
    config: Config,
    names: Iterable[str] = (),
    *,
    now: Callable[[], datetime],
    apps: Mapping[str, ASGIApp] | None = None,
    sleep: Callable[[float], None] | None = None,
) -> Examination:
    """Return what works and what does not, of everything or of the connections named.

    Args:
        config: the configuration, which has no problem of its own.
        names: connections; none for all.
        now: the clock, aware UTC.
        apps: connection -> ASGI app that answers in place of a network.
        sleep: called to wait; None waits in real time.

    Raises UnknownReference for a connection that is not configured.
    """
    store, usable = _store(config, now())
    with Workspace(usable, now=now, apps=apps, sleep=sleep) as workspace:
        wanted = workspace.connections(names)
        rows = [
            *of_config(config),
            store,
            *(row for row in of_pulls(config, workspace.store, now()) if row.connection in wanted),
            *of_clock(workspace.store.entries.load(wanted), now()),
        ]
        for name in wanted:
            rows += _connection(workspace, name)
    return Examination(rows=tuple(rows))


def _store(config: Config, now: datetime) -> tuple[Row, Config]:
    """Return how the store is, and a configuration whose store can be opened: the first pull makes the file."""
    without = dataclasses.replace(config, store=IN_MEMORY)
    try:
        address = parse_address(config.store.url)
        if address.path is not None and not address.path.exists():
            return ok("store", address.shown, "It is not there yet: the first pull makes it."), without
        Store.open(config.store.url, now=now).close()
    except StoreFailed as failure:
        return error("store", "[store]", failure.message, failure.help()), without
    return ok("store", address.shown, f"It opens; its tables are those of revision {HEAD}."), config


def _connection(workspace: Workspace, name: str) -> Iterator[Row]:
    try:
        adapter = workspace.adapter(name)
        for notice in adapter.check():
            yield of_notice(notice, name)
        places = adapter.places()
    except PlanoraError as failure:
        yield error("connection", name, failure.message, failure.help(), connection=name)
        places = ()
    snapshot = _snapshot(workspace, name, places)
    if places:
        yield from of_sprints(snapshot, name)
    if workspace.store.pulls.get(name) is not None:
        yield from of_coverage(snapshot, name)
    yield from of_writes(workspace.config.connections[name])


def _snapshot(workspace: Workspace, name: str, places: tuple[Place, ...]) -> Snapshot:
    """Return one connection as the last pull left it, with its places as they are now."""
    return Snapshot(
        entries=workspace.store.entries.load((name,)),
        places=places or workspace.store.places.load((name,)),
        mappings={name: workspace.config.connections[name].mapping},
        people=workspace.config.people,
        now=workspace.now(),
    )
