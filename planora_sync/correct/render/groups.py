"""How a proposal is laid out for people: by safety, then by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planora_sync.change import Change
from planora_sync.correct.compare import named, said
from planora_sync.correct.proposal import Correction, Proposal, Safety

HEADINGS: Mapping[Safety, str] = {
    Safety.SAFE: "Safe: one write undoes it, and nothing is lost",
    Safety.REVIEW: "To review: approve them once you have seen what else happens",
    Safety.MANUAL: "By hand: only a person can decide these",
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """The corrections of one safety in one place."""

    safety: Safety
    place: str
    """Connection and path: `work: CARE`."""
    corrections: tuple[Correction, ...]


def groups(proposal: Proposal) -> tuple[Group, ...]:
    """Return the corrections by safety, mildest first, and by place; the proposal's order within."""
    found: dict[tuple[Safety, str], list[Correction]] = {}
    for safety in Safety:
        for one in proposal.corrections:
            if one.safety is safety:
                found.setdefault((safety, f"{one.ref.connection}: {one.place}"), []).append(one)
    return tuple(
        Group(safety=safety, place=place, corrections=tuple(ours)) for (safety, place), ours in found.items()
    )


def change_words(change: Change) -> tuple[str, str, str]:
    """Return a change as its field's name, before and after, in the tracker's own words."""
    return named(change), said(change.before, change.field), said(change.after, change.field)


def summary(corrections: Iterable[Correction]) -> str:
    """Return how many corrections there are of which safety, in words."""
    counted = [one.safety for one in corrections]
    if not counted:
        return "Nothing to correct."
    names = {Safety.SAFE: "safe", Safety.REVIEW: "to review", Safety.MANUAL: "by hand"}
    parts = [f"{counted.count(safety)} {name}" for safety, name in names.items() if safety in counted]
    noun = "correction" if len(counted) == 1 else "corrections"
    return f"{len(counted)} {noun}: {', '.join(parts)}."
