"""Names as teams write them, made comparable: without case, emoji, brackets and ornament.

`Done [WEEK 3/6-12]`, `Done 🎉` and `✅ DONE` are one name to a mapping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

ORNAMENT = frozenset({"So", "Sk", "Cn", "Co", "Cs", "Cf", "Cc", "Me"})
"""Unicode categories of emoji, their modifiers and what nobody sees."""
BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|【[^】]*】|<[^>]*>")
RANGE = re.compile(r"\[(?:\w-\w)+\]")
EITHER = re.compile(r"\{[^{}]*,[^{}]*\}")
GLOB = re.compile(rf"{EITHER.pattern}|{RANGE.pattern}|.", re.DOTALL)
"""A glob's pieces. Other brackets are themselves: "[week *]" is part of a name to Trello teams, no class."""
EDGES = " \t-–—=_~*#·•|:;,.!?/\\'\"«»"
VARIATION = "\ufe0f"


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return a name without case, emoji and surplus spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (
        " " if unicodedata.category(char) in ORNAMENT or char == VARIATION or char.isspace() else char
        for char in plain
    )
    return " ".join("".join(kept).split())


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Return a folded name without what stands in brackets and without dashes and dots at its ends.

    A name that stands in brackets as a whole keeps its words.
    """
    folded = fold(text)
    return " ".join(BRACKETS.sub(" ", folded).split()).strip(EDGES) or folded.strip(EDGES + "[](){}【】<>")


def matches(pattern: str, text: str) -> bool:
    """Return whether a name is what a glob says, with or without what stands in brackets.

    A glob takes `*`, `?`, ranges such as `[0-9]` and alternatives: `{This week,To do}`.
    """
    compiled = _compiled(pattern)
    return bool(compiled.fullmatch(fold(text)) or compiled.fullmatch(bare(text)))


def first_match(table: Mapping[str, str], texts: Iterable[str]) -> str | None:
    """Return the value of the first glob of a table that one of the names matches."""
    names = [text for text in texts if text]
    return next((value for glob, value in table.items() if any(matches(glob, name) for name in names)), None)


@lru_cache(maxsize=5_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_regex(piece) for piece in GLOB.findall(fold(pattern))), re.DOTALL)


def _regex(piece: str) -> str:
    if piece in "*?":
        return ".*" if piece == "*" else "."
    if RANGE.fullmatch(piece) and all(first <= last for first, last in re.findall(r"(\w)-(\w)", piece)):
        return piece
    if EITHER.fullmatch(piece):
        return f"(?:{'|'.join(_compiled(one).pattern for one in piece[1:-1].split(','))})"
    return re.escape(piece)


def printable(text: str, instead: str) -> str:
    """Return a name fit for a path: one line, no control characters; `instead` where nothing is left."""
    kept = (char if char.isprintable() else " " for char in text)
    return " ".join("".join(kept).split()) or instead
