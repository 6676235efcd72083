"""Says which field of a place keeps which canonical field, and what an entry holds in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from planora_sync.change import Field
from planora_sync.mapping.preset import Preset
from planora_sync.model import Entry, FieldSchema, Horizon, Place, Priority
from planora_sync.names import plain

DEFAULT_TYPES: Mapping[str, frozenset[str]] = {
    "assignees": frozenset({"people", "members"}),
    "labels": frozenset({"multi_select", "labels"}),
    "due": frozenset({"date"}),
}
"""Types of the field that keeps it where the mapping names none and the place has one such field."""

COMPUTED = frozenset(
    {
        "title",
        "rollup",
        "formula",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
        "unique_id",
        "button",
        "verification",
    }
)
"""Types of fields whose value the tracker makes itself, so that a move loses none (Notion's property types)."""

WRITES: Mapping[str, tuple[Field, ...]] = {
    "assignees": (Field.ASSIGNEES,),
    "owner": (Field.OWNER,),
    "start": (Field.START,),
    "due": (Field.DUE,),
    "dates": (Field.START, Field.DUE),
    "labels": (Field.LABELS,),
    "sprint": (Field.SPRINT,),
    "parent": (Field.PARENT,),
    "project": (Field.PARENT,),
    "type": (Field.TYPE,),
    "status": (Field.STATUS,),
    "target": (Field.TARGET,),
    "target_start": (Field.TARGET,),
    "target_end": (Field.TARGET,),
}
"""Canonical fields whose value can be written back, and how."""


def _bucket(horizon: Horizon | None) -> tuple[str, ...]:
    """Return a horizon that was chosen from a list: its bucket or quarter in the tracker's own words."""
    return _words(horizon and (horizon.text or horizon.bucket))


def _span(horizon: Horizon | None) -> tuple[str, ...]:
    """Return a horizon that was given as dates."""
    return _words(" to ".join(day.isoformat() for day in _ends(horizon) if day))


def _ends(horizon: Horizon | None) -> tuple[date | None, date | None]:
    """Return the dates of a horizon; those that come from words, such as `Q1 2027`, are the words'."""
    return (None, None) if horizon is None or horizon.text else (horizon.start, horizon.end)


def _words(value: object) -> tuple[str, ...]:
    return () if value in (None, "", Priority.NONE) else (str(value),)


HELD: Mapping[str, Callable[[Entry], tuple[str, ...]]] = {
    "type": lambda entry: _words(entry.type and entry.type.name),
    "status": lambda entry: _words(entry.status and entry.status.name),
    "owner": lambda entry: _words(entry.owner and entry.owner.name),
    "assignees": lambda entry: tuple(person.name for person in entry.assignees),
    "start": lambda entry: _words(entry.start),
    "due": lambda entry: _words(entry.due),
    "dates": lambda entry: (*_words(entry.start), *_words(entry.due)),
    "labels": lambda entry: entry.labels,
    "sprint": lambda entry: _words(entry.sprint and entry.sprint.name),
    "parent": lambda entry: _words(entry.parent and entry.parent.name),
    "project": lambda entry: _words(entry.parent and entry.parent.name),
    "horizon": lambda entry: _bucket(entry.horizon),
    "target": lambda entry: _span(entry.horizon),
    "target_start": lambda entry: _words(_ends(entry.horizon)[0]),
    "target_end": lambda entry: _words(_ends(entry.horizon)[1]),
    "theme": lambda entry: _words(entry.theme),
    "priority": lambda entry: _words(entry.priority),
    "severity": lambda entry: _words(entry.severity),
    "estimate": lambda entry: _words(entry.estimate and f"{entry.estimate.value:g} {entry.estimate.unit}"),
    "team": lambda entry: _words(entry.team),
    "release": lambda entry: _words(entry.release and entry.release.name),
}
"""Canonical field -> what an entry holds in it, in words. Children are looked at apart."""


def kept_in(place: Place, preset: Preset, canonical: str) -> FieldSchema | None:
    """Return the field in which a place keeps a canonical field: by id, by schema, by name, by its type."""
    at = preset.fields.get(canonical)
    if at is None:
        types = DEFAULT_TYPES.get(canonical, frozenset())
        typed = [field for field in place.fields if field.type in types]
        return typed[0] if len(typed) == 1 else None
    by_id = [field for word in at.id for field in place.fields if field.id == word]
    by_type = [field for word in at.schema_ for field in place.fields if field.type == word]
    by_name = [field for word in at.name for field in place.fields if plain(field.name) == plain(word)]
    return next(iter((*by_id, *by_type, *by_name)), None)


def canonical_of(field: FieldSchema, place: Place, preset: Preset) -> tuple[str, ...]:
    """Return the canonical fields that a place keeps in one of its fields."""
    names = (*preset.fields, *(name for name in DEFAULT_TYPES if name not in preset.fields))
    return tuple(name for name in names if (kept := kept_in(place, preset, name)) and kept.id == field.id)
