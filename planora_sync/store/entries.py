"""Entries with their versions: what the trackers hold, written only where it differs, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, update

from planora_sync.adapter import Absence
from planora_sync.errors import UnknownReference
from planora_sync.model import Entry, Ref
from planora_sync.store import tables
from planora_sync.store.database import BATCH, Database, write_many
from planora_sync.store.documents import from_document, unpack
from planora_sync.store.missing import Known, Pulled, Verdict, judge_missing
from planora_sync.store.names import digest, host_of, is_url, names_in, plain_url
from planora_sync.store.runs import require_running
from planora_sync.store.saving import Difference, Held, compare

_E = tables.entries.c
_V = tables.entry_versions.c
_FEW = 500
"""References looked up in one statement."""


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


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An entry that is not there any more, or not to be seen."""

    ref: Ref
    since: datetime
    absence: Absence | None
    """Why; None where nobody has asked the tracker yet."""


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
        pulled = {str(entry.ref): entry for entry in entries}
        _refuse_strangers(connection, pulled.values())
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            held = _held(db, connection, None if full else pulled)
            difference = compare(pulled.values(), held, run=run, at=at)
            verdict = judge_missing(
                _known(db, connection) if full and complete else (),
                Pulled(seen=pulled.keys(), full=full, complete=complete, complete_places=complete_places),
            )
            _write(db, difference, verdict, at)
        return _saved(difference, verdict)

    def mark_absent(self, ref: Ref, absence: Absence, at: datetime) -> None:
        """Note why an entry is not there, as the tracker said; raises UnknownReference."""
        with self._database.write(f"entries {ref.connection}") as db:
            row = db.execute(select(_E.missing_since).where(_E.ref == str(ref))).first()
            if row is None:
                raise _unknown(str(ref))
            values = {"absence": absence, "missing_since": row.missing_since or at}
            db.execute(update(tables.entries).where(_E.ref == str(ref)).values(values))

    def missing(self, connections: Collection[str] | None = None) -> list[Missing]:
        """Return the entries that are missing, with the reason where it is known, by reference."""
        columns = (_E.tracker, _E.connection, _E.external_id, _E.missing_since, _E.absence)
        query: Select[Any] = select(*columns).where(_E.missing_since.is_not(None)).order_by(_E.ref)
        with self._database.read() as db:
            return [_missing(row) for row in db.execute(_of(connections, query))]

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
            raise _unknown(str(ref))
        return found[0]

    def find(self, text: str) -> list[Entry]:
        """Return the entries that people may mean by a text: a reference, a key, an id or an address.

        Case and surrounding spaces do not count. A reference names one entry, a key may name several. An
        address is found with whatever the browser or a renaming made of it.
        """
        wanted = text.strip()
        with self._database.read() as db:
            if exact := _fetch(db, _E.ref == wanted):
                return exact
            if not is_url(wanted):
                return _fetch(db, or_(_E.key_digest == digest(wanted), _E.id_digest == digest(wanted)))
            if same := _fetch(db, _E.url_digest == digest(plain_url(wanted))):
                return same
            named = [digest(name) for name in names_in(wanted)]
            found = _fetch(db, or_(_E.key_digest.in_(named), _E.id_digest.in_(named)))
        return [entry for entry in found if host_of(entry.url) == host_of(wanted)]

    def versions(self, ref: Ref) -> list[Version]:
        """Return an entry's versions, the oldest first; raises UnknownReference."""
        query = select(tables.entry_versions).where(_V.ref == str(ref)).order_by(_V.version)
        with self._database.read() as db:
            rows = db.execute(query).all()
        if not rows:
            raise _unknown(str(ref))
        return [_version(row) for row in rows]


def _refuse_strangers(connection: str, entries: Iterable[Entry]) -> None:
    stranger = next((entry for entry in entries if entry.ref.connection != connection), None)
    if stranger is not None:
        raise ValueError(f"{stranger.ref} is no entry of connection {connection!r}")


def _held(db: Connection, connection: str, refs: Iterable[str] | None) -> dict[str, Held]:
    query = select(_E.ref, _E.content_hash, _E.exact, _E.version, _E.missing_since)
    if refs is None:
        return _holdings(db, query.where(_E.connection == connection))
    wanted, held = list(refs), dict[str, Held]()
    for start in range(0, len(wanted), _FEW):
        held |= _holdings(db, query.where(_E.ref.in_(wanted[start : start + _FEW])))
    return held


def _holdings(db: Connection, query: Select[Any]) -> dict[str, Held]:
    return {
        row.ref: Held(
            content_hash=row.content_hash,
            exact=row.exact,
            version=row.version,
            missing=row.missing_since is not None,
        )
        for row in db.execute(query)
    }


def _known(db: Connection, connection: str) -> list[Known]:
    query = select(_E.ref, _E.place, _E.container).where(
        _E.connection == connection, _E.is_open, _E.missing_since.is_(None)
    )
    return [Known(ref=row.ref, place=row.place, container=row.container) for row in db.execute(query)]


def _write(db: Connection, difference: Difference, verdict: Verdict, at: datetime) -> None:
    write_many(db, insert(tables.entries), difference.added)
    # An update of what is there already: the names of its values may not be those of the columns.
    for rows in (difference.changed, difference.touched):
        if rows:
            named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "ref"}
            statement = update(tables.entries).where(_E.ref == bindparam("new_ref")).values(named)
            write_many(db, statement, [{f"new_{name}": row[name] for name in row} for row in rows])
    versions = [
        {**{column.name: row[column.name] for column in _V if column.name != "at"}, "at": at}
        for row in (*difference.added, *difference.changed)
    ]
    write_many(db, insert(tables.entry_versions), versions)
    by_ref = update(tables.entries).where(_E.ref == bindparam("the_ref"))
    back = by_ref.values(missing_since=None, absence=None)
    write_many(db, back, [{"the_ref": ref} for ref in difference.returned])
    write_many(db, by_ref.values(missing_since=at), [{"the_ref": ref} for ref in verdict.missing])


def _saved(difference: Difference, verdict: Verdict) -> Saved:
    return Saved(
        added=_refs(row["ref"] for row in difference.added),
        changed=_refs(row["ref"] for row in difference.changed),
        unchanged=difference.unchanged,
        missing=_refs(verdict.missing),
        returned=_refs(difference.returned),
        unseen=_refs(verdict.unseen),
        note=verdict.note,
    )


def _refs(texts: Iterable[str]) -> tuple[Ref, ...]:
    return tuple(Ref.parse(text) for text in texts)


def _of(connections: Collection[str] | None, query: Select[Any]) -> Select[Any]:
    return query if connections is None else query.where(_E.connection.in_(sorted(connections)))


def _fetch(db: Connection, condition: Any) -> list[Entry]:
    query = select(_E.ref, _E.body, _E.raw).where(condition).order_by(_E.ref)
    return [_entry(row.ref, row.body, row.raw) for row in db.execute(query)]


def _entry(ref: str, body: str, raw: bytes | None) -> Entry:
    entry = from_document(Entry, body, name=f"Entry {ref}")
    return entry if raw is None else entry.model_copy(update={"raw": unpack(raw)})


def _version(row: Row[Any]) -> Version:
    entry = from_document(Entry, row.body, name=f"Version {row.version} of entry {row.ref}")
    return Version(version=row.version, entry=entry, content_hash=row.content_hash, run=row.run, at=row.at)


def _missing(row: Row[Any]) -> Missing:
    ref = Ref(tracker=row.tracker, connection=row.connection, id=row.external_id)
    return Missing(ref=ref, since=row.missing_since, absence=Absence(row.absence) if row.absence else None)


def _unknown(text: str) -> UnknownReference:
    return UnknownReference(
        f"There is no entry {text!r} in the store.",
        next_step="`planora-sync entries --all` lists what is there; `planora-sync pull` reads anew.",
    )
