"""Routes that find and read many issues: search, count, bulk fetch, bulk changelog."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import body_of, face_of, number, words
from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.jql import parse
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.query import Searcher
from planora_jira.sandbox.records import Issue
from planora_jira.sandbox.site import Site
from planora_sync.sandbox.gate import FAULT

MOST_CHANGED, MOST_FIELDS, DEFAULT_CHANGES, MOST_CHANGES = 1000, 10, 1000, 10000
"""Limits of the bulk changelog: issues, fields, changes a page without a word and at most."""
SLIM = frozenset({"id", "key"})
DEFAULT_MOST_DC = 1000
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
    "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
HEAVY = frozenset({"comment", "worklog", "attachment", "*all", "*navigable"})


class SearchRoutes:
    """Answers searches."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes."""
        api = "/rest/api/{v}"
        if not self.site.cloud:
            return [Route(f"{api}/search", self.by_offset, methods=["GET", "POST"])]
        return [
            Route(f"{api}/search", self.gone, methods=["GET", "POST"]),
            Route(f"{api}/search/jql", self.by_token, methods=["GET", "POST"]),
            Route(f"{api}/search/approximate-count", self.count, methods=["POST"]),
            Route(f"{api}/issue/bulkfetch", self.bulk_fetch, methods=["POST"]),
            Route(f"{api}/changelog/bulkfetch", self.bulk_changelog, methods=["POST"]),
        ]

    async def gone(self, request: Request) -> Response:
        """Refuse the search by offset, which Cloud removed."""
        raise Problem(410, GONE)

    # -- Cloud --------------------------------------------------------------------------------------------

    async def by_token(self, request: Request) -> Response:
        """Return a page of a search (Cloud): by token, without a total, from an index that lags."""
        asked = await self._asked(request)
        fields = words(asked.get("fields"))
        reconcile = frozenset(number(ref, 0) for ref in words(asked.get("reconcileIssues")) if ref)
        if len(reconcile) > 50:
            raise Problem(400, "The number of reconcileIssues is limited to 50.")
        properties = words(asked.get("properties"))
        if len(properties) > 5:
            raise Problem(400, "The maximum number of issue property keys that can be specified is 5.")
        jql = str(asked.get("jql") or "")
        left = self._left(jql, str(asked.get("nextPageToken") or ""), reconcile)
        slim = not fields or set(fields) <= SLIM
        size = min(max(number(asked.get("maxResults"), 50), 1), 5000 if slim else self.site.page_cap)
        fault = request.scope.get(FAULT)
        shown = [] if fault == "empty-page" else self._shown(left[:size], reconcile)
        body = self._page(request, jql, asked, shown, left if fault == "empty-page" else left[size:])
        if fault == "repeat-cursor":
            body |= {
                "isLast": False,
                "nextPageToken": self._token(jql, left, str(asked.get("nextPageToken") or "")),
            }
        return JSONResponse(body)

    async def _asked(self, request: Request) -> dict[str, Any]:
        if request.method == "GET":
            return dict(request.query_params)
        body = await body_of(request)
        if isinstance(body.get("properties"), str) or not isinstance(body.get("expand") or "", str):
            raise Problem(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return body

    def _left(self, jql: str, token: str, reconcile: frozenset[int]) -> list[int]:
        if token:
            if token not in self.site.tokens or self.site.tokens[token][0] != jql:
                raise Problem(400, "The provided nextPageToken is invalid or has expired.")
            return self.site.tokens[token][1]
        query = parse(jql)
        if query.where is None:
            raise Problem(400, UNBOUNDED)
        return [issue.id for issue in Searcher(self.site).search(query, self.site.indexed(reconcile))]

    def _shown(self, ids: list[int], reconcile: frozenset[int]) -> list[Issue]:
        wanted = {issue.id: issue for issue in self.site.indexed(reconcile)}
        return [wanted[one] for one in ids if one in wanted]

    def _page(
        self, request: Request, jql: str, asked: dict[str, Any], shown: list[Issue], left: list[int]
    ) -> dict[str, Any]:
        view = IssueView(face_of(self.site, request))
        expand, fields = words(asked.get("expand")), words(asked.get("fields"))
        if not fields or fields == ["id"]:
            rows: list[dict[str, Any]] = [{"id": str(issue.id)} for issue in shown]
        else:
            wanted, keys = view.choose(fields, "id"), words(asked.get("properties"))
            rows = [view.issue(issue, wanted, expand, keys) for issue in shown]
        body: dict[str, Any] = {"issues": rows, "isLast": not left}
        if left:
            body["nextPageToken"] = self._token(jql, left)
        for name, make in (("names", view.names), ("schema", view.schema)):
            if name in expand:
                body[name] = make(view.choose(fields, "id"))
        return body

    def _token(self, jql: str, left: list[int], same: str = "") -> str:
        """Return a page token for what is left; `same` is one that leads there already."""
        token = same or base64.urlsafe_b64encode(f"{len(self.site.tokens)}:{left[:1]}".encode()).decode()
        self.site.tokens[token] = (jql, left)
        return token

    async def count(self, request: Request) -> Response:
        """Return an estimate of a search's size; it lags like the index."""
        query = parse(str((await body_of(request)).get("jql") or ""))
        if query.where is None:
            raise Problem(400, UNBOUNDED)
        return JSONResponse({"count": len(Searcher(self.site).search(query, self.site.indexed()))})

    async def bulk_fetch(self, request: Request) -> Response:
        """Return issues by id or key, sorted by id; what is absent or forbidden is left out silently."""
        body = await body_of(request)
        refs, fields = words(body.get("issueIdsOrKeys")), words(body.get("fields"))
        most = 1000 if fields and not set(fields) & HEAVY else 100
        if not refs or len(refs) > most:
            raise Problem(400, f"The number of issues must be between 1 and {most}.")
        found = {issue.id: issue for ref in refs if (issue := self.site.find(ref)) and not issue.archived}
        view = IssueView(face_of(self.site, request))
        wanted = view.choose(fields, "*navigable")
        expand, keys = words(body.get("expand")), words(body.get("properties"))
        rows = [view.issue(found[one], wanted, expand, keys) for one in sorted(found)]
        return JSONResponse({"issues": rows, "issueErrors": []})

    async def bulk_changelog(self, request: Request) -> Response:
        """Return a page of the changelogs of many issues; instants are epoch milliseconds here."""
        body = await body_of(request)
        refs, only = words(body.get("issueIdsOrKeys")), set(words(body.get("fieldIds")))
        if not refs or len(refs) > MOST_CHANGED:
            raise Problem(400, f"The number of issues must be between 1 and {MOST_CHANGED}.")
        if len(only) > MOST_FIELDS:
            raise Problem(400, f"The number of fieldIds is limited to {MOST_FIELDS}.")
        size = number(body.get("maxResults"), DEFAULT_CHANGES)
        if not 1 <= size <= MOST_CHANGES:
            raise Problem(400, f"maxResults must be between 1 and {MOST_CHANGES}.")
        token = str(body.get("nextPageToken") or "")
        start = _after(token) if token else 0
        rows = self._changes(IssueView(face_of(self.site, request)), refs, only)
        return JSONResponse(_changelog_page(rows[start : start + size], start + size, len(rows)))

    def _changes(self, view: IssueView, refs: list[str], only: set[str]) -> list[tuple[str, dict[str, Any]]]:
        found = {issue.id: issue for ref in refs if (issue := self.site.find(ref)) and not issue.archived}
        return [
            (str(number_), entry | {"created": _epoch(entry["created"]), "items": items})
            for number_ in sorted(found)
            for entry in view.histories(found[number_])
            if (items := [row for row in entry["items"] if not only or row.get("fieldId") in only])
        ]

    # -- Data Center --------------------------------------------------------------------------------------

    async def by_offset(self, request: Request) -> Response:
        """Return a page of a search (Data Center): by offset, with a total."""
        asked = dict(request.query_params) if request.method == "GET" else await body_of(request)
        if request.method == "POST" and "properties" in asked:
            raise Problem(
                400, 'Unrecognized field "properties" (Class SearchRequestBean), not marked as ignorable'
            )
        strict = str(asked.get("validateQuery", True)).lower() not in ("false", "warn", "none")
        query = parse(str(asked.get("jql") or ""))
        found = Searcher(self.site, strict=strict).search(query, self.site.indexed())
        start = number(asked.get("startAt"), 0)
        size = min(number(asked.get("maxResults"), 50), DEFAULT_MOST_DC, self.site.page_cap)
        view = IssueView(face_of(self.site, request))
        wanted, expand = view.choose(words(asked.get("fields")), "*navigable"), words(asked.get("expand"))
        rows = [view.issue(issue, wanted, expand) for issue in found[start : start + size]]
        body: dict[str, Any] = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": size,
            "total": len(found),
        }
        return JSONResponse(body | {"issues": rows})


def _epoch(stamp: str) -> int:
    return int(datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000)


def _changelog_page(rows: list[tuple[str, dict[str, Any]]], end: int, total: int) -> dict[str, Any]:
    """Return a page of changes, each issue with those of its own that stand on it."""
    by_issue: dict[str, list[dict[str, Any]]] = {}
    for number_, entry in rows:
        by_issue.setdefault(number_, []).append(entry)
    logs = [{"issueId": number_, "changeHistories": entries} for number_, entries in by_issue.items()]
    body: dict[str, Any] = {"issueChangeLogs": logs}
    if end < total:
        body["nextPageToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return body


def _after(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode())
    except ValueError:
        raise Problem(400, "The provided nextPageToken is invalid or has expired.") from None
