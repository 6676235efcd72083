"""The courier: sends each request under the budget, repeats reads, and never repeats a write blindly."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import tenacity

from planora_sync.errors import RateLimited, Unreachable
from planora_sync.http.budget import RateBudget
from planora_sync.http.retry_after import retry_after_seconds

logger = logging.getLogger(__name__)

BUSY = frozenset({429, 529})
BROKEN = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request about to be sent."""

    method: str
    url: str

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.url).path


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the courier needs to know of an answer; `answer` is the library's own response object."""

    status: int
    headers: Mapping[str, str]
    answer: object
    body: Callable[[], bytes] = lambda: b""


class _Again(Exception):
    """The request may be repeated after `wait` seconds (None: back off)."""

    def __init__(self, wait: float | None, last: Reply | Unreachable) -> None:
        super().__init__()
        self.wait = wait
        self.last = last


class Courier:
    """Sends requests of one connection.

    - 429 and 529 mean "not done": any request is repeated after the wait the tracker asks for; a wait longer
      than `patience`, or a refusal that is no rate limit, raises RateLimited.
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
        now: Callable[[], datetime],
        sleep: Callable[[float], None] | None = None,
        attempts: int = 5,
        patience: float = 65.0,
        blocked: Callable[[Reply], str | None] = lambda reply: None,
        scheme: str | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Set up a courier.

        Args:
            connection: name, for messages.
            host: `host[:port]` that may see the credentials; no other host ever does.
            authorization: gives the Authorization header; called with True for a write.
            is_read: whether a call only reads, whatever its verb (searches are POSTs).
            budget: the rate budget.
            now: aware UTC clock.
            sleep: waits for so many seconds; None is `time.sleep`.
            attempts: how often a request is sent at most.
            patience: the longest wait in seconds that is sat out.
            blocked: a reason why a 429 must not be waited for, or None.
            scheme: the scheme of the connection's address; with `https` no redirect to `http` ever sees the
                credentials. None: any.
            jitter: gives a number in [0, 1).
        """
        self.connection = connection
        self._host = host.lower()
        self._authorization = authorization
        self._is_read = is_read
        self._budget = budget
        self._now = now
        self._sleep = sleep or time.sleep
        self._attempts = attempts
        self._patience = patience
        self._blocked = blocked
        self._scheme = scheme
        self._jitter = jitter
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
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(_Again),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, call, send)
        except _Again as spent:
            if isinstance(spent.last, Unreachable):
                raise spent.last from None
            if spent.last.status in BUSY:
                raise self._limited(spent.wait) from None
            return spent.last

    def _attempt(self, call: Call, send: Callable[[], Reply]) -> Reply:
        wait = self._budget.reserve()
        if wait > 0:
            self._sleep(wait)
        self.requests += 1
        read = self._is_read(call)
        try:
            reply = send()
        except Unreachable as failure:
            failure.connection = self.connection
            logger.debug("connection=%s %s %s unreachable", self.connection, call.method, call.path)
            if read or not failure.sent:
                raise _Again(None, failure) from failure
            raise
        # Never the query: it may hold what people wrote.
        logger.debug("connection=%s %s %s status=%s", self.connection, call.method, call.path, reply.status)
        if reply.status in BUSY:
            raise _Again(self._busy(reply), reply)
        if reply.status in BROKEN and read:
            asked = retry_after_seconds(reply.headers, self._now(), reset=False)
            if asked is None or asked <= self._patience:
                raise _Again(asked, reply)
        return reply

    def _busy(self, reply: Reply) -> float | None:
        reason = self._blocked(reply)
        wait = retry_after_seconds(reply.headers, self._now())
        if reason:
            raise RateLimited(f"The tracker blocks us: {reason}.", connection=self.connection, retry_in=wait)
        if wait is not None and wait > self._patience:
            raise self._limited(wait)
        if wait:
            self._budget.pause(wait)
        return wait

    def _limited(self, wait: float | None) -> RateLimited:
        return RateLimited("The tracker's rate limit is used up.", connection=self.connection, retry_in=wait)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.wait if isinstance(failure, _Again) else None
        growing = min(self._patience, 2.0 ** (state.attempt_number - 1)) * (0.7 + 0.6 * self._jitter())
        if asked is None:
            return growing
        # "Retry-After: 0" is sent by trackers that still refuse: wait a little all the same.
        return min(self._patience, max(asked, 0.25 * growing))
