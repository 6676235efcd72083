"""How many requests a connection may make, and how large one may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

ALLOWANCE = 180
"""Requests a connection may make in a window."""
WINDOW = 60
"""Seconds of a window. It is fixed: bursts are allowed within it."""
PAYLOAD = 500_000
"""Bytes of a request's body."""


class Allowance:
    """Counts the requests of each connection in fixed windows of a minute."""

    def __init__(self, now: Callable[[], datetime], *, enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._used: dict[tuple[str, int], int] = {}

    def wait(self, token: str) -> int | None:
        """Count a request; return after how many seconds the next window begins where it is one too many."""
        if not self._enforced:
            return None
        seconds = self._now().timestamp()
        window = math.floor(seconds / WINDOW)
        used = self._used.get((token, window), 0)
        self._used = {(who, when): n for (who, when), n in self._used.items() if when == window}
        if used >= ALLOWANCE:
            return math.ceil((window + 1) * WINDOW - seconds)
        self._used[token, window] = used + 1
        return None
