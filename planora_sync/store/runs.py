"""Runs: who is at work on which connection, since when, and what came of it. One run a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, exists, func, insert, select, update

from planora_sync.errors import UnknownReference, UsageError
from planora_sync.model import Frozen, Instant
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.database import Database
from planora_sync.store.documents import from_json, to_json
from planora_sync.store.processes import Process, is_dead, this_process

STALE = timedelta(hours=1)
"""A run that gave no sign for so long is taken for dead, and its connections are free."""

_RUNS = tables.runs.c
_HELD = tables.run_connections.c


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    OK = "ok"
    INCOMPLETE = "incomplete"
    """Something could not be read or written; the rest is stored."""
    FAILED = "failed"


_THE_RUN = bindparam("the_run", type_=_RUNS.id.type)
_AT = bindparam("at", type_=_RUNS.heartbeat.type)
_ALIVE = Bulk(
    update(tables.runs)
    .where(
        _RUNS.id == _THE_RUN,
        _RUNS.status == bindparam("running", type_=_RUNS.status.type),
        exists().where(
            _HELD.run == _RUNS.id, _HELD.connection == bindparam("on", type_=_HELD.connection.type)
        ),
    )
    .values(heartbeat=case((_RUNS.heartbeat < _AT, _AT), else_=_RUNS.heartbeat)),
    ("the_run", "on"),
    same=("at", "running"),
)
"""Notes a sign of life of a run that is at work on a connection: done with every page, so it is one statement."""


class Run(Frozen):
    """One cycle of the workflow, or a part of it."""

    id: str
    """`r-` and a number that counts up: `r-12`."""
    kind: str
    """The command: `pull`, `audit`, `apply`, `run` ..."""
    connections: tuple[str, ...]
    status: RunStatus
    began: Instant
    heartbeat: Instant
    """Its last sign of life."""
    finished: Instant | None = None
    summary: Mapping[str, Any] = {}
    """What the run says of itself, as plain JSON data: the separation score, counts ..."""


class Runs:
    """The runs of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, kind: str, connections: Iterable[str], at: datetime) -> str:
        """Return the id of a new run, which has these connections for itself until it finishes.

        A run whose process is dead, for certain, or that gave no sign for an hour is marked failed and gives its
        connections up. Raises UsageError, naming the run and since when, where another one is at work on one
        of the connections.
        """
        wanted = sorted(set(connections))
        with self._database.write("runs") as connection:
            number = (connection.execute(select(func.max(_RUNS.number))).scalar() or 0) + 1
            id = f"r-{number}"
            dead = _dead(connection, _running_on(wanted))
            for run in _read(connection, _running_on(wanted)):
                _take_over(connection, run, id, at, dead=run.id in dead)
            row = {"id": id, "number": number, "kind": kind, "status": RunStatus.RUNNING, "summary": "{}"}
            own = this_process()
            process = {"machine": own.machine, "process": own.number}
            connection.execute(insert(tables.runs), {**row, **process, "began": at, "heartbeat": at})
            if wanted:
                held = [{"run": id, "connection": name, "running": True} for name in wanted]
                connection.execute(insert(tables.run_connections), held)
        return id

    def heartbeat(self, id: str, at: datetime) -> None:
        """Note that a run is alive; writing entries does so too. Raises as `finish` does."""
        with self._database.write("runs") as connection:
            require_running(connection, id, at)

    def finish(self, id: str, status: RunStatus, summary: Mapping[str, Any], at: datetime) -> None:
        """Note how a run ended and free its connections; `summary` is plain JSON data.

        Raises UnknownReference for a run that is not there, UsageError for one that ended before or was
        taken over.
        """
        if status is RunStatus.RUNNING:
            raise ValueError("a run does not finish as running")
        with self._database.write("runs") as connection:
            require_running(connection, id, at)
            _end(connection, id, status, summary, at)

    def get(self, id: str) -> Run:
        """Return a run; raises UnknownReference, which names the latest ones."""
        with self._database.read() as connection:
            found = _read(connection, select(tables.runs).where(_RUNS.id == id))
        if not found:
            raise self._unknown(id)
        return found[0]

    def latest(self, kind: str | None = None, connection: str | None = None) -> Run | None:
        """Return the run that began last, of a kind or with a connection where given, or None."""
        found = self.list(kind=kind, connection=connection, limit=1)
        return found[0] if found else None

    def list(
        self, *, kind: str | None = None, connection: str | None = None, limit: int = 50
    ) -> Sequence[Run]:
        """Return runs, the latest first."""
        query = select(tables.runs).order_by(_RUNS.number.desc()).limit(limit)
        if kind is not None:
            query = query.where(_RUNS.kind == kind)
        if connection is not None:
            query = query.where(_RUNS.id.in_(select(_HELD.run).where(_HELD.connection == connection)))
        with self._database.read() as reading:
            return _read(reading, query)

    def _unknown(self, id: str) -> UnknownReference:
        known = ", ".join(run.id for run in self.list(limit=5))
        return _unknown_run(id, known)


def require_running(connection: Connection, id: str, at: datetime, *, on: str | None = None) -> None:
    """Note a sign of life of a run; with `on`, it must hold that connection.

    This is the fence: what a run that was taken over still sends is refused. Raises UnknownReference where
    there is no such run, UsageError where it has ended, was taken over or does not hold the connection.
    """
    # Locked by the update, so that nobody takes the run over between this look and the commit that follows it.
    if on is not None and _ALIVE.run(connection, [(id, on)], at=at, running=RunStatus.RUNNING):
        return
    found = _read(connection, select(tables.runs).where(_RUNS.id == id).with_for_update())
    if not found:
        raise _unknown_run(id, "")
    (run,) = found
    if run.status is not RunStatus.RUNNING:
        by = run.summary.get("taken_over_by")
        ended = f"was taken over by {by}" if by else f"ended as {run.status}"
        raise UsageError(f"Run {id} {ended} at {_said(run.finished or at)}.", next_step="Begin a new run.")
    if on is not None and on not in run.connections:
        raise UsageError(
            f"Run {id} ({run.kind}) is not at work on connection {on!r}.",
            next_step="Begin a run that names the connection.",
        )
    if at > run.heartbeat:
        connection.execute(update(tables.runs).where(_RUNS.id == id).values(heartbeat=at))


def require_not_ended(connection: Connection, id: str, at: datetime) -> None:
    """Note a sign of life of a run, where the store knows it; raises UsageError where it has ended."""
    known = connection.execute(select(_RUNS.id).where(_RUNS.id == id)).first()
    if known is not None:
        require_running(connection, id, at)


def connections_of(connection: Connection, id: str) -> frozenset[str]:
    """Return the connections that a run is or was at work on."""
    return frozenset(connection.execute(select(_HELD.connection).where(_HELD.run == id)).scalars())


def _running_on(names: Sequence[str]) -> Select[Any]:
    held = select(_HELD.run).where(_HELD.running, _HELD.connection.in_(names))
    return select(tables.runs).where(_RUNS.id.in_(held)).order_by(_RUNS.number)


def _dead(connection: Connection, query: Select[Any]) -> frozenset[str]:
    """Return the ids of runs whose process is dead for certain."""
    rows = connection.execute(query).all()
    told = [row for row in rows if row.machine is not None and row.process is not None]
    return frozenset(row.id for row in told if is_dead(Process(machine=row.machine, number=row.process)))


def _take_over(connection: Connection, run: Run, by: str, at: datetime, *, dead: bool) -> None:
    if not dead and at - run.heartbeat < STALE:
        named = ", ".join(repr(name) for name in run.connections)
        raise UsageError(
            f"Run {run.id} ({run.kind}) is at work on {named} since {_said(run.began)}.",
            next_step=f"Wait until it is done. If it died, it is taken over after {_said(run.heartbeat + STALE)}.",
        )
    _end(connection, run.id, RunStatus.FAILED, {**run.summary, "taken_over_by": by}, at)


def _end(
    connection: Connection, id: str, status: RunStatus, summary: Mapping[str, Any], at: datetime
) -> None:
    values = {"status": status, "summary": to_json(summary), "finished": at}
    connection.execute(update(tables.runs).where(_RUNS.id == id).values(values))
    connection.execute(update(tables.run_connections).where(_HELD.run == id).values(running=False))


def _read(connection: Connection, query: Select[Any]) -> list[Run]:
    rows = connection.execute(query).all()
    held: dict[str, list[str]] = {row.id: [] for row in rows}
    pairs = select(_HELD.run, _HELD.connection).where(_HELD.run.in_(list(held))).order_by(_HELD.connection)
    for run, name in connection.execute(pairs):
        held[run].append(name)
    return [_run(row, held[row.id]) for row in rows]


def _run(row: Row[Any], connections: Sequence[str]) -> Run:
    return Run(
        id=row.id,
        kind=row.kind,
        connections=tuple(connections),
        status=RunStatus(row.status),
        began=row.began,
        heartbeat=row.heartbeat,
        finished=row.finished,
        summary=from_json(row.summary),
    )


def _unknown_run(id: str, known: str) -> UnknownReference:
    step = f"The latest runs are {known}." if known else "No run was made yet with this store."
    return UnknownReference(f"There is no run {id!r}.", next_step=step)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
