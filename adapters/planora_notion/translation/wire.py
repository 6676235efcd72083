"""Notion's pages to entries; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planora_notion.site.lexicon import size, unit
from planora_notion.site.schema import Json, Prop
from planora_notion.site.source import Relative, Source
from planora_notion.translation import dates, people, ranges, values
from planora_notion.translation.family import family, title_of
from planora_notion.translation.moments import instant
from planora_notion.translation.people import Lookup
from planora_notion.translation.periods import horizon
from planora_notion.translation.plaintext import Content
from planora_notion.translation.row import Row
from planora_sync.model import (
    Audience,
    Category,
    Entry,
    Estimate,
    Horizon,
    Kind,
    Link,
    PlaceRef,
    Property,
    Ref,
    Release,
    Sprint,
    SprintState,
)

TRACKER = "notion"
NOTHING = Content()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known beyond the page itself."""

    connection: str
    member: Lookup = field(repr=False)
    """Who has an id, where the integration may know it."""
    relatives: Mapping[str, Relative] = field(default_factory=dict, repr=False)
    """Pages that others name as parent."""
    keep_raw: bool = True


def entry(page: Json, source: Source, known: Known, content: Content = NOTHING) -> Entry:
    """Return the entry that a row is.

    Raises KeyError, TypeError or ValueError for a page that is not what the API promises.
    """
    if not isinstance(page["properties"], Mapping) or not page["properties"]:
        # Even a blank row has a title: this would be an entry that lost everything.
        raise TypeError("a row without properties")
    read = Row(page, source)
    return Entry(
        ref=Ref(tracker=TRACKER, connection=known.connection, id=str(page["id"])),
        key=read.key(),
        url=str(page["url"]),
        title=title_of(page),
        text="\n".join(one for one in (values.text(read.value("text")), content.text) if one),
        checklist_done=content.done,
        checklist_total=content.total,
        place=PlaceRef(id=source.id, name=source.path),
        created=instant(str(page["created_time"])),
        updated=instant(str(page["last_edited_time"])),
        audience=Audience.PUBLIC if page.get("public_url") else Audience.TEAM,
        archived=bool(page.get("is_archived")),
        raw=raw(page) if known.keep_raw else None,
        **_sort(read, known),
        **_commitment(read),
        **_people(read, known),
        **_further(read),
    )


def _sort(read: Row, known: Known) -> dict[str, Any]:
    """Return what sort of thing it is, and where it stands in the hierarchy."""
    type, labels = read.choice("type"), read.names("labels")
    names = (*((type.name,) if type else ()), *labels)
    template = read.flag("template", names)
    parent, kind, level = family(read, known.relatives, Kind.OTHER if template else read.kind())
    return {
        "type": type,
        "kind": kind,
        "level": level,
        "parent": parent,
        "children": _children(read),
        "labels": labels,
        "template": template,
        "recurring": read.flag("recurring", names),
    }


def _commitment(read: Row) -> dict[str, Any]:
    """Return its status, sprints and dates."""
    status, (sprint, earlier), when = read.status(), _sprints(read), dates.read(read.page, read.source.layout)
    finished = sprint is None and status is not None and status.category is Category.DONE
    return {
        "status": status,
        "sprint": sprint,
        "earlier_sprints": earlier,
        "carried": max(0, len(earlier) - finished),
        "blocked": read.flag(
            "flagged", (*read.names("labels"), status.name if status else ""), words="blocked"
        ),
        "start": when.start,
        "due": when.due,
        "horizon": _horizon(read),
    }


def _people(read: Row, known: Known) -> dict[str, Any]:
    """Return who has it and who made it."""
    maker = read.page.get("created_by") or {}
    reporter = next(iter(values.people(read.value("reporter"))), maker if maker.get("id") else None)
    return {
        "assignees": people.persons(read.value("assignees"), known.member),
        "owner": next(iter(people.persons(read.value("owner"), known.member)), None),
        "reporter": people.person(reporter, known.member) if reporter else None,
        "reporter_external": people.external(reporter, known.member) if reporter else None,
    }


def _further(read: Row) -> dict[str, Any]:
    """Return everything else that a mapping or a rule may ask for."""
    return {
        "priority": read.priority("priority"),
        "severity": read.priority("severity"),
        "estimate": _estimate(read),
        "theme": next(iter(read.names("theme")), None),
        "team": next(iter(read.names("team")), None),
        "release": next((Release(name=name) for name in read.names("release")), None),
        "rank": _rank(read),
        "links": _links(read),
        "properties": _properties(read),
    }


def raw(page: Json) -> dict[str, Any]:
    """Return a page as Notion told it; the id of the request is none of the page's."""
    return {key: value for key, value in page.items() if key != "request_id"}


def _sprints(read: Row) -> tuple[Sprint | None, tuple[Sprint, ...]]:
    """Return the open sprint (the active one before a future one) and the closed ones, oldest first."""
    ids = values.references(read.value("sprint"))
    found = [read.source.sprints[id] for id in ids if id in read.source.sprints]
    closed = sorted(
        (s for s in found if s.state is SprintState.CLOSED), key=lambda s: (str(s.start or ""), s.name, s.id)
    )
    opened = [s for s in found if s.state is not SprintState.CLOSED]
    order = sorted(opened, key=lambda s: (s.state is not SprintState.ACTIVE, s.rank, s.name, s.id))
    return next(iter(order), None), tuple(closed)


def _horizon(read: Row) -> Horizon | None:
    value = read.value("horizon")
    texts = tuple(one.name for one in values.choices(value)) or tuple(t for t in (values.text(value),) if t)
    bucket = next((b for text in texts if (b := read.lexicon.bucket(text))), None)
    meant = ranges.read(read.page, read.source.layout)
    return horizon(bucket, texts, meant.start, meant.end)


def _estimate(read: Row) -> Estimate | None:
    prop, value = read.source.get("estimate"), read.value("estimate")
    held = values.number(value)
    if prop and held is not None:
        return Estimate(value=held, unit=unit(prop.name))
    chosen = read.choice("estimate")
    return size(chosen.name) if chosen else None


def _rank(read: Row) -> str | None:
    held = values.number(read.value("rank"))
    return None if held is None else f"{held:g}"


def _children(read: Row) -> tuple[str, ...]:
    found = [id for prop in read.source.layout.children for id in _related(read, prop)]
    return tuple(dict.fromkeys(found))


def _links(read: Row) -> tuple[Link, ...]:
    found = []
    for prop in read.source.layout.links:
        held = values.inner(values.find(read.page, prop))
        targets = (held,) if isinstance(held, str) else _related(read, prop)
        found += [Link(kind=prop.name, target=target) for target in targets if target]
    return tuple(found)


def _related(read: Row, prop: Prop) -> tuple[str, ...]:
    return values.references(values.find(read.page, prop))


def _properties(read: Row) -> tuple[Property, ...]:
    found = [(prop, values.choices(values.find(read.page, prop))) for prop in read.source.layout.choices]
    return tuple(Property(id=prop.id, name=prop.name, values=chosen) for prop, chosen in found if chosen)
