"""How a vendor counts requests, and what its answers say of it: pure values, read by the budget and the courier."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from planora_sync.http.calls import Call, Reply
from planora_sync.http.retry_after import retry_after_seconds

_KEY = secrets.token_bytes(16)


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One counter of the vendor that a request is charged to."""

    scope: str
    """Which requests are counted together, in words of the adapter's own."""
    requests: int | None = None
    """How many the vendor allows in `window`; None: the scope can only be paused."""
    window: float = 0.0
    """Seconds."""
    cost: int = 1
    """How many requests this one counts for."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """What an answer says of one counter."""

    scope: str
    limit: float
    remaining: float
    resets_in: float
    """Seconds after which the counter is full again, at the most."""
    window: float | None = None
    """The length of the counter's window where the answer tells it: then `limit` is its allowance from now on."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a 429 or 529 means."""

    scope: str
    """Which requests have to wait."""
    wait: float | None = None
    """For so many seconds; None where nobody says."""
    spread: float = 0.0
    """Up to so many seconds more, drawn by lot, so that not all begin again at one moment."""
    hopeless: str = ""
    """Why waiting does not help; empty where it does."""
    what: str = "The tracker's rate limit is used up."
    """What is used up, a sentence."""


class Limits(Protocol):
    """A vendor's limits. None of it asks anything or remembers anything."""

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        """Return the counters that a call is charged to, first the one that counts all of this credential."""

    def levels(self, call: Call, write: bool, headers: Mapping[str, str], now: datetime) -> Sequence[Level]:
        """Return what an answer's headers say of the counters."""

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        """Return what a 429 or 529 means; None where it speaks of no limit and is to be handed on."""


@dataclass(frozen=True, kw_only=True)
class EvenLimits:
    """One counter for all requests of a credential, and a Retry-After: what a vendor without further words has."""

    scope: str
    requests: int
    window: float

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        """Return the one counter."""
        return (Charge(scope=self.scope, requests=self.requests, window=self.window),)

    def levels(self, call: Call, write: bool, headers: Mapping[str, str], now: datetime) -> Sequence[Level]:
        """Return nothing: no header is known."""
        return ()

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        """Return a pause of all requests, as long as Retry-After says."""
        return Refusal(scope=self.scope, wait=retry_after_seconds(reply.headers, now))


def credential_id(secret: str | None) -> str:
    """Return a short name of a secret, the same for the same secret within this process and worthless outside."""
    return hashlib.blake2b((secret or "").encode(), digest_size=6, key=_KEY).hexdigest()


def number(headers: Mapping[str, str], name: str) -> float | None:
    """Return the number in a header that a vendor promises nothing about; None where there is none.

    Args:
        headers: with names in lower case.
        name: of the header, in lower case.
    """
    try:
        found = float(headers.get(name, "").strip())
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names in lower case."""
    return {key.lower(): value for key, value in headers.items()}


Clock = Callable[[], float]
"""Seconds that only ever grow."""
