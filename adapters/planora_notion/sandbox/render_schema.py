"""Answers about data sources and databases, and the small pieces that all answers share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from planora_notion.sandbox.richtext import rich
from planora_notion.sandbox.state import DataSource, Option, Prop, State


def minute(when: datetime) -> str:
    """Return an instant rounded down to the minute, as pages and data sources show it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def fine(when: datetime) -> str:
    """Return an instant with milliseconds and an offset, as databases show it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def wire_id(prop_id: str) -> str:
    """Return a property id as answers show it: percent-encoded."""
    return quote(prop_id, safe="")


def partial_user(identifier: str) -> dict[str, Any]:
    """Return a user by id alone."""
    return {"object": "user", "id": identifier}


def option_body(option: Option | None) -> dict[str, Any]:
    """Return an option as values show it."""
    return {} if option is None else {"id": option.id, "name": option.name, "color": option.color}


def page_url(title: str, identifier: str) -> str:
    """Return the address of a page: a slug of its title and its bare id."""
    slug = "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in title).split())
    bare = identifier.replace("-", "")
    return f"https://app.notion.com/p/{slug}-{bare}" if slug else f"https://app.notion.com/p/{bare}"


def source_body(state: State, source: DataSource) -> dict[str, Any]:
    """Return a data source with its schema."""
    return {
        "object": "data_source",
        "id": source.id,
        "cover": None,
        "icon": None,
        "created_time": minute(source.created),
        "created_by": partial_user(source.author),
        "last_edited_by": partial_user(source.author),
        "last_edited_time": minute(source.edited),
        "title": rich(source.name),
        "description": [],
        "is_inline": False,
        "properties": {prop.name: _schema(state, source, prop) for prop in source.props.values()},
        "parent": {"type": "database_id", "database_id": source.database_id},
        "database_parent": _parent(source),
        "url": page_url("", source.database_id),
        "public_url": None,
        "in_trash": source.in_trash,
    }


def _parent(source: DataSource) -> dict[str, Any]:
    if source.parent_page is not None:
        return {"type": "page_id", "page_id": source.parent_page}
    return {"type": "workspace", "workspace": True}


def _schema(state: State, source: DataSource, prop: Prop) -> dict[str, Any]:
    body = {"id": wire_id(prop.id), "name": prop.name, "description": None, "type": prop.type}
    return body | {prop.type: _config(state, source, prop)}


def _config(state: State, source: DataSource, prop: Prop) -> dict[str, Any]:
    options = [{**option_body(one), "description": None} for one in prop.options]
    match prop.type:
        case "select" | "multi_select":
            return {"options": options}
        case "status":
            return {"options": options, "groups": [vars(group) for group in prop.groups]}
        case "relation":
            return _relation_config(state, prop)
        case "unique_id":
            return {"prefix": prop.prefix}
        case "number":
            return {"format": "number"}
        case "formula":
            return {"expression": prop.expression}
        case "rollup":
            return _rollup_config(state, source, prop)
        case _:
            return {}


def _relation_config(state: State, prop: Prop) -> dict[str, Any]:
    target = state.sources[prop.target or ""]
    body: dict[str, Any] = {"database_id": target.database_id, "data_source_id": target.id}
    if prop.twin is None:
        return body | {"type": "single_property", "single_property": {}}
    twin = {"synced_property_name": target.props[prop.twin].name, "synced_property_id": wire_id(prop.twin)}
    return body | {"type": "dual_property", "dual_property": twin}


def _rollup_config(state: State, source: DataSource, prop: Prop) -> dict[str, Any]:
    relation = source.props[prop.over or ""]
    title = state.sources[relation.target or ""].of_type("title")[0]
    # Ids in a rollup's configuration are decoded, unlike everywhere else.
    return {
        "rollup_property_name": title.name,
        "relation_property_name": relation.name,
        "rollup_property_id": title.id,
        "relation_property_id": relation.id,
        "function": "count",
    }


def database_body(inside: list[DataSource]) -> dict[str, Any]:
    """Return a database: a container of data sources, without properties."""
    first = inside[0]
    return {
        "object": "database",
        "id": first.database_id,
        "title": rich(first.name),
        "description": [],
        "parent": _parent(first),
        "is_inline": False,
        "in_trash": first.in_trash,
        "is_locked": False,
        "created_time": fine(first.created),
        "last_edited_time": fine(first.edited),
        "data_sources": [{"id": source.id, "name": source.name} for source in inside],
        "icon": None,
        "cover": None,
        "url": page_url("", first.database_id),
        "public_url": None,
    }
