"""Decides which entries a pull shows to be missing. Pure: in doubt nothing is, and the doubt is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

ENOUGH = 10
"""From so many known entries on, a pull that brings back fewer than half of them is taken for short."""


@dataclass(frozen=True, order=True)
class Spot:
    """A place, with the board that holds it."""

    place: str
    container: str | None = field(default=None, compare=True)

    def is_in(self, ids: frozenset[str]) -> bool:
        """Return whether the place, or the board that holds it, is among these."""
        return self.place in ids or self.container in ids


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What a pull says of itself."""

    full: bool
    complete: bool
    whole: frozenset[str] | None
    """Ids of places (or of boards that hold them) that were read whole; None for all."""
    empty: bool
    """Whether it brought no entry at all."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Where entries that were not seen are missing, and where they only were not seen."""

    missing: frozenset[Spot] = frozenset()
    doubtful: frozenset[Spot] = frozenset()
    """Not seen there and yet not taken for missing: only the tracker can tell."""
    note: str = ""
    """Why not, in words; empty where nothing is in doubt."""
    short: bool = False
    """Whether too little came altogether, so that everything is in doubt."""


def judge_missing(seen: Mapping[Spot, int], unseen: Mapping[Spot, int], pulled: Pulled) -> Verdict:
    """Return what a pull shows to be missing.

    Args:
        seen: how many of the open entries known before it were seen, by where they stood then.
        unseen: how many were not.
        pulled: what it says of itself.
    """
    if not pulled.full and not pulled.whole:
        return Verdict()
    if not pulled.complete:
        note = "The pull was incomplete: nothing was taken for missing." if pulled.full else ""
        return Verdict(note=note)
    if not pulled.full and pulled.whole is not None:
        return _of_whole(seen, unseen, pulled.whole)
    before, gone = sum(seen.values()) + sum(unseen.values()), sum(unseen.values())
    doubt = _doubt_of_all(before, gone, empty=pulled.empty)
    if doubt:
        return Verdict(doubtful=frozenset(unseen), note=doubt, short=True)
    return _by_place(seen, unseen, pulled.whole)


def _doubt_of_all(before: int, unseen: int, *, empty: bool) -> str:
    if unseen and empty:
        return f"The pull came back empty where {before} open entries were known: none was taken for missing."
    if _short(before, unseen):
        return (
            f"The pull brought back {before - unseen} of {before} open entries that were known:"
            " none was taken for missing."
        )
    return ""


def _of_whole(seen: Mapping[Spot, int], unseen: Mapping[Spot, int], whole: frozenset[str]) -> Verdict:
    """Judge the places that an incremental pull brought whole, and no other."""
    seen = {spot: count for spot, count in seen.items() if spot.is_in(whole)}
    unseen = {spot: count for spot, count in unseen.items() if spot.is_in(whole)}
    short = {}
    for id in sorted(whole):
        inside = frozenset([id])
        back = sum(count for spot, count in seen.items() if spot.is_in(inside))
        gone = sum(count for spot, count in unseen.items() if spot.is_in(inside))
        if gone and (not back or _short(back + gone, gone)):
            short[id] = (back, back + gone)
    doubtful = frozenset(spot for spot in unseen if spot.is_in(frozenset(short)))
    rest = {spot: count for spot, count in unseen.items() if spot not in doubtful}
    verdict = _by_place(seen, rest, None)
    words = [f"Place {id} gave {back} of {before}." for id, (back, before) in short.items()]
    said = " ".join([*words, "Their entries were not taken for missing."]) if words else ""
    note = " ".join(filter(None, [said, verdict.note]))
    return Verdict(missing=verdict.missing, doubtful=doubtful | verdict.doubtful, note=note)


def _by_place(seen: Mapping[Spot, int], unseen: Mapping[Spot, int], whole: frozenset[str] | None) -> Verdict:
    totals, gone, partial = Counter[str](), Counter[str](), Counter[str]()
    for spot, count in (*seen.items(), *unseen.items()):
        totals[spot.place] += count
    for spot, count in unseen.items():
        gone[spot.place] += count
        if whole is not None and not spot.is_in(whole):
            partial[spot.place] += count
    short = {place for place in gone if _short(totals[place], gone[place])}
    doubtful = frozenset(
        spot for spot in unseen if (whole is not None and not spot.is_in(whole)) or spot.place in short
    )
    said = {place: (totals[place] - gone[place], totals[place]) for place in short if place not in partial}
    return Verdict(missing=frozenset(unseen) - doubtful, doubtful=doubtful, note=_note(partial, said))


def _note(partial: Mapping[str, int], short: Mapping[str, tuple[int, int]]) -> str:
    lines = [f"Place {place} was not read whole: {partial[place]} unseen there." for place in sorted(partial)]
    lines += [f"Place {place} gave {short[place][0]} of {short[place][1]}." for place in sorted(short)]
    return " ".join([*lines, "Their entries were not taken for missing."]) if lines else ""


def _short(before: int, unseen: int) -> bool:
    return before >= ENOUGH and (before - unseen) * 2 < before
