"""What is kept of Jira's answers about itself: the names that this package reads, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]
FIELD = ("id", "name", "custom", "schema", "scope")
PERSON = ("accountId", "name", "key", "displayName", "timeZone")
PROJECT = (
    "id",
    "key",
    "name",
    "projectTypeKey",
    "simplified",
    "style",
    "archived",
    "isPrivate",
    "assigneeType",
)
KIND = ("id", "name", "subtask", "hierarchyLevel")
VERSION = ("id", "name", "released", "archived", "releaseDate")
OPTION = ("id", "name", "value", "title")


def account(row: Json) -> dict[str, Any]:
    """Return an account, without its address and groups."""
    return _only(row, PERSON)


def field(row: Json) -> dict[str, Any]:
    """Return a field as `/field` lists it."""
    return _only(row, FIELD)


def project(row: Json) -> dict[str, Any]:
    """Return a project with its types and releases."""
    kept = _only(row, PROJECT)
    if isinstance(row.get("lead"), Mapping):
        kept["lead"] = _only(row["lead"], PERSON)
    for name, names in (("issueTypes", KIND), ("versions", VERSION)):
        if isinstance(row.get(name), list):
            kept[name] = [_only(one, names) for one in row[name] if isinstance(one, Mapping)]
    return kept


def board(row: Json) -> dict[str, Any]:
    """Return a board as the list of boards has it."""
    return _only(row, ("id", "name", "type"))


def configuration(row: Json) -> dict[str, Any]:
    """Return a board's columns and the field that it estimates in."""
    columns = (row.get("columnConfig") or {}).get("columns") or ()
    shown = [{"statuses": [{"id": one["id"]} for one in column.get("statuses") or ()]} for column in columns]
    found = ((row.get("estimation") or {}).get("field") or {}).get("fieldId")
    return {"columnConfig": {"columns": shown}, "estimation": {"field": {"fieldId": found}}}


def statuses(rows: Iterable[Json]) -> list[dict[str, Any]]:
    """Return the statuses of a project, each once, from those of its types."""
    found: dict[str, dict[str, Any]] = {}
    for one in (status for kind in rows for status in kind.get("statuses") or ()):
        key = (one.get("statusCategory") or {}).get("key")
        found.setdefault(str(one.get("id")), {**_only(one, ("id", "name")), "statusCategory": {"key": key}})
    return list(found.values())


def options(fields: Json) -> dict[str, list[dict[str, Any]]]:
    """Return what choice fields take, by the field's id, from an edit screen."""
    return {
        str(id): [_only(value, OPTION) for value in row["allowedValues"] if isinstance(value, Mapping)]
        for id, row in fields.items()
        if isinstance(row, Mapping) and isinstance(row.get("allowedValues"), list)
    }


def _only(row: Json, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name) is not None}
