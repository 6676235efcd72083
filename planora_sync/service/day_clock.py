"""A clock that runs, and never passes midnight while it is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta


class DayClock:
    """A clock for what must see one and the same day from beginning to end.

    What is due today is overdue tomorrow: a demo that begins at 23:59:50 would find other things at its end.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last: datetime | None = _end_of_day(now())

    def __call__(self) -> datetime:
        """Return this moment, aware UTC; while the clock is held, none of a later day than it began on."""
        now = self._now()
        return now if self._last is None else min(now, self._last)

    def let_go(self) -> None:
        """Let the clock pass midnight from now on."""
        self._last = None


def _end_of_day(moment: datetime) -> datetime:
    tomorrow = moment.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC) - timedelta(microseconds=1)
