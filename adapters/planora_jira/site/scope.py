"""Which projects and boards a connection reads: the words of its configuration against what Jira shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from planora_sync.names import fits, is_glob, plain

Json = Mapping[str, Any]
KEY = re.compile(r"^[A-Z][A-Z0-9_]+$")
_IN_PATH = re.compile(r"/(?:browse|projects?|servicedesk/projects?)/([A-Z][A-Z0-9_]+)", re.IGNORECASE)
_BOARD_IN_ADDRESS = re.compile(r"(?:/boards?/|[?&]rapidView=)(\d+)")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the words of a scope name."""

    rows: tuple[Json, ...]
    absent: tuple[str, ...]
    """Words that name nothing that these credentials can see."""


def key_of(word: str) -> str | None:
    """Return the key or id of the one project that a word names for sure, or None: a name, a glob."""
    if "://" in word:
        found = _IN_PATH.search(urlsplit(word).path)
        return found[1].upper() if found else None
    return word if KEY.match(word) or word.isdigit() else None


def projects(words: Sequence[str], visible: Sequence[Json]) -> Found:
    """Return the projects that keys, ids, names, globs and addresses name, in Jira's order; all for no word."""
    if not words:
        return Found(rows=tuple(visible), absent=())
    return _chosen(words, visible, _is_project)


def boards(words: Sequence[str], visible: Sequence[Json]) -> Found:
    """Return the boards that ids, names, globs and addresses name; all for no word."""
    if not words:
        return Found(rows=tuple(visible), absent=())
    return _chosen(words, visible, _is_board)


def _chosen(words: Iterable[str], visible: Sequence[Json], names: Any) -> Found:
    wanted, absent = set[str](), []
    for word in words:
        found = [str(row["id"]) for row in visible if names(word, row)]
        wanted.update(found)
        if not found:
            absent.append(word)
    return Found(rows=tuple(row for row in visible if str(row["id"]) in wanted), absent=tuple(absent))


def _is_project(word: str, row: Json) -> bool:
    key = key_of(word)
    if key is not None and key in (row.get("key"), str(row["id"])):
        return True
    if is_glob(word):
        return fits(str(row.get("key")), word) or fits(str(row.get("name")), word)
    return plain(word) in (plain(str(row.get("key"))), plain(str(row.get("name"))))


def _is_board(word: str, row: Json) -> bool:
    address = _BOARD_IN_ADDRESS.search(word) if "://" in word else None
    if (address[1] if address else word) == str(row["id"]):
        return True
    return fits(str(row.get("name")), word) if is_glob(word) else plain(word) == plain(str(row.get("name")))
