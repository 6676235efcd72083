"""What well-known names of properties, options and statuses mean, where a mapping does not say (`words.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from planora_sync.model import Category, Kind
from planora_sync.names import Globs

LARGE = frozenset({Kind.INITIATIVE, Kind.EPIC})
"""Kinds of hierarchy level 1."""
WORK = frozenset({Kind.TASK, Kind.STORY, Kind.BUG, Kind.SUBTASK})
"""Kinds whose sub-items are parts of them, not entries in their own right."""
GROUPS: Mapping[str, Category] = {
    "to-do": Category.TODO,
    "to do": Category.TODO,
    "in progress": Category.DOING,
    "complete": Category.DONE,
}
"""The names that Notion gives the three groups of a status property; people may rename them."""
SIZES: Mapping[str, float] = {"xxs": 0.5, "xs": 1, "s": 2, "m": 3, "l": 5, "xl": 8, "xxl": 13}
"""T-shirt sizes, in the order that comparisons need; their unit is `size`."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """How a canonical field is usually kept: types it can have, names it usually has."""

    types: frozenset[str]
    names: tuple[str, ...]


def _read() -> dict[str, Any]:
    return tomllib.loads((files("planora_notion.translation") / "words.toml").read_text("utf-8"))


def _turned(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: value for value, names in table.items() for name in names}


_WORDS = _read()
PROPERTIES: Mapping[str, Known] = {
    field: Known(types=frozenset(row["types"]), names=tuple(row.get("names", ())))
    for field, row in _WORDS["properties"].items()
}
"""Canonical field -> how it is usually kept, in the order in which properties are given out."""
KINDS = Globs(_turned(_WORDS["kinds"]))
PRIORITIES = Globs(_turned(_WORDS["priorities"]))
HORIZONS = _turned(_WORDS["horizons"])
SPRINT_STATES = _turned(_WORDS["sprint_states"])
CATEGORIES = _turned(_WORDS["categories"])
FLAGS: Mapping[str, tuple[str, ...]] = {flag: tuple(names) for flag, names in _WORDS["flags"].items()}
