"""Data sources and sprints as places; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planora_notion.site.lexicon import Lexicon
from planora_notion.site.schema import Option, Prop
from planora_notion.site.source import Source
from planora_notion.translation.names import short
from planora_notion.translation.wire import TRACKER
from planora_sync.model import Audience, FieldSchema, Named, Place, Sprint, SprintState, Status
from planora_sync.names import printable


def place(source: Source, connection: str, position: int) -> Place:
    """Return a data source as a place: what it can hold, and what a status can be there."""
    schema, status = source.schema, source.get("status")
    return Place(
        tracker=TRACKER,
        connection=connection,
        id=schema.id,
        path=source.path,
        kind="data_source",
        name=schema.title,
        url=schema.url,
        archived=schema.in_trash,
        audience=Audience.PUBLIC if schema.public else Audience.TEAM,
        has_sprints=source.get("sprint") is not None,
        statuses=tuple(_status(one, source.lexicon) for one in (status.options if status else ())),
        fields=tuple(_field(prop, source.lexicon) for prop in schema.props.values()),
        position=position,
    )


def sprint_places(
    sprints: Iterable[Sprint], path: str, connection: str, url: str | None, position: int
) -> tuple[Place, ...]:
    """Return the open sprints of a data source as places, so that corrections can name one nobody is in."""
    opened = [one for one in sprints if one.state is not SprintState.CLOSED]
    names = paths([(one.id, printable(one.name, short(one.id))) for one in opened])
    return tuple(
        Place(
            tracker=TRACKER,
            connection=connection,
            id=one.id,
            path=f"{path}/{names[one.id]}",
            kind="sprint",
            name=names[one.id],
            url=url,
            sprint=one,
            position=position + number,
        )
        for number, one in enumerate(opened)
    )


def paths(titled: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what people call each thing, by id: its title, with a piece of its id where two have one."""
    titles = [title for _, title in titled]
    return {id: title if titles.count(title) == 1 else f"{title} ({short(id)})" for id, title in titled}


def _status(option: Option, lexicon: Lexicon) -> Status:
    return Status(id=option.id, name=option.name, category=lexicon.category(option.name, option.group))


def _field(prop: Prop, lexicon: Lexicon) -> FieldSchema:
    options: tuple[Status | Named, ...] = (
        tuple(_status(one, lexicon) for one in prop.options)
        if prop.type == "status"
        else tuple(Named(id=one.id, name=one.name) for one in prop.options)
    )
    return FieldSchema(id=prop.id, name=prop.name, type=prop.type, options=options)
