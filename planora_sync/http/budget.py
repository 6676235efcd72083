"""A rate budget: how fast one process may speak to one tracker, whoever in it speaks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planora_sync.http.counters import NEVER, Scope
from planora_sync.http.limits import Charge, Clock, Level

MARGIN = 0.01
"""Seconds added to a pause: who comes a moment too early is refused again."""
INSTANT = 1e-6
"""Seconds that are no wait: sums of floating-point numbers are a little off."""
MANY_SCOPES = 2000
"""Scopes beyond so many are looked through for those that nobody needs any more."""


@dataclass(eq=False)
class Ticket:
    """A place in the budget, for one request."""

    charges: Sequence[Charge]
    share: float
    at: float = NEVER
    """The moment from which on the request may be sent."""


class RateBudget:
    """Says when the next request may be sent, for each counter that the vendor charges it to.

    It remembers the moments of the last requests, so that no window, wherever it begins, holds more than
    `allowance * share` of them, and as many as that may be sent at once. A request counts from the moment of
    its answer, as the vendor may have counted it as late as that. All of it is safe among threads.
    """

    def __init__(self, *, monotonic: Clock = time.monotonic) -> None:
        """Set up a full budget with a clock in seconds."""
        self.clock = monotonic
        """Seconds that only ever grow; a test may set the clock of the tracker it speaks to."""
        self._skipped = 0.0
        self._scopes: dict[str, Scope] = {}
        self._lock = threading.Lock()

    def reserve(self, charges: Sequence[Charge], share: float) -> Ticket:
        """Return a place for a request, the earliest there is.

        Args:
            charges: what it is charged to.
            share: which part of each allowance is ours, 0 < share <= 1.
        """
        with self._lock:
            now = self._now()
            self._tidy(now)
            ticket = Ticket(charges, share)
            self._place(ticket, now, now)
            return ticket

    def wait(self, ticket: Ticket) -> float:
        """Return the seconds until the request may be sent; 0 sends it off, to be `answered`.

        A place is looked at again when its moment comes: a pause may have begun, or others were answered late.
        """
        with self._lock:
            now = self._now()
            paused = max((self._scope(charge).paused for charge in ticket.charges), default=NEVER)
            if max(ticket.at, paused) == ticket.at > now + INSTANT:
                return ticket.at - now
            self._take_back(ticket)
            if paused > ticket.at:
                self._place(ticket, now, paused)
            else:
                self._place(ticket, now, ticket.at, before=ticket.at)
            if ticket.at > now + INSTANT:
                return ticket.at - now
            self._take_back(ticket)
            self._fly(ticket, 1)
            return 0.0

    def paused(self, charges: Iterable[Charge]) -> float:
        """Return for how many seconds the tracker wants no request of these charges."""
        with self._lock:
            now = self._now()
            return max((self._scope(charge).paused - now for charge in charges), default=0.0)

    def slept(self, ticket: Ticket) -> None:
        """Take it that the moment of a ticket has come, whatever the clock says: its wait was sat out."""
        with self._lock:
            self._skipped += max(0.0, ticket.at - self._now())

    def answered(self, ticket: Ticket) -> None:
        """Count a request from now on."""
        with self._lock:
            self._fly(ticket, -1)
            self._note(ticket, self._now())

    def cancel(self, ticket: Ticket) -> None:
        """Give a place back: the request is not sent."""
        with self._lock:
            self._take_back(ticket)

    def hear(self, levels: Iterable[Level]) -> None:
        """Take in what an answer says of the counters."""
        with self._lock:
            now = self._now()
            for level in levels:
                self._scopes.setdefault(level.scope, Scope()).hear(level, now)

    def pause(self, scope: str, seconds: float) -> None:
        """Let no request of a scope be sent for so many seconds; a shorter pause shortens no longer one."""
        with self._lock:
            found = self._scopes.setdefault(scope, Scope())
            found.paused = max(found.paused, self._now() + seconds + MARGIN)

    # -- under the lock -----------------------------------------------------------------------------------

    def _now(self) -> float:
        return self.clock() + self._skipped

    def _scope(self, charge: Charge) -> Scope:
        return self._scopes.setdefault(charge.scope, Scope())

    def _place(self, ticket: Ticket, now: float, earliest: float, before: float = math.inf) -> None:
        moments = (
            self._scope(charge).free_at(charge, ticket.share, now, earliest, before)
            for charge in ticket.charges
        )
        self._note(ticket, max(moments, default=earliest))

    def _note(self, ticket: Ticket, at: float) -> None:
        ticket.at = at
        for charge in ticket.charges:
            self._scope(charge).note(charge, at)

    def _fly(self, ticket: Ticket, sign: int) -> None:
        for charge in ticket.charges:
            self._scope(charge).fly(charge, sign)

    def _take_back(self, ticket: Ticket) -> None:
        for charge in ticket.charges:
            self._scope(charge).forget(charge, ticket.at)

    def _tidy(self, now: float) -> None:
        if len(self._scopes) > MANY_SCOPES:
            self._scopes = {name: scope for name, scope in self._scopes.items() if not scope.idle(now)}
