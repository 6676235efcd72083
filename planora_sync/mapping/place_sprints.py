"""Boards and lists that are sprints (`[[sprint]]`), as many Trello teams keep them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from planora_sync.mapping.preset import Preset, SprintPlace
from planora_sync.model import Place, Sprint, SprintState
from planora_sync.names import fits

_NUMBER = re.compile(r"\d+")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def place_sprints(places: Iterable[Place], preset: Preset, today: date) -> dict[str, Sprint]:
    """Return the sprint that each place is, by place id; places that are none are absent.

    Dates come from the mapping or from ISO dates in the name. Without dates the place with the highest
    number in its name is the active one and the others are closed, for that is how teams number boards.
    """
    found: dict[str, Sprint] = {}
    for rule in preset.sprint:
        matching = [place for place in places if fits(place.path, rule.place) or fits(place.name, rule.place)]
        newest = max((_number(place.name) for place in matching), default=0)
        for place in matching:
            found[place.id] = _sprint(place, rule, today, newest=newest)
    return found


def _sprint(place: Place, rule: SprintPlace, today: date, *, newest: int) -> Sprint:
    start, end = _dates(place, rule)
    if start is None or end is None:
        state = SprintState.ACTIVE if _number(place.name) == newest else SprintState.CLOSED
    elif end < today:
        state = SprintState.CLOSED
    else:
        state = SprintState.FUTURE if start > today else SprintState.ACTIVE
    if place.archived:
        state = SprintState.CLOSED
    return Sprint(
        id=place.id,
        name=place.name,
        state=state,
        board=place.container,
        start=start,
        end=end,
        rank=place.position,
    )


def _dates(place: Place, rule: SprintPlace) -> tuple[date | None, date | None]:
    if rule.start and rule.end:
        return date.fromisoformat(rule.start), date.fromisoformat(rule.end)
    days = [day for parts in _DAY.findall(place.name) if (day := _day(parts))]
    return (days[0], days[-1]) if len(days) >= 2 else (None, None)


def _number(name: str) -> int:
    numbers = _NUMBER.findall(name)
    return int(numbers[-1]) if numbers else 0


def _day(parts: tuple[str, str, str]) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
