"""Cells of spreadsheets: a title that looks like a formula must stay a title."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a value for a CSV cell; a text that a spreadsheet would run is given a leading apostrophe.

    OWASP, "CSV Injection".
    """
    if isinstance(value, list | tuple):
        value = ", ".join(str(item) for item in value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value
