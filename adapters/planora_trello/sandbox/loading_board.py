"""Boards of a workspace file: their lists, labels, custom fields and members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from planora_trello.sandbox.state import STEP, Board, BoardList, CustomField, Label, Option, State

OPTION_COLORS = ("red", "orange", "yellow", "green", "sky", "none")


def add_board(state: State, row: Mapping[str, Any], people: Mapping[str, str], start: datetime) -> None:
    """Add a board of the file; its lists, labels and fields get ids from its key and their names."""
    key, created = row["key"], start + timedelta(days=row.get("created", -500))
    identifier = state.ids.named(f"board/{key}", created)
    organization = state.organization[0] if state.organization and row.get("organization", True) else None
    state.boards[identifier] = Board(
        id=identifier,
        name=row["name"],
        short_link=state.ids.short_link(identifier),
        desc=row.get("desc", ""),
        members={people[who]: part for part, group in row["members"].items() for who in group},
        organization=organization,
        activity=created,
        permission=row.get("permission", "org"),
        closed=row.get("closed", False),
        shared=row.get("shared", True),
    )
    for place, spec in enumerate(row.get("lists", []), 1):
        listed = state.ids.named(f"list/{key}/{spec['key']}", created)
        name = named(spec["name"], start)
        state.lists[listed] = BoardList(listed, name, identifier, place * STEP, spec.get("closed", False))
    for name, color in row.get("labels", []):
        label = state.ids.named(f"label/{key}/{name}/{color}", created)
        state.labels[label] = Label(label, name, identifier, color or None)
    for place, spec in enumerate(row.get("fields", []), 1):
        field = _field(state, key, identifier, spec, place, created)
        state.fields[field.id] = field


def _field(
    state: State, key: str, board: str, spec: Mapping[str, Any], place: int, created: datetime
) -> CustomField:
    made = state.ids.named(f"field/{key}/{spec['name']}", created)
    options = [
        Option(state.ids.named(f"option/{made}/{text}", created), text, OPTION_COLORS[at % 6])
        for at, text in enumerate(spec.get("options", []))
    ]
    return CustomField(made, spec["name"], board, spec["type"], place * STEP, options)


def named(name: str, start: datetime) -> str:
    """Return a list's name with the quarter or week that it speaks of, counted from now."""
    quarter = (start.month - 1) // 3 + 1
    after, year = (quarter + 1, start.year) if quarter < 4 else (1, start.year + 1)
    weeks = {f"week-{n}": f"{(start - timedelta(weeks=n)).isocalendar().week}" for n in range(1, 9)}
    for word, value in ({"next-quarter": f"Q{after} {year}"} | weeks).items():
        name = name.replace("{" + word + "}", value)
    return name
