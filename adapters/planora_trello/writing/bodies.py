"""Values as Trello's API takes them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from planora_sync.change import Value
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from planora_sync.names import plain
from planora_trello.site.board import CustomField
from planora_trello.translation.values import instant_of

NOON = time(12, 0, tzinfo=UTC)
"""Trello keeps instants, we keep days: noon UTC is the same day from Honolulu to Tokyo."""
DESC_MOST = 16_384
"""Characters that a description holds."""


def instant(value: Value, was: object = None) -> str | None:
    """Return a day as an instant, at the time of day that the card's date had; None clears it.

    Args:
        value: the day, or nothing.
        was: the instant that the card holds now, as Trello writes it, where it is known.
    """
    if not value:
        return None
    before = instant_of(was) if isinstance(was, str) else None
    at = before.astimezone(UTC).timetz() if before else NOON
    when = datetime.combine(date.fromisoformat(value[0].id), at)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def custom_value(field: CustomField, value: Value) -> Mapping[str, Any]:
    """Return the body that sets a custom field, or clears it for an empty value.

    Numbers and ticks are texts on the wire, whatever Trello's description says. Raises Unsupported for an
    option that the field does not have, and for several values.
    """
    if len(value) > 1:
        raise Unsupported(f"Custom field {field.name!r} holds one value.", instead="Choose one of them.")
    if not value:
        return {"idValue": ""} if field.type == "list" else {"value": ""}
    one = value[0]
    match field.type:
        case "list":
            return {"idValue": _option(field, one).id}
        case "checkbox":
            return {"value": {"checked": "true"}}
        case "date":
            return {"value": {"date": instant(value)}}
        case kind:
            return {"value": {kind: one.name}}


def _option(field: CustomField, value: Named) -> Named:
    by_id = next((option for option in field.options if option.id == value.id), None)
    by_name = (option for option in field.options if plain(option.name) == plain(value.name))
    found = by_id or next(by_name, None)
    if found is None:
        known = ", ".join(repr(option.name) for option in field.options) or "none"
        raise Unsupported(
            f"Custom field {field.name!r} has no option {value.name!r}.", instead=f"Its options: {known}."
        )
    return found
