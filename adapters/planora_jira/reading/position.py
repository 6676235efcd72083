"""A place in a list of issues that are ordered by creation: from it reading goes on, whatever moved meanwhile.

When an issue was created never changes, so that nothing before the position can come after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planora_jira.translation import moments

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, order=True)
class Position:
    """Behind one issue."""

    created: datetime
    number: int
    """The number in its key: Jira orders by it what was created at the same moment."""

    def covers(self, other: Position) -> bool:
        """Return whether an issue was surely given when this position was reached.

        Both must say so: nobody knows whether Jira orders by the millisecond or by the second, and to give an
        issue twice loses nothing.
        """
        return other.created <= self.created and other.number <= self.number


def of(row: Json) -> Position | None:
    """Return the position of an issue; None for one that does not tell when it was created."""
    fields, number = row.get("fields"), str(row.get("key")).rpartition("-")[2]
    try:
        created = moments.instant(fields.get("created")) if isinstance(fields, Mapping) else None
    except ValueError:
        return None
    return Position(created=created, number=int(number)) if created and number.isdigit() else None
