"""Property values as answers spell them; what is unknown or absent gives nothing, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_notion.site.schema import Json, Prop, decoded, plain_text
from planora_notion.translation.moments import Span
from planora_sync.model import Named

REFERENCES = 25
"""How many references of one property a page shows; the rest is cut, only relations say so."""
TRUE = Named(id="true", name="true")


def find(page: Json, prop: Prop | None) -> Json | None:
    """Return a property's value in a page, by id, for names may have changed since the schema was read."""
    if prop is None:
        return None
    values: Mapping[str, Json] = page.get("properties") or {}
    by_name = values.get(prop.name)
    if by_name is not None and by_name.get("type") == prop.type and _is(by_name, prop):
        return by_name
    return next((value for value in values.values() if _is(value, prop)), None)


def _is(value: Json, prop: Prop) -> bool:
    shown = str(value.get("id"))
    return prop.id in (shown, decoded(shown))


def inner(value: Json | None) -> Any:
    """Return what a value holds; a formula or rollup gives its result. None for unknown types."""
    if value is None:
        return None
    held = value.get(str(value.get("type")))
    if value.get("type") in ("formula", "rollup") and isinstance(held, Mapping):
        return held.get(str(held.get("type")))
    return held


def is_empty(held: Any) -> bool:
    """Return whether what a value holds is nothing; zero is a number."""
    return held is None or held is False or held in ([], "")


def text(value: Json | None) -> str:
    """Return the words of a title or text."""
    held = inner(value)
    return plain_text(held) if isinstance(held, list) else str(held) if isinstance(held, str) else ""


def choices(value: Json | None) -> tuple[Named, ...]:
    """Return the options that are chosen; a ticked checkbox is `true`, a formula's text names itself."""
    held = inner(value)
    if held is True:
        return (TRUE,)
    if isinstance(held, str):
        return (Named(id=held, name=held),) if held else ()
    if isinstance(held, Mapping):
        return (_named(held),) if held.get("name") is not None else ()
    if not isinstance(held, list):
        return ()
    found = [one for item in held if isinstance(item, Mapping) for one in _chosen(item)]
    return tuple({one.id: one for one in found}.values())


def _chosen(item: Json) -> tuple[Named, ...]:
    # A rollup lists whole values, a multi-select its options.
    return choices(item) if "type" in item and item["type"] in item else (_named(item),)


def _named(option: Json) -> Named:
    name = str(option.get("name") or "")
    return Named(id=str(option.get("id") or name), name=name)


def references(value: Json | None) -> tuple[str, ...]:
    """Return the ids of related pages."""
    held = inner(value)
    if not isinstance(held, list):
        return ()
    return tuple(str(item["id"]) for item in held if isinstance(item, Mapping) and item.get("id"))


def people(value: Json | None) -> tuple[Json, ...]:
    """Return the people and groups of a value, as Notion shows them."""
    held = inner(value)
    if isinstance(held, Mapping):
        return (held,) if held.get("id") else ()
    return (
        tuple(item for item in held if isinstance(item, Mapping) and item.get("id"))
        if isinstance(held, list)
        else ()
    )


def span(value: Json | None) -> Span | None:
    """Return the date or range of a value; None for none."""
    held = inner(value)
    if not isinstance(held, Mapping) or not held.get("start"):
        return None
    zone = held.get("time_zone")
    return Span(
        start=str(held["start"]),
        end=str(held["end"]) if held.get("end") else None,
        zone=str(zone) if zone else None,
    )


def number(value: Json | None) -> float | None:
    """Return the number of a value, a formula's or rollup's too."""
    held = inner(value)
    return None if isinstance(held, bool) or not isinstance(held, int | float) else float(held)


def unique_id(value: Json | None) -> str | None:
    """Return what people call a page by its number: `TAS-12`, or `#12` without a prefix."""
    held = inner(value)
    if not isinstance(held, Mapping) or held.get("number") is None:
        return None
    prefix = held.get("prefix")
    return f"{prefix}-{held['number']}" if prefix else f"#{held['number']}"


def is_cut(value: Json) -> bool:
    """Return whether a value may be shorter than what the page holds.

    A relation says so; people, and mentions in titles and texts, are cut at 25 without any flag.
    """
    held = inner(value)
    match value.get("type"):
        case "relation":
            return bool(value.get("has_more"))
        case "people":
            return isinstance(held, list) and len(held) >= REFERENCES
        case "title" | "rich_text":
            mentions = [item for item in held or () if item.get("type") == "mention"]
            return len(mentions) >= REFERENCES
        case _:
            return False
