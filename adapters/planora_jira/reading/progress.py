"""How far a pull has come, as a short text: with it another process goes on where this one was killed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from planora_jira.reading.cursor import Seen
from planora_jira.reading.position import Position

VERSION = 1
LONGEST = 1_900
"""Characters of a text; above it what was read to its end is told by id alone."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What was read of one project."""

    seen: Seen = field(default_factory=Seen)
    position: Position | None = None
    """Behind the last issue that was given; None where none was, or the project was read to its end."""
    whole: bool = False
    """Whether it was read to its end."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What was read of each project; one that is not named was not begun."""

    begun: datetime
    parts: Mapping[str, Part] = field(default_factory=dict)

    def part(self, project: str) -> Part:
        """Return what was read of a project."""
        return self.parts.get(project, Part())

    def with_part(self, project: str, part: Part) -> Progress:
        """Return the progress with one project further on."""
        return replace(self, parts={**self.parts, project: part})

    def text(self, key: str) -> str:
        """Return the progress as the store keeps it; `key` tells which pull it belongs to."""
        full = self._text(key, {id: _packed(part) for id, part in self.parts.items()})
        if len(full) <= LONGEST:
            return full
        # The oldest of their newest changes stands for all: too much is read again, and nothing lost.
        whole = {id: part for id, part in self.parts.items() if part.whole}
        newest = [part.seen.newest for part in whole.values() if part.seen.newest]
        rows = {id: _packed(part) for id, part in self.parts.items() if id not in whole}
        shared = [_ms(min(newest)) if newest else 0, *whole]
        short = self._text(key, rows, shared)
        return short if len(short) <= LONGEST else self._text(key, rows)

    def _text(self, key: str, parts: Mapping[str, Any], whole: list[Any] | None = None) -> str:
        body = {"v": VERSION, "k": key, "b": _ms(self.begun), "p": parts} | ({"w": whole} if whole else {})
        return json.dumps(body, separators=(",", ":"))


def key_of(site: str, since: str | None) -> str:
    """Return what tells one pull from another: the site and where it began."""
    return hashlib.sha256(f"{site} {since or ''}".encode()).hexdigest()[:10]


def parse(text: str | None, key: str) -> Progress | None:
    """Return the progress that a text is; None for one that is broken, old or of another pull."""
    try:
        data = json.loads(text or "")
        if data["v"] != VERSION or data["k"] != key:
            return None
        parts = {str(id): _unpacked(row) for id, row in data["p"].items()}
        shared, *whole = data.get("w") or [0]
        seen = Seen(newest=_moment(shared) if shared else None)
        parts |= {str(id): Part(seen=seen, whole=True) for id in whole}
        return Progress(begun=_moment(data["b"]), parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None


def _packed(part: Part) -> list[Any]:
    newest = _ms(part.seen.newest) if part.seen.newest else 0
    row: list[Any] = [newest, part.seen.anchor or ""]
    if part.whole:
        return row
    return [*row, _ms(part.position.created), part.position.number] if part.position else [*row, 0, 0]


def _unpacked(row: list[Any]) -> Part:
    newest, anchor, *rest = row
    seen = Seen(newest=_moment(newest) if newest else None, anchor=str(anchor) or None)
    if not rest:
        return Part(seen=seen, whole=True)
    created, number = rest
    return Part(
        seen=seen, position=Position(created=_moment(created), number=int(number)) if created else None
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
