"""Quarters and halves of a year, as list names and roadmap fields spell them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from planora_sync.model import Horizon
from planora_sync.names import plain

PERIOD = re.compile(
    r"\b(?:(?P<half>h)|q|t)(?P<number>[1-4])\s*[-/ ']?\s*(?:fy)?(?P<year>(?:20)?\d{2})\b"
    r"|\b(?P<year_first>20\d{2})\s*[-/ ]?\s*(?:(?P<half_last>h)|q|t)(?P<number_last>[1-4])\b"
)


def period(text: str) -> Horizon | None:
    """Return the first quarter or half that a text names with its year, as dates; None where it names none.

    `Q1 2027`, `2027-Q1`, `Q1'27`, `T1 2027`, `H2 2026`. A quarter without a year says no date.
    """
    found = PERIOD.search(plain(text))
    if not found:
        return None
    half = bool(found["half"] or found["half_last"])
    number = int(found["number"] or found["number_last"])
    year = int(found["year"] or found["year_first"])
    if half and number > 2:
        return None
    months = 6 if half else 3
    first, last = (number - 1) * months + 1, number * months
    year += 2000 if year < 100 else 0
    end = date(year, last, monthrange(year, last)[1])
    return Horizon(start=date(year, first, 1), end=end, text=text.strip())
