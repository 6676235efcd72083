"""Jira Cloud: one project with as many issues as are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cached.rows import MARKS, Rows
from cached.stage import Request, Stage
from planora_sync.http.inprocess import ASGIApp

WORKSPACE = "scrum"
PAGE = 100
IDS_PAGE = 5_000
FIRST = 1_000_000


class JiraStage(Stage):
    """Searches of the whole project give issues of our own; all else is the sandbox's."""

    def __init__(self, sandbox: ASGIApp, entries: int) -> None:
        super().__init__(sandbox)
        self._entries = entries
        self._rows: Rows | None = None

    async def body(self, request: Request) -> bytes | None:
        """Return a page of a search, or None."""
        if request.path != "/rest/api/3/search/jql" or not isinstance(request.body, dict):
            return None
        asked, query = request.body, str(request.body.get("jql"))
        if "updated >=" in query:
            return b'{"issues":[],"isLast":true}'
        if "statusCategory" not in query:
            return None
        ids_only = set(asked.get("fields") or ()) <= {"id", "key"}
        size = IDS_PAGE if ids_only else PAGE
        first = int(asked.get("nextPageToken") or 0)
        last = min(first + size, self._entries)
        end = b'"isLast":true' if last == self._entries else b'"isLast":false,"nextPageToken":"%d"' % last
        if ids_only:
            issues = b"[" + b",".join(b'{"id":"%d"}' % (FIRST + n) for n in range(first, last)) + b"]"
        else:
            issues = (await self._prepared(request)).page(first, last)
        return b'{"issues":' + issues + b"," + end + b"}"

    async def _prepared(self, request: Request) -> Rows:
        if self._rows is None:
            asked = {key: value for key, value in request.body.items() if key != "nextPageToken"}
            _, answer = await self.ask(request, asked)
            self._rows = Rows([_template(row) for row in orjson.loads(answer)["issues"]], _names)
        return self._rows


def _template(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "id": MARKS["id"], "key": MARKS["key"]}


def _names(number: int) -> Mapping[str, str]:
    return {"id": str(FIRST + number), "key": f"BIG-{number + 1}"}
