"""Adapters over a workspace in memory that go wrong in ways a fault of the workspace cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from planora_sync.adapter import (
    Absence,
    AdapterContext,
    Capabilities,
    Outcome,
    ReadResult,
    Refused,
    Step,
    Unknown,
    Write,
    Written,
)
from planora_sync.change import Field
from planora_sync.errors import Unreachable
from planora_sync.testing import MemoryAdapter, MemoryWorkspace
from planora_sync.testing.journal import MemoryJournal


class Deaf(MemoryAdapter):
    """Says yes and changes nothing: 204 from a Jira that ignored the field."""

    def _send(self, step: Step) -> Outcome:
        self.workspace.log(step.method, step.path, 204)
        return Written()


class Narrow(MemoryAdapter):
    """Cannot set a sprint."""

    capabilities: ClassVar[Capabilities] = Capabilities(writes=frozenset({Field.STATUS}), batch_read=50)


class Buggy(MemoryAdapter):
    """Falls over its own feet for one entry, before anything is sent."""

    stumbles_over = "1"

    def _send(self, step: Step) -> Outcome:
        if step.path.endswith(f"/{self.stumbles_over}"):
            raise KeyError("nobody thought of this")
        return super()._send(step)


class Broken(MemoryAdapter):
    """Cannot read what it was given: a fault of its own."""

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        raise TypeError("unexpected answer")


class Forgetful(MemoryAdapter):
    """Leaves out of its answer what it does not find."""

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        return {id: found for id, found in super().read(ids).items() if not isinstance(found, Absence)}


class Interrupted(MemoryAdapter):
    """Ctrl-C comes right after the first write has landed."""

    def _send(self, step: Step) -> Outcome:
        super()._send(step)
        raise KeyboardInterrupt


class Half(MemoryAdapter):
    """Each field is a call of its own, and all but the first are refused."""

    refusal: ClassVar[Outcome] = Refused(reason="The workflow does not allow it.")

    def _send(self, step: Step) -> Outcome:
        if Field.SPRINT in step.fields:
            self.workspace.log(step.method, step.path, 400)
            return self.refusal
        return super()._send(step)


class HalfUnknown(Half):
    """The same, but nobody knows what became of the later calls."""

    refusal = Unknown(reason="The connection was cut.")


class Watched(MemoryAdapter):
    """Notes for each write whether the journal held an intent for it."""

    journal: MemoryJournal
    ahead: list[bool]

    def _send(self, step: Step) -> Outcome:
        id = step.path.rpartition("/")[2]
        self.ahead.append(any(row.ref.id == id and row.settled is None for row in self.journal.rows()))
        return super()._send(step)


class Batched(MemoryAdapter):
    """Takes several entries in one call, in whatever order it likes, and notes what the journal held by then."""

    capabilities: ClassVar[Capabilities] = replace(MemoryAdapter.capabilities, batch_write=50)

    def __init__(self, context: AdapterContext, workspace: MemoryWorkspace, journal: MemoryJournal) -> None:
        super().__init__(context, workspace)
        self.journal = journal
        self.calls: list[tuple[str, ...]] = []
        self.open_before: list[int] = []

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        self.calls.append(tuple(write.entry.ref.id for write in writes))
        self.open_before.append(sum(row.settled is None for row in self.journal.rows()))
        return super().apply_many(list(reversed(writes)))


class BatchBreaksOff(Batched):
    """The first of a batch is written; then the connection fails for all of them."""

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        super().apply_many(writes[:1])
        raise Unreachable("The workspace does not answer.", connection=self.context.name)


class BatchStumbles(Batched):
    """Falls over its own feet once everything was written."""

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        super().apply_many(writes)
        raise KeyError("nobody thought of this")


class BatchForgets(Batched):
    """Says nothing of the last of a batch, and did not write it either."""

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        return super().apply_many(writes[:-1])


class BatchIsKilled(Batched):
    """Ctrl-C comes when the first of a batch has landed."""

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        super().apply_many(writes[:1])
        raise KeyboardInterrupt
