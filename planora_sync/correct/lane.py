"""Applies the corrections of one connection, in batches: read, compare, write ahead, write, read back.

Where the tracker takes several entries in one call, a batch is compared and journalled as a whole before any of
it is sent; else each entry is compared, journalled and sent by itself. Either way one read-back ends the batch.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from planora_sync.adapter import Adapter, Outcome, ReadResult, Refused, Write
from planora_sync.change import Change, Field, Value
from planora_sync.correct.compare import AsWanted, Conflict, Ready, Slot, compare, slot
from planora_sync.correct.halting import Halting
from planora_sync.correct.journal import Journal, JournalRow, State
from planora_sync.correct.outcome import Conclusion, conclude
from planora_sync.correct.proposal import Correction
from planora_sync.correct.reading import read_fresh
from planora_sync.correct.results import Result, result
from planora_sync.correct.sending import send
from planora_sync.errors import ConnectionFailed, ReadOnlyConnection
from planora_sync.model import Entry, Ref

Written = Mapping[tuple[str, Ref], Mapping[Slot, Value]]
"""Correction and entry -> what was written there before."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every lane of one apply shares."""

    proposal: str
    run: str
    journal: Journal
    now: Callable[[], datetime]
    stop: Callable[[], bool]
    written: Written = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """One write on its way: journalled and answered, but not read back yet."""

    correction: Correction
    row: int
    entry: Entry
    changes: tuple[Change, ...]
    outcome: Outcome


class Lane:
    """One connection's part of an apply."""

    def __init__(self, adapter: Adapter, desk: Desk) -> None:
        self._adapter = adapter
        self._desk = desk
        self._halting = Halting()
        self._failure: ConnectionFailed | None = None
        self._together = adapter.capabilities.batch_write > 1

    def apply(self, corrections: Iterable[Correction]) -> Iterator[Result]:
        """Yield the result of each correction as it becomes known."""
        waiting = deque(corrections)
        if self._adapter.context.read_only:
            refusal = str(ReadOnlyConnection(self._adapter.context.name))
            yield from (result(one, State.REFUSED, refusal) for one in waiting)
            return
        while waiting and self._failure is None and not self._desk.stop():
            batch = cut(waiting, self._halting.width, together=self._together)
            fresh = read_fresh(self._adapter, [one.ref.id for one in batch])
            if isinstance(fresh, ConnectionFailed):
                self._failure = fresh
                waiting.extendleft(reversed(batch))
                break
            yield from self._batch(batch, fresh)
        reason = str(self._failure) if self._failure else "Stopped before it was its turn."
        yield from (result(one, State.SKIPPED, reason) for one in waiting)

    def _batch(self, batch: Sequence[Correction], fresh: Mapping[str, ReadResult]) -> Iterator[Result]:
        sent: list[_Sent] = []
        for group in [batch] if self._together else [[one] for one in batch]:
            for done in self._group(group, fresh):
                if isinstance(done, _Sent):
                    sent.append(done)
                else:
                    yield done
        if not sent:
            return
        back = read_fresh(self._adapter, [one.entry.ref.id for one in sent])
        if isinstance(back, ConnectionFailed):
            self._failure = self._failure or back
        for one in sent:
            yield self._concluded(one, None if isinstance(back, ConnectionFailed) else back[one.entry.ref.id])

    def _group(
        self, group: Iterable[Correction], fresh: Mapping[str, ReadResult]
    ) -> Iterator[Result | _Sent]:
        """Compare all, then journal all that is to be written, then send it in one go."""
        ready: list[tuple[Correction, Ready]] = []
        for correction in group:
            compared = self._compared(correction, fresh[correction.ref.id])
            if isinstance(compared, Ready):
                ready.append((correction, compared))
            else:
                yield compared
        if ready:
            yield from self._write(ready)

    def _compared(self, correction: Correction, found: ReadResult) -> Result | Ready:
        if self._failure is not None:
            return result(correction, State.SKIPPED, str(self._failure))
        halted = self._halting.why(correction)
        if halted:
            return result(correction, State.SKIPPED, halted)
        written = self._desk.written.get((correction.id, correction.ref), {})
        match compare(correction, found, written):
            case Conflict() as conflict:
                return result(correction, State.CONFLICT, conflict.detail)
            case AsWanted():
                return result(correction, State.SKIPPED, "Already as wanted.", done=True)
            case Ready() as ready:
                return ready

    def _write(self, group: Sequence[tuple[Correction, Ready]]) -> Iterator[Result | _Sent]:
        rows = [self._intend(correction, correction.ref, ready.changes) for correction, ready in group]
        sending = send(self._adapter, [Write(entry=ready.entry, changes=ready.changes) for _, ready in group])
        self._failure = self._failure or sending.failure
        for row, (correction, ready) in zip(rows, group, strict=True):
            outcome = sending.outcomes[ready.entry.ref.id]
            if isinstance(outcome, Refused) and not outcome.done:
                self._settle(row, State.REFUSED, outcome.reason)
                yield result(correction, State.REFUSED, outcome.reason)
            else:
                yield _Sent(
                    correction=correction,
                    row=row,
                    entry=ready.entry,
                    changes=ready.changes,
                    outcome=outcome,
                )

    def _concluded(self, sent: _Sent, back: ReadResult | None) -> Result:
        found = conclude(sent.changes, sent.entry, sent.outcome, back)
        self._keep(sent, found)
        self._settle(sent.row, found.state, found.detail, found.effects.words)
        self._halting.learn(sent.changes, found.effects)
        return result(
            sent.correction,
            found.state,
            found.detail,
            changes=found.written,
            side_effects=found.effects.words,
        )

    # -- the journal --------------------------------------------------------------------------------------

    def _keep(self, sent: _Sent, found: Conclusion) -> None:
        """Write down what an undo must know beyond the intent: a part that took effect, what a move dropped."""
        if found.partial:
            self._confirm(sent, sent.entry.ref, found.written, "This part was written.")
        if found.effects.followed:
            self._confirm(sent, sent.entry.ref, found.effects.followed, "Went with the move.")
        # The last first: an undo goes backwards, and children name their parent again in their old order.
        for ref, change in reversed(list(found.effects.orphaned.items())):
            self._confirm(sent, ref, (change,), f"Lost its parent as {sent.entry.key} moved.")

    def _confirm(self, sent: _Sent, ref: Ref, changes: tuple[Change, ...], detail: str) -> None:
        self._settle(self._intend(sent.correction, ref, changes), State.CONFIRMED, detail)

    def _intend(self, correction: Correction, ref: Ref, changes: tuple[Change, ...]) -> int:
        desk = self._desk
        return desk.journal.intend(
            run=desk.run,
            proposal=desk.proposal,
            correction=correction.id,
            ref=ref,
            changes=changes,
            at=desk.now(),
        )

    def _settle(self, row: int, state: State, detail: str, side_effects: tuple[str, ...] = ()) -> None:
        self._desk.journal.settle(row, state, detail=detail, side_effects=side_effects, at=self._desk.now())


def cut(waiting: deque[Correction], width: int, *, together: bool = False) -> list[Correction]:
    """Take the next batch off; an entry is in it once, so that each of its corrections sees it fresh.

    Where a batch is sent `together`, nobody promises an order within it: a child and what it names as its parent,
    now or then, are in different ones.
    """
    batch: list[Correction] = []
    seen: set[Ref] = set()
    parents: set[str] = set()
    while waiting and len(batch) < width and waiting[0].ref not in seen:
        names = _parents(waiting[0]) if together else set()
        if waiting[0].ref.id in parents or names & {ref.id for ref in seen}:
            break
        seen.add(waiting[0].ref)
        parents |= names
        batch.append(waiting.popleft())
    return batch


def _parents(correction: Correction) -> set[str]:
    """Return the ids of what a correction's entry names as its parent, before and after."""
    changes = [change for change in correction.changes if change.field is Field.PARENT]
    return {one.id for change in changes for one in (*change.before, *change.after)}


def written_before(rows: Sequence[JournalRow]) -> Written:
    """Return what the journal says was written, by correction and entry."""
    found: dict[tuple[str, Ref], dict[Slot, Value]] = {}
    for row in rows:
        if row.state is State.CONFIRMED:
            slots = found.setdefault((row.correction, row.ref), {})
            slots.update({slot(change): change.after for change in row.changes})
    return found
