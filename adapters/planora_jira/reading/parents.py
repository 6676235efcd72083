"""Ids of parents that are named by key alone: Data Center's Epic Link and Parent Link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planora_jira.reading import jql
from planora_jira.reading.paging import search
from planora_jira.site.fields import FieldMap
from planora_jira.site.memory import Memory
from planora_jira.translation import wire
from planora_jira.translation.words import derived_level
from planora_jira.transport.client import JiraClient

Json = Mapping[str, Any]
MOST = 100
"""Keys a query: more would make its text too long for some proxies."""
MOST_NOTED = 5_000
NAME = "parents"


class Parents:
    """Finds the ids of issues by their keys, each once."""

    def __init__(self, client: JiraClient, memory: Memory) -> None:
        """Set up with what earlier runs found: a key that moved leads to the same issue."""
        self._client = client
        self._memory = memory
        self._ids: dict[str, str] = dict(memory.get(NAME) or {})

    def ids(self, issues: Sequence[Json], known: FieldMap) -> Mapping[str, str]:
        """Return key -> id of the parents of some issues, as far as they can be seen.

        Raises ConnectionFailed. On Cloud nothing is asked: `parent` has the id.
        """
        if self._client.cloud:
            return {}
        known_before = len(self._ids)
        self._ids |= {str(row["key"]): str(row["id"]) for row in issues if _is_above(row, known)}
        own = {str(row["key"]): str(row["id"]) for row in issues if row.get("key")}
        keys = {key for row in issues if (key := wire.parent_key(row.get("fields") or {}, known))}
        self._ids |= {key: own[key] for key in keys if key in own}
        unknown = sorted(key for key in keys if key not in self._ids)
        for start in range(0, len(unknown), MOST):
            self._look_up(unknown[start : start + MOST])
        if len(self._ids) != known_before:
            self._note()
        return {key: self._ids[key] for key in keys}

    def _look_up(self, keys: Sequence[str]) -> None:
        what = "the parents of issues"
        for rows in search(self._client, jql.by_keys(keys), ["summary"], what, strict=False):
            self._ids.update({str(row["key"]): str(row["id"]) for row in rows})
        # Whoever is not shown stays known by its key, and is not asked for again.
        self._ids.update({key: key for key in keys if key not in self._ids})

    def _note(self) -> None:
        both = {**(self._memory.get(NAME) or {}), **self._ids}
        self._memory.put(NAME, dict(list(both.items())[-MOST_NOTED:]))


def _is_above(row: Json, known: FieldMap) -> bool:
    """Return whether others may hang on an issue by its key: it comes before them, for it is older."""
    fields = row.get("fields")
    kind = fields.get("issuetype") if isinstance(fields, Mapping) else None
    if not isinstance(fields, Mapping) or not isinstance(kind, Mapping) or not row.get("key"):
        return False
    is_epic = known.value(fields, "epic_name") is not None
    return derived_level(kind.get("name"), bool(kind.get("subtask")), is_epic) > 0
