"""What is known of a project and its boards, as Jira told it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planora_jira.site.fields import FieldMap
from planora_sync.adapter import Vocabulary

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BoardFacts:
    """A board and how it is set up."""

    row: Json
    config: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the board's number."""
        return str(self.row["id"])

    @property
    def type(self) -> str:
        """Return `scrum`, `kanban` or `simple` (team-managed)."""
        return str(self.row.get("type") or "")

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the ids of the statuses on the board, in the order of its columns."""
        columns = (self.config.get("columnConfig") or {}).get("columns") or ()
        return tuple(str(row["id"]) for column in columns for row in column.get("statuses") or ())

    @property
    def estimate(self) -> str | None:
        """Return the id of the field that the board estimates in: the only sound way to find the points."""
        return ((self.config.get("estimation") or {}).get("field") or {}).get("fieldId")


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """A project that is read."""

    row: Json
    boards: tuple[BoardFacts, ...]
    vocabulary: Vocabulary
    fields: FieldMap

    @property
    def id(self) -> str:
        """Return the project's id."""
        return str(self.row["id"])

    @property
    def key(self) -> str:
        """Return the project's key."""
        return str(self.row["key"])
