"""Places: where the trackers keep entries, and which of these places are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from planora_sync.model import Place
from planora_sync.store import tables
from planora_sync.store.database import Database, upsert, write_many
from planora_sync.store.documents import from_document, to_document

_P = tables.places.c


@dataclass(frozen=True, kw_only=True)
class PlacesSaved:
    """What a save of places did."""

    added: tuple[Place, ...] = ()
    """New ones, and those that came back."""
    changed: tuple[Place, ...] = ()
    gone: tuple[Place, ...] = ()
    """Not among the places of a complete pull, for the first time."""


@dataclass(frozen=True, kw_only=True)
class _Held:
    body: str
    place: Place
    first_seen: datetime
    missing: bool


class Places:
    """The places of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, connection: str, places: Iterable[Place], *, complete: bool, at: datetime) -> PlacesSaved:
        """Write the places that differ.

        With `complete`, those not given are gone from `at` on; where none is given at all, none is. Raises
        ValueError for a place of another connection.
        """
        with self._database.write(f"entries {connection}") as db:
            return save_places(db, connection, places, complete=complete, at=at)

    def ids(self, connection: str) -> frozenset[str]:
        """Return the ids of a connection's places, those that are gone left out."""
        query = select(_P.id).where(_P.connection == connection, _P.missing_since.is_(None))
        with self._database.read() as db:
            return frozenset(db.execute(query).scalars())

    def load(
        self, connections: Collection[str] | None = None, *, include_missing: bool = False
    ) -> list[Place]:
        """Return places by connection and order, those that are gone left out."""
        query = select(_P.connection, _P.id, _P.body).order_by(_P.connection, _P.position, _P.id)
        if connections is not None:
            query = query.where(_P.connection.in_(sorted(connections)))
        if not include_missing:
            query = query.where(_P.missing_since.is_(None))
        with self._database.read() as db:
            return [_place(row.connection, row.id, row.body) for row in db.execute(query)]


def save_places(
    db: Connection, connection: str, places: Iterable[Place], *, complete: bool, at: datetime
) -> PlacesSaved:
    """Write the places that differ, as `Places.save` does, within a transaction of somebody else."""
    given = {place.id: place for place in places}
    if any(place.connection != connection for place in given.values()):
        raise ValueError(f"a place of another connection than {connection!r}")
    held = _held(db, connection)
    new = [place for id, place in given.items() if id not in held or held[id].missing]
    changed = [
        place
        for id, place in given.items()
        if id in held and not held[id].missing and place != held[id].place
    ]
    gone = [item.place for id, item in held.items() if id not in given and not item.missing]
    gone = gone if complete and given else []
    upsert(db, tables.places, [_row(place, held.get(place.id), at) for place in (*new, *changed)])
    _mark_gone(db, gone, at)
    return PlacesSaved(added=tuple(new), changed=tuple(changed), gone=tuple(gone))


def mark_places_gone(db: Connection, connection: str, came: Collection[str], at: datetime) -> None:
    """Note that the places that did not come with a full and complete pull are gone; where none came, none is."""
    if came:
        held = _held(db, connection)
        _mark_gone(db, [item.place for id, item in held.items() if id not in came and not item.missing], at)


def _held(db: Connection, connection: str) -> dict[str, _Held]:
    rows = db.execute(select(tables.places).where(_P.connection == connection).order_by(_P.id))
    return {
        row.id: _Held(
            body=row.body,
            place=_place(connection, row.id, row.body),
            first_seen=row.first_seen,
            missing=row.missing_since is not None,
        )
        for row in rows
    }


def _row(place: Place, held: _Held | None, at: datetime) -> dict[str, Any]:
    return {
        "connection": place.connection,
        "id": place.id,
        "position": place.position,
        "first_seen": held.first_seen if held else at,
        "missing_since": None,
        "body": to_document(place),
    }


def _mark_gone(db: Connection, places: Iterable[Place], at: datetime) -> None:
    statement = (
        update(tables.places)
        .where(_P.connection == bindparam("of"), _P.id == bindparam("the_id"))
        .values(missing_since=at)
    )
    write_many(db, statement, [{"of": place.connection, "the_id": place.id} for place in places])


def _place(connection: str, id: str, body: str) -> Place:
    return from_document(Place, body, name=f"Place {id} of connection {connection}")
