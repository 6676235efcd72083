"""Entries with their versions: what the trackers hold, written only where it differs, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from planora_sync.adapter import Absence
from planora_sync.model import Entry, Ref
from planora_sync.store import tables
from planora_sync.store.absences import Absences, Missing, unknown_entry
from planora_sync.store.database import BATCH, Database
from planora_sync.store.documents import from_document, unpack
from planora_sync.store.names import all_short, host_of, is_url, names_in, plain_url
from planora_sync.store.runs import require_running
from planora_sync.store.saving import Difference
from planora_sync.store.seen import judge, mark_missing, see, unseen_in
from planora_sync.store.under_way import forget_under_way
from planora_sync.store.writing import write_entries

_E = tables.entries.c
_V = tables.entry_versions.c
_F = tables.former_keys.c


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a save did."""

    added: tuple[Ref, ...] = ()
    changed: tuple[Ref, ...] = ()
    """A new version was written."""
    unchanged: int = 0
    missing: tuple[Ref, ...] = ()
    """Not seen by this full and complete pull, for the first time."""
    returned: tuple[Ref, ...] = ()
    """Missing before, and seen again."""
    unseen: tuple[Ref, ...] = ()
    """Not seen, and yet not taken for missing: `note` says why, `read` by the adapter tells more."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Version:
    """An entry as it was."""

    version: int
    entry: Entry
    """Without the tracker's raw JSON."""
    content_hash: str
    run: str
    at: datetime


class Entries:
    """The entries of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        connection: str,
        entries: Iterable[Entry],
        *,
        full: bool,
        complete: bool,
        complete_places: frozenset[str] | None = None,
        run: str,
        at: datetime,
    ) -> Saved:
        """Write what differs, each change with a version, all of it or nothing.

        After a `full` and `complete` pull the open entries that were not seen are missing from `at` on,
        where their place (or the board that holds it) is in `complete_places`; None means all. A pull that is
        empty, or brings back fewer than half of ten or more, as a whole or in one place, makes nothing
        missing. What comes twice counts as it came last. Raises UsageError where `run` is not at work on the
        connection, because it was taken over for instance, and ValueError for another connection's entry.
        """
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            if not full:
                return _saved(write_entries(db, connection, entries, run=run, at=at))
            forget_under_way(db, connection)
            difference = write_entries(db, connection, entries, run=run, at=at)
            see(db, connection, difference.seen)
            verdict = judge(db, connection, full=full, complete=complete, whole=complete_places)
            missing = unseen_in(db, connection, verdict.missing)
            unseen = unseen_in(db, connection, verdict.doubtful)
            mark_missing(db, connection, verdict, at)
            forget_under_way(db, connection)
        return _saved(difference, missing=missing, unseen=unseen, note=verdict.note)

    def mark_absent(self, ref: Ref, absence: Absence, at: datetime) -> None:
        """Note why an entry is not there, as the tracker said; raises UnknownReference."""
        Absences(self._database).mark({ref: absence}, at)

    def missing(self, connections: Collection[str] | None = None) -> list[Missing]:
        """Return the entries that are missing, with the reason where it is known, by reference."""
        return Absences(self._database).load(connections)

    def load(
        self,
        connections: Collection[str] | None = None,
        *,
        include_missing: bool = False,
        raw: bool = False,
    ) -> list[Entry]:
        """Return entries by reference, those that are missing left out; `raw` brings the trackers' JSON along."""
        query = select(_E.ref, _E.body, *([_E.raw] if raw else []))
        query = _of(connections, query).order_by(_E.ref)
        if not include_missing:
            query = query.where(_E.missing_since.is_(None))
        with self._database.read() as db:
            rows = db.execution_options(yield_per=BATCH).execute(query)
            return [_entry(row.ref, row.body, row.raw if raw else None) for row in rows]

    def get(self, ref: Ref) -> Entry:
        """Return an entry with its raw JSON, missing or not; raises UnknownReference."""
        with self._database.read() as db:
            found = _fetch(db, _E.ref == str(ref))
        if not found:
            raise unknown_entry(str(ref))
        return found[0]

    def find(self, text: str) -> list[Entry]:
        """Return the entries that people may mean by a text: a reference, a key, an id or an address.

        Case and surrounding spaces do not count. A reference names one entry, a key may name several. An
        address is found with whatever the browser or a renaming made of it, and an entry that moved by the key
        that it had before, where nothing is called so now.
        """
        wanted = text.strip()
        with self._database.read() as db:
            if exact := _fetch(db, _E.ref == wanted):
                return exact
            if not is_url(wanted):
                return _named(db, all_short([wanted]))
            if same := _fetch(db, _E.url_digest.in_(all_short([plain_url(wanted)]))):
                return same
            found = _named(db, all_short(names_in(wanted)))
        return [entry for entry in found if host_of(entry.url) == host_of(wanted)]

    def versions(self, ref: Ref) -> list[Version]:
        """Return an entry's versions, the oldest first; raises UnknownReference."""
        former = select(_V.version, _V.content_hash, _V.run, _V.at, _V.body).where(_V.ref == str(ref))
        columns = (_E.version, _E.content_hash, _E.run, _E.changed.label("at"), _E.body)
        with self._database.read() as db:
            newest = db.execute(select(*columns).where(_E.ref == str(ref))).first()
            if newest is None:
                raise unknown_entry(str(ref))
            rows: list[Any] = [
                *db.execute(former.where(_V.version < newest.version).order_by(_V.version)),
                newest,
            ]
        return [_version(ref, row) for row in rows]


def _saved(
    difference: Difference, *, missing: tuple[Ref, ...] = (), unseen: tuple[Ref, ...] = (), note: str = ""
) -> Saved:
    return Saved(
        added=_refs(row[0] for row in difference.added),
        changed=_refs(row[0] for row in difference.changed),
        unchanged=difference.unchanged,
        missing=missing,
        returned=_refs(difference.returned),
        unseen=unseen,
        note=note,
    )


def _refs(texts: Iterable[str]) -> tuple[Ref, ...]:
    return tuple(Ref.parse(text) for text in texts)


def _of(connections: Collection[str] | None, query: Select[Any]) -> Select[Any]:
    return query if connections is None else query.where(_E.connection.in_(sorted(connections)))


def _named(db: Connection, digests: Collection[str]) -> list[Entry]:
    if found := _fetch(db, or_(_E.key_digest.in_(digests), _E.id_digest.in_(digests))):
        return found
    return _fetch(db, _E.ref.in_(select(_F.ref).where(_F.key_digest.in_(digests))))


def _fetch(db: Connection, condition: Any) -> list[Entry]:
    query = select(_E.ref, _E.body, _E.raw).where(condition).order_by(_E.ref)
    return [_entry(row.ref, row.body, row.raw) for row in db.execute(query)]


def _entry(ref: str, body: str, raw: bytes | None) -> Entry:
    entry = from_document(Entry, body, name=f"Entry {ref}")
    return entry if raw is None else entry.model_copy(update={"raw": unpack(raw)})


def _version(ref: Ref, row: Row[Any]) -> Version:
    entry = from_document(Entry, row.body, name=f"Version {row.version} of entry {ref}")
    return Version(version=row.version, entry=entry, content_hash=row.content_hash, run=row.run, at=row.at)
