"""Cells of spreadsheets: a title that looks like a formula must stay a title."""

from __future__ import annotations

from planora_sync.safe_text import harmless

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a value for a CSV cell; a text that a spreadsheet would run is given a leading apostrophe.

    Control characters become spaces, direction marks go.

    OWASP, "CSV Injection".
    """
    if isinstance(value, list | tuple):
        value = ", ".join(str(item) for item in value)
    if isinstance(value, str):
        # A file is looked at on a terminal too.
        return ("'" if value.startswith(_FORMULA) else "") + harmless(value)
    return "" if value is None else value
