"""What each entry was judged to be last, and since when: a nature stands until something speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from planora_sync.classify.judgement import Judgement
from planora_sync.model import Filed, Nature, Ref
from planora_sync.store import tables
from planora_sync.store.database import Database, upsert

_J = tables.judgements.c
_E = tables.entries.c


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The last judgement of an entry, without its evidence."""

    filed: Filed | None
    """Where it was filed; None where that was not told."""
    nature: Nature
    confidence: float
    decided_by: str
    content_hash: str | None
    """Of the entry as it was judged, where the store held it."""
    since: datetime
    """Since when it has been judged to be this."""
    at: datetime
    """When this was first said of it as it is."""


class Judgements:
    """The last judgements of a store's entries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, judgements: Mapping[Ref, Judgement], *, filed: Mapping[Ref, Filed] | None = None, at: datetime
    ) -> None:
        """Write the judgements that differ from the last ones; entries that are not given keep theirs."""
        with self._database.write("judgements") as db:
            write_judgements(db, judgements, filed or {}, at)

    def load(self, connections: Collection[str] | None = None) -> dict[Ref, Judged]:
        """Return the last judgements by reference."""
        query = select(tables.judgements).order_by(_J.ref)
        if connections is not None:
            query = query.where(_J.connection.in_(sorted(connections)))
        with self._database.read() as db:
            return {Ref.parse(row.ref): _judged(row) for row in db.execute(query)}


def write_judgements(
    db: Connection, judgements: Mapping[Ref, Judgement], filed: Mapping[Ref, Filed], at: datetime
) -> None:
    """Write the judgements that differ from the last ones, in the caller's transaction."""
    connections = {ref.connection for ref in judgements}
    last = select(tables.judgements).where(_J.connection.in_(connections))
    before = {row.ref: _judged(row) for row in db.execute(last)}
    now = select(_E.ref, _E.content_hash).where(_E.connection.in_(connections))
    hashes = {row.ref: row.content_hash for row in db.execute(now)}
    rows = []
    for ref, judgement in judgements.items():
        name = str(ref)
        row = _row(ref, judgement, filed.get(ref), hashes.get(name))
        held = before.get(name)
        if held is not None and _same(held, row):
            continue
        stands = held is not None and held.nature is judgement.nature
        rows.append({**row, "since": held.since if held and stands else at, "at": at})
    upsert(db, tables.judgements, rows)


def _row(ref: Ref, judgement: Judgement, filed: Filed | None, content_hash: str | None) -> dict[str, Any]:
    return {
        "ref": str(ref),
        "connection": ref.connection,
        "filed": filed,
        "nature": judgement.nature,
        "confidence": judgement.confidence,
        "decided_by": judgement.decided_by,
        "content_hash": content_hash,
    }


def _same(held: Judged, row: Mapping[str, Any]) -> bool:
    names = ("filed", "nature", "confidence", "decided_by", "content_hash")
    return all(getattr(held, name) == row[name] for name in names)


def _judged(row: Row[Any]) -> Judged:
    return Judged(
        filed=Filed(row.filed) if row.filed else None,
        nature=Nature(row.nature),
        confidence=row.confidence,
        decided_by=row.decided_by,
        content_hash=row.content_hash,
        since=row.since,
        at=row.at,
    )
