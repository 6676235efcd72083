"""The courier: sends each request under the budget, repeats reads, and never repeats a write blindly."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import tenacity

from planora_sync.errors import RateLimited, Unreachable
from planora_sync.http.budget import RateBudget, Ticket
from planora_sync.http.calls import Call, Reply
from planora_sync.http.limits import Limits, Refusal
from planora_sync.http.retry_after import retry_after_seconds
from planora_sync.http.stopping import sleep as stoppable_sleep

logger = logging.getLogger(__name__)

BUSY = frozenset({429, 529})
BROKEN = frozenset({500, 502, 503, 504})
WORTH_A_LINE = 5.0
"""Seconds of waiting that a person who looks on is told of."""


class _Again(Exception):
    """The request may be repeated after `wait` seconds."""

    def __init__(self, wait: float, last: Reply | Unreachable, refusal: Refusal | None = None) -> None:
        super().__init__()
        self.wait = wait
        self.last = last
        self.refusal = refusal


class Courier:
    """Sends requests of one connection; any number of threads may use it.

    - 429 and 529 mean "not done": any request is repeated after the wait the tracker asks for, and whatever
      else falls under the same limit waits with it. A wait longer than `patience`, or a refusal that no wait
      heals, raises RateLimited.
    - 500, 502, 503, 504 and cut connections: reads are repeated with growing waits and jitter, unless the
      tracker asks for a wait longer than `patience`; a write's answer is handed on (its outcome is unknown),
      and a cut write raises Unreachable.
    - A request that provably never left (`Unreachable.sent` is false) may be repeated whatever it is.
    """

    def __init__(
        self,
        *,
        connection: str,
        host: str,
        authorization: Callable[[bool], str],
        is_read: Callable[[Call], bool],
        budget: RateBudget,
        limits: Limits,
        share: float,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] | None = None,
        attempts: int = 5,
        patience: float = 65.0,
        scheme: str | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Set up a courier.

        Args:
            connection: name, for messages.
            host: `host[:port]` that may see the credentials; no other host ever does.
            authorization: gives the Authorization header; called with True for a write.
            is_read: whether a call only reads, whatever its verb (searches are POSTs).
            budget: what was sent of late, by all who speak to the same tracker.
            limits: how the tracker counts.
            share: which part of the tracker's allowances is ours.
            now: aware UTC clock.
            sleep: waits for so many seconds; None waits until the thread is told to end, too.
            attempts: how often a request is sent at most.
            patience: the longest wait in seconds that is sat out.
            scheme: the scheme of the connection's address; with `https` no redirect to `http` ever sees the
                credentials. None: any.
            jitter: gives a number in [0, 1).
        """
        self.connection = connection
        self._host = host.lower()
        self._authorization = authorization
        self._is_read = is_read
        self._budget = budget
        self._limits = limits
        self._share = share
        self._now = now
        self._sleep = sleep or stoppable_sleep
        self._attempts = attempts
        self._patience = patience
        self._scheme = scheme
        self._jitter = jitter
        self._lock = threading.Lock()
        self.requests = 0

    def authorization(self, call: Call) -> str | None:
        """Return the Authorization header for a call, or None for a host that must not see it."""
        parts = urlsplit(call.url)
        if parts.netloc.lower() != self._host or self._scheme not in (None, parts.scheme.lower()):
            return None
        return self._authorization(not self._is_read(call))

    def deliver(self, call: Call, send: Callable[[], Reply]) -> Reply:
        """Send `call` by `send` until it is answered, and return the answer.

        Raises Unreachable and RateLimited; a 5xx answer to a write is returned as it is.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=_asked,
            retry=tenacity.retry_if_exception_type(_Again),
            sleep=self._rest,
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt:
                    return self._attempt(call, send, attempt.retry_state.attempt_number)
        except _Again as spent:
            if isinstance(spent.last, Unreachable):
                raise spent.last from None
            if spent.refusal is not None:
                raise self._limited(spent.refusal.what, spent.refusal.wait) from None
            return spent.last
        raise AssertionError("an attempt neither returned nor raised")

    def _attempt(self, call: Call, send: Callable[[], Reply], number: int) -> Reply:
        ticket = self._budget.reserve(self._limits.charges(call, not self._is_read(call)), self._share)
        self._take_turn(ticket)
        with self._lock:
            self.requests += 1
        begun = time.monotonic()
        try:
            reply = send()
        except Unreachable as failure:
            failure.connection = self.connection
            self._log(call, "unreachable", begun)
            if self._is_read(call) or not failure.sent:
                raise _Again(self._growing(number), failure) from failure
            raise
        finally:
            self._budget.answered(ticket)
        self._log(call, f"status={reply.status}", begun)
        return self._judged(call, reply, number)

    def _take_turn(self, ticket: Ticket) -> None:
        """Wait until a request may be sent; raises RateLimited where the tracker wants none for long."""
        while (wait := self._budget.wait(ticket)) > 0:
            paused = self._budget.paused(ticket.charges)
            if paused > self._patience:
                self._budget.cancel(ticket)
                raise self._limited("The tracker asked for a pause.", paused)
            if wait >= WORTH_A_LINE:
                logger.info("connection=%s waits=%.0f for its share of the allowance", self.connection, wait)
            self._sleep(wait)
            self._budget.slept(ticket)

    def _judged(self, call: Call, reply: Reply, number: int) -> Reply:
        write = not self._is_read(call)
        self._budget.hear(self._limits.levels(call, write, reply.headers, self._now()))
        if reply.status in BUSY:
            refusal = self._limits.refusal(call, write, reply, self._now())
            if refusal is None:
                return reply
            self._pause(refusal, number)
            raise _Again(0.0, reply, refusal)
        if reply.status in BROKEN and not write:
            asked = retry_after_seconds(reply.headers, self._now(), reset=False)
            if asked is None or asked <= self._patience:
                raise _Again(self._at_least(asked, number), reply)
        return reply

    def _pause(self, refusal: Refusal, number: int) -> None:
        """Let all wait whom a refusal concerns; raises RateLimited where it is not sat out."""
        if refusal.hopeless:
            raise self._limited(f"The tracker blocks us: {refusal.hopeless}.", None)
        if refusal.wait is not None and refusal.wait > self._patience:
            self._budget.pause(refusal.scope, refusal.wait)
            raise self._limited(refusal.what, refusal.wait)
        wait = self._at_least(refusal.wait, number)
        if refusal.spread:
            wait += refusal.spread * self._jitter()
        logger.info("connection=%s pause=%.1f scope=%s", self.connection, wait, refusal.scope)
        self._budget.pause(refusal.scope, wait)

    def _limited(self, what: str, wait: float | None) -> RateLimited:
        until = None
        if wait is not None and wait > self._patience:
            until = self._now() + timedelta(seconds=math.ceil(wait))
        return RateLimited(what, connection=self.connection, retry_in=wait, until=until)

    def _growing(self, number: int) -> float:
        return min(self._patience, 2.0 ** (number - 1)) * (0.7 + 0.6 * self._jitter())

    def _at_least(self, asked: float | None, number: int) -> float:
        """Return the wait asked for; "Retry-After: 0" is sent by trackers that still refuse, so never nothing."""
        growing = self._growing(number)
        return growing if asked is None else min(self._patience, max(asked, 0.25 * growing))

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)

    def _log(self, call: Call, what: str, begun: float) -> None:
        # Never the query: it may hold what people wrote.
        logger.debug(
            "connection=%s %s %s %s seconds=%.3f",
            self.connection,
            call.method,
            call.path,
            what,
            time.monotonic() - begun,
        )


def _asked(state: tenacity.RetryCallState) -> float:
    failure = state.outcome.exception() if state.outcome else None
    return failure.wait if isinstance(failure, _Again) else 0.0
