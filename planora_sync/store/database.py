"""The one place that opens databases: transactions, locks, and errors that say what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from planora_sync.errors import StoreFailed
from planora_sync.store.address import Address

BATCH = 5_000
"""Rows handed to one executemany."""

_BUSY_SECONDS = 30
_READING = "planora_reading"
_LAZY = "planora_lazy"
_CACHE_KIB = 32 * 1024
"""Of the file that SQLite keeps in memory: the indexes of a million entries are looked into at random."""
_READ_OPTIONS: Mapping[bool, Mapping[str, Any]] = {
    True: {_READING: True},
    False: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
"""Of a connection that only reads, by whether it is SQLite's."""
_ADVICE: Mapping[str, str] = {
    "is locked": "Another planora-sync has been writing for long; run again when it is done.",
    "disk is full": "Make room on the disk and run again; what was stored before is whole.",
    "No space left": "Make room on the disk and run again; what was stored before is whole.",
    "readonly": "Give this user the right to write the file and its directory.",
    "unable to open": "Check that the directory exists and that this user may write to it.",
    "not a database": "The file is something else: name another one as `url` under [store].",
    "malformed": "The file is damaged: bring back a copy, or name a new file and run `planora-sync pull --full`.",
    "authentication failed": "Check user and password in `url` under [store].",
    "does not exist": "Create the database, or name another one as `url` under [store].",
    "already exists": "Other tables stand in the way: give planora-sync a database of its own.",
}
_OTHERWISE = "Check `url` under [store] and that the database answers, then run again."


class Database:
    """An SQLite or PostgreSQL database with its connections."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = _sqlite_engine(address) if address.is_sqlite else _postgres_engine(address)
        self._lazy = self._engine.execution_options(**{_LAZY: True})
        self._reading = self._engine.execution_options(**_READ_OPTIONS[address.is_sqlite])

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection whose reads all see one state; it waits for no writer on either database."""
        with self._explained(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self, topic: str, *, lazily: bool = False) -> Iterator[Connection]:
        """Yield a connection that commits as a whole or not at all; one writer a topic at a time.

        SQLite has one writer at all, so that what is read here cannot change before it is written. What is
        written lazily outlives the process at once, and a power cut only when the disk was told, which any
        other commit does: for what can be read from a tracker again. Waiting for the disk took half the time
        of a pull.
        """
        engine = self._lazy if lazily else self._engine
        with self._explained(), engine.begin() as connection:
            if lazily and not self.address.is_sqlite:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            self._lock(connection, topic)
            yield connection

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """Yield a connection for a migration: as `write`, but SQLite's foreign keys are looked at afterwards.

        SQLite alters a table by replacing it, which would take along the rows that refer to it.
        """
        engine = self._engine
        with self._explained(), engine.connect() as connection, _unchecked(connection), connection.begin():
            self._lock(connection, "alter")
            yield connection
            if self.address.is_sqlite:
                self._check_references(connection)

    def _check_references(self, connection: Connection) -> None:
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreFailed(
                f"The store {self.address.shown} cannot be brought to this version: rows refer to nothing.",
                next_step="It was left as it is. Please report this, with the version it comes from.",
            )

    def _lock(self, connection: Connection, topic: str) -> None:
        if not self.address.is_sqlite:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:topic, 0))"),
                {"topic": f"planora-sync {topic}"},
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # `from None`: the driver's error may quote the address or an entry's texts.
            raise self._failure(error) from None

    def _failure(self, error: DBAPIError) -> StoreFailed:
        lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        cause = self.address.redact(lines[0])[:200]
        step = next((advice for needle, advice in _ADVICE.items() if needle in cause), _OTHERWISE)
        return StoreFailed(f"The store {self.address.shown} failed: {cause}.", next_step=step)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows by primary key: new ones are inserted, others overwritten in all columns given."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    given = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    write_many(connection, statement.on_conflict_do_update(index_elements=keys, set_=given), rows)


def write_many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement for many rows, `BATCH` at a time."""
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, rows[start : start + BATCH])


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    # On the driver's own connection: SQLite ignores this pragma inside a transaction.
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.close()


def _sqlite_engine(address: Address) -> Engine:
    if address.path is not None:
        # Whatever hinders it, opening the file says so better.
        with suppress(OSError):
            address.path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address.url,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        poolclass=None if address.path is not None else StaticPool,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin and commit by itself, around DDL too: a crash in a migration left half a table.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # an intent must outlive a power cut
    cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    _ensure_wal(cursor)
    cursor.close()


@retry(
    retry=retry_if_exception(lambda error: getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY),
    wait=wait_random(0.001, 0.05),
    stop=stop_after_delay(_BUSY_SECONDS),
    reraise=True,
)
def _ensure_wal(cursor: sqlite3.Cursor) -> None:
    # Changing the mode does not wait for others who do so, whatever the timeout: two processes that make a
    # store at once would refuse each other (SQLite 3.40, one opening in 200 with eight processes).
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that reads first must already be the only one, or two of them refuse each other.
    options = connection.get_execution_options()
    if not options.get(_READING, False):
        # Outside the transaction, where alone it takes effect.
        connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if options.get(_LAZY, False) else 'FULL'}")
    connection.exec_driver_sql("BEGIN" if options.get(_READING, False) else "BEGIN IMMEDIATE")


def _postgres_engine(address: Address) -> Engine:
    options: dict[str, str | int] = {"connect_timeout": 10, "application_name": "planora-sync"}
    try:
        return create_engine(
            address.url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={name: value for name, value in options.items() if name not in address.url.query},
        )
    except ModuleNotFoundError:
        raise StoreFailed(
            f"The store {address.shown} needs a driver that is not installed.",
            next_step="Install it: pip install 'planora-sync[postgres]'.",
        ) from None
