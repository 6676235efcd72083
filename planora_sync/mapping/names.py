"""Compares names as people mean them: without case, emoji, brackets' decoration and extra spaces, by glob.

A glob takes `*`, `?`, `[0-9]` and alternatives: `*/{This week,To do}`.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import unicodedata
from collections.abc import Iterable

_SPACES = re.compile(r"\s+")
_SLASH = re.compile(r" ?/ ?")
_EITHER = re.compile(r"\{([^{}]*,[^{}]*)\}")


@functools.lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """Return a name in lower case, without emoji, control characters and extra spaces."""
    composed = unicodedata.normalize("NFKC", name)
    kept = (" " if _is_ornament(char) else char for char in composed)
    # An emoji before a list's name would leave a blank in the middle of its path.
    return _SLASH.sub("/", _SPACES.sub(" ", "".join(kept))).strip().casefold()


def fits(name: str, pattern: str) -> bool:
    """Return whether a name fits a glob, both taken plainly."""
    return any(fnmatch.fnmatchcase(plain(name), plain(one)) for one in alternatives(pattern))


def fits_any(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Return whether one of the names fits one of the globs."""
    wanted = tuple(patterns)
    return any(fits(name, pattern) for name in names for pattern in wanted)


@functools.lru_cache(maxsize=4096)
def alternatives(pattern: str) -> tuple[str, ...]:
    """Return the globs that a glob with `{A,B}` stands for; braces without a comma are part of a name."""
    found = _EITHER.search(pattern)
    if found is None:
        return (pattern,)
    head, tail = pattern[: found.start()], pattern[found.end() :]
    return tuple(glob for part in found[1].split(",") for glob in alternatives(head + part + tail))


def _is_ornament(char: str) -> bool:
    # So: symbols and emoji; Cf: joiners and direction marks; Mn would eat accents, FE0F is an emoji's variant.
    return unicodedata.category(char) in {"So", "Cf", "Cc", "Sk", "Cs", "Co"} or char in "\ufe0f\ufe0e"
