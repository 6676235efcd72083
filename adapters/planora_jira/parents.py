"""Ids of parents that are named by key alone: Data Center's Epic Link and Parent Link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planora_jira import jql, wire
from planora_jira.client import JiraClient
from planora_jira.fields import FieldMap
from planora_jira.paging import ask_center

Json = Mapping[str, Any]
MOST = 100
"""Keys a query: more would make its text too long for some proxies."""


class Parents:
    """Finds the ids of issues by their keys, each once."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}

    def ids(self, issues: Sequence[Json], known: FieldMap) -> Mapping[str, str]:
        """Return key -> id of the parents of some issues, as far as they can be seen.

        Raises ConnectionFailed. On Cloud nothing is asked: `parent` has the id.
        """
        if self._client.cloud:
            return self._ids
        self._ids.update({str(row["key"]): str(row["id"]) for row in issues if row.get("key")})
        keys = {wire.parent_key(row.get("fields") or {}, known) for row in issues}
        unknown = sorted(key for key in keys if key and key not in self._ids)
        for start in range(0, len(unknown), MOST):
            some = unknown[start : start + MOST]
            page = ask_center(
                self._client, jql.by_keys(some), ["summary"], "the parents of issues", strict=False
            )
            self._ids.update({str(row["key"]): str(row["id"]) for row in page.get("issues") or ()})
        # Whoever is not shown stays known by its key, and is not asked for again.
        self._ids.update({key: key for key in unknown if key not in self._ids})
        return self._ids
