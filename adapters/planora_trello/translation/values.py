"""Custom fields of a card: their values, and which canonical field each of them keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from planora_sync.adapter import FieldSource
from planora_sync.model import Named
from planora_trello.site.board import CustomField
from planora_trello.translation.names import matches

Json = Mapping[str, Any]

DEFAULTS: Mapping[str, FieldSource] = {
    "estimate": FieldSource(
        name=("points", "point", "story points", "story point", "estimate", "effort", "size", "sp", "puntos")
    ),
    "priority": FieldSource(name=("priority", "prio", "priorität", "prioridad", "priorité", "优先级")),
    "severity": FieldSource(name=("severity", "schweregrad", "severidad", "gravité")),
    "theme": FieldSource(name=("theme", "strategic theme", "pillar", "thema", "tema", "thème")),
    "horizon": FieldSource(name=("horizon", "quarter", "timeframe", "quartal", "trimestre")),
    "target_start": FieldSource(name=("target start", "planned start")),
    "target_end": FieldSource(name=("target end", "target date", "planned end", "zieltermin")),
    "team": FieldSource(name=("team", "squad", "equipo", "équipe")),
    "release": FieldSource(name=("release", "fix version", "version")),
    "type": FieldSource(name=("type", "card type", "issue type", "kind", "typ", "tipo")),
}
"""Where a canonical field is looked for when the mapping does not say: by the names teams give it."""
TYPES: Mapping[str, tuple[str, ...]] = {
    "start": ("date",),
    "due": ("date",),
    "estimate": ("number", "list", "text"),
    "priority": ("list", "text"),
    "severity": ("list", "text"),
    "theme": ("list", "text"),
    "horizon": ("list", "text", "date"),
    "target_start": ("date",),
    "target_end": ("date",),
    "team": ("list", "text"),
    "release": ("list", "text"),
    "type": ("list", "text"),
}
"""Types of custom fields that can keep it."""


@dataclass(frozen=True, kw_only=True)
class FieldValue:
    """A custom field that is set on a card; `value` is the option or the text of what was entered."""

    field: CustomField
    value: Named


def field_values(items: Iterable[Json], fields: Iterable[CustomField]) -> tuple[FieldValue, ...]:
    """Return what is set on a card, in the board's order.

    Left out: values whose definition or option is gone from the board (cards copied or moved between boards
    keep such), and values that are null; an item that is not there is not set.
    """
    by_field = {str(item.get("idCustomField")): item for item in items}
    found = ((field, _value(by_field[field.id], field)) for field in fields if field.id in by_field)
    return tuple(FieldValue(field=field, value=value) for field, value in found if value)


def _value(item: Json, field: CustomField) -> Named | None:
    if field.type == "list":
        return next((option for option in field.options if option.id == item.get("idValue")), None)
    inner = item.get("value")
    if not isinstance(inner, Mapping):
        return None
    if field.type == "checkbox":
        return Named(id="true", name="true") if str(inner.get("checked")).lower() == "true" else None
    text = inner.get(field.type)
    if text is None or text == "":
        return None
    day = date_of(str(text)) if field.type == "date" else None
    shown = day.isoformat() if day else str(text)
    return Named(id=shown, name=shown)


def keeper(canonical: str, source: FieldSource | None, fields: Iterable[CustomField]) -> CustomField | None:
    """Return the custom field that keeps a canonical field: by id, by type, by name, the first that exists."""
    where = source or DEFAULTS.get(canonical)
    if where is None:
        return None
    usable = [field for field in fields if field.type in TYPES.get(canonical, (field.type,))]
    found = chain(
        (field for word in where.id for field in usable if field.id == word),
        (field for word in where.schema for field in usable if field.type == word),
        (field for word in where.name for field in usable if matches(word, field.name)),
    )
    return next(found, None)


def part(body: Json, name: str) -> Json:
    """Return an object inside an answer; an empty one for what is none."""
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def date_of(text: str | None) -> date | None:
    """Return the day of an instant as Trello writes it, in UTC; None for what is no date."""
    when = instant_of(text)
    if when:
        return when.astimezone(UTC).date()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def instant_of(text: str | None) -> datetime | None:
    """Return an instant as Trello writes it; None for null and for what is none."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None
