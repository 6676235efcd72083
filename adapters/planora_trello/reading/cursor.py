"""Where an incremental pull begins: what each board's last activity was when it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from planora_trello.translation.values import instant_of

OVERLAP = timedelta(minutes=5)
"""A board that was active so shortly before a pull is read again by the next one: in recordings an action is
up to 17 seconds newer than the activity that its card shows, and clocks differ."""

NEVER = ""
"""Stands for the activity of a board that could not be read, or that shows none: it is read the next time."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """When a pull was made, and the activity that each board showed then."""

    at: datetime
    boards: Mapping[str, str]

    def text(self) -> str:
        """Return the cursor as callers keep it."""
        body = {"version": 1, "at": self.at.isoformat(), "boards": dict(sorted(self.boards.items()))}
        return json.dumps(body, separators=(",", ":"))

    def is_settled(self, board: Mapping[str, Any]) -> bool:
        """Return whether a board needs no reading: nothing was done on it since, or shortly before."""
        activity = board.get("dateLastActivity")
        when = instant_of(activity)
        # A board that shows no activity tells nothing: it is read.
        return bool(when and self.boards.get(str(board["id"])) == activity and when < self.at - OVERLAP)


def cursor_of(text: str | None) -> Cursor | None:
    """Return the cursor that a text holds; None, which means a full pull, for none and for one of another kind."""
    try:
        body = json.loads(text or "")
        at = datetime.fromisoformat(body["at"])
        boards = {str(key): str(value) for key, value in body["boards"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Cursor(at=at, boards=boards) if body.get("version") == 1 and at.tzinfo else None
