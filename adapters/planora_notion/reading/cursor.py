"""Where an incremental pull goes on: how far each data source was read, and what its entries were read by.

A cursor is opaque to everybody else. It is kept per data source, so that one that failed, or is new in the scope,
is read from where it stands and not from where the others do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from planora_notion.translation.moments import instant, minute

OVERLAP = timedelta(minutes=2)
"""Instants are rounded down to the minute, clocks differ, and rows change while they are read."""
QUIET = timedelta(days=1)
SHAPE = 3


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far one data source was read."""

    minute: str
    digest: str
    """Of the schema: where it changed, entries read before may mean something else now."""
    archived: str
    """How far its archived rows were: they are asked for only where something else changed too."""
    seen: str
    """The last edit that was seen, of which `minute` falls short by as long as the reading took."""

    @property
    def since(self) -> str:
        """Return the minute from which rows are to be read again."""
        return overlapped(self.minute)

    @property
    def archived_since(self) -> str:
        """Return the minute from which archived rows are to be read."""
        return overlapped(self.archived)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far a connection was read."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    """By data source."""
    sprints: Mapping[str, str] = field(default_factory=dict)
    """Open sprints at that time, with a hash of each: no row changes when its sprint ends."""

    def __str__(self) -> str:
        marks = {id: [mark.minute, mark.digest, mark.archived, mark.seen] for id, mark in self.marks.items()}
        return json.dumps({"v": SHAPE, "at": marks, "sprints": dict(self.sprints)}, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str | None) -> Cursor:
        """Return what a text says; one that cannot be read is an empty cursor: everything is read."""
        try:
            body = json.loads(text or "{}")
            if body.get("v") != SHAPE:
                return cls()
            marks = {
                id: Mark(minute=at, digest=digest, archived=archived, seen=seen)
                for id, (at, digest, archived, seen) in body["at"].items()
            }
            for mark in marks.values():
                instant(mark.minute)
                instant(mark.archived)
                instant(mark.seen)
            return cls(marks=marks, sprints=body["sprints"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def changed_sprints(self, now: Mapping[str, str]) -> tuple[str, ...]:
        """Return the sprints whose entries mean something else now: begun, ended, renamed, new dates."""
        ids = dict.fromkeys([*self.sprints, *now])
        return tuple(id for id in ids if self.sprints.get(id) != now.get(id))


def overlapped(at: str) -> str:
    """Return the minute from which rows are to be read again, where they were read to a minute."""
    return minute(instant(at), earlier=OVERLAP)


def reached(started: datetime, ended: datetime, edited: Iterable[str], before: str | None) -> str:
    """Return the minute to which a data source was read, by Notion's clock: ours may be wrong.

    That is the last edit that was seen, earlier by as long as the reading took, for a row that was read first may
    have been edited since; never back. Where no row was seen at all nothing tells Notion's time, and reading a day
    of an empty data source again costs nothing.
    """
    earlier = instant(before) if before else started - QUIET
    took = max(timedelta(0), ended - started)
    latest = max((instant(text) - took for text in edited), default=earlier)
    return minute(max(earlier, latest))
