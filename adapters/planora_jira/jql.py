"""The queries. Projects by id, for keys and names change; no user's text ever stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from planora_jira import moments

ORDER = "ORDER BY created ASC, key ASC"
"""An order in which nothing moves while it is read; by `updated` a busy issue would always be ahead."""


def counting(project: str, done_days: int, *, cloud: bool) -> str:
    """Return the query for what counts in a project: open issues, and those done within so many days.

    "Done" is the status category: a resolution may be missing on what is done and stand on what is not. Data
    Center cannot search for the day on which the category changed: there what is done without a resolution
    counts by its last update.
    """
    done = (
        f"statusCategoryChangedDate >= -{done_days}d"
        if cloud
        else f"resolved >= -{done_days}d OR (resolution is EMPTY AND updated >= -{done_days}d)"
    )
    return f"project = {project} AND (statusCategory != Done OR {done}) {ORDER}"


def changed(
    project: str, since: datetime, zone: ZoneInfo | None, *, cloud: bool, sprints: Sequence[str] = ()
) -> str:
    """Return the query for what changed in a project since an instant: without a filter, without an end.

    `sprints` are ids of sprints that changed: all that was or is in them is read again, for no issue says so.
    Literals are read by the minute in the account's time zone; epoch milliseconds mean the same everywhere,
    but are only known to work on Cloud.
    """
    if cloud:
        # Whole minutes: Jira compares by the minute.
        whole = since.astimezone(UTC).replace(second=0, microsecond=0)
        bound = str(int(whole.timestamp() * 1000))
    else:
        bound = f'"{moments.literal(since, zone)}"'
    condition = f"updated >= {bound}"
    if sprints:
        condition = f"({condition} OR sprint in ({', '.join(sprints)}))"
    return f"project = {project} AND {condition} {ORDER}"


def newest(project: str, days: int | None = None) -> str:
    """Return the query for a project's issues, the newest first."""
    recent = f" AND created >= -{days}d" if days else ""
    return f"project = {project}{recent} ORDER BY created DESC, key DESC"


def highest(project: str) -> str:
    """Return the query for a project's issues, the highest key first."""
    return f"project = {project} ORDER BY key DESC"


def by_ids(ids: Sequence[str]) -> str:
    """Return the query for issues by id; raises ValueError for what is no id."""
    if not all(id.isascii() and id.isdigit() for id in ids):
        raise ValueError("an issue's id is a number")
    return f"id in ({', '.join(ids)}) ORDER BY key ASC"


def by_keys(keys: Sequence[str]) -> str:
    """Return the query for issues by key."""
    escaped = (key.replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    quoted = ", ".join(f'"{key}"' for key in escaped)
    return f"key in ({quoted}) ORDER BY key ASC"
