"""One query, followed page by page to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from planora_notion.site.schema import Json
from planora_notion.translation.moments import told_minute
from planora_notion.transport.client import PAGE_SIZE, Client
from planora_notion.transport.failures import Overloaded
from planora_sync.errors import AnswerUnreadable

SMALLEST = 10
"""Rows a page at least."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a list was read."""

    start: str | None = None
    """The minute of creation at which its query begins."""
    cursor: str | None = None
    """Where the next page of this query begins; None for its first page."""
    count: int = 0
    """Rows that this query gave so far."""
    last: str | None = None
    """When the last row was created."""


class Window:
    """Follows one query; what it says of its end is known when it was read."""

    def __init__(
        self, client: Client, source: str, body: dict[str, Any], only: Sequence[str], at: Position
    ) -> None:
        self._client = client
        self._source = source
        self._body = body
        self._only = only
        self._size = PAGE_SIZE
        self._at = at
        self.count = at.count
        self.cut = False
        """Whether Notion said that it left rows out."""
        self.last: str | None = at.last
        """When the last row was created."""

    def __iter__(self) -> Iterator[tuple[list[Json], Position]]:
        cursor = self._at.cursor
        met = {cursor}
        while True:
            answer = self._query(self._body | ({"start_cursor": cursor} if cursor else {}))
            rows: list[Json] = answer["results"]
            self.count += len(rows)
            times = (told_minute(row.get("created_time")) for row in reversed(rows))
            self.last = next((at for at in times if at), self.last)
            self.cut = (answer.get("request_status") or {}).get("type") == "incomplete"
            cursor = str(answer["next_cursor"]) if answer.get("has_more") else None
            yield rows, Position(start=self._at.start, cursor=cursor, count=self.count, last=self.last)
            if cursor is None:
                return
            if cursor in met:
                raise AnswerUnreadable(
                    f"The rows of data source {self._source} go round in a circle: one cursor came twice.",
                    next_step="Run again; if it stays, look whether something between here and Notion answers.",
                )
            met.add(cursor)

    def _query(self, body: dict[str, Any]) -> Json:
        """Return one page; of a data source too large for it a smaller one, as Notion's 503 advises."""
        while True:
            try:
                return self._client.query(self._source, body | {"page_size": self._size}, self._only)
            except Overloaded:
                if self._size <= SMALLEST:
                    raise
                self._size = max(SMALLEST, self._size // 4)
