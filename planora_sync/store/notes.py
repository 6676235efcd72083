"""What adapters remember between two runs, by connection."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Connection, delete, select

from planora_sync.store import tables
from planora_sync.store.database import Database, upsert

_N = tables.notes.c


class ConnectionNotes:
    """The notes of one connection, read once; threads of its adapter may share them.

    What is put waits in memory until `flush`, or until a page of a pull is stored, which takes it along: a note
    costs no transaction of its own and holds none up.
    """

    def __init__(self, database: Database, connection: str) -> None:
        self._database = database
        self._connection = connection
        self._lock = Lock()
        self._waiting: dict[str, str | None] = {}
        query = select(_N.name, _N.text).where(_N.connection == connection)
        with database.read() as db:
            self._known: dict[str, str | None] = {row.name: row.text for row in db.execute(query)}

    def get(self, name: str) -> str | None:
        """Return a note, or None where there is none."""
        with self._lock:
            return self._known.get(name)

    def put(self, name: str, text: str | None) -> None:
        """Keep a note; None forgets it."""
        with self._lock:
            if self._known.get(name) != text:
                self._known[name] = self._waiting[name] = text

    def flush(self) -> None:
        """Write what waits, if anything does."""
        waiting = self.waiting()
        if waiting:
            with self._database.write(f"notes {self._connection}") as db:
                write_notes(db, self._connection, waiting)
            self.written(waiting)

    def waiting(self) -> Mapping[str, str | None]:
        """Return what is not written yet."""
        with self._lock:
            return dict(self._waiting)

    def written(self, notes: Mapping[str, str | None]) -> None:
        """Take notes for written; what was put since then goes on waiting."""
        with self._lock:
            for name, text in notes.items():
                if name in self._waiting and self._waiting[name] == text:
                    del self._waiting[name]


def write_notes(db: Connection, connection: str, notes: Mapping[str, str | None]) -> None:
    """Write notes within a transaction of somebody else; those without a text are forgotten."""
    gone = [name for name, text in notes.items() if text is None]
    if gone:
        db.execute(delete(tables.notes).where(_N.connection == connection, _N.name.in_(gone)))
    kept = [(name, text) for name, text in sorted(notes.items()) if text is not None]
    rows = [{"connection": connection, "name": name, "text": text} for name, text in kept]
    upsert(db, tables.notes, rows)
