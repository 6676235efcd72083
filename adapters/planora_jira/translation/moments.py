"""Jira's instants and dates in all forms in which they are sent."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

WIDEST = timedelta(hours=14)
"""No time zone is further from UTC."""


def instant(value: object) -> datetime | None:
    """Return an instant in UTC: `2020-06-17T13:04:03.848+0800`, `...Z`, `...+10:00`; None for nothing.

    Raises ValueError for anything else, and for an instant without a zone.
    """
    if value in (None, ""):
        return None
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return moment.astimezone(UTC)


def day(value: object, zone: tzinfo) -> date | None:
    """Return a day: a plain date as it is, an instant as the day it is in `zone`; None for nothing."""
    if value in (None, ""):
        return None
    text = str(value)
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = instant(text)
    return moment.astimezone(zone).date() if moment else None


def interval(value: object) -> tuple[date | None, date | None]:
    """Return start and end of a Product Discovery interval, which is sent as a JSON string."""
    loaded = json.loads(value) if isinstance(value, str) else value
    if not isinstance(loaded, dict):
        raise ValueError("an interval that is no object")
    start, end = (loaded.get(name) for name in ("start", "end"))
    return (date.fromisoformat(str(start)) if start else None, date.fromisoformat(str(end)) if end else None)


def zone_named(name: object) -> ZoneInfo | None:
    """Return the time zone of an account's profile, or None for a name that nobody knows here."""
    try:
        return ZoneInfo(str(name)) if name else None
    except (ValueError, OSError, KeyError):
        # ZoneInfoNotFoundError is a KeyError; names with odd characters raise the others.
        return None


def seconds_ahead(value: object, now: datetime) -> float:
    """Return how many seconds an instant that a server told is ahead of ours; nothing for what is no instant."""
    try:
        told = instant(value)
    except ValueError:
        return 0.0
    return (told - now).total_seconds() if told else 0.0


def literal(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return a JQL date literal that is never later than `moment`, for an account in `zone`.

    Jira reads bare literals in the account's time zone, by the minute. In the hour that autumn repeats a
    literal may mean either, and without a known zone any: then it is taken so early that it cannot be late.
    """
    if zone is None:
        return (moment.astimezone(UTC) - WIDEST).strftime("%Y-%m-%d %H:%M")
    local = moment.astimezone(zone)
    offsets = [local.replace(fold=fold).utcoffset() for fold in (0, 1)]
    if offsets[0] != offsets[1]:
        local = (moment - timedelta(hours=3)).astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M")
