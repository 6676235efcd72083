"""Does a row show what a remembered schema does not know? Pure."""

from __future__ import annotations

from collections.abc import Mapping

from planora_notion.site.schema import Json, Prop, Schema, decoded
from planora_notion.translation import values

EVERYWHERE = frozenset(
    {
        "title",
        "rich_text",
        "number",
        "select",
        "status",
        "multi_select",
        "date",
        "people",
        "checkbox",
        "url",
        "relation",
        "formula",
        "rollup",
        "unique_id",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
    }
)
"""Types that every row shows, be they empty; newer ones may stand in the schema alone."""


def is_strange(row: Json, schema: Schema, *, whole: bool = True) -> bool:
    """Return whether a row has a property or option that the schema has not, or has it by another name.

    Args:
        row: a page of the data source.
        schema: as it was read some time ago.
        whole: whether the row shows all its properties, so that one that is missing is gone.
    """
    held: Mapping[str, Json] = row.get("properties") or {}
    if row.get("object") != "page" or not isinstance(held, Mapping):
        return False
    shown = {decoded(str(value.get("id"))) for value in held.values() if isinstance(value, Mapping)}
    if whole and any(id not in shown and prop.type in EVERYWHERE for id, prop in schema.props.items()):
        return True
    return any(_differs(name, value, schema) for name, value in held.items() if isinstance(value, Mapping))


def _differs(name: str, value: Json, schema: Schema) -> bool:
    prop = schema.props.get(decoded(str(value.get("id"))))
    if prop is None or prop.name != name or prop.type != value.get("type"):
        return True
    return prop.type in ("select", "status", "multi_select") and not _knows(prop, value)


def _knows(prop: Prop, value: Json) -> bool:
    known = {(option.id, option.name) for option in prop.options}
    return all((one.id, one.name) in known for one in values.choices(value))
