"""Where an incremental pull begins: for each project the instant up to which all changes are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

VERSION = 2
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
class Cursor:
    """The marks of one site's projects."""

    site: str
    marks: Mapping[str, datetime] = field(default_factory=dict)
    """Project id -> instant. A project without a mark is read in full."""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Project id -> the issue that changed last: an incremental pull finds it again, else something is amiss."""
    shapes: Mapping[str, str] = field(default_factory=dict)
    """Project id -> what its fields, types and statuses were: when they change, no issue says so."""
    sprints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Project id -> its boards' open sprints and what they were: issues do not tell when theirs starts or ends."""

    def text(self) -> str:
        """Return the cursor as the store keeps it."""
        body = {
            "v": VERSION,
            "site": self.site,
            "marks": {id: int(mark.timestamp() * 1000) for id, mark in sorted(self.marks.items())},
            "anchors": dict(sorted(self.anchors.items())),
            "shapes": dict(sorted(self.shapes.items())),
            "sprints": {id: dict(sorted(states.items())) for id, states in sorted(self.sprints.items())},
        }
        return json.dumps(body, separators=(",", ":"))

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
        marks, anchors = dict(self.marks), {**self.anchors, project: seen.anchor or ""}
        if seen.newest is not None:
            mark = min(seen.newest, begun - LAG)
            marks[project] = max(mark, marks.get(project, mark))
        return replace(
            self,
            marks=marks,
            anchors={id: anchor for id, anchor in anchors.items() if anchor},
            shapes=self.shapes if shape is None else {**self.shapes, project: shape},
            sprints=self.sprints if sprints is None else {**self.sprints, project: dict(sprints)},
        )

    def unsure(self, project: str) -> Cursor:
        """Return the cursor that has a project read in full next time: what was read may be of two minds."""
        return replace(self, shapes={id: shape for id, shape in self.shapes.items() if id != project})


def parse(text: str | None, site: str) -> Cursor | None:
    """Return the cursor that a text is, or None for one that is broken, old, or of another site."""
    if text is None:
        return None
    try:
        data = json.loads(text)
        if data["v"] != VERSION or data["site"] != site:
            return None
        return Cursor(
            site=site,
            marks={str(id): datetime.fromtimestamp(ms / 1000, UTC) for id, ms in data["marks"].items()},
            anchors={str(id): str(anchor) for id, anchor in data["anchors"].items()},
            shapes={str(id): str(shape) for id, shape in data["shapes"].items()},
            sprints={
                str(id): {str(one): str(state) for one, state in states.items()}
                for id, states in data["sprints"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return None
