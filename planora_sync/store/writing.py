"""Writes entries within a transaction of somebody else: what differs, with the former version beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Select, bindparam, insert, null, select, type_coerce, update
from sqlalchemy.dialects import postgresql

from planora_sync.model import Entry
from planora_sync.store import tables
from planora_sync.store.bulk import Bulk
from planora_sync.store.saving import COLUMNS, Difference, Held, compare

_E = tables.entries.c
_FEW = 500
"""References looked up in one statement."""
_PLAIN = ("content_hash", "exact", "body", "is_open", "version")
_THE_REF = bindparam("new_ref", type_=_E.ref.type)
_FORMER_COLUMNS = ("ref", "version", "content_hash", "run", "at", "body")


def _new(name: str) -> str:
    """Return what a value is called in an update, where it may not be called as its column is."""
    return f"new_{name}"


def _update(*same: str) -> Bulk:
    values = {name: bindparam(_new(name), type_=_E[name].type) for name in (*COLUMNS[1:], *same)}
    return Bulk(
        update(tables.entries).where(_E.ref == _THE_REF).values(values),
        [_new(name) for name in COLUMNS],
        same=[_new(name) for name in same],
        plain=[_new(name) for name in _PLAIN],
    )


def _former() -> Select[Any]:
    # As it stands, not as text, which a document otherwise comes as.
    body = type_coerce(_E.body, JSON)
    columns = (_E.ref, _E.version, _E.content_hash, _E.run, _E.changed, body)
    return select(*columns).where(_E.ref == _THE_REF)


# PostgreSQL's form of "or ignore", which both databases understand.
_KEEP_FORMER = Bulk(
    postgresql.insert(tables.entry_versions).from_select(_FORMER_COLUMNS, _former()).on_conflict_do_nothing(),
    ["new_ref"],
)
_INSERT = Bulk(
    insert(tables.entries), COLUMNS, same=("connection", "run", "first_seen", "changed"), plain=_PLAIN
)
_CHANGE = _update("run", "changed")
_TOUCH = _update()
_RETURN = Bulk(
    update(tables.entries).where(_E.ref == _THE_REF).values(missing_since=null(), absence=null()), ["new_ref"]
)
_RENAME = Bulk(
    postgresql.insert(tables.former_keys).on_conflict_do_nothing(),
    ("ref", "key_digest"),
    same=("at",),
)


def write_entries(
    db: Connection, connection: str, entries: Iterable[Entry], *, run: str, at: datetime
) -> Difference:
    """Write what differs and return it; of what comes twice the last counts.

    Raises ValueError for an entry of another connection.
    """
    given = {str(entry.ref): entry for entry in entries}
    stranger = next((entry for entry in given.values() if entry.ref.connection != connection), None)
    if stranger is not None:
        raise ValueError(f"{stranger.ref} is no entry of connection {connection!r}")
    difference = compare(given, _held(db, list(given)))
    _INSERT.run(db, difference.added, connection=connection, run=run, first_seen=at, changed=at)
    _KEEP_FORMER.run(db, [row[:1] for row in difference.changed])
    _CHANGE.run(db, difference.changed, new_run=run, new_changed=at)
    _TOUCH.run(db, difference.touched)
    _RETURN.run(db, [(ref,) for ref in difference.returned])
    _RENAME.run(db, difference.renamed, at=at)
    return difference


def _held(db: Connection, refs: Sequence[str]) -> Mapping[str, Held]:
    columns = (
        _E.ref, _E.content_hash, _E.exact, _E.version, _E.missing_since, _E.is_open, _E.place, _E.container,
        _E.key_digest,
    )  # fmt: skip
    held = {}
    for start in range(0, len(refs), _FEW):
        query = select(*columns).where(_E.ref.in_(refs[start : start + _FEW]))
        for ref, content_hash, exact, version, missing, is_open, place, container, key in db.execute(query):
            held[ref] = Held(
                content_hash=content_hash,
                exact=exact,
                version=version,
                missing=missing is not None,
                is_open=is_open,
                place=place,
                container=container,
                key_digest=key,
            )
    return held
