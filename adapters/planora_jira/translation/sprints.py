"""The sprint field in all its forms, and what of it an entry keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from planora_jira.translation import moments
from planora_sync.model import Sprint, SprintState

# Data Center sends a Java object's text whose goal and name may hold commas, "=" and brackets, with its keys
# in an order that differs by version: only what looks like a known key begins a new value.
_KEYS = (
    "activatedDate|autoStartStop|completeDate|endDate|goal|id|incompleteIssuesDestinationId|name|rapidViewId"
    "|sequence|startDate|state|synced"
)
_NEXT = re.compile(rf",(?=(?:{_KEYS})=)")
_NULL = "<null>"


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A sprint that an issue is or was in."""

    sprint: Sprint
    completed: datetime | None
    """When it was closed."""


def place_id(board: object) -> str:
    """Return the id of a board's place: Jira counts boards, sprints and projects each from one."""
    return f"board:{board}"


def stays(value: Any, zone: tzinfo) -> tuple[Stay, ...]:
    """Return the sprints in a sprint field, oldest first; raises ValueError or KeyError for what is none.

    Takes Cloud's objects, Data Center's texts, and the single object of agile issue resources. The field
    holds closed sprints too, for ever.
    """
    rows = value if isinstance(value, list) else [value] if value else []
    found = {stay.sprint.id: stay for stay in (_stay(row, zone) for row in rows if row)}
    return tuple(sorted(found.values(), key=_order))


def sprint(row: Mapping[str, Any], zone: tzinfo, rank: int = 0) -> Sprint:
    """Return a sprint from an object of the agile API or of Cloud's sprint field."""
    board = row.get("originBoardId") or row.get("boardId") or row.get("rapidViewId")
    return Sprint(
        id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        state=SprintState(str(row["state"]).lower()),
        board=place_id(board) if board else None,
        start=moments.day(row.get("startDate"), zone),
        end=moments.day(row.get("endDate"), zone),
        rank=rank,
    )


def current(found: Iterable[Stay]) -> Sprint | None:
    """Return the active sprint among those of an issue, else the future one, else None."""
    opened = [stay.sprint for stay in found if stay.sprint.state is not SprintState.CLOSED]
    return min(opened, key=lambda one: one.state is not SprintState.ACTIVE, default=None)


def earlier(found: Iterable[Stay]) -> tuple[Sprint, ...]:
    """Return the closed sprints, oldest first."""
    return tuple(stay.sprint for stay in found if stay.sprint.state is SprintState.CLOSED)


def carried(found: Iterable[Stay], done: datetime | None) -> int:
    """Return out of how many closed sprints an issue went unfinished."""
    closed = [stay for stay in found if stay.sprint.state is SprintState.CLOSED]
    return sum(done is None or (stay.completed is not None and stay.completed < done) for stay in closed)


def _stay(row: Any, zone: tzinfo) -> Stay:
    data = _parsed(row) if isinstance(row, str) else row
    return Stay(sprint=sprint(data, zone), completed=moments.instant(data.get("completeDate")))


def _parsed(text: str) -> dict[str, str | None]:
    start, end = text.find("["), text.rfind("]")
    if start < 0 or end < start:
        raise ValueError("a sprint without brackets")
    pairs = [part.partition("=") for part in _NEXT.split(text[start + 1 : end])]
    goal = next((place for place, pair in enumerate(pairs) if pair[0] == "goal"), len(pairs))
    # What a goal holds in the form of a key never counts: a key before it is the first of its name, one behind
    # it the last.
    ordered = [*pairs[goal:], *reversed(pairs[:goal])]
    return {key: None if value in (_NULL, "") else value for key, _, value in ordered}


def _order(stay: Stay) -> tuple[bool, str, int, str]:
    number = int(stay.sprint.id) if stay.sprint.id.isdigit() else 0
    start = stay.sprint.start
    return (start is None, start.isoformat() if start else "", number, stay.sprint.id)
