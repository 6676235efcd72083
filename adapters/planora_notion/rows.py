"""The rows of a data source, all of them, though a query gives 10,000 at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planora_notion.client import PAGE_SIZE, Client
from planora_notion.failures import Overloaded, StaleCursor
from planora_notion.schema import Json
from planora_sync.errors import AnswerUnreadable

CAP = 10_000
SMALLEST = 10
"""Rows a page at least."""
RESTARTS = 5
"""How often a list is begun again because the row it was to go on from has left it."""
SORTS = [{"timestamp": "created_time", "direction": "ascending"}]
"""Without sorts Notion promises no order. By creation, for that never changes: in a list by the last edit a row
that is edited meanwhile moves to the end and pulls others past the reader."""


class Rows:
    """Reads rows page by page, in the order of their creation, each once.

    A wiki lists its data sources among its pages: they come along, for callers to leave out.
    """

    def __init__(self, client: Client, *, cap: int = CAP) -> None:
        self._client = client
        self._cap = cap

    def pages(
        self,
        source: str,
        *,
        where: Json | None = None,
        archived: bool = False,
        only: Sequence[str] = (),
    ) -> Iterator[list[Json]]:
        """Return the rows that pass a filter. Raises ConnectionFailed; AnswerUnreadable where rows are beyond reach.

        A query ends at 10,000 rows without always saying so. Then the next one begins at the minute of the last
        row, as Notion advises.

        Args:
            source: the data source.
            where: a filter, at most `or` of `and`.
            archived: whether archived rows are meant; a query gives either those or the others.
            only: decoded ids of the properties wanted; empty for all.
        """
        seen: set[str] = set()
        start: str | None = None
        restarts = 0
        while True:
            window = _Window(self._client, source, _body(where, start, archived=archived), only)
            try:
                for rows in window:
                    yield [row for row in rows if _first_seen(row, seen)]
            except StaleCursor:
                restarts += 1
                if restarts > RESTARTS:
                    raise
            else:
                if not window.cut and window.count < self._cap:
                    return
                if window.last is None or window.last == start:
                    raise _beyond(source, start)
            start = window.last or start


class _Window:
    """One query, followed to its end."""

    def __init__(self, client: Client, source: str, body: dict[str, Any], only: Sequence[str]) -> None:
        self._client = client
        self._source = source
        self._body = body
        self._only = only
        self._size = PAGE_SIZE
        self.count = 0
        self.cut = False
        """Whether Notion said that it left rows out."""
        self.last: str | None = None
        """When the last row was created."""

    def __iter__(self) -> Iterator[list[Json]]:
        body = self._body
        while True:
            answer = self._query(body)
            rows: list[Json] = answer["results"]
            self.count += len(rows)
            self.last = next(
                (str(row["created_time"]) for row in reversed(rows) if row.get("created_time")), self.last
            )
            self.cut = (answer.get("request_status") or {}).get("type") == "incomplete"
            yield rows
            if not answer.get("has_more"):
                return
            body = body | {"start_cursor": answer["next_cursor"]}

    def _query(self, body: dict[str, Any]) -> Json:
        """Return one page; of a data source too large for it a smaller one, as Notion's 503 advises."""
        while True:
            try:
                return self._client.query(self._source, body | {"page_size": self._size}, self._only)
            except Overloaded:
                if self._size <= SMALLEST:
                    raise
                self._size = max(SMALLEST, self._size // 4)


def either(*conditions: Json) -> Json:
    """Return a filter that is one condition, or several of which one must hold."""
    return conditions[0] if len(conditions) == 1 else {"or": list(conditions)}


def edited_since(minute: str) -> Json:
    """Return the filter for rows edited at a minute or later; `after` would lose the edits of that minute."""
    return {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": minute}}


def also(where: Json | None, condition: Json) -> Json:
    """Return a filter that demands a further condition, without nesting deeper: Notion takes two levels."""
    if where is None:
        return condition
    if "or" in where:
        return {"or": [also(branch, condition) for branch in where["or"]]}
    return {"and": [*where.get("and", [where]), condition]}


def _body(where: Json | None, start: str | None, *, archived: bool) -> dict[str, Any]:
    if start is not None:
        where = also(where, {"timestamp": "created_time", "created_time": {"on_or_after": start}})
    body: dict[str, Any] = {"sorts": SORTS}
    # Absent keys, not null: Notion refuses a null filter.
    optional: Mapping[str, Any] = {"filter": where, "is_archived": archived or None}
    return body | {key: value for key, value in optional.items() if value is not None}


def _first_seen(row: Json, seen: set[str]) -> bool:
    id = row.get("id")
    known = id in seen
    seen.add(str(id))
    return not known


def _beyond(source: str, start: str | None) -> AnswerUnreadable:
    return AnswerUnreadable(
        f"Data source {source} has more rows of the minute {start} than Notion lets anybody read.",
        next_step="Divide the database, or archive rows that were imported at once.",
    )
