"""Where an incremental pull begins: for each project the instant up to which all changes are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

VERSION = 1
OVERLAP = timedelta(minutes=10)
"""How far each pull looks back behind the newest change it saw.

The search index lags seconds to minutes, longer after bulk edits and reordering; nothing is lost by reading an
issue twice (https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/).
"""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The marks of one site's projects."""

    site: str
    marks: Mapping[str, datetime] = field(default_factory=dict)
    """Project id -> instant. A project without a mark is read in full."""
    sprints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Project id -> its boards' open sprints and what they were: issues do not tell when theirs starts or ends."""

    def text(self) -> str:
        """Return the cursor as the store keeps it."""
        marks = {id: int(mark.timestamp() * 1000) for id, mark in sorted(self.marks.items())}
        sprints = {id: dict(sorted(states.items())) for id, states in sorted(self.sprints.items())}
        body = {"v": VERSION, "site": self.site, "marks": marks, "sprints": sprints}
        return json.dumps(body, separators=(",", ":"))

    def moved(
        self,
        project: str,
        newest: datetime | None,
        begun: datetime,
        sprints: Mapping[str, str] | None = None,
    ) -> Cursor:
        """Return the cursor after a project was read to its end.

        Args:
            project: its id.
            newest: the newest change that was seen; None moves nothing.
            begun: when reading began: what changed later may have been missed, whatever was seen.
            sprints: its boards' open sprints; None where they could not be read: then the former ones stand.
        """
        known = self.sprints if sprints is None else {**self.sprints, project: dict(sprints)}
        if newest is None:
            return Cursor(site=self.site, marks=self.marks, sprints=known)
        mark = min(newest, begun) - OVERLAP
        former = self.marks.get(project)
        marks = {**self.marks, project: max(mark, former) if former else mark}
        return Cursor(site=self.site, marks=marks, sprints=known)


def parse(text: str | None, site: str) -> Cursor | None:
    """Return the cursor that a text is, or None for one that is broken, old, or of another site."""
    if text is None:
        return None
    try:
        data = json.loads(text)
        if data["v"] != VERSION or data["site"] != site:
            return None
        marks = {str(id): datetime.fromtimestamp(ms / 1000, UTC) for id, ms in data["marks"].items()}
        sprints = {
            str(id): {str(one): str(state) for one, state in states.items()}
            for id, states in data["sprints"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None
    return Cursor(site=site, marks=marks, sprints=sprints)
