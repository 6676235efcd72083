"""Where a pull that was killed goes on: board by board, in the order of their ids, and page by page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

MOST_FAILED = 40
"""More failed boards than this do not fit into a short text: then the pull begins anew."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a pull came. Boards before `board` are done, and `board` itself where there is no `before`."""

    at: datetime
    """When its first part began."""
    full: bool
    seen: str
    """A mark of the boards up to `board`: with another set of them, nobody knows what was read."""
    board: str = ""
    before: str | None = None
    """The oldest card so far of a board that is not done."""
    failed: tuple[str, ...] = ()
    """Boards that could not be read and are tried again."""
    unproven: Mapping[str, str] = field(default_factory=dict)
    """Boards whose end is still to be looked at: id -> oldest card, or nothing for a board without cards."""

    def text(self) -> str | None:
        """Return the position as callers keep it; None for one that would be too long."""
        if len(self.failed) > MOST_FAILED:
            return None
        body = {
            "version": 1,
            "at": self.at.isoformat(),
            "full": self.full,
            "seen": self.seen,
            "board": self.board,
            "before": self.before,
            "failed": list(self.failed),
            "unproven": dict(self.unproven),
        }
        return json.dumps(body, separators=(",", ":"))

    def is_done(self, board: str) -> bool:
        """Return whether a board was read to its last page."""
        past = board < self.board or (board == self.board and self.before is None)
        return past and board not in self.failed


def mark_of(boards: Iterable[str], last: str) -> str:
    """Return a mark of the boards up to one of them."""
    text = ",".join(sorted(board for board in boards if board <= last))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def position_of(text: str | None, boards: Iterable[str], *, full: bool) -> Position | None:
    """Return where a pull goes on; None for a position that is not of this pull: then it begins anew.

    Args:
        text: what `Position.text` gave.
        boards: ids of the boards that are read now.
        full: whether everything is pulled.
    """
    try:
        body = json.loads(text or "")
        found = Position(
            at=datetime.fromisoformat(body["at"]),
            full=bool(body["full"]),
            seen=str(body["seen"]),
            board=str(body["board"]),
            before=str(body["before"]) if body["before"] else None,
            failed=tuple(str(one) for one in body["failed"]),
            unproven={str(key): str(value) for key, value in body["unproven"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    ours = body.get("version") == 1 and found.at.tzinfo is not None and found.full is full
    return found if ours and mark_of(boards, found.board) == found.seen else None
