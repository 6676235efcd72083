"""Values of custom fields: what each type takes and how it is cleared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from planora_trello.sandbox import feed
from planora_trello.sandbox.errors import ApiError
from planora_trello.sandbox.state import Card, CustomField, FieldValue, State

KEYS = {"text": "text", "number": "number", "date": "date", "checkbox": "checked"}
"""Type -> key under `value`."""


def write(state: State, card: Card, field: CustomField, wanted: Mapping[str, Any], member: str) -> FieldValue:
    """Set or clear a value and return it; raises the API's 400 for what the type does not take."""
    if field.board != card.board:
        raise ApiError(400, "invalid custom field")
    item = next((one for one in card.values if one.field == field.id), None)
    old = item.value if item else None
    value, option = _read(field, wanted)
    if item is None:
        item = FieldValue(id=state.ids.fresh(state.now()), field=field.id)
        card.values.append(item)
    item.value, item.option = value, option
    if value is None and option is None:
        # What is unset has no item at all.
        card.values.remove(item)
    _tell(state, card, field, item, old, member)
    return item


def _tell(
    state: State, card: Card, field: CustomField, item: FieldValue, old: dict[str, str] | None, member: str
) -> None:
    shown = {"id": item.id, "value": item.value, "idValue": item.option, "idCustomField": field.id}
    data = feed.about(state, card, in_list=False) | {
        "old": {"value": old},
        "customField": {"id": field.id, "name": field.name, "type": field.type},
        "customFieldItem": shown | {"idModel": card.id, "modelType": "card"},
    }
    kind = "updateCustomFieldItem"
    feed.write(state, kind, member=member, board=card.board, card=card.id, data=data)
    state.touch(card)


def _read(field: CustomField, wanted: Mapping[str, Any]) -> tuple[dict[str, str] | None, str | None]:
    if field.type == "list":
        return None, _option(field, wanted.get("idValue", wanted.get("value")))
    value = wanted.get("value")
    if value in (None, ""):
        return None, None
    key = KEYS[field.type]
    if not isinstance(value, Mapping) or set(value) != {key}:
        raise refused()
    return {key: _text(field, value[key])}, None


def _option(field: CustomField, raw: object) -> str | None:
    if raw in (None, ""):
        return None
    if raw not in [option.id for option in field.options]:
        raise refused()
    return str(raw)


def _text(field: CustomField, raw: object) -> str:
    # Numbers and yes-or-no come and go as texts.
    text = str(raw).lower() if isinstance(raw, bool) else str(raw)
    try:
        if field.type == "number":
            float(text)
        if field.type == "date":
            datetime.fromisoformat(text)
    except ValueError:
        raise refused() from None
    if field.type == "checkbox" and text not in ("true", "false"):
        raise refused()
    return text


def refused() -> ApiError:
    """Return the answer to a value of another type."""
    return ApiError(400, "Invalid custom field item value.")
