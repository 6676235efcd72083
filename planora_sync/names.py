"""Compares names as people mean them: without case, emoji and surplus spaces, by glob.

A glob takes `*`, `?`, `[0-9]` and alternatives: `*/{This week,To do}`. Brackets may also be what people write into
names: `Done [WEEK *]` fits `Done [WEEK 3]`.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
ORNAMENT = frozenset({"So", "Sk", "Cf", "Cc", "Cs", "Co", "Cn", "Me"})
"""Unicode categories of emoji, their modifiers and what nobody sees; Mn as a whole would eat accents."""
VARIATIONS = "\ufe0e\ufe0f"

_SLASH = re.compile(r" ?/ ?")
_EITHER = re.compile(r"\{([^{}]*,[^{}]*)\}")
_REMEMBERED = 4_096
_GLOB = re.compile(r"[*?\[{]")


@functools.lru_cache(maxsize=65_536)
def plain(name: str) -> str:
    """Return a name in lower case, without emoji, control characters and surplus spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = " ".join("".join(" " if _is_ornament(char) else char for char in folded).split())
    # An emoji before a list's name would leave a blank in the middle of its path.
    return _SLASH.sub("/", words)


@functools.lru_cache(maxsize=65_536)
def fits(name: str, pattern: str) -> bool:
    """Return whether a name is a pattern, or fits it as a glob, both taken plainly."""
    known = plain(name)
    return known == plain(pattern) or any(
        fnmatch.fnmatchcase(known, glob) for one in alternatives(pattern) for glob in _readings(plain(one))
    )


def _readings(glob: str) -> tuple[str, ...]:
    """Return a glob as it stands and with its brackets as mere brackets: in `Done [WEEK *]` they are such."""
    return (glob, glob.replace("[", "[[]")) if "[" in glob else (glob,)


def fits_any(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Return whether one of the names fits one of the globs."""
    wanted = tuple(patterns)
    return any(fits(name, pattern) for name in names for pattern in wanted)


@functools.lru_cache(maxsize=4_096)
def alternatives(pattern: str) -> tuple[str, ...]:
    """Return the globs that a glob with `{A,B}` stands for; braces without a comma are part of a name."""
    found = _EITHER.search(pattern)
    if found is None:
        return (pattern,)
    head, tail = pattern[: found.start()], pattern[found.end() :]
    return tuple(glob for part in found[1].split(",") for glob in alternatives(head + part + tail))


def is_glob(word: str) -> bool:
    """Return whether a word stands for several names."""
    return bool(_GLOB.search(word))


class Globs(Mapping[str, T]):
    """A table of globs that never changes and remembers what it said of a name.

    A tracker has few names and says them in every entry.
    """

    def __init__(self, table: Mapping[str, T]) -> None:
        self._table = dict(table)
        self._said: dict[tuple[str, ...], T | None] = {}

    def __getitem__(self, glob: str) -> T:
        return self._table[glob]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return repr(self._table)

    def find(self, names: tuple[str, ...]) -> T | None:
        """Return what the table says of the first name it knows; see `lookup`."""
        try:
            return self._said[names]
        except KeyError:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            found = self._said[names] = _search(self._table, names)
            return found


def lookup(table: Mapping[str, T], names: Iterable[str | None]) -> T | None:
    """Return what a table of globs says of the first name it knows, exact names before globs; None for none."""
    known = tuple(name for name in names if name)
    if not known:
        return None
    return table.find(known) if isinstance(table, Globs) else _search(table, known)


def _search(table: Mapping[str, T], known: tuple[str, ...]) -> T | None:
    exact = next((table[plain(name)] for name in known if plain(name) in table), None)
    if exact is not None:
        return exact
    return next((value for glob, value in table.items() if any(fits(name, glob) for name in known)), None)


def printable(text: str, instead: str) -> str:
    """Return a name fit for a path: one line, no control characters; `instead` where nothing is left."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split()) or instead


def _is_ornament(char: str) -> bool:
    return char in VARIATIONS or char.isspace() or unicodedata.category(char) in ORNAMENT
