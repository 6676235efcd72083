"""Applies the corrections of one connection, in batches: read, compare, write ahead, write, read back."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planora_sync.adapter import Adapter, Outcome, ReadResult, Refused, Unknown
from planora_sync.change import Change, Value
from planora_sync.correct.compare import AsWanted, Conflict, Ready, Slot, compare, slot
from planora_sync.correct.halting import Halting
from planora_sync.correct.journal import Journal, JournalRow, State
from planora_sync.correct.outcome import Conclusion, conclude
from planora_sync.correct.proposal import Correction
from planora_sync.correct.reading import read_fresh
from planora_sync.correct.results import Result, result
from planora_sync.errors import ConnectionFailed, NotApplied, ReadOnlyConnection
from planora_sync.model import Entry, Ref

log = logging.getLogger(__name__)

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
    written: Written


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

    def apply(self, corrections: Iterable[Correction]) -> Iterator[Result]:
        """Yield the result of each correction as it becomes known."""
        waiting = deque(corrections)
        if self._adapter.context.read_only:
            refusal = str(ReadOnlyConnection(self._adapter.context.name))
            yield from (result(one, State.REFUSED, refusal) for one in waiting)
            return
        while waiting and self._failure is None and not self._desk.stop():
            batch = cut(waiting, self._halting.width)
            fresh = read_fresh(self._adapter, [one.ref.id for one in batch])
            if isinstance(fresh, ConnectionFailed):
                self._failure = fresh
                waiting.extendleft(reversed(batch))
                break
            yield from self._batch(batch, fresh)
        reason = str(self._failure) if self._failure else "Stopped before it was its turn."
        yield from (result(one, State.SKIPPED, reason) for one in waiting)

    def _batch(self, batch: Iterable[Correction], fresh: Mapping[str, ReadResult]) -> Iterator[Result]:
        sent: list[_Sent] = []
        for correction in batch:
            done = self._one(correction, fresh[correction.ref.id])
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

    # -- one correction -----------------------------------------------------------------------------------

    def _one(self, correction: Correction, found: ReadResult) -> Result | _Sent:
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
                return self._write(correction, ready)

    def _write(self, correction: Correction, ready: Ready) -> Result | _Sent:
        row = self._intend(correction, correction.ref, ready.changes)
        outcome = self._send(ready)
        if isinstance(outcome, Refused) and not outcome.done:
            self._settle(row, State.REFUSED, outcome.reason)
            return result(correction, State.REFUSED, outcome.reason)
        return _Sent(
            correction=correction, row=row, entry=ready.entry, changes=ready.changes, outcome=outcome
        )

    def _send(self, ready: Ready) -> Outcome:
        try:
            return self._adapter.apply(ready.entry, ready.changes)
        except NotApplied as refusal:
            return Refused(reason=str(refusal))
        except ConnectionFailed as failure:
            self._failure = failure
            return Unknown(reason=str(failure))
        except Exception as failure:
            log.exception("write failed connection=%s ref=%s", self._adapter.context.name, ready.entry.ref)
            return Unknown(reason=f"The adapter failed ({type(failure).__name__}).")

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


def cut(waiting: deque[Correction], width: int) -> list[Correction]:
    """Take the next batch off; an entry is in it once, so that each of its corrections sees it fresh."""
    batch: list[Correction] = []
    seen: set[Ref] = set()
    while waiting and len(batch) < width and waiting[0].ref not in seen:
        seen.add(waiting[0].ref)
        batch.append(waiting.popleft())
    return batch


def written_before(rows: Sequence[JournalRow]) -> Written:
    """Return what the journal says was written, by correction and entry."""
    found: dict[tuple[str, Ref], dict[Slot, Value]] = {}
    for row in rows:
        if row.state is State.CONFIRMED:
            slots = found.setdefault((row.correction, row.ref), {})
            slots.update({slot(change): change.after for change in row.changes})
    return found
