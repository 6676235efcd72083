"""What Jira's own words mean: types, priorities and horizons, in the languages that sites come in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from planora_jira.translation.names import by_word
from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Kind, Priority
from planora_sync.names import Globs, lookup, plain


def _table(data: Mapping[str, Any], name: str) -> dict[str, str]:
    return {plain(word): meaning for meaning, words in data[name].items() for word in words}


_DATA = tomllib.loads((files("planora_jira.translation") / "words.toml").read_text("utf-8"))
KINDS = Globs({word: Kind(meaning) for word, meaning in _table(_DATA, "kinds").items()})
PRIORITIES = Globs({word: Priority(meaning) for word, meaning in _table(_DATA, "priorities").items()})
SEVERITIES = Globs(
    {**PRIORITIES, **{word: Priority(meaning) for word, meaning in _table(_DATA, "severities").items()}}
)
HORIZONS = _table(_DATA, "horizons")
CATEGORIES: Mapping[str, Category] = {
    "new": Category.TODO,
    "indeterminate": Category.DOING,
    "done": Category.DONE,
}
"""Keys of status categories; their names are translated, the keys are not."""


def kind(vocabulary: Vocabulary, name: str | None, level: int | None, project_type: str | None) -> Kind:
    """Return what sort of thing an issue of a type is: by the mapping, then by level, then by its name.

    What stands in a service desk is a request and what stands in Product Discovery an idea, whatever its type is
    called; a goal is one on any level.
    """
    said = lookup(vocabulary.kinds, (name,))
    if said is not None:
        return Kind(said)
    known = lookup(KINDS, (name,))
    if known is Kind.GOAL:
        return Kind.GOAL
    if level is not None and level < 0:
        return Kind.SUBTASK
    if project_type == "service_desk":
        return Kind.REQUEST
    if project_type == "product_discovery" and not level:
        return Kind.IDEA
    if level == 1:
        return Kind.INITIATIVE if known is Kind.INITIATIVE else Kind.EPIC
    if level is not None and level > 1:
        return Kind.INITIATIVE
    return known or Kind.OTHER


def derived_level(name: str | None, subtask: bool, is_epic: bool) -> int:
    """Return the hierarchy level where Jira does not tell it (Data Center)."""
    if subtask:
        return -1
    if is_epic:
        return 1
    known = lookup(KINDS, (name,))
    return {Kind.INITIATIVE: 2, Kind.EPIC: 1}.get(known, 0) if known else 0


def category(vocabulary: Vocabulary, name: str, key: str | None) -> Category:
    """Return the category of a status: by the mapping, else by the key of Jira's own; else to do."""
    said = lookup(vocabulary.categories, (name,))
    return Category(said) if said else CATEGORIES.get(key or "", Category.TODO)


def priority(vocabulary: Vocabulary, name: str | None) -> Priority:
    """Return the urgency that a priority's name says; none for a name that says nothing."""
    return _graded(vocabulary, PRIORITIES, name)


def severity(vocabulary: Vocabulary, name: str | None) -> Priority:
    """Return the severity that an option's name says; none for a name that says nothing."""
    return _graded(vocabulary, SEVERITIES, name)


def _graded(vocabulary: Vocabulary, table: Mapping[str, Priority], name: str | None) -> Priority:
    said = lookup(vocabulary.priorities, (name,))
    if said is not None:
        return Priority(said)
    return by_word(table, name) or Priority.NONE


def bucket(vocabulary: Vocabulary, text: str | None) -> str | None:
    """Return `now`, `next` or `later` where a horizon's option says so, or None."""
    return lookup(vocabulary.horizons, (text,)) or HORIZONS.get(plain(text or ""))
