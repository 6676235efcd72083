"""What a workspace's names mean: the mapping's vocabulary first, then what is well known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import TypeVar

from planora_notion.site.schema import Option
from planora_notion.translation import words
from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Estimate, Kind, Priority, SprintState
from planora_sync.names import fits_any, lookup, plain

E = TypeVar("E", bound=StrEnum)


class Lexicon:
    """Reads names by one vocabulary; each name is looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.category = cache(self._category)
        self.kind = cache(self._kind)
        self.priority = cache(self._priority)
        self.bucket = cache(self._bucket)
        self.sprint_state = cache(self._sprint_state)

    def flagged(self, flag: str, names: Sequence[str]) -> bool:
        """Return whether one of some labels or types is a flag (`recurring`, `template`)."""
        source = self.vocabulary.fields.get(flag)
        globs = source.name if source and source.name else words.FLAGS[flag]
        return fits_any(names, globs)

    def contradicts(self, option: Option) -> bool:
        """Return whether a status stands in a group that its own name denies, and no mapping settles it."""
        if option.group is None or lookup(self.vocabulary.categories, [option.name]) is not None:
            return False
        named = words.CATEGORIES.get(plain(option.name))
        return named is not None and named != option.group

    def _category(self, name: str, group: Category | None) -> Category:
        """Return the category of a status: the mapping's, else its group's.

        A name that says its category by itself outweighs the group To-do: options that were added through
        the API land there until somebody drags them over.
        """
        said = member(Category, lookup(self.vocabulary.categories, [name]))
        if said:
            return said
        named = member(Category, words.CATEGORIES.get(plain(name)))
        if group is None or (group is Category.TODO and named):
            return named or Category.TODO
        return group

    def _kind(self, type: str, labels: tuple[str, ...]) -> Kind:
        """Return the kind of a type; without a type the labels may say it."""
        names = [type] if type else list(labels)
        said = lookup(self.vocabulary.kinds, names) or lookup(words.KINDS, names)
        return member(Kind, said) or Kind.OTHER

    def _priority(self, name: str) -> Priority:
        said = lookup(self.vocabulary.priorities, [name]) or lookup(words.PRIORITIES, [name])
        return member(Priority, said) or Priority.NONE

    def _bucket(self, name: str) -> str | None:
        said = lookup(self.vocabulary.horizons, [name]) or words.HORIZONS.get(plain(name))
        return said if said in ("now", "next", "later") else None

    def _sprint_state(self, name: str, group: Category | None) -> SprintState:
        said = lookup(self.vocabulary.sprint_states, [name]) or words.SPRINT_STATES.get(plain(name))
        by_group = {Category.DOING: SprintState.ACTIVE, Category.DONE: SprintState.CLOSED}
        return member(SprintState, said) or by_group.get(group or Category.TODO, SprintState.FUTURE)


def member(kind: type[E], value: str | None) -> E | None:
    """Return the member of an enumeration, or None for a word that is none of its values."""
    known: Mapping[str, E] = {one.value: one for one in kind}
    return known.get(value) if value else None


def unit(property_name: str) -> str:
    """Return the unit of a number, by the name of the property that holds it."""
    name = plain(property_name)
    return next((word for word in ("hours", "days") if word in name), "points")


def size(text: str) -> Estimate | None:
    """Return the estimate that a chosen option is: a T-shirt size, or points; None for any other word."""
    name = plain(text)
    if name in words.SIZES:
        return Estimate(value=words.SIZES[name], unit="size")
    try:
        return Estimate(value=float(name), unit="points")
    except ValueError:
        return None
