"""Pulls under way: each page is stored as it comes, with where the pull would go on if it were killed then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects import postgresql

from planora_sync.adapter import Page
from planora_sync.model import Entry
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.database import Database
from planora_sync.store.documents import from_json, to_json
from planora_sync.store.notes import write_notes
from planora_sync.store.places import save_places
from planora_sync.store.runs import require_running
from planora_sync.store.seen import come, forget_seen, see
from planora_sync.store.tally import Tally
from planora_sync.store.writing import write_entries

_U = tables.pulls_under_way.c
_NAMES = tuple(column.name for column in tables.pulls_under_way.columns)


def _put() -> Bulk:
    statement = postgresql.insert(tables.pulls_under_way)
    given = {name: statement.excluded[name] for name in _NAMES if name != "connection"}
    upsert = statement.on_conflict_do_update(index_elements=["connection"], set_=given)
    return Bulk(upsert, _NAMES, plain=("tally",))


_PUT = _put()


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A pull that has begun and not ended."""

    connection: str
    full: bool
    since: str | None
    """The cursor that it began at."""
    mark: str
    """Of the configuration it was begun with: with another one it cannot go on."""
    began: datetime
    pages: int = 0
    """How many are stored."""
    tries: int = 0
    """How often it was taken up again since the last page was stored."""
    resume: str | None = field(default=None, repr=False)
    cursor: str | None = field(default=None, repr=False)
    ended: bool = False
    """Whether all pages are stored, so that only its end is left to do."""
    tally: Tally = field(default_factory=Tally)

    @property
    def can_go_on(self) -> bool:
        """Return whether it can go on after the pages that are stored."""
        return self.ended or self.resume is not None


class PullsUnderWay:
    """The pulls of a store that have not ended; one a connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, connection: str) -> UnderWay | None:
        """Return the pull of a connection that has not ended, or None."""
        with self._database.read() as db:
            row = db.execute(select(tables.pulls_under_way).where(_U.connection == connection)).first()
        return _under_way(row) if row is not None else None

    def begin(
        self, connection: str, *, full: bool, since: str | None, mark: str, run: str, at: datetime
    ) -> UnderWay:
        """Begin a pull anew; what was stored of another one stays, and counts as not seen."""
        begun = UnderWay(connection=connection, full=full, since=since, mark=mark, began=at)
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            forget_under_way(db, connection)
            _write(db, begun)
        return begun

    def take_up(self, under_way: UnderWay, *, run: str, at: datetime) -> UnderWay:
        """Note that a pull goes on, and return it."""
        return self._store(replace(under_way, tries=under_way.tries + 1), run=run, at=at)

    def end(self, under_way: UnderWay, *, run: str, at: datetime) -> UnderWay:
        """Note that all pages are stored, and return the pull."""
        return self._store(replace(under_way, ended=True), run=run, at=at)

    def keep(
        self,
        under_way: UnderWay,
        page: Page,
        *,
        notes: Mapping[str, str | None],
        run: str,
        at: datetime,
    ) -> UnderWay:
        """Store a page with all that belongs to it, as a whole or not at all, and return the pull after it.

        Raises UsageError where `run` is not at work on the connection any more.
        """
        connection = under_way.connection
        with self._database.write(f"entries {connection}", lazily=True) as db:
            require_running(db, run, at, on=connection)
            difference = write_entries(db, connection, page.entries, run=run, at=at)
            fresh = see(db, connection, difference.seen)
            if page.places:
                save_places(db, connection, page.places, complete=False, at=at)
                come(db, connection, [place.id for place in page.places], whole=False)
            if page.whole:
                come(db, connection, page.whole, whole=True)
            if notes:
                write_notes(db, connection, notes)
            added, changed = len(difference.added), len(difference.changed)
            tally = under_way.tally.counted(
                entries=fresh, added=added, changed=changed, left_out=page.left_out
            )
            after = replace(
                under_way,
                pages=under_way.pages + 1,
                tries=0,
                resume=page.resume or under_way.resume,
                cursor=page.cursor or under_way.cursor,
                tally=tally.noticed(page.notices),
            )
            _write(db, after)
        return after

    def keep_read(self, connection: str, entries: Sequence[Entry], *, run: str, at: datetime) -> None:
        """Store entries that were read one by one, as if a page had brought them."""
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            difference = write_entries(db, connection, entries, run=run, at=at)
            see(db, connection, difference.seen)

    def forget(self, connection: str, *, run: str, at: datetime) -> None:
        """Forget the pull of a connection: it has ended."""
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            forget_under_way(db, connection)

    def _store(self, under_way: UnderWay, *, run: str, at: datetime) -> UnderWay:
        with self._database.write(f"entries {under_way.connection}") as db:
            require_running(db, run, at, on=under_way.connection)
            _write(db, under_way)
        return under_way


def forget_under_way(db: Connection, connection: str) -> None:
    """Forget the pull of a connection that has not ended, with what it saw."""
    forget_seen(db, connection)
    db.execute(delete(tables.pulls_under_way).where(_U.connection == connection))


def _write(db: Connection, under_way: UnderWay) -> None:
    fields = {**vars(under_way), "tally": to_json(under_way.tally.document())}
    _PUT.run(db, [tuple(fields[name] for name in _NAMES)])


def _under_way(row: Row[Any]) -> UnderWay:
    fields = {**row._mapping, "tally": Tally.parse(from_json(row.tally))}
    return UnderWay(**fields)
