"""Chooses among the places that the credentials can see, and says how the configuration names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planora_sync.errors import PlaceNotVisible
from planora_sync.model import Place
from planora_sync.names import fits, is_glob, plain

MOST_LISTED = 30
"""More places than that are better said by leaving the list out."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a connection reads."""

    places: tuple[Place, ...]
    words: tuple[str, ...]
    """As the configuration says it; empty for everything visible."""


def choose(tops: Sequence[Place], asked: Sequence[str], connection: str) -> Scope:
    """Return the places that were asked for, or all; raises PlaceNotVisible for words that name none.

    Args:
        tops: what there is to choose from.
        asked: numbers in the order of `tops` from 1, ids, paths, names or globs; none for all.
        connection: the connection's name, for messages.
    """
    if not asked:
        words = () if len(tops) > MOST_LISTED else _words(tops, tops)
        return Scope(places=tuple(tops), words=words)
    chosen: dict[str, Place] = {}
    absent = []
    for word in asked:
        found = _named(word, tops)
        chosen |= {place.id: place for place in found}
        if not found:
            absent.append(word)
    if absent:
        raise PlaceNotVisible(
            f"{', '.join(map(repr, absent))} does not exist, or is not shared with these credentials.",
            connection=connection,
            next_step=f"They can see: {', '.join(place.path for place in tops[:20]) or 'nothing at all'}.",
        )
    places = tuple(place for place in tops if place.id in chosen)
    return Scope(places=places, words=_words(places, tops))


def _named(word: str, tops: Sequence[Place]) -> list[Place]:
    text = word.strip()
    exact = [top for top in tops if text in (top.id, top.path, top.name)]
    if exact:
        return exact
    if text.isdigit() and 0 < int(text) <= len(tops):
        return [tops[int(text) - 1]]
    return [top for top in tops if top.url == text or fits(top.path, text) or fits(top.name, text)]


def _words(places: Sequence[Place], tops: Sequence[Place]) -> tuple[str, ...]:
    """Return how each place is named: by its path, or by its id where the path may mean another one as well."""
    taken = Counter(plain(top.path) for top in tops)
    return tuple(
        place.id
        if taken[plain(place.path)] > 1 or is_glob(place.path) or not plain(place.path)
        else place.path
        for place in places
    )
