"""Adapters over a workspace in memory that go wrong in ways a fault of the workspace cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from planora_sync.adapter import Absence, Capabilities, Outcome, ReadResult, Refused, Step, Unknown, Written
from planora_sync.change import Field
from planora_sync.testing import MemoryAdapter
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
