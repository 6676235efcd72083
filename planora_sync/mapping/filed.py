"""Says where an entry is filed: the first `[[filed]]` rule whose conditions all hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planora_sync.mapping.preset import FiledRule, Preset, When
from planora_sync.model import Entry, Filed, Horizon, SprintState
from planora_sync.names import fits_any, plain


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Where an entry is filed, by which rule, and what that rule read."""

    filed: Filed
    rule: int | None = None
    """Position of the rule in the mapping, from 0; None where none fits."""
    reads: frozenset[str] = frozenset()
    """Fields that the rule's conditions read: they say nothing about the nature of this entry."""
    reason: str = ""
    """For people: `in the active sprint CARE Sprint 23`; for `none`, what such entries are counted as."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the conditions need to know beyond the entry itself."""

    is_next: bool = False
    """Whether its sprint is the next one of its board and begins soon."""
    places: tuple[str, ...] = ()
    """Paths and ids of its place and of what holds that place."""


NO_WORK = Preset(name="none", filed=(FiledRule(layer=Filed.NONE, reason="place mapped as no work"),))
"""The mapping `none`: nothing in the place is work."""


def file_entry(entry: Entry, preset: Preset, standing: Standing) -> Filing:
    """Return where the mapping files an entry that stands on its own; `unmapped` where no rule fits."""
    if entry.template:
        return Filing(filed=Filed.NONE, reason="template")
    for position, rule in enumerate(preset.filed):
        if holds(rule.when, entry, standing):
            return Filing(
                filed=rule.layer,
                rule=position,
                reads=rule.when.reads,
                reason=rule.reason or _reason(rule.when, entry),
            )
    return Filing(filed=Filed.UNMAPPED, reason=f"no rule of the mapping {preset.name!r} fits")


def holds(when: When, entry: Entry, standing: Standing) -> bool:
    """Return whether all conditions hold."""
    return all(_conditions(when, entry, standing))


def _conditions(when: When, entry: Entry, standing: Standing) -> Iterable[bool]:
    if when.sprint:
        yield any(_sprint(entry, word, standing) for word in when.sprint)
    if when.level:
        yield entry.level is not None and any(_compare(entry.level, word) for word in when.level)
    if when.status:
        yield entry.status is not None and _named(entry.status.id, entry.status.name, when.status)
    if when.category:
        yield entry.category.value in when.category
    if when.place:
        yield fits_any(standing.places, when.place)
    if when.type:
        yield entry.type is not None and _named(entry.type.id, entry.type.name, when.type)
    if when.kind:
        yield entry.kind.value in when.kind
    if when.label:
        yield fits_any(entry.labels, when.label)
    if when.horizon:
        yield any(_horizon(entry.horizon, word) for word in when.horizon)
    if when.owner is not None:
        yield bool(entry.owners) is when.owner
    if when.due is not None:
        yield (entry.due is not None) is when.due
    for name, wanted in when.property.items():
        yield _property(entry, name, wanted)


def _sprint(entry: Entry, word: str, standing: Standing) -> bool:
    sprint = entry.sprint
    state = sprint.state if sprint else None
    match word:
        case "none":
            return state is None or state is SprintState.CLOSED
        case "active":
            return state is SprintState.ACTIVE
        case "future":
            return state is SprintState.FUTURE
        case "open":
            return state in (SprintState.ACTIVE, SprintState.FUTURE)
        case "next":
            return standing.is_next
        case _:
            return sprint is not None and _named(sprint.id, sprint.name, (word,))


def _compare(level: int, word: str) -> bool:
    text = word.replace(" ", "")
    for sign in (">=", "<=", ">", "<"):
        if text.startswith(sign):
            bound = int(text.removeprefix(sign))
            return {">=": level >= bound, "<=": level <= bound, ">": level > bound, "<": level < bound}[sign]
    return level == int(text)


def _named(id: str, name: str, wanted: Sequence[str]) -> bool:
    return id in wanted or fits_any((name,), wanted)


def _horizon(horizon: Horizon | None, word: str) -> bool:
    match word:
        case "none":
            return horizon is None
        case "dated":
            return horizon is not None and horizon.end is not None
        case _:
            return horizon is not None and horizon.bucket == word


def _property(entry: Entry, name: str, wanted: Sequence[str]) -> bool:
    found = [p for p in entry.properties if p.id == name or plain(p.name) == plain(name)]
    values = [value for prop in found for value in prop.values]
    if not values:
        return "none" in wanted
    return "*" in wanted or any(_named(value.id, value.name, wanted) for value in values)


def _reason(when: When, entry: Entry) -> str:
    """Return in words what the rule went by."""
    parts = []
    if when.sprint:
        parts.append(
            f"in the {entry.sprint.state.value} sprint {entry.sprint.name}"
            if entry.sprint
            else "in no open sprint"
        )
    if when.level:
        parts.append(f"hierarchy level {entry.level}")
    if when.type and entry.type:
        parts.append(f"type {entry.type.name}")
    if when.kind:
        parts.append(f"kind {entry.kind.value}")
    if when.status and entry.status:
        parts.append(f"status {entry.status.name}")
    if when.category:
        parts.append(f"status category {entry.category.value}")
    if when.place:
        parts.append(f"in {entry.place.name}")
    parts += [f"{name}" for name in ("label", "horizon") if getattr(when, name)]
    parts += [f"property {name}" for name in when.property]
    return ", ".join(parts) or f"in {entry.place.name}"
