"""Changes to a data source's schema: options, names, new and removed properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.sandbox.errors import invalid, invalid_body
from planora_notion.sandbox.state import DataSource, Group, Option, Prop, State

CREATABLE = frozenset(
    {
        *("rich_text", "number", "select", "multi_select", "status", "date", "people", "checkbox", "url"),
        *("email", "phone_number", "relation", "unique_id", "created_time", "created_by"),
        *("last_edited_time", "last_edited_by"),
    }
)
GROUPS = (
    ("To-do", "gray", "Not started"),
    ("In progress", "blue", "In progress"),
    ("Complete", "green", "Done"),
)
"""What a status property has that was made without options: groups, their colours and an option in each."""


def change(state: State, source: DataSource, properties: object) -> None:
    """Apply the `properties` of a schema update; raises the API's 400."""
    if not isinstance(properties, Mapping):
        raise invalid_body("body.properties", "be an object", properties)
    for key, body in properties.items():
        prop = source.prop(str(key))
        if prop is None:
            _add(state, source, str(key), body)
        elif body is None:
            _remove(state, source, prop)
        else:
            _alter(state, prop, body)
    source.edited = state.now()


def _add(state: State, source: DataSource, name: str, body: object) -> None:
    if not isinstance(body, Mapping):
        raise invalid(f"{name} is not a property that exists.")
    kind = next((one for one in body if one in CREATABLE), None)
    if kind is None:
        raise invalid_body(f"body.properties.{name}", "have a property type", dict(body))
    prop = Prop(id=state.short_id(f"{source.id}/{name}/{len(source.props)}"), name=name, type=kind)
    if kind == "status":
        _set_groups(state, prop)
    _set_options(state, prop, body[kind])
    source.props[prop.id] = prop
    if kind == "relation":
        _relate(state, source, prop, body[kind])
    if kind == "unique_id":
        prop.prefix = (body[kind] or {}).get("prefix")


def _set_groups(state: State, prop: Prop) -> None:
    for group, color, option in GROUPS:
        one = Option(id=state.short_id(f"{prop.id}/{option}"), name=option, color=color)
        prop.options.append(one)
        prop.groups.append(Group(id=state.next_id("group"), name=group, color=color, option_ids=[one.id]))


def _relate(state: State, source: DataSource, prop: Prop, config: object) -> None:
    """Lead a relation to its data source, with a property that shows the other side for a dual one."""
    wanted: Mapping[str, Any] = config if isinstance(config, Mapping) else {}
    target = state.source(str(wanted.get("data_source_id")), where="body.properties.relation.data_source_id")
    prop.target = target.id
    if "dual_property" not in wanted:
        return
    name = (wanted["dual_property"] or {}).get(
        "synced_property_name"
    ) or f"Related to {source.name} ({prop.name})"
    twin = Prop(
        id=state.short_id(f"{target.id}/{name}/{len(target.props)}"),
        name=name,
        type="relation",
        target=source.id,
        twin=prop.id,
    )
    prop.twin, target.props[twin.id] = twin.id, twin


def _remove(state: State, source: DataSource, prop: Prop) -> None:
    if prop.type == "title":
        raise invalid("Cannot delete the title property.")
    del source.props[prop.id]
    other = state.sources[prop.target].props.get(prop.twin) if prop.target and prop.twin else None
    if other is not None:
        # Its other side stays, and shows itself alone.
        other.twin = None


def _alter(state: State, prop: Prop, body: Mapping[str, Any]) -> None:
    if "name" in body:
        prop.name = str(body["name"])
    if prop.type in body:
        _set_options(state, prop, body[prop.type])


def _set_options(state: State, prop: Prop, config: object) -> None:
    if not isinstance(config, Mapping) or "options" not in config:
        return
    wanted = [_option(state, prop, item) for item in config["options"]]
    # Leaving an option out of the full list deletes it.
    prop.options = wanted
    left = {one.id for one in wanted}
    for group in prop.groups:
        group.option_ids = [one for one in group.option_ids if one in left]
    grouped = {one for group in prop.groups for one in group.option_ids}
    if prop.groups:
        # New options land in the first group; groups can only be arranged in Notion itself.
        prop.groups[0].option_ids += [one.id for one in wanted if one.id not in grouped]


def _option(state: State, prop: Prop, item: Mapping[str, Any]) -> Option:
    known = prop.option(str(item.get("id") or item.get("name")))
    if known is not None:
        if item.get("name", known.name) != known.name and prop.type == "status":
            raise invalid("Cannot update name of status option.")
        return known
    name = str(item.get("name", ""))
    if not name or "," in name:
        raise invalid(f"Invalid select option, commas not allowed: {name}")
    color = str(item.get("color", "default"))
    return Option(id=state.short_id(f"{prop.id}/{name}"), name=name, color=color)
