"""Reads lists to their end. Jira has three ways of paging, and the library stops too early in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planora_jira.reading import position
from planora_jira.reading.jql import Query
from planora_jira.reading.position import Position
from planora_jira.transport.answers import is_plain_refusal
from planora_jira.transport.client import JiraClient
from planora_sync.errors import ConnectionFailed

Json = Mapping[str, Any]
Issues = list[dict[str, Any]]
AGILE_PAGE = 50
"""Boards and sprints come 50 a page, whatever is asked for."""
CLOUD_PAGE = 100
"""With any real field a search gives 100 a page, whatever is asked for."""
CENTER_PAGE = 500
"""Data Center gives up to `jira.search.views.default.max` (1000); half of it keeps an answer small."""
CENSUS_PAGE = 5000
"""So many a page where nothing but ids is asked for (Cloud); Data Center gives what its administrator lets it."""
ONLY_IDS = ("id",)
OVERLAP = 1
"""Rows that a page by offset repeats, to see whether the list has shifted under it."""
CENTER_BACK = 20
"""How far to go back in a list that has shifted."""
REMEMBERED = 2_000
"""Of so many issues a search by offset knows that it gave them; going back further gives some twice."""
MOST_EMPTY = 50
"""After so many pages without an issue, each naming a next one, a search is going nowhere."""


def by_offset(client: JiraClient, path: str, what: str, **params: object) -> list[dict[str, Any]]:
    """Return all values of a list of boards, sprints or projects; raises ConnectionFailed.

    The end is where `isLast` says so, or where `total` is reached: never a short page.
    """
    found: list[dict[str, Any]] = []
    known = set[str]()
    while True:
        page = client.get_object(path, what, startAt=len(found), maxResults=AGILE_PAGE, **params)
        values = page.get("values")
        if not isinstance(values, list) or not all(isinstance(row, dict) for row in values):
            raise client.answers.unreadable(what, "a list without values")
        ids = {str(row.get("id")) for row in values}
        if ids and ids <= known:
            # A proxy's cache, or an address that does not know `startAt`: it would go on for ever.
            raise client.answers.unreadable(what, "a circle: it gives the same page again and again")
        known |= ids
        found += values
        total = page.get("total")
        if page.get("isLast") is True or (isinstance(total, int) and len(found) >= total):
            return found
        if not values:
            if page.get("isLast") is False or isinstance(total, int):
                raise client.answers.unreadable(what, "a list that breaks off")
            return found


def search(
    client: JiraClient,
    query: str | Query,
    fields: Sequence[str],
    what: str,
    *,
    fresh: Sequence[str] = (),
    size: int | None = None,
    after: Position | None = None,
    strict: bool = True,
) -> Iterator[Issues]:
    """Return the issues that a query finds, page by page; raises ConnectionFailed.

    Args:
        client: whom to ask.
        query: it must be bounded, and ordered by something that stands still. A text cannot be taken up again.
        fields: ids of fields; with `created` among them a page that expired is taken up again by itself.
        what: names the search in messages.
        fresh: ids of issues just written, which the search index may not show yet (Cloud; 50 at most).
        size: issues a page, at most; None for as many as go.
        after: where to go on; None begins.
        strict: off, ids and keys pass that name nothing, which are else a refusal of the whole (Data Center).
    """
    if client.cloud:
        ids = tuple(fields) == ONLY_IDS
        size = size or (CENSUS_PAGE if ids else CLOUD_PAGE)
        return _ByToken(client, query, fields, what, fresh, size, after).pages()
    return _by_moving_offset(client, query, fields, what, size or CENTER_PAGE, after, strict)


def _text(query: str | Query, after: Position | None) -> str:
    return query if isinstance(query, str) else query.text(after.created if after else None)


class _ByToken:
    """A search by token on its way."""

    def __init__(
        self,
        client: JiraClient,
        query: str | Query,
        fields: Sequence[str],
        what: str,
        fresh: Sequence[str],
        size: int,
        after: Position | None,
    ) -> None:
        self._client, self._query, self._what = client, query, what
        self._body: dict[str, Any] = {"jql": _text(query, after), "maxResults": size, "fields": list(fields)}
        if fresh:
            # The list must be the same on every page.
            self._body["reconcileIssues"] = [int(id) for id in fresh]
        self._begun = self._after = after
        self._seen, self._empty, self._restarted = set[str](), 0, False

    def pages(self) -> Iterator[Issues]:
        """Return the issues page by page; raises ConnectionFailed."""
        while True:
            page = self._ask()
            rows = _behind(_issues(self._client, page, self._what), self._begun)
            self._empty = 0 if rows else self._empty + 1
            if rows:
                self._after = position.of(rows[-1])
                yield rows
            token = self._next(page)
            if token is None:
                return
            self._body["nextPageToken"] = token

    def _ask(self) -> dict[str, Any]:
        path = self._client.rest("search/jql")
        try:
            return self._client.ask(path, self._what, self._body)
        except ConnectionFailed as failure:
            # Ids alone tell no position: they are begun anew from the first, once, for twice is no harm.
            stuck = self._restarted if self._after is None else self._after == self._begun
            if "nextPageToken" not in self._body or not is_plain_refusal(failure) or stuck:
                raise
        # A token lives for a week at most: begin anew behind the last issue, once each.
        self._begun, self._seen, self._restarted = self._after, set(), True
        self._body = {name: value for name, value in self._body.items() if name != "nextPageToken"}
        self._body["jql"] = _text(self._query, self._after)
        return self._client.ask(path, self._what, self._body)

    def _next(self, page: Json) -> str | None:
        """Return the token of the next page, or None at the end: a short page is none."""
        token = page.get("nextPageToken")
        if not token or page.get("isLast") is True:
            if page.get("isLast") is False:
                raise self._client.answers.unreadable(
                    self._what, "a page that is not the last and names no next one"
                )
            return None
        if token in self._seen or self._empty > MOST_EMPTY:
            raise self._client.answers.unreadable(
                self._what, "a circle: it gives the same page again and again"
            )
        self._seen.add(token)
        return str(token)


def _behind(rows: Issues, after: Position | None) -> Issues:
    """Return the issues that were not given when a position was reached."""
    if after is None:
        return rows
    return [row for row in rows if (at := position.of(row)) is None or not after.covers(at)]


def _by_moving_offset(
    client: JiraClient,
    query: str | Query,
    fields: Sequence[str],
    what: str,
    size: int,
    after: Position | None,
    strict: bool,
) -> Iterator[Issues]:
    start, known = 0, dict[str, None]()
    body: dict[str, Any] = {
        "jql": _text(query, after),
        "maxResults": size,
        "fields": list(fields),
        "validateQuery": strict,
    }
    while True:
        page = client.ask(client.rest("search"), what, {**body, "startAt": start})
        rows, total = _issues(client, page, what), page.get("total")
        if not isinstance(total, int):
            raise client.answers.unreadable(what, "a page without a total")
        if start and not (rows and str(rows[0]["id"]) in known):
            # The row we know is not where it was: something left the list before it, and others moved up.
            start = max(0, start - CENTER_BACK)
            continue
        new = [row for row in _behind(rows, after) if str(row["id"]) not in known]
        known |= dict.fromkeys(str(row["id"]) for row in rows)
        if new:
            yield new
        if start + len(rows) >= total:
            return
        if len(rows) <= OVERLAP:
            raise client.answers.unreadable(what, "a list that breaks off")
        start += len(rows) - OVERLAP
        for id in list(known)[: max(0, len(known) - REMEMBERED)]:
            del known[id]


def _issues(client: JiraClient, page: Json, what: str) -> Issues:
    issues = page.get("issues")
    if not isinstance(issues, list) or not all(isinstance(row, dict) and row.get("id") for row in issues):
        raise client.answers.unreadable(what, "a page without issues")
    return issues
