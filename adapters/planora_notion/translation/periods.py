"""Horizons: target dates, else what the quarters and halves that were chosen cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planora_sync.model import Horizon
from planora_sync.periods import period


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
