"""Compares pulled entries with what the store holds and gives the rows that differ. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from planora_sync.model import Entry
from planora_sync.store.documents import pack, to_document, to_json
from planora_sync.store.names import digests_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What the store holds of an entry, as far as comparing needs it."""

    content_hash: str
    exact: str
    version: int
    missing: bool


@dataclass(kw_only=True)
class Difference:
    """The rows that a save writes."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    """Something that people can change did."""
    touched: list[dict[str, Any]] = field(default_factory=list)
    """Only `updated`, the rank or the raw JSON is another one: stored, without a version."""
    returned: list[str] = field(default_factory=list)
    """Taken for missing before, and seen again."""
    unchanged: int = 0


def compare(entries: Iterable[Entry], held: Mapping[str, Held], *, run: str, at: datetime) -> Difference:
    """Return what differs between entries and the store."""
    difference = Difference()
    for entry in entries:
        ref = str(entry.ref)
        before = held.get(ref)
        body = _body(entry)
        content_hash, exact = entry.content_hash, _exact(body, entry)
        if before is not None and before.missing:
            difference.returned.append(ref)
        if before is not None and before.exact == exact:
            difference.unchanged += 1
            continue
        row = {**_row(entry, ref, body), "content_hash": content_hash, "exact": exact, "run": run}
        if before is None:
            difference.added.append({**row, "version": 1, "first_seen": at, "changed": at})
        elif before.content_hash != content_hash:
            difference.changed.append({**row, "version": before.version + 1, "changed": at})
        else:
            difference.unchanged += 1
            difference.touched.append(row)
    return difference


def _row(entry: Entry, ref: str, body: str) -> dict[str, Any]:
    return {
        "ref": ref,
        "tracker": entry.ref.tracker,
        "connection": entry.ref.connection,
        "external_id": entry.ref.id,
        **digests_of(entry),
        "place": entry.place.id,
        "container": entry.place.container,
        "is_open": entry.is_open,
        "body": body,
        "raw": None if entry.raw is None else pack(entry.raw),
    }


def _body(entry: Entry) -> str:
    if entry.estimate is not None and not math.isfinite(entry.estimate.value):
        return to_json(entry.model_dump(exclude={"raw"}))  # JSON has no word for it
    return to_document(entry, exclude={"raw"})


def _exact(body: str, entry: Entry) -> str:
    return _digest(body.encode() + (b"" if entry.raw is None else _bytes(entry.raw)))


def _bytes(raw: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(raw)
    except TypeError:  # over 64 bits, half a surrogate pair, no dict: rare, and four times slower
        return json.dumps(raw, default=str).encode("ascii")


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()
