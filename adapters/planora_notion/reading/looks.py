"""What rows looked like when they were last read, so that a write need not read them again, nor miss who was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from planora_notion.site.schema import Json, decoded
from planora_notion.translation import values
from planora_notion.translation.family import source_id

FRESH = timedelta(seconds=60)
"""So long a look at a row may be the base of a write: a batch of rows is read, then written."""
MOST = 200
"""Rows that are remembered."""


class Looks:
    """Rows as they were last read, with all their references; for a minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[str, tuple[datetime, Json]] = {}

    def keep(self, page: Json) -> None:
        """Remember a row; the oldest is forgotten."""
        id = str(page.get("id"))
        self._seen.pop(id, None)
        self._seen[id] = (self._now(), page)
        while len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]

    def find(self, id: str) -> Json | None:
        """Return a row as it was read within the last minute, or None."""
        at, page = self._seen.get(id, (None, None))
        return page if at is not None and self._now() - at <= FRESH else None

    def forget(self, id: str) -> None:
        """Forget a row, for it was written."""
        self._seen.pop(id, None)


def differing(before: Json, after: Json, props: Iterable[str]) -> tuple[str, ...]:
    """Return the names of properties that hold something else than before; `parent` where the row was moved.

    Values are compared, not the time of the last edit: Notion rounds it down to the minute. References count as
    sets, for Notion gives them in no promised order.

    Args:
        before: the row as it was read.
        after: the row as it is now.
        props: decoded ids of the properties that matter.
    """
    wanted = set(props)
    old, new = _by_id(before), _by_id(after)
    # What was not read before, a property added since or one that nobody asked for, cannot be compared.
    known = sorted(wanted & old.keys())
    names = [(new.get(id) or old[id])[0] for id in known if _plain(old[id]) != _plain(new.get(id))]
    moved = source_id(before) != source_id(after)
    return (*names, *(("parent",) if moved else ()))


def _by_id(page: Json) -> dict[str, tuple[str, Json]]:
    held: Mapping[str, Json] = page.get("properties") or {}
    return {decoded(str(value.get("id"))): (name, value) for name, value in held.items()}


def _plain(named: tuple[str, Json] | None) -> object:
    """Return what a value says, without what differs from answer to answer: names, colours, signed addresses."""
    if named is None:
        return None
    _, value = named
    held = values.inner(value)
    match value.get("type"):
        case "relation" | "people" | "multi_select":
            return frozenset(str(one.get("id")) for one in held or ())
        case "select" | "status":
            return held.get("id") if held else None
        case "title" | "rich_text":
            return values.text(value)
        case "date":
            return (held.get("start"), held.get("end")) if held else None
        case _:
            return held
