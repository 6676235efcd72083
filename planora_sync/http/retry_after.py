"""Retry-After in every form that trackers send."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Mapping[str, str], now: datetime, *, reset: bool = True) -> float | None:
    """Return how long the tracker asks to wait, in seconds, or None where it does not say.

    Understands seconds, fractions of seconds and HTTP dates in `Retry-After` (RFC 9110, section 10.2.3), and
    Jira's `X-RateLimit-Reset`, an ISO 8601 instant that sometimes lacks its seconds. The latter speaks of the
    rate limit only: `reset=False` leaves it out for answers that have nothing to do with it.
    """
    lower = {key.lower(): value for key, value in headers.items()}
    asked = _seconds(lower.get("retry-after", "").strip(), now)
    if asked is None and reset:
        return _until(_iso(lower.get("x-ratelimit-reset", "").strip()), now)
    return asked


def _seconds(text: str, now: datetime) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return _until(_http_date(text), now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # parsers of mail dates trip over all of these
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _iso(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _until(when: datetime | None, now: datetime) -> float | None:
    return None if when is None else max(0.0, (when - now).total_seconds())
