"""Names as Trello teams decorate them: `Done [WEEK 3/6-12]`, `Done 🎉` and `✅ DONE` are one name to a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from planora_sync.names import fits, plain

BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|【[^】]*】|<[^>]*>")
EDGES = " \t-–—=_~*#·•|:;,.!?/\\'\"«»"


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Return a plain name without what stands in brackets and without dashes and dots at its ends.

    A name that stands in brackets as a whole keeps its words.
    """
    folded = plain(text)
    return " ".join(BRACKETS.sub(" ", folded).split()).strip(EDGES) or folded.strip(EDGES + "[](){}【】<>")


def matches(pattern: str, text: str) -> bool:
    """Return whether a name is what a glob says, with or without what stands in brackets."""
    return fits(text, pattern) or fits(bare(text), pattern)


def first_match(table: Mapping[str, str], texts: Iterable[str]) -> str | None:
    """Return the value of the first glob of a table that one of the names matches."""
    names = [text for text in texts if text]
    return next((value for glob, value in table.items() if any(matches(glob, name) for name in names)), None)
