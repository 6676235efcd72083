"""How far each connection was read: the cursor for the next pull, and how the last ones went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from planora_sync.store import tables
from planora_sync.store.database import Database, upsert

_C = tables.cursors.c
_P = tables.pulls.c


class Cursors:
    """Where an incremental pull of each connection begins; what stands in a cursor is the adapter's business."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, connection: str) -> str | None:
        """Return the cursor of a connection, or None where only a full pull will do."""
        with self._database.read() as db:
            return db.execute(select(_C.cursor).where(_C.connection == connection)).scalar()

    def set(self, connection: str, cursor: str | None, at: datetime) -> None:
        """Keep the cursor of a connection; None forgets it, so that the next pull is a full one.

        To be called after the entries up to it were saved: a crash in between reads them twice, not never.
        """
        with self._database.write(f"cursor {connection}") as db:
            if cursor is None:
                db.execute(delete(tables.cursors).where(_C.connection == connection))
            else:
                upsert(db, tables.cursors, [{"connection": connection, "cursor": cursor, "at": at}])


@dataclass(frozen=True, kw_only=True)
class PullState:
    """How the last pulls of a connection went."""

    connection: str
    last: datetime
    """When the last pull was stored, whole or not."""
    last_full: datetime | None
    """When the last full and complete pull was stored."""
    incomplete: str
    """Why the last pull was not complete; empty where it was."""
    last_census: datetime | None = None
    """When the tracker last named all that is there."""


class Pulls:
    """The state of the pulls of each connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, connection: str, *, full: bool, incomplete: str = "", census: bool = False, at: datetime
    ) -> None:
        """Note that a pull was stored; `incomplete` says why it is not whole, `census` that one was taken."""
        row = {"connection": connection, "last": at, "incomplete": incomplete}
        if full and not incomplete:
            row["last_full"] = at
        if census:
            row["last_census"] = at
        with self._database.write(f"pull {connection}") as db:
            upsert(db, tables.pulls, [row])

    def get(self, connection: str) -> PullState | None:
        """Return how the last pulls of a connection went, or None where there was none."""
        return self.load().get(connection)

    def load(self) -> dict[str, PullState]:
        """Return how the last pulls went, by connection."""
        with self._database.read() as db:
            rows = db.execute(select(tables.pulls).order_by(_P.connection)).all()
        return {row.connection: _state(row) for row in rows}


def _state(row: Row[Any]) -> PullState:
    return PullState(
        connection=row.connection,
        last=row.last,
        last_full=row.last_full,
        last_census=row.last_census,
        incomplete=row.incomplete,
    )
