"""Until when trackers want to be left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from planora_sync.store import tables
from planora_sync.store.database import Database, upsert

_P = tables.pauses.c


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A tracker's word that it will not answer for a while."""

    until: datetime
    why: str
    """The tracker's words, as the adapter understood them."""


class Pauses:
    """The pauses of a store; one a connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, connection: str, now: datetime) -> Pause | None:
        """Return the pause that a connection is in; one that is over is forgotten."""
        with self._database.read() as db:
            row = db.execute(select(_P.until, _P.why).where(_P.connection == connection)).first()
        if row is None:
            return None
        if row.until <= now:
            self.end(connection)
            return None
        return Pause(until=row.until, why=row.why)

    def begin(self, connection: str, pause: Pause) -> None:
        """Keep a pause in place of a former one."""
        with self._database.write(f"pause {connection}") as db:
            row = {"connection": connection, "until": pause.until, "why": pause.why}
            upsert(db, tables.pauses, [row])

    def end(self, connection: str) -> None:
        """Forget the pause of a connection."""
        with self._database.write(f"pause {connection}") as db:
            db.execute(delete(tables.pauses).where(_P.connection == connection))
