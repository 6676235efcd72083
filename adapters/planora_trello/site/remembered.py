"""What is remembered of Trello between two runs, so that a pull in which nothing changed asks once.

Whatever is remembered can be asked anew: a note that is old, of another shape or does not know a board is passed
over.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from planora_sync.adapter import AdapterContext
from planora_trello.translation.values import instant_of

Json = Mapping[str, Any]
VERSION = 1
LASTS = timedelta(days=1)
"""So long a note is taken for what is so."""
SETTLED = timedelta(minutes=5)
"""A board that was active so shortly before it was noted may hold more than its note."""
PARTS = {
    "lists": ("id", "name", "closed", "pos"),
    "labels": ("id", "name", "color"),
    "members": ("id", "fullName", "username"),
    "memberships": ("idMember", "memberType"),
    "customFields": ("id", "name", "type", "options"),
}
"""What is kept of a board, and of each of its parts."""
OWN = ("id", "name", "closed", "dateLastActivity", "shortUrl", "url")


class Memory:
    """The notes of one connection."""

    def __init__(self, context: AdapterContext) -> None:
        self._notes = context.notes
        self._now = context.now

    def inbox(self, boards: Collection[str]) -> frozenset[str] | None:
        """Return which boards are personal ones; None where that must be asked.

        Asked anew when the note is over a day old or one of these boards is unknown to it.
        """
        note = self._note("inbox")
        known = _texts(note.get("boards")) if note else None
        inbox = _texts(note.get("inbox")) if note else None
        if known is None or inbox is None or not set(boards) <= known:
            return None
        return inbox

    def keep_inbox(self, inbox: Collection[str], boards: Collection[str]) -> None:
        """Note which boards are personal ones, among those that were seen."""
        self._keep("inbox", {"inbox": sorted(inbox), "boards": sorted(boards)})

    def board(self, board_id: str, activity: object) -> Json | None:
        """Return a board without its cards, if nothing was done on it since it was noted.

        Args:
            board_id: its id.
            activity: when it was last active, as Trello says now.
        """
        note = self._note(f"board.{board_id}")
        body = note.get("board") if note else None
        when = instant_of(activity) if isinstance(activity, str) else None
        if not note or not isinstance(body, Mapping) or when is None:
            return None
        still = body.get("dateLastActivity") == activity and when < note["at"] - SETTLED
        return body if still and body.get("id") == board_id else None

    def keep_board(self, body: Json) -> None:
        """Note what a board holds beside its cards."""
        kept: dict[str, Any] = {name: body.get(name) for name in OWN}
        kept["prefs"] = {"permissionLevel": (body.get("prefs") or {}).get("permissionLevel")}
        for part, fields in PARTS.items():
            kept[part] = [{name: row.get(name) for name in fields} for row in body.get(part) or ()]
        self._keep(f"board.{body['id']}", {"board": kept})

    def forget_board(self, board_id: str) -> None:
        """Forget a board: it has just been changed."""
        self._notes.put(f"board.{board_id}", None)

    def _note(self, name: str) -> dict[str, Any] | None:
        try:
            body = json.loads(self._notes.get(name) or "")
            at = datetime.fromisoformat(body["at"])
            young = timedelta(0) <= self._now() - at <= LASTS
            return {**body, "at": at} if body["version"] == VERSION and young else None
        except (ValueError, TypeError, KeyError):
            return None

    def _keep(self, name: str, body: Json) -> None:
        text = {"version": VERSION, "at": self._now().isoformat(), **body}
        self._notes.put(name, json.dumps(text, separators=(",", ":")))


def _texts(value: object) -> frozenset[str] | None:
    return frozenset(str(one) for one in value) if isinstance(value, list) else None
