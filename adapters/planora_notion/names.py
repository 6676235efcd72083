"""Names as teams write them, made comparable, and the ids that Notion hides in its addresses."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

ORNAMENT = frozenset({"So", "Sk", "Cf", "Cc", "Cs", "Co", "Cn", "Me"})
"""Unicode categories of emoji, their modifiers and what nobody sees."""
VARIATIONS = "\ufe0e\ufe0f"
TRAILING_ID = re.compile(
    r"([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})$", re.IGNORECASE
)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return a name without case, emoji and surplus spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (" " if _is_ornament(char) or char.isspace() else char for char in plain)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=20_000)
def loose(text: str) -> str:
    """Return a folded name in which `Parent-task`, `Parent_task` and `Parent task` are the same."""
    return " ".join(re.sub(r"[-_/:.]", " ", fold(text)).split())


def matches(pattern: str, text: str) -> bool:
    """Return whether a name is what a glob (`*`, `?`) says."""
    return bool(_compiled(pattern).fullmatch(fold(text)))


def first_match(table: Mapping[str, str], texts: Iterable[str]) -> str | None:
    """Return the value of the first glob of a table that one of the names matches."""
    names = [text for text in texts if text]
    return next((value for glob, value in table.items() if any(matches(glob, name) for name in names)), None)


def printable(text: str, instead: str) -> str:
    """Return a name fit for a path: one line, no control characters; `instead` where nothing is left."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split()) or instead


def dashed(text: str) -> str | None:
    """Return an id in the form of Notion's answers, or None for what is no id."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return None


def hidden_id(word: str) -> str | None:
    """Return the id that a word is, or that stands at the end of an address's path; None for a name.

    Both `notion.so/...` and `app.notion.com/p/<slug>-<id>` are in use, and the library knows only the first.
    The id in the query (`?v=`) is that of a view.
    """
    text = word.strip()
    if "://" not in text:
        return dashed(text) if TRAILING_ID.fullmatch(text) else None
    found = TRAILING_ID.search(urlsplit(text).path.rstrip("/"))
    return dashed(found[1]) if found else None


def short(identifier: str) -> str:
    """Return the end of an id, for people; its beginning is the same for pages made at one time."""
    return identifier.replace("-", "")[-8:]


def _is_ornament(char: str) -> bool:
    return char in VARIATIONS or unicodedata.category(char) in ORNAMENT


@lru_cache(maxsize=5_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    # fnmatch would read brackets as a class of characters; in a property's name they are brackets.
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in fold(pattern))
    return re.compile("".join(parts), re.DOTALL)
