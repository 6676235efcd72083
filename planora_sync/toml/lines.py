"""On which line each key of a TOML text stands; the standard library's parser does not tell.

Only for texts that parsed: the scanner trusts the grammar and looks at nothing but keys, quotes and brackets.
"""

from __future__ import annotations

import bisect
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys and indices from the top: `("connections", "work", "filed", 0, "when")`."""

BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
BLANK = frozenset(" \t\r\n")


def key_lines(text: str) -> Mapping[Path, int]:
    """Return the line of every key, table and element of a text that is valid TOML."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [at for at, char in enumerate(text) if char == "\n"]
        self._found: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        """How many elements an array of tables has so far."""

    def scan(self) -> Mapping[Path, int]:
        table: Path = ()
        self._blank()
        while self._at < len(self._text):
            table = self._header() if self._char == "[" else self._pair(table)
            self._blank()
        return self._found

    @property
    def _char(self) -> str:
        return self._text[self._at : self._at + 1]

    def _note(self, path: Path, at: int) -> None:
        self._found.setdefault(path, bisect.bisect_left(self._breaks, at) + 1)

    def _blank(self) -> None:
        """Skip blanks, line breaks and comments."""
        while self._char:
            if self._char == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif self._char in BLANK:
                self._at += 1
            else:
                return

    def _header(self) -> Path:
        start, many = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        keys = self._key()
        self._at += 2 if many else 1
        path: Path = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._note(path, start)
            if many and position == len(keys) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self._note(path, start)
        return path

    def _pair(self, table: Path) -> Path:
        start, path = self._at, table
        for key in self._key():
            path = (*path, key)
            self._note(path, start)
        self._at += 1
        self._blank()
        self._value(path)
        return table

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._blank()
            start = self._at
            if self._char in ('"', "'"):
                self._string()
                parts.append(tomllib.loads(f"k = {self._text[start : self._at]}")["k"])
            else:
                while self._char in BARE and self._char:
                    self._at += 1
                parts.append(self._text[start : self._at])
            self._blank()
            if self._char != ".":
                return tuple(parts)
            self._at += 1

    def _value(self, path: Path) -> None:
        match self._char:
            case '"' | "'":
                self._string()
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case _:
                while self._char and self._char not in ",]}#\n":
                    self._at += 1

    def _array(self, path: Path) -> None:
        self._at += 1
        self._blank()
        index = 0
        while self._char and self._char != "]":
            self._note((*path, index), self._at)
            self._value((*path, index))
            self._comma()
            index += 1
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        self._blank()
        while self._char and self._char != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._blank()
        if self._char == ",":
            self._at += 1
            self._blank()

    def _string(self) -> None:
        quote = self._char
        long = self._text.startswith(quote * 3, self._at)
        end = quote * 3 if long else quote
        self._at += len(end)
        while self._char and not self._text.startswith(end, self._at):
            self._at += 2 if quote == '"' and self._char == "\\" else 1
        self._at += len(end)
        # A long string may end in up to two quotes of its own: `""""a""""`.
        while long and self._char == quote:
            self._at += 1
