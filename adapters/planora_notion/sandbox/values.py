"""Property values as requests write them: checked as the API checks them, kept in a small form of our own.

Kept: rich text as its items, an option as its id, options, people and relations as lists of ids, a date as
`{start, end, time_zone}`, numbers, texts and checkboxes as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from planora_notion.sandbox.errors import invalid, invalid_body, not_found
from planora_notion.sandbox.richtext import MOST, parse
from planora_notion.sandbox.state import DataSource, Option, Page, Prop, State, valid_id

READ_ONLY = frozenset(
    {
        "unique_id",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
        "rollup",
        "formula",
        "button",
    }
)
EMPTY: Mapping[str, Any] = {
    "title": [],
    "rich_text": [],
    "multi_select": [],
    "people": [],
    "relation": [],
    "checkbox": False,
}
"""What a property holds that was never set; None for the rest."""


def write(state: State, source: DataSource, page: Page, properties: object) -> None:
    """Set some properties of a page, all or none; raises the API's 400."""
    if not isinstance(properties, Mapping):
        raise invalid_body("body.properties", "be an object", properties)
    read = [(_find(source, str(key)), value, str(key)) for key, value in properties.items()]
    fresh = [(prop, _value(state, source, prop, value, key)) for prop, value, key in read]
    for prop, value in fresh:
        set_value(state, page, prop, value)


def set_value(state: State, page: Page, prop: Prop, value: Any) -> None:
    """Set one property, and the other side of a relation with it."""
    if prop.type == "relation":
        before = set(page.values.get(prop.id, []))
        mirror(state, page.id, prop, before, set(value))
    if prop.type in ("select", "status", "multi_select"):
        value = _create_options(state, page, prop, value)
    page.values[prop.id] = value


def blank(state: State, source: DataSource) -> dict[str, Any]:
    """Return what a new page holds before anything is set."""
    values: dict[str, Any] = {}
    for prop in source.props.values():
        if prop.type == "unique_id":
            source.counter += 1
            values[prop.id] = source.counter
        elif prop.type == "status":
            values[prop.id] = first_status(prop)
    return values


def first_status(prop: Prop) -> str | None:
    """Return the option that an unset status has: the first one of the group To-do."""
    for group in prop.groups:
        if group.option_ids:
            return group.option_ids[0]
    return prop.options[0].id if prop.options else None


def empty(prop: Prop) -> Any:
    """Return what an unset property holds."""
    value = EMPTY.get(prop.type)
    return list(value) if isinstance(value, list) else value


def _find(source: DataSource, key: str) -> Prop:
    prop = source.prop(key)
    if prop is None:
        raise invalid(f"{key} is not a property that exists.")
    return prop


def _value(state: State, source: DataSource, prop: Prop, body: object, key: str) -> Any:
    where = f"body.properties.{key}"
    if prop.type in READ_ONLY:
        raise invalid(f"{prop.name} is a read-only property of type {prop.type} and cannot be set.")
    if isinstance(body, Mapping):
        if prop.type not in body:
            raise invalid(f"{prop.name} is expected to be {prop.type}.")
        body = body[prop.type]
    elif not isinstance(body, list):
        raise invalid_body(where, "be an object", body)
    return READERS[prop.type](state, prop, body, f"{where}.{prop.type}")


def _text(state: State, prop: Prop, body: object, where: str) -> Any:
    return parse(body, where)


def _select(state: State, prop: Prop, body: object, where: str) -> Any:
    if body is None:
        # Reported by third parties: a status cannot be empty, null sets the first To-do option.
        return first_status(prop) if prop.type == "status" else None
    return _option(prop, body, where)


def _multi_select(state: State, prop: Prop, body: object, where: str) -> Any:
    return [_option(prop, item, where) for item in _array(body, where)]


def _option(prop: Prop, body: object, where: str) -> Any:
    if not isinstance(body, Mapping) or not (body.get("id") or body.get("name")):
        raise invalid_body(where, "have a name or an id", body)
    if body.get("id"):
        known = next((one for one in prop.options if one.id == body["id"]), None)
        if known is None:
            raise invalid(f'{prop.name} has no option with ID "{body["id"]}".')
        return known.id
    name = str(body["name"])
    by_name = next((one for one in prop.options if one.name == name), None)
    if by_name:
        return by_name.id
    if prop.type == "status":
        raise invalid(f'Invalid status option. Status option "{name}" does not exist".')
    if "," in name:
        raise invalid(f"Invalid select option, commas not allowed: {name}")
    return Option(id="", name=name)


def _create_options(state: State, page: Page, prop: Prop, value: Any) -> Any:
    """Add options that do not exist yet to the schema: that is how a typo pollutes it."""
    if isinstance(value, list):
        return [_create_options(state, page, prop, item) for item in value]
    if not isinstance(value, Option):
        return value
    known = prop.option(value.name)
    if known is None:
        known = Option(id=state.short_id(f"{prop.id}/{value.name}"), name=value.name)
        prop.options.append(known)
        if page.source:
            state.sources[page.source].edited = state.now()
    return known.id


def _people(state: State, prop: Prop, body: object, where: str) -> Any:
    found = []
    for item in _array(body, where):
        identifier = valid_id(item.get("id") if isinstance(item, Mapping) else item, f"{where}.id")
        if identifier not in state.users:
            raise not_found("user", identifier)
        found.append(identifier)
    return list(dict.fromkeys(found))


def _relation(state: State, prop: Prop, body: object, where: str) -> Any:
    found = []
    for item in _array(body, where):
        identifier = valid_id(item.get("id") if isinstance(item, Mapping) else item, f"{where}.id")
        target = state.page(identifier)
        if target.source != prop.target:
            raise invalid(f"Page {identifier} does not belong to the related data source of {prop.name}.")
        found.append(identifier)
    return list(dict.fromkeys(found))


def _array(body: object, where: str) -> list[Any]:
    if not isinstance(body, list):
        raise invalid_body(where, "be an array", body)
    if len(body) > MOST:
        raise invalid_body(f"{where}.length", f"be ≤ `{MOST}`", len(body))
    return body


def _date(state: State, prop: Prop, body: object, where: str) -> Any:
    if body is None:
        return None
    if not isinstance(body, Mapping):
        raise invalid_body(where, "be an object or null", body)
    start, end = (_moment(body.get(key), f"{where}.{key}") for key in ("start", "end"))
    if start is None:
        raise invalid_body(f"{where}.start", "be defined", ...)
    # Recorded: a written time zone comes back as null, with the instant turned into an offset.
    return {"start": start, "end": end, "time_zone": None}


def _moment(text: object, where: str) -> str | None:
    if text is None:
        return None
    try:
        if len(str(text)) == len("2026-01-01"):
            return date.fromisoformat(str(text)).isoformat()
        when = datetime.fromisoformat(str(text))
    except ValueError:
        raise invalid_body(where, "be a valid ISO 8601 date string", text) from None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    # Recorded: written datetimes lose their seconds.
    return aware.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")


def _number(state: State, prop: Prop, body: object, where: str) -> Any:
    if body is not None and (isinstance(body, bool) or not isinstance(body, int | float)):
        raise invalid_body(where, "be a number or null", body)
    return body


def _checkbox(state: State, prop: Prop, body: object, where: str) -> Any:
    if not isinstance(body, bool):
        raise invalid_body(where, "be a boolean", body)
    return body


def _string(state: State, prop: Prop, body: object, where: str) -> Any:
    if body is not None and not isinstance(body, str):
        raise invalid_body(where, "be a string or null", body)
    if body and len(body) > 2000:
        raise invalid_body(f"{where}.length", "be ≤ `2000`", len(body))
    return body or None


Reader = Callable[[State, Prop, object, str], Any]
READERS: Mapping[str, Reader] = {
    "title": _text,
    "rich_text": _text,
    "select": _select,
    "status": _select,
    "multi_select": _multi_select,
    "people": _people,
    "relation": _relation,
    "date": _date,
    "number": _number,
    "checkbox": _checkbox,
    "url": _string,
    "email": _string,
    "phone_number": _string,
}


def mirror(state: State, page_id: str, prop: Prop, before: set[str], after: set[str]) -> None:
    """Show a relation on its other side; the pages there do not count as edited."""
    if prop.twin is None:
        return
    for identifier in before - after:
        other = state.pages[identifier]
        other.values[prop.twin] = [one for one in other.values.get(prop.twin, []) if one != page_id]
    for identifier in after - before:
        other = state.pages[identifier]
        other.values[prop.twin] = [*other.values.get(prop.twin, []), page_id]
