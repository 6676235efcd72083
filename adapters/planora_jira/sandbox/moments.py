"""Dates in JQL: literals in the account's time zone, epoch milliseconds, periods and functions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from planora_jira.sandbox.jql import Operand
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.site import Site

LITERAL = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$")
PERIOD = re.compile(r"^[+-]?(?:\d+[wdhm]\s*)+$")
UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def instant(site: Site, field: str, operand: Operand) -> datetime:
    """Return the instant an operand means; raises the vendor's 400."""
    zone = ZoneInfo(site.time_zone)
    local = site.now().astimezone(zone)
    if operand.function:
        return _function(field, operand, local)
    text = operand.text.strip()
    if text.isdigit() and len(text) > 8 and site.cloud:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    literal = LITERAL.match(text)
    if literal:
        try:
            year, month, day, hour, minute = (int(part or 0) for part in literal.groups())
            return datetime(year, month, day, hour, minute, tzinfo=zone)
        except ValueError:
            raise _invalid(field, text) from None
    if PERIOD.match(text):
        return site.now() + _period(text)
    raise _invalid(field, text)


def _period(text: str) -> timedelta:
    sign = -1 if text.startswith("-") else 1
    parts = re.findall(r"(\d+)([wdhm])", text)
    return sign * sum((int(count) * UNITS[unit] for count, unit in parts), timedelta())


def _function(field: str, operand: Operand, local: datetime) -> datetime:
    day = local.date()
    midnight = datetime.combine(day, time(), tzinfo=local.tzinfo)
    starts = {
        "now": local,
        "startofday": midnight,
        "endofday": midnight + timedelta(days=1) - timedelta(minutes=1),
        "startofweek": midnight - timedelta(days=(day.weekday() + 1) % 7),
        "startofmonth": midnight.replace(day=1),
        "startofyear": midnight.replace(month=1, day=1),
    }
    name = operand.function or ""
    if name not in starts:
        raise Problem(400, f"Unable to find JQL function '{name}({', '.join(operand.args)})'.")
    shift = operand.args[0] if operand.args else ""
    if shift and not PERIOD.match(shift):
        raise _invalid(field, shift)
    return starts[name] + (_period(shift) if shift else timedelta())


def _invalid(field: str, text: str) -> Problem:
    return Problem(
        400,
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    )
