"""Says what an apply would do now, call by call, without writing anything anywhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from planora_sync.adapter import Adapter, ReadResult
from planora_sync.correct.compare import AsWanted, Conflict, Ready, compare
from planora_sync.correct.halting import WIDTH
from planora_sync.correct.journal import State
from planora_sync.correct.lane import Written, cut
from planora_sync.correct.proposal import Correction
from planora_sync.correct.reading import read_fresh
from planora_sync.correct.results import Call, Result, result
from planora_sync.errors import ConnectionFailed, NotApplied

Rehearsed = tuple[Result, tuple[Call, ...]]


def rehearse(adapter: Adapter, corrections: Iterable[Correction], written: Written) -> Iterator[Rehearsed]:
    """Yield what would become of each correction of a connection, and the calls it would cost."""
    waiting = deque(corrections)
    while waiting:
        batch = cut(waiting, WIDTH)
        fresh = read_fresh(adapter, [one.ref.id for one in batch])
        for one in batch:
            if isinstance(fresh, ConnectionFailed):
                yield result(one, State.SKIPPED, str(fresh)), ()
            else:
                yield _rehearsed(adapter, one, fresh[one.ref.id], written)


def _rehearsed(adapter: Adapter, correction: Correction, found: ReadResult, written: Written) -> Rehearsed:
    match compare(correction, found, written.get((correction.id, correction.ref), {})):
        case Conflict() as conflict:
            return result(correction, State.CONFLICT, conflict.detail), ()
        case AsWanted():
            return result(correction, State.SKIPPED, "Already as wanted.", done=True), ()
        case Ready() as ready:
            return _calls(adapter, correction, ready)


def _calls(adapter: Adapter, correction: Correction, ready: Ready) -> Rehearsed:
    try:
        steps = adapter.steps(ready.entry, ready.changes)
    except NotApplied as refusal:
        return result(correction, State.REFUSED, str(refusal)), ()
    except ConnectionFailed as failure:
        return result(correction, State.SKIPPED, str(failure)), ()
    calls = tuple(
        Call(
            connection=correction.ref.connection,
            method=step.method,
            path=step.path,
            correction=correction.id,
        )
        for step in steps
    )
    noun = "call" if len(calls) == 1 else "calls"
    return result(correction, State.SKIPPED, f"Dry run: {len(calls)} {noun}."), calls
