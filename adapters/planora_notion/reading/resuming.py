"""How far a pull came, as a short text: where it goes on if it is killed. Pure.

For each data source how its list stands, and the rows that were read but wait for the page above them. Times are
minutes, ids are cut: the text is stored with every page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from planora_notion.reading.window import Position
from planora_notion.translation.moments import instant, minute

SHAPE = 1
LONGEST = 1_900
EPOCH = datetime(2010, 1, 1, tzinfo=UTC)


class Stage(StrEnum):
    """Which part of a data source is read."""

    LIVE = "l"
    ARCHIVED = "a"
    DONE = "d"


@dataclass(frozen=True, kw_only=True)
class Stand:
    """How far one data source was read."""

    query: str
    """A hash of what is asked: what another question gave is no part of the answer to this one."""
    stage: Stage = Stage.LIVE
    at: Position = field(default_factory=Position)
    edited: str | None = None
    """The last edit that was seen."""


@dataclass(frozen=True, kw_only=True)
class Resume:
    """How far a connection was read."""

    begun: datetime
    stands: Mapping[str, Stand] = field(default_factory=dict)
    """By the end of the data source's id."""
    waiting: tuple[str, ...] = ()
    """Rows that were read and not given yet."""

    def with_stand(self, id: str, stand: Stand) -> Resume:
        """Return the same with how far one data source was read."""
        others = {key: value for key, value in self.stands.items() if key != _cut(id)}
        return replace(self, stands={**others, _cut(id): stand})

    def stand(self, id: str, query: str) -> Stand:
        """Return how far a data source was read by a query; not at all where another one was asked."""
        known = self.stands.get(_cut(id))
        return known if known and known.query == query else Stand(query=query)

    def __str__(self) -> str:
        kept = dict(self.stands)
        while len(text := self._text(kept)) > LONGEST and kept:
            # Beyond some fifty data sources the oldest is read again: nothing is lost by that.
            del kept[next(iter(kept))]
        return text

    def _text(self, stands: Mapping[str, Stand]) -> str:
        body = {
            "v": SHAPE,
            "b": self.begun.isoformat(),
            "s": {id: _spelt(stand) for id, stand in stands.items()},
            "w": [_packed(id) for id in self.waiting],
        }
        return json.dumps(body, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str | None) -> Resume | None:
        """Return what a text says; None for none, and for one that cannot be read."""
        try:
            body = json.loads(text or "null")
            if not isinstance(body, dict) or body["v"] != SHAPE:
                return None
            stands = {str(id): _read(stand) for id, stand in body["s"].items()}
            waiting = tuple(_unpacked(id) for id in body["w"])
            return cls(begun=instant(body["b"]), stands=stands, waiting=waiting)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return None


def fingerprint(query: object) -> str:
    """Return a short hash of what is asked of a data source."""
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:8]


def _cut(id: str) -> str:
    return id.replace("-", "")[-12:]


def _spelt(stand: Stand) -> list[Any]:
    if stand.stage is Stage.DONE:
        return [stand.query, stand.stage, _number(stand.edited)]
    at = stand.at
    spelt = [_number(at.start), at.cursor, at.count, _number(at.last)]
    return [stand.query, stand.stage, _number(stand.edited), *spelt]


def _read(spelt: list[Any]) -> Stand:
    query, stage, edited, *rest = spelt
    if not rest:
        return Stand(query=str(query), stage=Stage(stage), edited=_minute(edited))
    start, cursor, count, last = rest
    at = Position(start=_minute(start), cursor=cursor, count=int(count), last=_minute(last))
    return Stand(query=str(query), stage=Stage(stage), at=at, edited=_minute(edited))


def _number(at: str | None) -> int | None:
    return None if at is None else int((instant(at) - EPOCH) / timedelta(minutes=1))


def _minute(number: int | None) -> str | None:
    return None if number is None else minute(EPOCH + timedelta(minutes=int(number)))


def _packed(id: str) -> str:
    return base64.urlsafe_b64encode(uuid.UUID(id).bytes).decode().rstrip("=")


def _unpacked(text: str) -> str:
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(text + "==")))
