"""Moves whose values are still to be written again: remembered until they are, be it by a later run.

A move is two calls. What Notion drops at the first is nowhere but in our hands until the second, so that it is
written down before the first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from planora_notion.site.schema import Json, decoded
from planora_notion.translation import values
from planora_notion.translation.family import source_id
from planora_sync.adapter import Notes

INDEX = "moves"
"""The note that lists the rows with such a note."""
LONGEST = 100_000
"""Characters of one note: what is longer is not remembered."""
KEPT = timedelta(days=7)
"""After so long a value that is missing is more likely somebody's wish than ours."""


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What is still to be written to a row that was moved."""

    place: str
    """The data source that it was moved into."""
    properties: Mapping[str, Any]
    """Values as a request takes them, by property id."""
    by: str = ""
    """Who we are to Notion, as the answer to the move said."""


class Unfinished:
    """The moves of one connection that are under way."""

    def __init__(self, notes: Notes, now: Callable[[], datetime]) -> None:
        self._notes = notes
        self._now = now

    def begin(self, page_id: str, rest: Rest) -> None:
        """Remember what a row must be given after its move."""
        if not rest.properties:
            return
        body = {
            "place": rest.place,
            "properties": rest.properties,
            "by": rest.by,
            "at": self._now().isoformat(),
        }
        text = json.dumps(body)
        self._notes.put(_name(page_id), text if len(text) <= LONGEST else None)
        self._list([*(id for id in self.page_ids() if id != page_id), page_id])
        # The move is sent next: a process that is killed then must have left it behind.
        self._notes.flush()

    def page_ids(self) -> tuple[str, ...]:
        """Return the rows that may still lack something."""
        try:
            return tuple(str(id) for id in json.loads(self._notes.get(INDEX) or "[]"))
        except (ValueError, TypeError):
            return ()

    def find(self, page_id: str) -> Rest | None:
        """Return what a row that was moved still lacks, as far as anybody knows; None for nothing."""
        text = self._notes.get(_name(page_id))
        if text is None:
            return None
        try:
            body = json.loads(text)
            rest = Rest(place=str(body["place"]), properties=dict(body["properties"]), by=str(body["by"]))
            age = self._now() - datetime.fromisoformat(body["at"])
        except (ValueError, KeyError, TypeError):
            # A note of another version: what it meant to say is lost, the row is as it is.
            return None
        return rest if age <= KEPT else None

    def end(self, page_id: str) -> None:
        """Forget a move: its values are written, or it never took place."""
        self._notes.put(_name(page_id), None)
        self._list([id for id in self.page_ids() if id != page_id])

    def _list(self, ids: Sequence[str]) -> None:
        self._notes.put(INDEX, json.dumps(ids) if ids else None)


def lacking(rest: Rest, page: Json) -> dict[str, Any]:
    """Return those values that the row has none for; what it holds by now, somebody may have set since.

    Nothing for a row that stands elsewhere.
    """
    if source_id(page) != rest.place:
        return {}
    # A row without a status has the first one: only where nobody but us edited it is that no choice.
    ours = bool(rest.by) and (page.get("last_edited_by") or {}).get("id") == rest.by
    shown: Mapping[str, Json] = page.get("properties") or {}
    held = {decoded(str(value.get("id"))): value for value in shown.values()}
    return {
        id: value
        for id, value in rest.properties.items()
        if id in held
        and (values.is_empty(values.inner(held[id])) or (ours and _is_other_status(held[id], value)))
    }


def _is_other_status(value: Json, wanted: Json) -> bool:
    return value.get("type") == "status" and values.inner(value).get("id") != wanted["status"]["id"]


def _name(page_id: str) -> str:
    return f"move/{page_id}"
