"""What is remembered of the vendor's counters: when we sent, what others use, until when all must wait."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import Counter
from dataclasses import dataclass, field

from planora_sync.http.limits import Charge, Level

NEVER = -math.inf
LONGEST = 4
"""A share so small that less than one request is left of a window makes it so many times as long, at the most."""
MORE = 1.1
"""Others are taken to use so many times what they used: they do not stand still until the next answer."""


@dataclass
class Scope:
    """Requests that one counter of the vendor counts."""

    paused: float = NEVER
    """Until then none is sent."""
    told: tuple[float, float] | None = None
    """Allowance and window, where an answer told them."""
    left: float = math.inf
    """What others leave of the allowance ..."""
    left_until: float = NEVER
    """... which is known until then."""
    logs: dict[float, list[float]] = field(default_factory=dict)
    """Moments of requests by the length of the window, sorted: of answered ones, and of some that lie ahead."""
    flying: Counter[float] = field(default_factory=Counter)
    """Requests that are under way, by the length of the window: the vendor counts them who knows when."""

    def free_at(
        self, charge: Charge, share: float, now: float, earliest: float, before: float = math.inf
    ) -> float:
        """Return the first moment from `earliest` on for a request: then no window holds too many.

        Args:
            charge: what it is charged to.
            share: which part of the allowance is ours.
            now: what time it is.
            earliest: when it would be sent.
            before: requests that are to be sent later than this do not count: they look again before they go.
        """
        moment = max(earliest, self.paused)
        if charge.requests is None:
            return moment
        limit, window = self.told or (float(charge.requests), charge.window)
        most = limit * share
        free = self._free(charge, self._taken(charge, now, before), most, window, moment)
        if moment < self.left_until:
            # What others leave is known for a while only: after that the whole share is ours again.
            less = self._free(charge, self._taken(charge, now, before), min(most, self.left), window, moment)
            free = min(less, max(free, self.left_until))
        return free

    def _taken(self, charge: Charge, now: float, before: float) -> list[float]:
        log = self.logs.setdefault(charge.window, [])
        _, window = self.told or (0.0, charge.window)
        del log[: bisect_right(log, now - LONGEST * max(window, charge.window))]
        past, ahead = bisect_right(log, now), bisect_right(log, before)
        return [*log[:past], *[now] * self.flying[charge.window], *log[past:ahead]]

    def _free(self, charge: Charge, taken: list[float], most: float, window: float, moment: float) -> float:
        if most < 1:
            # Less than one request a window is one in a longer window.
            most, window = 1.0, min(window / max(most, 1e-3), LONGEST * window)
        whole = int(most + 1e-9)
        # The last so many may stand in one window with it.
        beside = whole - min(charge.cost, whole)
        if len(taken) > beside:
            moment = max(moment, taken[-beside - 1] + window)
        if taken and self.paused <= moment < self.paused + window:
            # After a pause all begin again at one moment: no burst then.
            moment = max(moment, taken[-1] + window / whole)
        return moment

    def note(self, charge: Charge, at: float) -> None:
        """Remember a request."""
        if charge.requests is not None:
            for _ in range(charge.cost):
                insort(self.logs.setdefault(charge.window, []), at)

    def forget(self, charge: Charge, at: float) -> None:
        """Take a request back."""
        log = self.logs.get(charge.window, [])
        for _ in range(charge.cost):
            place = bisect_right(log, at) - 1
            if place >= 0 and log[place] == at:
                del log[place]

    def fly(self, charge: Charge, sign: int) -> None:
        """Remember that a request is under way (1), or no longer (-1)."""
        if charge.requests is not None:
            self.flying[charge.window] += sign * charge.cost

    def hear(self, level: Level, now: float) -> None:
        """Take in what an answer says: what others use is not there for us."""
        if level.window:
            self.told = (level.limit, level.window)
        if level.remaining <= 0:
            self.paused = max(self.paused, now + level.resets_in)
        if not self.logs:
            return
        span = level.window or max(self.logs)
        ours = max(
            self.flying[window] + sum(1 for at in log if now - span < at <= now)
            for window, log in self.logs.items()
        )
        others = max(0.0, level.limit - level.remaining - ours)
        self.left, self.left_until = level.limit - others * MORE, now + min(span, max(level.resets_in, 1.0))

    def idle(self, now: float) -> bool:
        """Return whether nothing of it matters any more."""
        busy = any(self.flying.values()) or any(
            log and log[-1] > now - window * 2 for window, log in self.logs.items()
        )
        return not busy and self.told is None and max(self.paused, self.left_until) <= now
