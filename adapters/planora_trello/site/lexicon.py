"""What a workspace's names mean: the mapping's vocabulary first, then what is well known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import cache
from typing import TypeVar

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import Category, Horizon, Kind, Priority
from planora_sync.periods import period
from planora_trello.translation import words
from planora_trello.translation.names import bare, first_match, matches

BUCKETS = ("now", "next", "later")
Word = TypeVar("Word", bound=StrEnum)


class Lexicon:
    """Reads names by one vocabulary; each name is looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.category = cache(self._category)
        self.kind = cache(self._kind)
        self.priority = cache(self._priority)
        self.label_priority = cache(self._label_priority)

    def source(self, field: str) -> FieldSource | None:
        """Return where the mapping says that a canonical field is kept."""
        return self._vocabulary.fields.get(field)

    def flagged(self, field: str, labels: Sequence[str], known: Collection[str]) -> bool:
        """Return whether a label is the flag `field` (`recurring`, `template`)."""
        source = self.source(field)
        if source and source.name:
            return any(matches(name, label) for name in source.name for label in labels)
        return any(bare(label) in known for label in labels)

    def horizon(self, text: str, buckets: bool) -> Horizon | None:
        """Return when something is meant that stands under this name.

        Args:
            text: a list's name, or the value of a horizon field.
            buckets: whether a plain Now, Next or Later is one, though the mapping does not say so.
        """
        bucket = first_match(self._vocabulary.horizons, [text])
        if bucket not in BUCKETS:
            bucket = bare(text) if buckets and bare(text) in BUCKETS else None
        days = period(text)
        if bucket is None and days is None:
            return None
        start, end = days or (None, None)
        return Horizon(bucket=bucket, start=start, end=end, text=text.strip())

    def _category(self, list_name: str) -> Category:
        said = first_match(self._vocabulary.categories, [list_name])
        return _member(Category, said) or words.category(list_name)

    def _kind(self, type_name: str, labels: tuple[str, ...], list_name: str) -> Kind:
        said = self._kind_named((type_name,)) or self._kind_named(labels)
        if said:
            return said
        # A place must not say what stands in it, or a misfiled card could never be told; bugs are the
        # exception, because teams that keep a list of bugs label none of them.
        from_list = first_match(self._vocabulary.kinds, [list_name])
        is_bug = from_list == Kind.BUG or bare(list_name) in words.BUG_LISTS
        return Kind.BUG if is_bug else Kind.OTHER

    def _kind_named(self, names: tuple[str, ...]) -> Kind | None:
        return _member(Kind, first_match(self._vocabulary.kinds, names) or first_match(words.KINDS, names))

    def _priority(self, value: str) -> Priority:
        said = _member(Priority, first_match(self._vocabulary.priorities, [value]))
        return said or words.priority(value) or Priority.NONE

    def _label_priority(self, label: str) -> Priority | None:
        said = _member(Priority, first_match(self._vocabulary.priorities, [label]))
        return said or words.label_priority(label)


def _member(words_of: type[Word], value: str | None) -> Word | None:
    """Return the member of an enumeration, or None for a word that is none of its values."""
    return words_of(value) if value and value in words_of._value2member_map_ else None


def strongest(found: Sequence[Priority]) -> Priority:
    """Return the highest of some priorities."""
    order = list(Priority)
    return min(found, key=order.index, default=Priority.NONE)
