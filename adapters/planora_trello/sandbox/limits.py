"""How many requests are left: three limits, told in headers that no description names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A limit over a window."""

    name: str
    most: int
    seconds: int


LIMITS = (
    Limit(name="token", most=100, seconds=10),
    Limit(name="key", most=300, seconds=10),
    Limit(name="member", most=200, seconds=10),
)


class Allowance:
    """Counts the requests of one credential.

    The clock is the test's and may stand still. So a window that is used up starts anew unless `enforced`.
    """

    def __init__(self, now: Callable[[], datetime], *, enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._begun = {limit.name: now() for limit in LIMITS}
        self._used = dict.fromkeys(self._begun, 0)

    def take(self) -> bool:
        """Count a request and return whether it is within all limits."""
        within = True
        for limit in LIMITS:
            over = self._now() - self._begun[limit.name] >= timedelta(seconds=limit.seconds)
            full = self._used[limit.name] >= limit.most
            if over or (full and not self._enforced):
                self._begun[limit.name], self._used[limit.name] = self._now(), 0
                full = False
            if full:
                within = False
            else:
                self._used[limit.name] += 1
        return within

    def headers(self) -> dict[str, str]:
        """Return what is left, as the API told it in every answer that was recorded."""
        told: dict[str, str] = {}
        for limit in LIMITS:
            start = "x-rate-limit-member" if limit.name == "member" else f"x-rate-limit-api-{limit.name}"
            told[f"{start}-interval-ms"] = str(limit.seconds * 1000)
            told[f"{start}-max"] = str(limit.most)
            told[f"{start}-remaining"] = str(limit.most - self._used[limit.name])
        return told
