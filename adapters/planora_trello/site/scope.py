"""Which boards a connection reads: what the configuration says, found among what the token can see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planora_sync.names import is_glob, printable
from planora_trello.site.board import unique
from planora_trello.translation.names import matches

Json = Mapping[str, Any]
LONG_ID = re.compile(r"[0-9a-f]{24}")
SHORT_LINK = re.compile(r"[0-9A-Za-z]{8}")
ADDRESS = re.compile(r"https?://[^/]+/b/([0-9A-Za-z]{8}|[0-9a-f]{24})(?:[/?#].*)?")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a scope names: boards in the order of the configuration, and words that name none."""

    boards: tuple[Json, ...]
    absent: tuple[str, ...]


def find(scope: Sequence[str], boards: Sequence[Json]) -> Found:
    """Return the boards that a scope names by id, short link, address, name or glob; all for an empty one."""
    if not scope:
        return Found(boards=tuple(boards), absent=())
    found: dict[str, Json] = {}
    absent: list[str] = []
    for word in scope:
        hits = [board for board in boards if names_board(word, board)]
        found.update({str(board["id"]): board for board in hits})
        if not hits:
            absent.append(word)
    return Found(boards=tuple(found.values()), absent=tuple(absent))


def names_board(word: str, board: Json) -> bool:
    """Return whether a word of the scope names a board."""
    token = token_of(word)
    if token and token in (board.get("id"), board.get("shortLink")):
        return True
    return matches(word, str(board.get("name") or ""))


def token_of(word: str) -> str | None:
    """Return the id or short link that a word of the scope is or holds; None for a name."""
    address = ADDRESS.fullmatch(word.strip())
    if address:
        return address[1]
    return word if LONG_ID.fullmatch(word) or SHORT_LINK.fullmatch(word) else None


def is_open_ended(scope: Sequence[str]) -> bool:
    """Return whether a scope may take in boards that nobody named: it is empty or holds a glob."""
    return not scope or any(is_glob(word) for word in scope)


def paths_of(boards: Sequence[Json]) -> dict[str, str]:
    """Return what the connection calls each board, by id; of two of one name the second gets a number."""
    named = sorted(
        (str(board["id"]), printable(str(board.get("name") or ""), str(board["id"]))) for board in boards
    )
    return unique(named)


def inbox_boards(me: Json) -> frozenset[str]:
    """Return the ids of a member's inbox, a personal board that holds no team's work.

    Its key has been renamed before (October 2025), so that every id under `inbox` counts.
    """
    inbox = me.get("inbox")
    values = inbox.values() if isinstance(inbox, Mapping) else ()
    return frozenset(str(value) for value in values if value)
