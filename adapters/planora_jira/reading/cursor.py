"""Where an incremental pull begins: for each project the instant up to which all changes are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

VERSION = 3
LAG = timedelta(minutes=30)
"""After so long the search index is taken to show every change.

It lags seconds to minutes, longer after bulk edits and reordering; nothing is lost by reading an issue twice
(https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/).
"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What reading a project to its end has shown."""

    newest: datetime | None = None
    """The newest change; None where there was no issue."""
    anchor: str | None = None
    """Id of the issue that bears it."""

    def with_issue(self, id: str, updated: datetime | None) -> Seen:
        """Return what is known after one more issue; of equal changes the first stands."""
        if updated is None or (self.newest is not None and updated <= self.newest):
            return self
        return Seen(newest=updated, anchor=id)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is known of one project."""

    at: datetime | None = None
    """Up to this instant all changes are known; None: the project is read in full."""
    anchor: str | None = None
    """The issue that changed last: an incremental pull finds it again, else something is amiss."""
    shape: str | None = None
    """What its fields, types and statuses were: when they change, no issue says so."""
    sprints: Mapping[str, str] = field(default_factory=dict)
    """Its boards' open sprints and what they were: issues do not tell when theirs starts or ends."""

    def packed(self) -> dict[str, Any]:
        """Return the mark as the store keeps it, without what is not known."""
        at = None if self.at is None else int(self.at.timestamp() * 1000)
        body = {
            "at": at,
            "anchor": self.anchor,
            "shape": self.shape,
            "sprints": dict(sorted(self.sprints.items())),
        }
        return {name: value for name, value in body.items() if value}


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The marks of one site's projects."""

    site: str
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Project id -> its mark."""

    def of(self, project: str) -> Mark:
        """Return the mark of a project; an empty one for a project that was never read to its end."""
        return self.marks.get(project, Mark())

    def text(self) -> str:
        """Return the cursor as the store keeps it."""
        marks = {id: mark.packed() for id, mark in sorted(self.marks.items())}
        return json.dumps({"v": VERSION, "site": self.site, "marks": marks}, separators=(",", ":"))

    def moved(
        self,
        project: str,
        seen: Seen,
        begun: datetime,
        *,
        shape: str | None = None,
        sprints: Mapping[str, str] | None = None,
    ) -> Cursor:
        """Return the cursor after a project was read to its end.

        The mark is the newest change that was seen, and never later than `LAG` before reading began: what
        changed since may be missing from the index, or stood on a page that was already read.

        Args:
            project: its id.
            seen: the newest change; without one the mark stays where it was.
            begun: when reading began, by Jira's clock.
            shape: how its set-up was; None where it is not known.
            sprints: its boards' open sprints when reading began; None where they could not be read: then the
                former ones stand.
        """
        was = self.of(project)
        known = [was.at, None if seen.newest is None else min(seen.newest, begun - LAG)]
        mark = Mark(
            at=max((at for at in known if at), default=None),
            anchor=seen.anchor,
            shape=was.shape if shape is None else shape,
            sprints=was.sprints if sprints is None else sprints,
        )
        return replace(self, marks={**self.marks, project: mark})

    def unsure(self, project: str) -> Cursor:
        """Return the cursor that has a project read in full next time: what was read may be of two minds."""
        return replace(self, marks={**self.marks, project: replace(self.of(project), shape=None)})


def parse(text: str | None, site: str) -> Cursor | None:
    """Return the cursor that a text is, or None for one that is broken, old, or of another site."""
    if text is None:
        return None
    try:
        data = json.loads(text)
        if data["v"] != VERSION or data["site"] != site:
            return None
        return Cursor(site=site, marks={str(id): _mark(row) for id, row in data["marks"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None


def _mark(row: Mapping[str, Any]) -> Mark:
    at, anchor, shape = (row.get(name) for name in ("at", "anchor", "shape"))
    return Mark(
        at=datetime.fromtimestamp(at / 1000, UTC) if at else None,
        anchor=str(anchor) if anchor else None,
        shape=str(shape) if shape else None,
        sprints={str(id): str(state) for id, state in (row.get("sprints") or {}).items()},
    )
