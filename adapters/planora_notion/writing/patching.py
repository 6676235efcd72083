"""Changes on one row as the body of one PATCH; pure but for what it is told about other pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never

from planora_notion.site.schema import Json, Prop
from planora_notion.site.source import Source
from planora_notion.translation import dates, ranges, values
from planora_notion.translation.moments import day
from planora_notion.translation.ranges import Range
from planora_notion.writing import bodies
from planora_notion.writing.bodies import UnknownOption
from planora_sync.change import Change, Field, Value, between
from planora_sync.errors import Unsupported
from planora_sync.model import SprintState

SETS = frozenset({Field.LABELS, Field.SPRINT, Field.ASSIGNEES, Field.OWNER, Field.PARENT})
"""Fields that are kept among others in one property: a write replaces all of them."""
DATED = frozenset({Field.START, Field.DUE, Field.TARGET})
"""Fields of which two may share a property, and that keep the form they have."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The row that is written."""

    source: Source
    page: Json
    """What the row holds; empty for one that is still to be made."""
    home_of: Callable[[str], str | None]
    """Says in which data source a page stands, or None where it cannot be seen."""


def body(target: Target, changes: Sequence[Change]) -> dict[str, Any]:
    """Return the body that makes the changes; raises Unsupported for what the data source cannot hold."""
    properties: dict[str, Any] = {}
    for change in changes:
        properties |= _property_of(target, change)
    properties |= _dates(target, changes)
    archived = next((change for change in changes if change.field is Field.ARCHIVED), None)
    # Never `in_trash`: archived rows stay where they are and come back as they were.
    whole = {"is_archived": bool(archived.after)} if archived else {}
    return whole | ({"properties": properties} if properties else {})


def replaces_a_set(source: Source, changes: Sequence[Change]) -> bool:
    """Return whether a write would take away what somebody added to a property since it was read."""
    return any(change.field in SETS or _is_many(source, change) for change in changes)


def keeps_a_form(changes: Sequence[Change]) -> bool:
    """Return whether what is written depends on the form that the row has it in."""
    return any(change.field in DATED for change in changes)


def _is_many(source: Source, change: Change) -> bool:
    match change.field:
        case Field.TYPE | Field.STATUS:
            prop = source.get(change.field.value)
        case Field.PROPERTY:
            prop = _wanted(source, change)
        case _:
            return False
    return prop is not None and prop.type == "multi_select"


def _wanted(source: Source, change: Change) -> Prop | None:
    """Return the property that a change names: by its id, else by its name."""
    wanted, props = change.property, source.schema.props
    if wanted is None:
        return None
    return props.get(wanted.id) or next((one for one in props.values() if one.name == wanted.name), None)


def _property_of(target: Target, change: Change) -> dict[str, Any]:
    """Return the one property that a change sets, with its value."""
    match change.field:
        case Field.TYPE | Field.STATUS:
            return _option(target, change)
        case Field.LABELS:
            prop = _prop(target, "labels", change.field)
            return {prop.id: bodies.options(prop, change.after, target.source.path)}
        case Field.PROPERTY:
            return _property(target, change)
        case Field.SPRINT:
            return _sprint(target, change.after)
        case Field.ASSIGNEES:
            prop = _prop(target, "assignees", change.field)
            return {prop.id: bodies.people(prop, [one.id for one in change.after], _held(target, prop))}
        case Field.OWNER:
            return _owner(target, change)
        case Field.PARENT:
            return _parent(target, change)
        case Field.TARGET:
            start, end = between(change.after)
            return ranges.write(target.page, target.source.layout, Range(start=start, end=end))
        case Field.START | Field.DUE | Field.ARCHIVED | Field.PLACE:
            return {}  # Dates may share a property, archiving is none, a move is a call of its own.
        case _:
            assert_never(change.field)


def _dates(target: Target, changes: Sequence[Change]) -> dict[str, Any]:
    wanted = {
        change.field: _day(change.after) for change in changes if change.field in (Field.START, Field.DUE)
    }
    if not wanted:
        return {}
    held = dates.read(target.page, target.source.layout)
    when = replace(held, start=wanted.get(Field.START, held.start), due=wanted.get(Field.DUE, held.due))
    return dates.write(target.page, target.source.layout, when)


def _option(target: Target, change: Change) -> dict[str, Any]:
    prop = _prop(target, change.field.value, change.field)
    if prop.type == "multi_select":
        return {prop.id: bodies.options(prop, change.after, target.source.path)}
    return {prop.id: bodies.option(prop, change.after, target.source.path)}


def _property(target: Target, change: Change) -> dict[str, Any]:
    prop = _wanted(target.source, change)
    match prop.type if prop else None:
        case "select" | "status" if prop:
            return {prop.id: bodies.option(prop, change.after, target.source.path)}
        case "multi_select" if prop:
            return {prop.id: bodies.options(prop, change.after, target.source.path)}
        case "checkbox" if prop:
            return {prop.id: {"checkbox": bool(change.after)}}
    name = change.property.name if change.property else "?"
    what = f"{target.source.path!r} has no choice property {name!r}."
    raise Unsupported(what, instead="Name a select, status, multi-select or checkbox.")


def _sprint(target: Target, after: Value) -> dict[str, Any]:
    """Replace the open sprint; the closed ones stay, for they are the row's history."""
    prop = _prop(target, "sprint", Field.SPRINT)
    known = target.source.sprints
    for one in after:
        if one.id not in known:
            raise UnknownOption(
                f"{target.source.path!r} knows no sprint {one.name!r}.",
                instead="Make the sprint in Notion first.",
            )
    held = values.references(values.find(target.page, prop))
    kept = [id for id in held if id not in known or known[id].state is SprintState.CLOSED]
    return {prop.id: bodies.relation(prop, [*kept, *(one.id for one in after)])}


def _owner(target: Target, change: Change) -> dict[str, Any]:
    """Replace the first person; others in the property stay."""
    prop = _prop(target, "owner", Field.OWNER)
    held = _held(target, prop)
    before = {one.id for one in change.before}
    others = [str(one["id"]) for one in held if str(one["id"]) not in before]
    if others and not change.after:
        raise Unsupported(f"{prop.name!r} names others too.", instead="Empty it in Notion by hand.")
    return {prop.id: bodies.people(prop, [*(one.id for one in change.after), *others], held)}


def _parent(target: Target, change: Change) -> dict[str, Any]:
    """Set the parent, or the project where the new parent stands among the projects."""
    above, project = target.source.get("parent"), target.source.get("project")
    in_parent = values.references(values.find(target.page, above))
    in_project = values.references(values.find(target.page, project))
    if not change.after:
        held = [prop for prop, ids in ((above, in_parent), (project, in_project)) if prop and ids]
        if len(held) > 1:
            raise Unsupported(
                f"The row has both a {held[0].name!r} and a {held[1].name!r}.",
                instead="Empty them in Notion by hand.",
            )
        return {prop.id: bodies.relation(prop, _without(target, prop, change.before)) for prop in held}
    wanted = change.after[0]
    home = target.home_of(wanted.id)
    if above and home == above.target:
        return {above.id: bodies.relation(above, [wanted.id])}
    if project and home == project.target and not in_parent:
        return {project.id: bodies.relation(project, [wanted.id, *_without(target, project, change.before)])}
    raise Unsupported(
        f"{target.source.path!r} has no relation to where {wanted.name!r} stands"
        f"{', or its parent would hide it' if in_parent else ''}.",
        instead="Add a relation in Notion and name it under [fields] as parent or project.",
    )


def _without(target: Target, prop: Prop, before: Value) -> list[str]:
    gone = {one.id for one in before}
    return [id for id in values.references(values.find(target.page, prop)) if id not in gone]


def _held(target: Target, prop: Prop) -> tuple[Json, ...]:
    return values.people(values.find(target.page, prop))


def _prop(target: Target, name: str, field: Field) -> Prop:
    prop = target.source.get(name)
    if prop is None:
        raise Unsupported(
            f"{target.source.path!r} keeps no {field.value}.",
            instead=f"Add a property in Notion and name it under [fields] as {name}, or set it by hand.",
        )
    return prop


def _day(after: Value) -> date | None:
    return day(after[0].id) if after else None
