"""Cards that are no entries: templates, separators, headers, mirrors and cards that only point elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planora_trello.site.board import Board
from planora_trello.translation.names import bare

Json = Mapping[str, Any]
ROLES = {"separator": "separator", "board": "board card", "link": "link card", "mirror": "mirror"}
"""`cardRole` -> why such a card is no entry."""
RULE = re.compile(r"[\s\-–—_=*~#.·•|+]+")
FRAMES = "-–—_=*~#"


def reason(card: Json, board: Board) -> str | None:
    """Return why a card is no entry, or None for one that is.

    A mirror shows a card of another board, which is read there: counting it would count that card twice.
    Separators and headers are also told by their name (`-----`, `=== Next up ===`, the name of their own
    list), but only where the card holds nothing else.
    """
    if card.get("isTemplate"):
        return "template"
    if card.get("cardRole") in ROLES:
        return ROLES[card["cardRole"]]
    if card.get("mirrorSourceId"):
        return "mirror"
    if _holds_something(card):
        return None
    name = str(card.get("name") or "").strip()
    if RULE.fullmatch(name):
        return "separator"
    standing = board.by_list.get(str(card.get("idList")))
    own = {bare(board.name)} | ({bare(standing.name)} if standing else set())
    return "header" if _is_framed(name) or (bare(name) and bare(name) in own) else None


def _is_framed(name: str) -> bool:
    edge = name[:1]
    return len(name) > 4 and edge in FRAMES and name.startswith(edge * 2) and name.endswith(edge * 2)


def _holds_something(card: Json) -> bool:
    badges = card.get("badges") or {}
    kept = (card.get("due"), card.get("start"), card.get("idMembers"), card.get("desc"), card.get("idLabels"))
    return any(kept) or bool(badges.get("checkItems") or badges.get("comments") or badges.get("attachments"))
