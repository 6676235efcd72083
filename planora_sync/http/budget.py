"""A rate budget: how fast one credential may speak to one tracker."""

from __future__ import annotations

import threading
from collections.abc import Callable


class RateBudget:
    """Says how long to wait before the next request (GCRA: one number, no queue).

    Requests come at an even rate of `allowance * share` a window, after a burst that is as large as the rest of
    the allowance permits (and never larger than the share): in no window is the allowance exceeded.
    """

    def __init__(
        self, *, allowance: int, window: float, share: float, monotonic: Callable[[], float]
    ) -> None:
        """Set up a full budget.

        Args:
            allowance: requests the vendor allows in `window` seconds.
            window: seconds.
            share: which part of it is ours, 0 < share <= 1.
            monotonic: a clock in seconds.
        """
        rate = max(1.0, allowance * share)
        self._interval = window / rate
        self._burst = min(window, self._interval * max(1.0, allowance - rate))
        self._monotonic = monotonic
        self._next = monotonic()
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take one request from the budget and return the seconds to wait before sending it."""
        with self._lock:
            now = self._monotonic()
            earliest = max(self._next, now)
            self._next = earliest + self._interval
            return max(0.0, self._next - self._burst - now)

    def pause(self, seconds: float) -> None:
        """Push the next request `seconds` into the future, as a Retry-After demands."""
        with self._lock:
            self._next = max(self._next, self._monotonic() + seconds + self._burst)
