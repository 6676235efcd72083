"""What is asked of a data source, and filters as Notion takes them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from planora_notion.site.schema import Json, Schema
from planora_notion.translation.moments import instant, minute

SORTS = ({"timestamp": "created_time", "direction": "ascending"},)
"""Without sorts Notion promises no order. By creation, for that never changes: in a list by the last edit a row
that is edited meanwhile moves to the end and pulls others past the reader."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which rows of a data source are asked for."""

    source: str
    where: Json | None = None
    """A filter, at most `or` of `and`."""
    archived: bool = False
    """Whether archived rows are meant; a query gives either those or the others."""
    only: tuple[str, ...] = ()
    """Decoded ids of the properties wanted; empty for all."""
    confirmed: bool = False
    """Whether the end of the list is looked at a second time."""
    schema: Schema | None = field(default=None, repr=False)
    """With it more rows of one minute can be read than a query gives."""

    def body(self, where: Json | None, sorts: tuple[Json, ...] = SORTS) -> dict[str, Any]:
        """Return a query's body; a key that has no value is absent, for Notion refuses a null filter."""
        body: dict[str, Any] = {"sorts": list(sorts)}
        optional: Mapping[str, Any] = {"filter": where, "is_archived": self.archived or None}
        return body | {key: value for key, value in optional.items() if value is not None}

    def since(self, start: str | None) -> Json | None:
        """Return the filter for the rows that were created at a minute or later."""
        return self.where if start is None else also(self.where, created("on_or_after", start))

    def within(self, start: str) -> Json:
        """Return the filter for the rows that were created in one minute."""
        end = minute(instant(start) + timedelta(minutes=1))
        return also(also(self.where, created("on_or_after", start)), created("before", end))


def created(operator: str, at: str) -> Json:
    """Return the filter for rows by when they were created."""
    return {"timestamp": "created_time", "created_time": {operator: at}}


def edited_since(at: str) -> Json:
    """Return the filter for rows edited at a minute or later; `after` would lose the edits of that minute."""
    return {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": at}}


def either(*conditions: Json) -> Json:
    """Return a filter that is one condition, or several of which one must hold."""
    return conditions[0] if len(conditions) == 1 else {"or": list(conditions)}


def also(where: Json | None, condition: Json) -> Json:
    """Return a filter that demands a further condition, without nesting deeper: Notion takes two levels."""
    if where is None:
        return condition
    if "or" in where:
        return {"or": [also(branch, condition) for branch in where["or"]]}
    return {"and": [*where.get("and", [where]), condition]}
