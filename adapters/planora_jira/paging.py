"""Reads lists to their end. Jira has three ways of paging, and the library stops too early in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planora_jira.client import JiraClient

Json = Mapping[str, Any]
Issues = list[dict[str, Any]]
AGILE_PAGE = 50
"""Boards and sprints come 50 a page, whatever is asked for."""
CLOUD_PAGE = 100
"""With any real field a search gives 100 a page, whatever is asked for."""
CENTER_PAGE = 500
"""Data Center gives up to `jira.search.views.default.max` (1000); half of it keeps an answer small."""
OVERLAP = 1
"""Rows that a page by offset repeats, to see whether the list has shifted under it."""
CENTER_BACK = 20
"""How far to go back in a list that has shifted."""


def by_offset(client: JiraClient, path: str, what: str, **params: object) -> list[dict[str, Any]]:
    """Return all values of a list of boards, sprints or projects; raises ConnectionFailed.

    The end is where `isLast` says so, or where `total` is reached: never a short page.
    """
    found: list[dict[str, Any]] = []
    while True:
        page = client.get_object(path, what, startAt=len(found), maxResults=AGILE_PAGE, **params)
        values = page.get("values")
        if not isinstance(values, list):
            raise client.answers.unreadable(what, "a list without values")
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
    jql: str,
    fields: Sequence[str],
    what: str,
    *,
    fresh: Sequence[str] = (),
    size: int | None = None,
) -> Iterator[Issues]:
    """Return the issues that a query finds, page by page; raises ConnectionFailed.

    Args:
        client: whom to ask.
        jql: the query; it must be bounded, and ordered by something that stands still.
        fields: ids of fields.
        what: names the search in messages.
        fresh: ids of issues just written, which the search index may not show yet (Cloud; 50 at most).
        size: issues a page, at most; None for as many as go.
    """
    if client.cloud:
        return _by_token(client, jql, fields, what, fresh, size or CLOUD_PAGE)
    return _by_moving_offset(client, jql, fields, what, size or CENTER_PAGE)


def _by_token(
    client: JiraClient, jql: str, fields: Sequence[str], what: str, fresh: Sequence[str], size: int
) -> Iterator[Issues]:
    body: dict[str, Any] = {"jql": jql, "maxResults": size, "fields": list(fields)}
    if fresh:
        # The list must be the same on every page.
        body["reconcileIssues"] = [int(id) for id in fresh]
    seen: set[str] = set()
    while True:
        page = client.ask(client.rest("search/jql"), what, body)
        yield _issues(client, page, what)
        token = page.get("nextPageToken")
        if token is None or page.get("isLast") is True:
            if page.get("isLast") is False:
                raise client.answers.unreadable(what, "a page that is not the last and names no next one")
            return
        if token in seen:
            raise client.answers.unreadable(what, "a circle: it gives the same page token again")
        seen.add(token)
        body["nextPageToken"] = token


def _by_moving_offset(
    client: JiraClient, jql: str, fields: Sequence[str], what: str, size: int
) -> Iterator[Issues]:
    start, seen = 0, set[str]()
    while True:
        page = ask_center(client, jql, fields, what, start=start, size=size)
        rows, total = _issues(client, page, what), page.get("total")
        if not isinstance(total, int):
            raise client.answers.unreadable(what, "a page without a total")
        if start and not (rows and str(rows[0]["id"]) in seen):
            # The row we know is not where it was: something left the list before it, and others moved up.
            start = max(0, start - CENTER_BACK)
            continue
        fresh = [row for row in rows if str(row["id"]) not in seen]
        seen.update(str(row["id"]) for row in fresh)
        if fresh:
            yield fresh
        if start + len(rows) >= total:
            return
        if len(rows) <= OVERLAP:
            raise client.answers.unreadable(what, "a list that breaks off")
        start += len(rows) - OVERLAP


def ask_center(
    client: JiraClient,
    jql: str,
    fields: Sequence[str],
    what: str,
    *,
    start: int = 0,
    size: int = CENTER_PAGE,
    strict: bool = True,
) -> dict[str, Any]:
    """Return a page of Data Center's search by offset.

    `strict` off lets ids pass that name nothing, which are else a refusal of the whole query.
    """
    body: dict[str, Any] = {
        "jql": jql,
        "startAt": start,
        "maxResults": size,
        "fields": list(fields),
        "validateQuery": strict,
    }
    return client.ask(client.rest("search"), what, body)


def _issues(client: JiraClient, page: Json, what: str) -> Issues:
    issues = page.get("issues")
    if not isinstance(issues, list) or not all(isinstance(row, dict) and row.get("id") for row in issues):
        raise client.answers.unreadable(what, "a page without issues")
    return issues
