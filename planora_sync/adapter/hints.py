"""Webhooks: what a tracker says has changed. A hint to read again, never the truth itself."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One request that a tracker's webhook sent, as it came."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    """Byte for byte: signatures are made of it."""
    url: str = ""
    """The address it was sent to, as registered: Trello signs it too."""

    def header(self, name: str) -> str:
        """Return a header's value whatever its case; empty where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What is to be read again."""

    ids: tuple[str, ...] = ()
    """External ids of entries."""
    places: tuple[str, ...] = ()
    """Ids of places that changed themselves: a sprint started, a list was renamed, a schema changed."""
    delivery: str = ""
    """The same for each repetition of one delivery, so that it is acted on once; empty where there is none."""
    at: datetime | None = None
    ours: bool = False
    """Whether our own write caused it."""
    handshake: str = ""
    """What a person must paste back to the tracker for the subscription to begin (Notion's verification token)."""


def signature_matches(given: str, wanted: str) -> bool:
    """Return whether two signatures are the same, in a time that does not tell how much of them is."""
    return bool(given) and hmac.compare_digest(given.strip().encode(), wanted.encode())
