"""What a pull saw, kept in the store: memory stays flat, and a pull that goes on knows what came before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql

from planora_sync.model import Ref
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.missing import Pulled, Spot, Verdict, judge_missing

_E = tables.entries.c
_S = tables.pull_seen.c
_P = tables.pull_places.c
_C = tables.pull_census.c
Seen = tuple[str, str | None, str | None]
_SEE = Bulk(
    postgresql.insert(tables.pull_seen).on_conflict_do_nothing(),
    ("id", "was_in", "was_under"),
    same=("connection",),
)
_COME = Bulk(
    postgresql.insert(tables.pull_places).on_conflict_do_nothing(), ("id",), same=("connection", "whole")
)


def see(db: Connection, connection: str, seen: Sequence[Seen]) -> int:
    """Note entries as seen and return how many were not before; what was noted first stays."""
    return _SEE.run(db, seen, connection=connection)


def come(db: Connection, connection: str, places: Iterable[str], *, whole: bool) -> None:
    """Note places that came, or (`whole`) that came with all that is open in them."""
    _COME.run(db, [(id,) for id in dict.fromkeys(places)], connection=connection, whole=whole)


def places_that_came(db: Connection, connection: str, *, whole: bool) -> frozenset[str]:
    """Return the ids of places that came, or that came whole."""
    query = select(_P.id).where(_P.connection == connection, _P.whole == whole)
    return frozenset(db.execute(query).scalars())


def forget_seen(db: Connection, connection: str) -> None:
    """Forget what was seen of a connection."""
    for table in (tables.pull_seen, tables.pull_places, tables.pull_census):
        db.execute(delete(table).where(table.c.connection == connection))


def forget_census(db: Connection, connection: str) -> None:
    """Forget what a census named."""
    db.execute(delete(tables.pull_census).where(_C.connection == connection))


def judge(
    db: Connection, connection: str, *, full: bool, complete: bool, whole: frozenset[str] | None
) -> Verdict:
    """Return what the pull shows to be missing; see `judge_missing`."""
    if not complete or not (full or whole):
        return judge_missing({}, {}, Pulled(full=full, complete=complete, whole=whole, empty=False))
    unseen = select(_E.place, _E.container, func.count()).where(_unseen(connection))
    was = select(_S.was_in, _S.was_under, func.count()).where(_S.connection == connection)
    empty = db.execute(select(_S.id).where(_S.connection == connection).limit(1)).first() is None
    return judge_missing(
        by_spot(db.execute(was.where(_S.was_in.is_not(None)).group_by(_S.was_in, _S.was_under)).all()),
        by_spot(db.execute(unseen.group_by(_E.place, _E.container)).all()),
        Pulled(full=full, complete=complete, whole=whole, empty=empty),
    )


def mark_missing(db: Connection, connection: str, verdict: Verdict, at: datetime) -> int:
    """Note what is missing from `at` on and return how many that are."""
    marked = 0
    for spot in sorted(verdict.missing, key=str):
        statement = update(tables.entries).where(_unseen(connection), _at(spot)).values(missing_since=at)
        marked += db.execute(statement).rowcount
    return marked


def unseen_in(
    db: Connection, connection: str, spots: Iterable[Spot], *, limit: int | None = None
) -> tuple[Ref, ...]:
    """Return references of known open entries in some places that were not seen, in order."""
    wanted = in_spots(spots)
    if wanted is None:
        return ()
    columns = (_E.tracker, _E.connection, _E.external_id)
    query = select(*columns).where(_unseen(connection), wanted).order_by(_E.ref).limit(limit)
    return tuple(Ref(tracker=row[0], connection=row[1], id=row[2]) for row in db.execute(query))


def in_spots(spots: Iterable[Spot]) -> ColumnElement[bool] | None:
    """Return the condition of standing in one of some places; None where there is none."""
    wanted = [_at(spot) for spot in sorted(spots, key=str)]
    return or_(*wanted) if wanted else None


def there(connection: str) -> ColumnElement[bool]:
    """Return the condition of being open and not missed yet."""
    return and_(_E.connection == connection, _E.is_open, _E.missing_since.is_(None))


def _unseen(connection: str) -> ColumnElement[bool]:
    return and_(there(connection), ~exists().where(_S.connection == connection, _S.id == _E.external_id))


def _at(spot: Spot) -> ColumnElement[bool]:
    return and_(_E.place == spot.place, _E.container.is_not_distinct_from(spot.container))


def by_spot(rows: Sequence[Any]) -> dict[Spot, int]:
    """Return counts by place and container."""
    return {Spot(row[0], row[1]): row[2] for row in rows}
