"""A Jira issue as an entry. Pure: what it needs to know of the site stands in a `Lens`.

Takes issues of REST v3 and v2, Cloud and Data Center, and those of the agile API, whose sprints, epic and flag
stand in fields of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote

from planora_jira.site.fields import FieldMap
from planora_jira.translation import moments, sprints, values, words
from planora_jira.translation.texts import plain_text
from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Entry, Named, PlaceRef, Priority, Ref, Status
from planora_sync.names import fits_any

Json = Mapping[str, Any]
TRACKER = "jira"
UNTRANSLATABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What `entry` raises for an issue that is not what the API promises: it is reported, the others go on."""


@dataclass(frozen=True, kw_only=True)
class Lens:
    """What translation knows beside the issue itself."""

    connection: str
    base: str
    """Address of the site as people open it, without a trailing slash."""
    fields: FieldMap
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    zone: tzinfo = UTC
    """The account's time zone: in it an instant is a day."""
    keep_raw: bool = True
    ids: Mapping[str, str] = field(default_factory=dict)
    """Key -> id of issues that are only named by key (Data Center's Epic Link and Parent Link)."""


def entry(issue: Json, lens: Lens) -> Entry:
    """Return an issue as an entry; raises one of UNTRANSLATABLE for one that cannot be understood."""
    fields: Json = issue["fields"]
    id, key = str(issue["id"]), str(issue["key"])
    level, status = level_of(fields, lens), status_of(fields, lens)
    finished = _done(fields, status)
    return Entry(
        ref=Ref(tracker=TRACKER, connection=lens.connection, id=id),
        key=key,
        url=f"{lens.base}/browse/{quote(key)}",
        title=str(fields.get("summary") or ""),
        text=plain_text(fields.get("description")),
        type=values.named(fields.get("issuetype")),
        kind=words.kind(lens.vocabulary, _name(fields, "issuetype"), level, _project_type(fields)),
        level=level,
        place=_place(fields),
        status=status,
        parent=parent_of(fields, lens),
        children=tuple(str(row["id"]) for row in fields.get("subtasks") or ()),
        links=values.links(fields.get("issuelinks")),
        labels=tuple(sorted(str(label) for label in fields.get("labels") or ())),
        comments=int((fields.get("comment") or {}).get("total") or 0),
        security=_name(fields, "security"),
        resolution=_name(fields, "resolution"),
        release=values.release(fields.get("fixVersions")),
        properties=values.properties(fields, lens.fields.properties),
        raw=dict(issue) if lens.keep_raw else None,
        **_people(fields, lens),
        **_sprints(fields, lens, finished),
        **_times(fields, lens, finished),
        **_worth(fields, lens),
    )


def level_of(fields: Json, lens: Lens) -> int | None:
    """Return the hierarchy level: Jira's own on Cloud, else the one that type and epic name tell."""
    kind: Json = fields.get("issuetype") or {}
    if isinstance(kind.get("hierarchyLevel"), int):
        return int(kind["hierarchyLevel"])
    if not kind:
        return None
    is_epic = lens.fields.value(fields, "epic_name") is not None
    return words.derived_level(kind.get("name"), bool(kind.get("subtask")), is_epic)


def status_of(fields: Json, lens: Lens) -> Status | None:
    """Return the status with its category: by the mapping, else by the category's key, never by its name."""
    found: Json = fields.get("status") or {}
    if not found:
        return None
    name, key = str(found["name"]), (found.get("statusCategory") or {}).get("key")
    return Status(
        id=str(found.get("id") or name), name=name, category=words.category(lens.vocabulary, name, key)
    )


def parent_of(fields: Json, lens: Lens) -> Named | None:
    """Return the parent: `parent` on Cloud and of subtasks, Epic Link and Parent Link on Data Center.

    `parent` is absent, not null, where there is none.
    """
    above: Json = fields.get("parent") or fields.get("epic") or {}
    if above.get("id"):
        return Named(id=str(above["id"]), name=str(above.get("key") or above["id"]))
    key = parent_key(fields, lens.fields)
    return Named(id=lens.ids.get(key, key), name=key) if key else None


def parent_key(fields: Json, known: FieldMap) -> str | None:
    """Return the key of a parent that is named by key alone, or None."""
    for name in ("epic_link", "parent_link"):
        value = known.value(fields, name)
        if isinstance(value, Mapping):
            # Cloud's Parent Link is an object that may hold the issue under `data`, or only say why it does not.
            value = (value.get("data") or {}).get("key")
        if isinstance(value, str):
            return value
    return None


def _name(fields: Json, name: str) -> str | None:
    found = values.named(fields.get(name))
    return found.name if found else None


def _project_type(fields: Json) -> str | None:
    return (fields.get("project") or {}).get("projectTypeKey")


def _place(fields: Json) -> PlaceRef:
    project: Json = fields["project"]
    return PlaceRef(id=str(project["id"]), name=str(project["key"]))


def _people(fields: Json, lens: Lens) -> dict[str, Any]:
    assignee = values.person(fields.get("assignee"))
    owner = lens.fields.value(fields, "owner")
    return {
        "assignees": (assignee,) if assignee else (),
        "owner": values.person(owner[0] if isinstance(owner, list) else owner),
        "reporter": values.person(fields.get("reporter")),
        "reporter_external": values.is_customer(fields.get("reporter")),
    }


def _sprints(fields: Json, lens: Lens, finished: datetime | None) -> dict[str, Any]:
    value = lens.fields.value(fields, "sprint")
    if value is None:
        value = [*(fields.get("closedSprints") or ()), *([fields["sprint"]] if fields.get("sprint") else ())]
    found = sprints.stays(value, lens.zone)
    return {
        "sprint": sprints.current(found),
        "earlier_sprints": sprints.earlier(found),
        "carried": sprints.carried(found, finished),
    }


def _done(fields: Json, status: Status | None) -> datetime | None:
    """Return when an issue was done; a resolution may be left over on one that is open again."""
    if status is None or status.category is not Category.DONE:
        return None
    return moments.instant(fields.get("resolutiondate") or fields.get("statuscategorychangedate"))


def _times(fields: Json, lens: Lens, finished: datetime | None) -> dict[str, Any]:
    def ends(name: str) -> tuple[Any, Any]:
        return values.ends(lens.fields.value(fields, name), lens.zone)

    dates, target = ends("dates"), ends("target")
    said = values.text(lens.fields.value(fields, "horizon"))
    return {
        "start": ends("start")[0] or dates[0],
        "due": ends("due")[1] or dates[1],
        "horizon": values.horizon(
            ends("target_start")[0] or target[0],
            ends("target_end")[1] or target[1],
            said,
            words.bucket(lens.vocabulary, said),
        ),
        "created": moments.instant(fields.get("created")),
        "updated": moments.instant(fields.get("updated")),
        "since": moments.instant(fields.get("statuscategorychangedate")),
        "done": finished,
    }


def _worth(fields: Json, lens: Lens) -> dict[str, Any]:
    known = lens.fields
    severity = values.text(known.value(fields, "severity"))
    team, rank = known.value(fields, "team"), known.value(fields, "rank")
    return {
        "priority": words.priority(lens.vocabulary, values.text(known.value(fields, "priority"))),
        "severity": words.severity(lens.vocabulary, severity) if severity else Priority.NONE,
        "estimate": values.points(known.value(fields, "estimate")),
        "theme": values.text(known.value(fields, "theme")),
        "team": values.text(team),
        "rank": rank if isinstance(rank, str) else None,
        "blocked": bool(known.value(fields, "flagged")) or fields.get("flagged") is True,
        "recurring": _is_marked(fields, lens, "recurring"),
        "template": _is_marked(fields, lens, "template"),
    }


def _is_marked(fields: Json, lens: Lens, flag: str) -> bool:
    """Return whether an issue bears a flag of the mapping: a label or type of that name, or a field."""
    source = lens.vocabulary.fields.get(flag)
    if source is None:
        return False
    marks = [*(fields.get("labels") or ()), _name(fields, "issuetype") or ""]
    return fits_any(map(str, marks), source.name) or bool(lens.fields.value(fields, flag))
