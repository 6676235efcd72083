"""Compares pulled entries with what the store holds and gives the rows that differ. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from planora_sync.model import Entry, content_digest
from planora_sync.store.documents import compress, in_need_of_escape, raw_bytes, to_json
from planora_sync.store.names import all_short, digests_of

Row = tuple[Any, ...]
"""Values in the order of `COLUMNS`."""

HALVES = "\\ud"
"""How half a surrogate pair is spelled in content; the same letters in a text cost only time."""

COLUMNS = (
    "ref",
    "tracker",
    "external_id",
    "id_digest",
    "key_digest",
    "url_digest",
    "place",
    "container",
    "is_open",
    "content_hash",
    "exact",
    "body",
    "raw",
    "version",
)
"""Columns of an entry's row, but for those that are the same in all rows of a save."""
_KEY_DIGEST = COLUMNS.index("key_digest")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What the store holds of an entry, as far as comparing needs it."""

    content_hash: str
    exact: str
    version: int
    missing: bool
    is_open: bool
    place: str
    container: str | None
    key_digest: str


@dataclass(kw_only=True)
class Difference:
    """The rows that a save writes."""

    added: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    """Something that people can change did."""
    touched: list[Row] = field(default_factory=list)
    """Only `updated`, the rank or the raw JSON is another one: stored, without a version."""
    returned: list[str] = field(default_factory=list)
    """Taken for missing before, and seen again."""
    renamed: list[tuple[str, str]] = field(default_factory=list)
    """References of entries whose key is another one, with the digest of the former key."""
    seen: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """Every entry by its id, with place and container where it was known to be open and there before."""
    unchanged: int = 0


def compare(entries: Mapping[str, Entry], held: Mapping[str, Held]) -> Difference:
    """Return what differs between entries, by reference, and the store."""
    difference = Difference()
    for ref, entry in entries.items():
        _compare(ref, entry, held.get(ref), difference)
    return difference


def _compare(ref: str, entry: Entry, before: Held | None, difference: Difference) -> None:
    difference.seen.append(_seen(entry.ref.id, before))
    if before is not None and before.missing:
        difference.returned.append(ref)
    content = entry.content()
    content_hash = content_digest(content)
    raw = None if entry.raw is None else raw_bytes(entry.raw)
    exact = _exact(content_hash, entry, raw)
    if before is not None and before.exact == exact:
        difference.unchanged += 1
        return
    row = _row(ref, entry, content, content_hash, exact, raw)
    if before is None:
        difference.added.append((*row, 1))
        return
    if before.key_digest != row[_KEY_DIGEST] and before.key_digest not in all_short((entry.key,)):
        difference.renamed.append((row[0], before.key_digest))
    if before.content_hash != content_hash:
        difference.changed.append((*row, before.version + 1))
    else:
        difference.unchanged += 1
        difference.touched.append((*row, before.version))


def _seen(id: str, before: Held | None) -> tuple[str, str | None, str | None]:
    if before is None or before.missing or not before.is_open:
        return id, None, None
    return id, before.place, before.container


def _row(ref: str, entry: Entry, content: bytes, content_hash: str, exact: str, raw: bytes | None) -> Row:
    return (
        ref,
        entry.ref.tracker,
        entry.ref.id,
        *digests_of(entry),
        entry.place.id,
        entry.place.container,
        entry.is_open,
        content_hash,
        exact,
        _body(entry, content.decode()),
        None if raw is None else compress(raw),
    )


def _body(entry: Entry, content: str) -> str:
    """Return the whole entry but for its raw JSON, made of its content, which was serialised already."""
    try:
        rank = orjson.dumps(entry.rank).decode()
    except TypeError:  # half a surrogate pair
        return to_json(entry.model_dump(exclude={"raw"}))
    infinite = entry.estimate is not None and not math.isfinite(entry.estimate.value)
    if infinite or in_need_of_escape(content) or in_need_of_escape(rank) or HALVES in content:
        return to_json(entry.model_dump(exclude={"raw"}))
    if entry.rank is not None:
        content = f'{content[:-1]},"rank":{rank}}}'
    if entry.updated is not None:
        content = f'{content[:-1]},"updated":"{entry.updated.isoformat()}"}}'
    return content


def _exact(content_hash: str, entry: Entry, raw: bytes | None) -> str:
    marks = f"{content_hash} {entry.updated} {entry.rank!r} ".encode("ascii", "backslashreplace")
    return hashlib.blake2b(marks if raw is None else marks + raw, digest_size=16).hexdigest()
