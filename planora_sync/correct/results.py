"""What an apply did, correction by correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planora_sync.change import Change
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Correction
from planora_sync.model import Ref


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one correction."""

    id: str
    ref: Ref
    key: str
    outcome: State
    """`confirmed`, `conflict`, `refused`, `unknown` or `skipped`."""
    detail: str = ""
    changes: tuple[Change, ...] = ()
    """What was written and read back."""
    side_effects: tuple[str, ...] = ()
    wanted: bool = True
    """Whether somebody approved it and so expects it to be done."""
    done: bool = False
    """Whether the entry is as the correction wants it."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One HTTP call that a dry run would have made."""

    connection: str
    method: str
    path: str
    correction: str


@dataclass(frozen=True, kw_only=True)
class ApplyReport:
    """What an apply, or a dry run of one, did."""

    proposal: str
    run: str
    dry_run: bool
    results: tuple[Result, ...]
    """In the proposal's order, each correction once."""
    calls: tuple[Call, ...] = ()
    """Of a dry run."""

    @property
    def complete(self) -> bool:
        """Return whether everything that was approved is as wanted; a dry run only must find no conflict."""
        if self.dry_run:
            return not any(result.outcome in (State.CONFLICT, State.REFUSED) for result in self.results)
        return all(result.done for result in self.results if result.wanted)

    def counts(self) -> dict[str, int]:
        """Return how many results have which outcome."""
        found: dict[str, int] = {}
        for result in self.results:
            found[result.outcome.value] = found.get(result.outcome.value, 0) + 1
        return found


Progress = Callable[[Result, int, int], None]
"""Told each result as it comes, how many there are by now, and how many there will be."""


def result(
    correction: Correction,
    outcome: State,
    detail: str,
    *,
    changes: tuple[Change, ...] = (),
    side_effects: tuple[str, ...] = (),
    wanted: bool = True,
    done: bool = False,
) -> Result:
    """Return the result of a correction; a confirmed one is done."""
    return Result(
        id=correction.id,
        ref=correction.ref,
        key=correction.key,
        outcome=outcome,
        detail=detail,
        changes=changes,
        side_effects=side_effects,
        wanted=wanted,
        done=done or outcome is State.CONFIRMED,
    )
