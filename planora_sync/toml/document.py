"""A TOML file as it was read: its tables, and where each key stands."""

from __future__ import annotations

import pathlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planora_sync.errors import ConfigError, ConfigProblem
from planora_sync.toml.lines import Path, key_lines

SYNTAX = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A TOML file that parsed."""

    name: str
    """What to call it in messages."""
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def where(self, path: Path) -> str:
        """Return where a key stands: `line 7 (connections.work.token)`; an absent one, where it belongs."""
        shown, known = spell(path), path
        while known and known not in self.lines:
            known = known[:-1]
        return f"line {self.lines[known]} ({shown})" if known else shown

    def problem(self, path: Path, what: str, instead: str) -> ConfigProblem:
        """Return a problem at a key."""
        return ConfigProblem(where=self.where(path), what=what, instead=instead)

    def value(self, path: Path) -> object:
        """Return what stands at a key; None where nothing does."""
        found: object = self.data
        for part in path:
            match found:
                case dict() if part in found:
                    found = found[part]
                case list() if isinstance(part, int) and part < len(found):
                    found = found[part]
                case str() if part == 0:
                    pass  # one text stands for a list of one
                case _:
                    return None
        return found


def spell(path: Path) -> str:
    """Return a path as TOML spells it: `people."Ana R.".aliases[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            quoted = part if BARE_KEY.fullmatch(part) else '"' + part.replace('"', '\\"') + '"'
            text += f".{quoted}" if text else quoted
    return text or "the file"


def read(path: pathlib.Path, name: str | None = None) -> Document:
    """Return a file of UTF-8 text as a document; raises ConfigError for bad syntax, OSError as it comes."""
    body = path.read_bytes()
    called = name or str(path)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = body.count(b"\n", 0, failure.start) + 1
    else:
        return parse(text, called)
    # Outside the handler: the error would carry the bytes of the file, and with them its secrets.
    problem = ConfigProblem(
        where=f"line {line}", what="the file is not UTF-8 text", instead="Save it as UTF-8."
    )
    raise ConfigError(called, [problem])


def parse(text: str, name: str) -> Document:
    """Return a text as a document; raises ConfigError for bad syntax."""
    # The parser takes \r\n as a line break, but a scanner that counts lines must see one kind.
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        problem = _syntax(str(failure), text)
    else:
        return Document(name=name, data=data, lines=key_lines(text))
    # Outside the handler: since 3.14 the parser's error carries the whole text, and with it its secrets.
    raise ConfigError(name, [problem])


def _syntax(message: str, text: str) -> ConfigProblem:
    found = SYNTAX.search(message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    what = SYNTAX.sub("", message)
    if "twice" in what or "overwrite" in what:
        return ConfigProblem(
            where=f"line {line}", what="this key or table is there twice", instead="Keep one of them."
        )
    return ConfigProblem(
        where=f"line {line}",
        what=f"this is no TOML: {what[:1].lower()}{what[1:]}",
        instead='Write `key = "text"`, `key = 12` or `key = true`; a table begins with `[name]`.',
    )
