"""Censuses: what a tracker names is compared with what is known, in the database, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, select
from sqlalchemy.dialects import postgresql

from planora_sync.model import Ref
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.database import Database
from planora_sync.store.missing import Pulled, Spot, Verdict, judge_missing
from planora_sync.store.runs import require_running
from planora_sync.store.seen import by_spot, forget_census, in_spots, there

_E = tables.entries.c
_S = tables.pull_seen.c
_C = tables.pull_census.c
_NAME = Bulk(postgresql.insert(tables.pull_census).on_conflict_do_nothing(), ("id",), same=("connection",))
STEP = 500
"""References that are given at a time."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How a census and the store compare."""

    named: int
    """How many entries the tracker named."""
    met: int
    """How many of them are known, and there."""


class Censuses:
    """The census of each connection that is being taken."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, connection: str) -> None:
        """Forget what was named before."""
        with self._database.write(f"entries {connection}", lazily=True) as db:
            forget_census(db, connection)

    def name(self, connection: str, ids: Iterable[str], *, run: str, at: datetime) -> None:
        """Note what a page of a census names."""
        with self._database.write(f"entries {connection}", lazily=True) as db:
            require_running(db, run, at, on=connection)
            _NAME.run(db, [(id,) for id in dict.fromkeys(ids)], connection=connection)

    def counted(self, tracker: str, connection: str) -> Counted:
        """Return how many entries were named, and how many of them are known."""
        named = select(func.count()).select_from(tables.pull_census).where(_C.connection == connection)
        with self._database.read() as db:
            count = db.execute(named).scalar_one()
            met = db.execute(named.where(_is_known(tracker, connection))).scalar_one()
        return Counted(named=count, met=met)

    def not_brought(self, tracker: str, connection: str, *, by_pull: bool) -> Iterator[tuple[str, ...]]:
        """Yield the ids that were named and are not known, or (`by_pull`) were not brought by this pull."""
        brought = exists().where(_S.connection == connection, _S.id == _C.id)
        missing = ~brought if by_pull else ~_is_known(tracker, connection)
        query = select(_C.id).where(_C.connection == connection, missing).order_by(_C.id).limit(STEP)
        after = ""
        while True:
            with self._database.read() as db:
                ids = tuple(db.execute(query.where(_C.id > after)).scalars())
            if not ids:
                return
            yield ids
            after = ids[-1]

    def judge(self, connection: str) -> Verdict:
        """Return where known open entries were not named, and where that says little, as of a full pull."""
        columns = (_E.place, _E.container, func.count())
        counts = select(*columns).where(there(connection)).group_by(_E.place, _E.container)
        with self._database.read() as db:
            named = by_spot(db.execute(counts.where(_is_named(connection))).all())
            unnamed = by_spot(db.execute(counts.where(~_is_named(connection))).all())
            empty = db.execute(select(_C.id).where(_C.connection == connection).limit(1)).first() is None
        return judge_missing(named, unnamed, Pulled(full=True, complete=True, whole=None, empty=empty))

    def is_short_of_pull(self, connection: str) -> str:
        """Return why a census cannot be all when this pull brought so much more, in words; else nothing."""
        brought = select(func.count()).select_from(tables.pull_seen).where(_S.connection == connection)
        named = exists().where(_C.connection == connection, _C.id == _S.id)
        with self._database.read() as db:
            count = db.execute(brought).scalar_one()
            met = db.execute(brought.where(named)).scalar_one()
        spot = Spot("")
        pulled = Pulled(full=True, complete=True, whole=None, empty=not met)
        doubt = judge_missing({spot: met}, {spot: count - met} if count > met else {}, pulled).note
        return f"The census named {met} of {count} entries that the pull brought." if doubt else ""

    def not_named(self, connection: str, spots: Iterable[Spot], *, limit: int) -> tuple[Ref, ...]:
        """Return references of known open entries in some places that were not named."""
        wanted = in_spots(spots)
        if wanted is None:
            return ()
        columns = (_E.tracker, _E.connection, _E.external_id)
        query = select(*columns).where(there(connection), wanted, ~_is_named(connection))
        with self._database.read() as db:
            rows = db.execute(query.order_by(_E.ref).limit(limit))
            return tuple(Ref(tracker=row[0], connection=row[1], id=row[2]) for row in rows)


def _is_known(tracker: str, connection: str) -> ColumnElement[bool]:
    """Return the condition that what was named is known, and there."""
    ref = literal(f"{tracker}.{connection}/", _E.ref.type).concat(_C.id)
    return exists().where(_E.ref == ref, _E.missing_since.is_(None))


def _is_named(connection: str) -> ColumnElement[bool]:
    return exists().where(and_(_C.connection == connection, _C.id == _E.external_id))
