"""Compares names as people mean them: without case, emoji and extra spaces, by glob."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W_]+")


@functools.lru_cache(maxsize=16384)
def plain(name: str) -> str:
    """Return a name in lower case, without emoji, control characters and extra spaces."""
    kept = (" " if _is_ornament(char) else char for char in unicodedata.normalize("NFKC", name))
    return _SPACES.sub(" ", "".join(kept)).strip().casefold()


def _is_ornament(char: str) -> bool:
    # Mn as a whole would eat accents; of it only the variant selectors of emoji go.
    return unicodedata.category(char) in {"So", "Sk", "Cf", "Cc", "Cs", "Co"} or char in "\ufe0f\ufe0e"


def fits(name: str, pattern: str) -> bool:
    """Return whether a name is what a glob (`*`, `?`) says, both taken plainly."""
    return bool(_compiled(pattern).fullmatch(plain(name)))


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # fnmatch would read `[week *]` as a class of characters; to teams brackets are part of a name.
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in plain(pattern))
    return re.compile("".join(parts), re.DOTALL)


def fits_any(name: str, patterns: Iterable[str]) -> bool:
    """Return whether a name fits one of the patterns."""
    return any(fits(name, pattern) for pattern in patterns)


def is_glob(word: str) -> bool:
    """Return whether a word stands for several names."""
    return "*" in word or "?" in word


def lookup(table: Mapping[str, T], name: str | None) -> T | None:
    """Return what a table of globs says of a name, the exact name before the globs; None for neither."""
    if not name:
        return None
    exact = table.get(plain(name))
    if exact is not None:
        return exact
    return next((value for pattern, value in table.items() if fits(name, pattern)), None)


def by_word(table: Mapping[str, T], name: str | None) -> T | None:
    """Return what a table says of a name, else of the first word in it that the table knows.

    Teams decorate: `P1 - Critical`, `2: High`.
    """
    whole = lookup(table, name)
    if whole is not None or not name:
        return whole
    return next((table[word] for word in _WORDS.findall(plain(name)) if word in table), None)


def printable(text: str, instead: str) -> str:
    """Return a name fit for a path: one line, no control characters; `instead` where nothing is left."""
    kept = (char if char.isprintable() else " " for char in text)
    return _SPACES.sub(" ", "".join(kept)).strip() or instead
