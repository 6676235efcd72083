"""How many requests are left: limits of a token, a key and a member, told in headers that no description names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MEMBER = re.compile(r"/1/members?/[^/]+/?\Z")
"""What the limit of members counts: nested resources below are free of it."""
SHUT_OUT = 200
"""So many refusals in a window shut a key out for the rest of it."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A limit over a window."""

    name: str
    most: int
    seconds: int
    error: str
    """What a 429 says when it is used up."""


LIMITS = (
    Limit(name="api-token", most=100, seconds=10, error="API_TOKEN_LIMIT_EXCEEDED"),
    Limit(name="api-key", most=300, seconds=10, error="API_KEY_LIMIT_EXCEEDED"),
    Limit(name="member", most=200, seconds=10, error="API_TOKEN_LIMIT_EXCEEDED"),
)
"""Told in headers."""
MEMBERS = Limit(name="members", most=100, seconds=900, error="RATE_LIMIT_EXCEEDED")
"""Of requests for `/1/members/{id}` itself; told in no header."""


@dataclass
class Window:
    """What was used of a limit in its window."""

    begun: datetime
    used: int = 0
    refused: int = 0


class Allowance:
    """Counts the requests of each credential.

    The clock is the test's and may stand still. So a window that is used up starts anew unless `enforced`.
    """

    def __init__(self, now: Callable[[], datetime], *, enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._windows: dict[tuple[str, str], Window] = {}

    def take(self, key: str, token: str, path: str, count: int = 1) -> str | None:
        """Count a request and return None, or the word of the limit that it exceeds.

        Args:
            key: the key.
            token: the token.
            path: the path; requests for members are counted apart.
            count: how many it counts for: a batch counts for each read in it.
        """
        wanted = [(limit, self._window(limit, key, token)) for limit in LIMITS]
        if MEMBER.match(path):
            wanted.append((MEMBERS, self._window(MEMBERS, key, token)))
        by_key = self._window(LIMITS[1], key, token)
        spent = next((limit for limit, window in wanted if window.used + count > limit.most), None)
        if self._enforced and (spent or by_key.refused > SHUT_OUT):
            by_key.refused += 1
            return spent.error if spent and by_key.refused <= SHUT_OUT else LIMITS[1].error
        for limit, window in wanted:
            window.used = (window.used + count) % (limit.most + 1)
        return None

    def _window(self, limit: Limit, key: str, token: str) -> Window:
        whose = (limit.name, key if limit.name == "api-key" else token)
        window = self._windows.get(whose)
        if window is None or self._now() - window.begun >= timedelta(seconds=limit.seconds):
            window = self._windows[whose] = Window(self._now())
        return window

    def headers(self, key: str, token: str) -> dict[str, str]:
        """Return what is left, as the API told it in every answer that was recorded; never a Retry-After."""
        told = {
            "x-trello-version": "1.249073.0",
            "x-trello-environment": "Production",
            "x-server-time": str(int(self._now().timestamp() * 1000)),
        }
        for limit in LIMITS:
            left = limit.most - self._window(limit, key, token).used
            told[f"x-rate-limit-{limit.name}-interval-ms"] = str(limit.seconds * 1000)
            told[f"x-rate-limit-{limit.name}-max"] = str(limit.most)
            told[f"x-rate-limit-{limit.name}-remaining"] = str(max(0, left))
        return told
