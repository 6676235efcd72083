"""Quarters and halves of a year, as people spell them in list names, options and roadmap fields."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from planora_sync.names import plain

# A year of two digits stands right behind its quarter: in `Q1: 24 wishes` there is none.
_PERIOD = re.compile(
    r"\b(?:(?P<half>h)|q|t)(?P<number>[1-4])"
    r"(?:\W*(?P<year>20\d{2})|\s*[-/ ']?\s*(?:fy)?(?P<short>(?:20)?\d{2}))\b"
    r"|\b(?P<year_first>20\d{2})\W*(?:(?P<half_last>h)|q|t)(?P<number_last>[1-4])\b"
)


def period(text: str) -> tuple[date, date] | None:
    """Return the first and last day of the quarter or half that a text names with its year, or None.

    `Q1 2027`, `2027-Q1`, `Q1'27`, `Q1 (2027)`, `T1 2027`, `H2 2026`. A quarter without a year says no date.
    """
    found = _PERIOD.search(plain(text))
    if not found:
        return None
    half = bool(found["half"] or found["half_last"])
    number = int(found["number"] or found["number_last"])
    if half and number > 2:
        return None
    year = int(found["year"] or found["short"] or found["year_first"])
    year += 2000 if year < 100 else 0
    months = 6 if half else 3
    last = number * months
    return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])
