"""Decides which entries a pull shows to be missing. Pure: in doubt nothing is, and the doubt is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

ENOUGH = 10
"""From so many known entries on, a pull that brings back fewer than half of them is taken for short."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """An open entry that the store holds and does not miss yet."""

    ref: str
    place: str
    container: str | None


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What a pull says of itself."""

    seen: Collection[str]
    """References of all entries that came back."""
    full: bool
    complete: bool
    complete_places: frozenset[str] | None
    """Ids of places (or of boards that hold them) that were read whole; None for all."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Which entries are missing, and which only were not seen."""

    missing: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    """Not seen and yet not taken for missing: only the tracker can tell."""
    note: str = ""
    """Why not, in words; empty where nothing is in doubt."""


def judge_missing(known: Iterable[Known], pulled: Pulled) -> Verdict:
    """Return what a pull shows to be missing among the entries known before it."""
    if not pulled.full:
        return Verdict()
    if not pulled.complete:
        return Verdict(note="The pull was incomplete: nothing was taken for missing.")
    before = sorted(known, key=lambda entry: entry.ref)
    unseen = [entry for entry in before if entry.ref not in pulled.seen]
    doubt = _doubt_of_all(len(before), len(unseen), empty=not pulled.seen)
    if doubt:
        return Verdict(unseen=tuple(entry.ref for entry in unseen), note=doubt)
    return _by_place(before, unseen, pulled.complete_places)


def _doubt_of_all(before: int, unseen: int, *, empty: bool) -> str:
    if unseen and empty:
        return f"The pull came back empty where {before} open entries were known: none was taken for missing."
    if _short(before, unseen):
        return (
            f"The pull brought back {before - unseen} of {before} open entries that were known:"
            " none was taken for missing."
        )
    return ""


def _by_place(before: list[Known], unseen: list[Known], whole: frozenset[str] | None) -> Verdict:
    totals = Counter(entry.place for entry in before)
    gone = Counter(entry.place for entry in unseen)
    missing, doubtful, partial = [], [], Counter[str]()
    for entry in unseen:
        if not _read_whole(entry, whole):
            doubtful.append(entry.ref)
            partial[entry.place] += 1
        elif _short(totals[entry.place], gone[entry.place]):
            doubtful.append(entry.ref)
        else:
            missing.append(entry.ref)
    short = {
        place: gone[place] for place in gone if place not in partial and _short(totals[place], gone[place])
    }
    return Verdict(missing=tuple(missing), unseen=tuple(doubtful), note=_note(partial, short, totals))


def _note(partial: Mapping[str, int], short: Mapping[str, int], totals: Mapping[str, int]) -> str:
    lines = [f"Place {place} was not read whole: {count} unseen there." for place, count in partial.items()]
    lines += [
        f"Place {place} gave {totals[place] - gone} of {totals[place]}." for place, gone in short.items()
    ]
    return " ".join([*lines, "Their entries were not taken for missing."]) if lines else ""


def _read_whole(entry: Known, whole: frozenset[str] | None) -> bool:
    return whole is None or entry.place in whole or entry.container in whole


def _short(before: int, unseen: int) -> bool:
    return before >= ENOUGH and (before - unseen) * 2 < before
