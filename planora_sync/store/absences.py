"""Entries that are not there any more: which, since when, and why, as far as the tracker tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update

from planora_sync.adapter import Absence
from planora_sync.errors import UnknownReference
from planora_sync.model import Ref
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.database import Database
from planora_sync.store.missing import Spot, Verdict
from planora_sync.store.places import mark_places_gone
from planora_sync.store.runs import require_running
from planora_sync.store.seen import judge, mark_missing, places_that_came, unseen_in

_E = tables.entries.c
_THE_REF = bindparam("the_ref", type_=_E.ref.type)
_MARK = Bulk(
    update(tables.entries)
    .where(_E.ref == _THE_REF)
    .values(
        absence=bindparam("why", type_=_E.absence.type),
        missing_since=func.coalesce(_E.missing_since, bindparam("since", type_=_E.missing_since.type)),
    ),
    ("the_ref", "why"),
    same=("since",),
)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An entry that is not there any more, or not to be seen."""

    ref: Ref
    since: datetime
    absence: Absence | None
    """Why; None where nobody has asked the tracker yet."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a pull showed at its end."""

    missing: int
    """How many entries are missing from now on."""
    verdict: Verdict


class Absences:
    """The absences of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, connection: str, *, full: bool, complete: bool, run: str, at: datetime) -> Shown:
        """Note what a pull under way, whose pages are all stored, shows to be missing, and return it.

        After a `full` and `complete` pull the places that did not come are gone, and the open entries that were
        not seen are missing from `at` on; after an incremental one those in places that it brought whole. A
        pull that is empty, or brings back fewer than half of ten or more, as a whole or in one place, makes
        nothing missing.
        """
        with self._database.write(f"entries {connection}") as db:
            require_running(db, run, at, on=connection)
            whole = None if full else places_that_came(db, connection, whole=True)
            if full and complete:
                came = places_that_came(db, connection, whole=False)
                mark_places_gone(db, connection, came, at)
            verdict = judge(db, connection, full=full, complete=complete, whole=whole)
            return Shown(missing=mark_missing(db, connection, verdict, at), verdict=verdict)

    def unexplained(self, connection: str, *, limit: int) -> tuple[Missing, ...]:
        """Return entries that are missing and of which nobody knows why, the latest first."""
        query = _missing_of([connection]).where(_E.absence.is_(None))
        with self._database.read() as db:
            rows = db.execute(query.order_by(_E.missing_since.desc(), _E.ref).limit(limit))
            return tuple(_missing(row) for row in rows)

    def unseen(self, connection: str, spots: Collection[Spot], *, limit: int) -> tuple[Ref, ...]:
        """Return entries in some places that a pull under way did not see, and that are not missing."""
        with self._database.read() as db:
            return unseen_in(db, connection, spots, limit=limit)

    def mark(self, absences: Mapping[Ref, Absence], at: datetime) -> None:
        """Note why entries are not there, as the tracker said; raises UnknownReference for one never seen."""
        connections = {ref.connection for ref in absences}
        with self._database.write(f"entries {' '.join(sorted(connections))}") as db:
            rows = [(str(ref), absence.value) for ref, absence in absences.items()]
            if _MARK.run(db, rows, since=at) != len(rows):
                known = set(db.execute(select(_E.ref).where(_E.ref.in_([row[0] for row in rows]))).scalars())
                raise unknown_entry(next(ref for ref, _ in rows if ref not in known))

    def load(self, connections: Collection[str] | None = None) -> list[Missing]:
        """Return the entries that are missing, with the reason where it is known, by reference."""
        with self._database.read() as db:
            return [_missing(row) for row in db.execute(_missing_of(connections).order_by(_E.ref))]

    def counts(self, connections: Collection[str]) -> Mapping[Absence | None, int]:
        """Return how many entries are missing, by why."""
        query = select(_E.absence, func.count()).where(_E.missing_since.is_not(None))
        of = query.where(_E.connection.in_(sorted(connections))).group_by(_E.absence)
        with self._database.read() as db:
            rows: list[Any] = [*db.execute(of)]
        return {Absence(row[0]) if row[0] else None: row[1] for row in rows}


def unknown_entry(text: str) -> UnknownReference:
    """Return the error that no entry is called so."""
    return UnknownReference(
        f"There is no entry {text!r} in the store.",
        next_step="`planora-sync entries --all` lists what is there; `planora-sync pull` reads anew.",
    )


def _missing_of(connections: Collection[str] | None) -> Select[Any]:
    columns = (_E.tracker, _E.connection, _E.external_id, _E.missing_since, _E.absence)
    query: Select[Any] = select(*columns).where(_E.missing_since.is_not(None))
    return query if connections is None else query.where(_E.connection.in_(sorted(connections)))


def _missing(row: Row[Any]) -> Missing:
    ref = Ref(tracker=row.tracker, connection=row.connection, id=row.external_id)
    return Missing(ref=ref, since=row.missing_since, absence=Absence(row.absence) if row.absence else None)
