"""What is remembered of a workspace between two runs, with the moment at which it was asked.

Whatever stands here can be asked anew: a note that is too old, of another address or of another shape is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from planora_notion.translation.moments import instant
from planora_sync.adapter import Notes

SHAPE = 1
MAP = "map"
"""The note that says which data sources are read, and which databases hold them."""
WE = "identity"
"""The note that says who we are to Notion."""
HOUR = timedelta(hours=1)
"""How old a schema may be."""
DAY = timedelta(days=1)
"""How old the list of data sources and that of people may be."""
AHEAD = timedelta(minutes=5)
"""A note from further in the future was made by a clock that was wrong."""


class Notebook:
    """Keeps notes of one connection as JSON."""

    def __init__(self, notes: Notes, now: Callable[[], datetime], url: str) -> None:
        self._notes = notes
        self._now = now
        self._url = url

    def get(self, name: str, *, of: str = "", within: timedelta | None = None) -> Any:
        """Return what a note says, or None.

        Args:
            name: the note's.
            of: what it was made from; with another it is none.
            within: how old it may be; None for any age.
        """
        try:
            body = json.loads(self._notes.get(name) or "null")
            if not isinstance(body, dict) or body["v"] != SHAPE or body["of"] != self._of(of):
                return None
            age = self._now() - instant(body["at"])
        except (ValueError, TypeError, KeyError):
            return None
        return body["is"] if age >= -AHEAD and (within is None or age <= within) else None

    def put(self, name: str, content: Any, *, of: str = "") -> None:
        """Keep a note, asked now."""
        body = {"v": SHAPE, "of": self._of(of), "at": self._now().isoformat(), "is": content}
        self._notes.put(name, json.dumps(body, separators=(",", ":"), ensure_ascii=False))

    def forget(self, name: str) -> None:
        """Forget a note."""
        self._notes.put(name, None)

    def _of(self, what: str) -> str:
        return f"{self._url} {what}"
