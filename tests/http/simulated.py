"""Several threads that speak to a tracker under one budget, with a clock of their own: no thread, no wait."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from planora_sync.http import Call, Charge, RateBudget

EPSILON = 1e-6
"""Sums of floating-point seconds are a little off; no tracker counts finer."""
Ask = tuple[Call, bool, float, float]
"""A call, whether it writes, the seconds its answer takes, and the seconds of work before the next one."""


@dataclass
class Simulation:
    """Lanes that ask one thing after the other; notes when the tracker counted each."""

    charges: Callable[[Call, bool], Sequence[Charge]]
    share: float
    now: float = 1000.0
    counted: dict[tuple[str, float], list[float]] = field(default_factory=lambda: defaultdict(list))
    """By scope and window."""
    waited: float = 0.0

    def __post_init__(self) -> None:
        self.budget = RateBudget(monotonic=lambda: self.now)
        self._order = count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def run(self, lanes: Sequence[Sequence[Ask]]) -> None:
        """Let all lanes ask all they want."""
        for lane in lanes:
            self._at(self.now, self._starter(iter(lane)))
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), act))

    def _starter(self, lane: Iterator[Ask]) -> Callable[[], None]:
        def start() -> None:
            ask = next(lane, None)
            if ask is not None:
                self._take_turn(lane, ask)

        return start

    def _take_turn(self, lane: Iterator[Ask], ask: Ask) -> None:
        call, write, latency, work = ask
        charges = self.charges(call, write)
        ticket = self.budget.reserve(charges, self.share)

        def look() -> None:
            wait = self.budget.wait(ticket)
            if wait > 0:
                self.waited += wait
                self._at(self.now + wait, look)
                return
            # The tracker counts it at some moment on its way: the later of two neighbours first, if it can.
            moment = self.now + latency * (next(self._order) * 7 % 11) / 10
            for charge in charges:
                if charge.requests is not None:
                    self.counted[charge.scope, charge.window] += [moment] * charge.cost
            self._at(self.now + latency, answer)

        def answer() -> None:
            self.budget.answered(ticket)
            self._at(self.now + work, self._starter(lane))

        look()


def worst(moments: Sequence[float], window: float) -> int:
    """Return how many fall into the fullest window, wherever it begins."""
    ordered = sorted(moments)
    most = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= window - EPSILON:
            first += 1
        most = max(most, last - first + 1)
    return most


def rate(moments: Sequence[float], window: float) -> float:
    """Return how many fall into a window on the average, over whole windows."""
    span = max(moments) - min(moments)
    return len(moments) / (span + window) * window


def refused(moments: Sequence[float], a_second: float, burst: int) -> int:
    """Return how many a token bucket would refuse that fills evenly and holds `burst`."""
    tokens, last, count = float(burst), min(moments, default=0.0), 0
    for moment in sorted(moments):
        tokens, last = min(burst, tokens + (moment - last) * a_second), moment
        if tokens < 1 - EPSILON:
            count += 1
        else:
            tokens -= 1
    return count


def fixed(moments: Sequence[float], window: float, offset: float) -> int:
    """Return how many fall into the fullest of the windows that follow each other from `offset` on."""
    counts = Counter(int((moment - offset) // window) for moment in moments)
    return max(counts.values(), default=0)
