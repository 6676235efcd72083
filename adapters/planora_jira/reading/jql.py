"""The queries. Projects by id, for keys and names change; no user's text ever stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from planora_jira.translation import moments

ORDER = "ORDER BY created ASC, key ASC"
"""An order in which nothing moves while it is read; by `updated` a busy issue would always be ahead."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for, oldest first; it can be taken up again behind any issue."""

    project: str
    cloud: bool
    zone: ZoneInfo | None = None
    """The account's time zone."""
    condition: str = ""
    since: datetime | None = None
    """Only what was updated at this instant or later ..."""
    others: tuple[str, ...] = ()
    """... or meets one of these."""

    def text(self, after: datetime | None = None) -> str:
        """Return the query, for issues created at an instant or later where one is given."""
        wanted = [f"project = {self.project}", self.condition, self._changed()]
        if after:
            wanted.append(f"created >= {moment(after, self.zone, cloud=self.cloud)}")
        return f"{' AND '.join(part for part in wanted if part)} {ORDER}"

    def _changed(self) -> str:
        if self.since is None:
            return ""
        updated = f"updated >= {moment(self.since, self.zone, cloud=self.cloud)}"
        return f"({' OR '.join((updated, *self.others))})" if self.others else updated


def moment(value: datetime, zone: ZoneInfo | None, *, cloud: bool) -> str:
    """Return an instant as a query has it, by the minute and never later than it is.

    Literals are read in the account's time zone; epoch milliseconds mean the same everywhere, but are only known
    to work on Cloud.
    """
    if not cloud:
        return f'"{moments.literal(value, zone)}"'
    whole = value.astimezone(UTC).replace(second=0, microsecond=0)
    return str(int(whole.timestamp() * 1000))


def counting(project: str, done_days: int, *, cloud: bool, zone: ZoneInfo | None = None) -> Query:
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
    return Query(project=project, condition=f"(statusCategory != Done OR {done})", cloud=cloud, zone=zone)


def changed(
    project: str,
    since: datetime,
    zone: ZoneInfo | None,
    *,
    cloud: bool,
    sprints: Sequence[str] = (),
    releases: Sequence[str] = (),
) -> Query:
    """Return the query for what changed in a project since an instant: without a filter, without an end.

    `sprints` and `releases` are ids of those that changed: all that was or is in them is read again, for no
    issue says so. Where a bare date is read in another zone than `zone`, `Query.zone` replaced makes it right.
    """
    others = {"sprint": sprints, "fixVersion": releases}
    more = tuple(f"{name} in ({', '.join(ids)})" for name, ids in others.items() if ids)
    return Query(project=project, since=since, others=more, cloud=cloud, zone=zone)


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


def standing(project: str, type: str, status: str) -> str:
    """Return the query for issues of a type that stand in a status; raises ValueError for what is no id."""
    if not all(id.isascii() and id.isdigit() for id in (project, type, status)):
        raise ValueError("a project, type or status has a number")
    return f"project = {project} AND issuetype = {type} AND status = {status} ORDER BY updated DESC"
