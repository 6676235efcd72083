"""Findings over time: what is new, what still stands since when, what was resolved, and how many there were."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from planora_sync.classify.judgement import Judgement
from planora_sync.model import Filed, Ref
from planora_sync.rules.base import Finding
from planora_sync.store import tables
from planora_sync.store.database import Database, upsert, write_many
from planora_sync.store.documents import from_document, from_json, to_document, to_json
from planora_sync.store.judgements import write_judgements
from planora_sync.store.runs import connections_of

_F = tables.findings.c
_A = tables.audits.c


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What an audit brought, compared with the ones before it."""

    new: tuple[Finding, ...] = ()
    standing: tuple[Finding, ...] = ()
    """Found before, and still."""
    resolved: tuple[Finding, ...] = ()
    """Found before, and not any more."""


@dataclass(frozen=True, kw_only=True)
class Audited:
    """How many findings one audit had."""

    run: str
    at: datetime
    counts: Mapping[str, Mapping[str, int]]
    """Connection -> code -> number of findings; a connection without findings has an empty table."""


@dataclass(frozen=True, kw_only=True)
class _Standing:
    id: int
    digest: str
    code: str
    finding: Finding


class Findings:
    """The findings of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        run: str,
        findings: Iterable[Finding],
        judgements: Mapping[Ref, Judgement],
        at: datetime,
        *,
        filed: Mapping[Ref, Filed] | None = None,
        connections: Collection[str] | None = None,
        codes: Collection[str] | None = None,
    ) -> Recorded:
        """Write what an audit found and judged, and return how it differs from what stood before.

        `connections` says what was audited: the run's, those of judged entries and of findings, unless
        given; findings of others are left alone. `codes` says which rules were asked, all unless given: what
        was not asked is not resolved. A finding that comes back after it was resolved is a new one.
        """
        found = {_digest(item): item for item in findings}
        with self._database.write("findings") as db:
            audited = set(connections if connections is not None else connections_of(db, run))
            audited |= {item.connection for item in found.values()} | {ref.connection for ref in judgements}
            before = _standing(db, audited)
            resolved = [
                item
                for digest, item in before.items()
                if digest not in found and (codes is None or item.code in codes)
            ]
            _write_found(db, found, before, run, at)
            _write_resolved(db, resolved, at)
            _write_counts(db, found.values(), audited, run, at)
            write_judgements(db, judgements, filed or {}, at)
        return Recorded(
            new=tuple(item for digest, item in found.items() if digest not in before),
            standing=tuple(item for digest, item in found.items() if digest in before),
            resolved=tuple(item.finding for item in resolved),
        )

    def current(self, connections: Collection[str] | None = None) -> list[tuple[Finding, datetime]]:
        """Return the findings that stand, each with when it was first seen, the oldest first."""
        query = select(_F.body, _F.first_seen).where(_F.resolved_at.is_(None)).order_by(_F.first_seen, _F.id)
        if connections is not None:
            query = query.where(_F.connection.in_(sorted(connections)))
        with self._database.read() as db:
            return [(_finding(row.body), row.first_seen) for row in db.execute(query)]

    def trend(self, limit: int = 100) -> list[Audited]:
        """Return how many findings the last audits had, the oldest of them first."""
        query = select(tables.audits).order_by(_A.at.desc(), _A.run.desc()).limit(limit)
        with self._database.read() as db:
            rows = db.execute(query).all()
        return [Audited(run=row.run, at=row.at, counts=from_json(row.counts)) for row in reversed(rows)]


def _standing(db: Connection, connections: Collection[str]) -> dict[str, _Standing]:
    query = select(_F.id, _F.digest, _F.code, _F.body).where(
        _F.connection.in_(sorted(connections)), _F.resolved_at.is_(None)
    )
    rows = db.execute(query.order_by(_F.id))
    return {
        row.digest: _Standing(id=row.id, digest=row.digest, code=row.code, finding=_finding(row.body))
        for row in rows
    }


def _write_found(
    db: Connection, found: Mapping[str, Finding], before: Mapping[str, _Standing], run: str, at: datetime
) -> None:
    new, again = [], []
    for digest, item in found.items():
        row = {"last_seen": at, "run": run, "body": to_document(item)}
        if digest in before:
            again.append({"the_id": before[digest].id, **{f"new_{name}": row[name] for name in row}})
        else:
            about = {"digest": digest, "connection": item.connection, "code": item.code, "first_seen": at}
            new.append({**row, **about})
    write_many(db, insert(tables.findings), new)
    named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("last_seen", "run", "body")}
    write_many(db, update(tables.findings).where(_F.id == bindparam("the_id")).values(named), again)


def _write_resolved(db: Connection, resolved: Iterable[_Standing], at: datetime) -> None:
    statement = update(tables.findings).where(_F.id == bindparam("the_id")).values(resolved_at=at)
    write_many(db, statement, [{"the_id": item.id} for item in resolved])


def _write_counts(
    db: Connection, findings: Iterable[Finding], connections: Iterable[str], run: str, at: datetime
) -> None:
    counts: dict[str, Counter[str]] = {name: Counter() for name in sorted(connections)}
    for item in findings:
        counts[item.connection][item.code] += 1
    upsert(db, tables.audits, [{"run": run, "at": at, "counts": to_json(counts)}])


def _digest(finding: Finding) -> str:
    return hashlib.blake2b(finding.identity.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _finding(body: str) -> Finding:
    return from_document(Finding, body, name="A finding")
