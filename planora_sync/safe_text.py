"""Texts from trackers, made harmless for a terminal: whoever writes a title must not steer a screen."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
"""Direction marks: they reorder what stands around them."""


def harmless(text: str) -> str:
    """Return a text with control characters as spaces and without direction marks."""
    return "".join(
        " " if unicodedata.category(char) == "Cc" else char for char in text if char not in _STEERING
    )


def one_line(text: str, width: int | None = None) -> str:
    """Return a text on one line, without control characters and direction marks, cut to `width` characters."""
    line = " ".join(harmless(text).split())
    return line if width is None or len(line) <= width else line[: max(0, width - 1)].rstrip() + "…"
