"""Notion's instants and days: read in both forms they come in, and written in the form they had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY = len("2026-01-01")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The value of a date property, as Notion spells it: a day or an instant, and perhaps an end."""

    start: str
    end: str | None = None
    zone: str | None = None
    """The time zone that its instants are in, where they carry no offset."""

    @property
    def first(self) -> date:
        """Return the day it begins, or the only day."""
        return day(self.start)

    @property
    def last(self) -> date | None:
        """Return the day it ends, or None for a single day."""
        return None if self.end is None else day(self.end)


def instant(text: str) -> datetime:
    """Return an instant as aware UTC; raises ValueError.

    Pages show `2026-06-27T17:00:00.000Z`, databases `2026-06-27T17:00:44.080+00:00`.
    """
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


def day(text: str) -> date:
    """Return the day of a date or of an instant, as the people who wrote it read it; raises ValueError."""
    return date.fromisoformat(text[:DAY])


def is_local(text: str) -> bool:
    """Return whether a text is an instant without an offset, which only a time zone beside it explains."""
    return len(text) > DAY and datetime.fromisoformat(text).tzinfo is None


def on_day(old: str | None, new: date) -> str:
    """Return `new` in the form that `old` has: a day stays a day, an instant keeps its time and offset."""
    return new.isoformat() + (old[DAY:] if old else "")


def minute(when: datetime, *, earlier: timedelta = timedelta(0)) -> str:
    """Return an instant rounded down to the minute, as Notion rounds its own."""
    return (when.astimezone(UTC) - earlier).strftime("%Y-%m-%dT%H:%M:00.000Z")


def told_minute(value: object) -> str | None:
    """Return an instant of an answer rounded down to the minute, or None for what is none."""
    try:
        return minute(instant(str(value))) if value else None
    except ValueError:
        return None
