"""Quarters and halves of a year, as roadmap fields spell them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from planora_sync.model import Horizon
from planora_sync.names import plain

PERIOD = re.compile(
    r"\b(?:(?P<half>h)|q|t)(?P<number>[1-4])\s*[-/ ']?\s*(?:fy)?(?P<year>(?:20)?\d{2})\b"
    r"|\b(?P<year_first>20\d{2})\s*[-/ ]?\s*(?:(?P<half_last>h)|q|t)(?P<number_last>[1-4])\b"
)


def period(text: str) -> tuple[date, date] | None:
    """Return the first and last day of the quarter or half that a text names with its year, or None.

    `Q1 2027`, `2027-Q1`, `Q1'27`, `T1 2027`, `H2 2026`. A quarter without a year says no date.
    """
    found = PERIOD.search(plain(text))
    if not found:
        return None
    half = bool(found["half"] or found["half_last"])
    number = int(found["number"] or found["number_last"])
    if half and number > 2:
        return None
    year = int(found["year"] or found["year_first"])
    year += 2000 if year < 100 else 0
    months = 6 if half else 3
    last = number * months
    return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])


def covering(texts: Iterable[str]) -> tuple[date | None, date | None]:
    """Return the first and last day of all periods that some texts name."""
    found = [one for text in texts if (one := period(text))]
    return (min((a for a, _ in found), default=None), max((b for _, b in found), default=None))


def horizon(
    bucket: str | None, texts: tuple[str, ...], start: date | None, end: date | None
) -> Horizon | None:
    """Return when something is meant: target dates first, else those of the quarters that were chosen."""
    first, last = covering(texts) if start is None and end is None else (start, end)
    if bucket is None and first is None and last is None and not texts:
        return None
    return Horizon(bucket=bucket, start=first, end=last, text=", ".join(texts) or None)
