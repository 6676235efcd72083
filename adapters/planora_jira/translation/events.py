"""Rows of Jira's changelogs as events, with canonical names of fields and values of ids.

Cloud names the field's id, Data Center its name alone; instants are ISO texts, and epoch milliseconds in the
bulk changelog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from planora_jira.translation import moments
from planora_jira.translation.values import person
from planora_sync.adapter import Event
from planora_sync.change import Value
from planora_sync.model import Named
from planora_sync.names import plain

Json = Mapping[str, Any]
CANONICAL: Mapping[str, str] = {
    "status": "status",
    "assignee": "assignees",
    "reporter": "reporter",
    "priority": "priority",
    "resolution": "resolution",
    "issuetype": "type",
    "labels": "labels",
    "duedate": "due",
    "summary": "title",
    "description": "text",
    "parent": "parent",
    "issueparentassociation": "parent",
    "epic link": "parent",
    "parent link": "parent",
    "epic child": "children",
    "epic/theme": "theme",
    "sprint": "sprint",
    "rank": "rank",
    "flagged": "flagged",
    "project": "place",
    "key": "key",
    "fixversions": "release",
    "fix version": "release",
    "link": "links",
    "issuelinks": "links",
    "remoteissuelink": "links",
    "security": "security",
    "security level": "security",
    "story points": "estimate",
    "story point estimate": "estimate",
}
"""Id or name of a field, in lower case -> canonical field."""
LISTS = frozenset({"sprint", "release"})
TEXTS = frozenset({"title", "text", "estimate", "rank", "key"})
"""Fields whose words are the value; what Jira puts beside them is no id."""
DAYS = frozenset({"due", "start", "target_start", "target_end"})
SECONDS_END = 100_000_000_000
"""A number below it counts seconds (until the year 5138), one above milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """How the site calls the canonical fields."""

    by_id: Mapping[str, str]
    by_name: Mapping[str, str]

    def canonical(self, item: Json) -> str:
        """Return the canonical name of the field that a row speaks of, else Jira's own name of it."""
        id, name = str(item.get("fieldId") or ""), str(item.get("field") or "")
        found = self.by_id.get(id) or CANONICAL.get(id.lower()) or CANONICAL.get(name.lower())
        return found or self.by_name.get(plain(name)) or name or id


def told(rows: Iterable[Json], fields: Fields) -> tuple[Event, ...]:
    """Return the events of an issue's changelog, the oldest first; what is no change is passed over."""
    dated = [(at, row) for row in rows if (at := _moment(row.get("created")))]
    ordered = sorted(dated, key=lambda one: (one[0], _number(one[1])))
    return tuple(_event(at, row, item, fields) for at, row in ordered for item in row.get("items") or ())


def _number(row: Json) -> int:
    id = str(row.get("id"))
    return int(id) if id.isdigit() else 0


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value if value < SECONDS_END else value / 1000, UTC)
        return moments.instant(value)
    except (ValueError, OverflowError, OSError):
        # A number may be of any size.
        return None


def _event(at: datetime, row: Json, item: Json, fields: Fields) -> Event:
    name = fields.canonical(item)
    return Event(
        at=at,
        by=person(row.get("author")),
        field=name,
        before=_value(name, item.get("from"), item.get("fromString")),
        after=_value(name, item.get("to"), item.get("toString")),
    )


def _value(name: str, id: Any, words: Any) -> Value:
    id, words = str(id or ""), str(words or "")
    if name == "labels":
        return tuple(Named(id=one, name=one) for one in words.split())
    if name in DAYS:
        day = (id or words)[:10]
        return (Named(id=day, name=day),) if day else ()
    if name in LISTS and "," in id:
        return _several(id, words)
    if name in TEXTS or not id:
        return (Named(id=words, name=words),) if words else ()
    return (Named(id=id, name=words or id),)


def _several(id: str, words: str) -> Value:
    ids, names = [one.strip() for one in id.split(",")], words.split(", ")
    # A name may hold a comma: then nobody knows which is whose.
    said = names if len(names) == len(ids) else ids
    return tuple(Named(id=one, name=name) for one, name in zip(ids, said, strict=True) if one)
