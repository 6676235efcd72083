"""Makes texts of a tracker harmless: they are written by anybody, and printed on a terminal or a page."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

JOINERS = "\u200c\u200d"
"""Kept, for they hold emoji and words of some scripts together and do nothing else."""
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of what moves a cursor, turns the writing direction, breaks the line or shows nothing."""
PUNCTUATION = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
LONGEST = 160


def plain(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line, without control characters and not longer than `longest` characters."""
    kept = (char if char in JOINERS or unicodedata.category(char) not in UNSAFE else " " for char in text)
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def markdown(text: str, longest: int = LONGEST) -> str:
    """Return a text that Markdown shows as it is: no markup, no HTML, no link."""
    return PUNCTUATION.sub(r"\\\1", plain(text, longest))


def address(url: str) -> str | None:
    """Return an address that may be linked, or None for anything but http and https."""
    line = plain(url, 2000)
    try:
        parts = urlsplit(line)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return quote(line, safe=":/?#[]@!$&'*+,;=%~")
