"""Says what came of a write, from what the tracker answered and what it holds afterwards (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from planora_sync.adapter import Absence, Outcome, ReadResult, Refused, Unknown, Written
from planora_sync.change import Change
from planora_sync.correct.compare import Verdict, gone, named, verdict
from planora_sync.correct.effects import Effects, effects
from planora_sync.correct.journal import State
from planora_sync.model import Entry


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What is known of a write once the entry was read back."""

    state: State
    detail: str = ""
    written: tuple[Change, ...] = ()
    """What took effect."""
    partial: bool = False
    """Whether that is a part only."""
    effects: Effects = field(default_factory=Effects)


def conclude(
    changes: Sequence[Change], before: Entry, outcome: Outcome, back: ReadResult | None
) -> Conclusion:
    """Return what came of a write.

    Args:
        changes: what was to be written.
        before: the entry as it was read right before.
        outcome: what the tracker answered.
        back: the entry as it was read afterwards; None where that failed.
    """
    if back is None:
        return Conclusion(state=State.UNKNOWN, detail=f"{_answer(outcome)} Reading it back failed.")
    if isinstance(back, Absence):
        return Conclusion(
            state=State.UNKNOWN, detail=f"{_answer(outcome)} Then the entry was not there: {gone(back)}."
        )
    seen = verdict(changes, back)
    if seen.complete:
        return Conclusion(
            state=State.CONFIRMED,
            detail=""
            if isinstance(outcome, Written)
            else f"{_answer(outcome)} A look shows that it was written.",
            written=tuple(changes),
            effects=effects(changes, before, back),
        )
    return Conclusion(
        state=State.CONFLICT if seen.other else State.REFUSED,
        detail=_detail(seen, outcome),
        written=seen.taken,
        partial=bool(seen.taken),
        effects=effects(changes, before, back) if seen.taken else Effects(),
    )


def _answer(outcome: Outcome) -> str:
    match outcome:
        case Written():
            return "The tracker accepted the call."
        case Refused():
            return outcome.reason
        case Unknown():
            return f"No clear answer: {outcome.reason}"
        case _:
            assert_never(outcome)


def _detail(seen: Verdict, outcome: Outcome) -> str:
    if seen.other:
        return (
            f"{_answer(outcome)} After the write {'; '.join(seen.other)}: a person or an automation set it."
        )
    if seen.taken:
        done, left = (", ".join(map(named, part)) for part in (seen.taken, seen.untaken))
        return f"{_answer(outcome)} Written: {done}; not written: {left}."
    if isinstance(outcome, Written):
        return "The tracker accepted the call but changed nothing."
    if isinstance(outcome, Unknown):
        return f"It did not take effect: {outcome.reason}"
    return _answer(outcome)
