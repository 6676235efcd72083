"""Notion: one data source with as many rows as are asked for, ten thousand a query at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from cached.rows import MARKS, Rows
from cached.stage import Request, Stage
from planora_sync.http.inprocess import ASGIApp

WORKSPACE = "one-database"
CAP = 10_000
A_MINUTE = 40
"""Rows created in one minute: Notion's times hold no seconds."""
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
RECENT = "2026-11"
"""Rows edited since then are asked for by incremental pulls only; full ones leave out what was done long ago."""
NOTHING = b'{"object":"list","type":"page_or_data_source","results":[],"next_cursor":null,"has_more":false}'


class NotionStage(Stage):
    """Queries give rows of our own; all else is the sandbox's."""

    def __init__(self, sandbox: ASGIApp, entries: int) -> None:
        super().__init__(sandbox)
        self._entries = entries
        self._rows: Rows | None = None

    async def body(self, request: Request) -> bytes | None:
        """Return a page of a query, or None."""
        if not request.path.endswith("/query") or not isinstance(request.body, dict):
            return None
        asked = request.body
        bounds = {name: at for name, at in _bounds(asked.get("filter"))}
        if asked.get("is_archived") or bounds.get("last_edited_time", "") > RECENT:
            return NOTHING
        begin = _row_of(bounds.get("created_time"))
        first = int(asked.get("start_cursor") or begin)
        last = min(first + int(asked.get("page_size") or 100), self._entries, begin + CAP)
        more = last < min(self._entries, begin + CAP)
        rows = (await self._prepared(request)).page(first, last)
        end = b'"next_cursor":"%d","has_more":true' % last if more else b'"next_cursor":null,"has_more":false'
        return b'{"object":"list","type":"page_or_data_source","results":' + rows + b"," + end + b"}"

    async def _prepared(self, request: Request) -> Rows:
        if self._rows is None:
            _, answer = await self.ask(request, {"page_size": 100})
            rows = [row for row in orjson.loads(answer)["results"] if not row["parent"].get("in_trash")]
            self._rows = Rows([_template(row) for row in rows], _names)
        return self._rows


def _template(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "id": MARKS["id"], "created_time": MARKS["at"]}


def _names(number: int) -> Mapping[str, str]:
    at = BEGIN + timedelta(minutes=number // A_MINUTE)
    return {"id": f"b1600000-0000-4000-8000-{number:012x}", "at": f"{at:%Y-%m-%dT%H:%M:00.000Z}"}


def _row_of(at: str | None) -> int:
    """Return the first row that was created at a moment or later."""
    if at is None:
        return 0
    minutes = (datetime.fromisoformat(at) - BEGIN) // timedelta(minutes=1)
    return max(0, minutes) * A_MINUTE


def _bounds(condition: Any) -> Iterator[tuple[str, str]]:
    """Give the lower bounds in a filter: which time, since when."""
    if isinstance(condition, list):
        for one in condition:
            yield from _bounds(one)
    elif isinstance(condition, dict):
        stamp = condition.get("timestamp")
        if stamp and "on_or_after" in condition.get(stamp, {}):
            yield stamp, condition[stamp]["on_or_after"]
        for name in ("and", "or"):
            yield from _bounds(condition.get(name, []))
