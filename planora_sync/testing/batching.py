"""The in-memory adapter, for a workspace that takes several entries in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from planora_sync.adapter import Capabilities, Outcome, Refused, Unknown, Write, Written
from planora_sync.change import Change
from planora_sync.errors import Unsupported
from planora_sync.testing.memory import MemoryAdapter
from planora_sync.testing.setting import Impossible
from planora_sync.testing.workspace import MemoryFault

UNKNOWN_FAULTS = (MemoryFault.UNKNOWN_BEFORE, MemoryFault.UNKNOWN_AFTER)


class BatchingMemoryAdapter(MemoryAdapter):
    """Writes several entries in one call, whatever their changes are."""

    capabilities: ClassVar[Capabilities] = replace(MemoryAdapter.capabilities, batch_write=50)

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        """Write several entries in one call: refused one by one, unknown all together."""
        self._guard()
        if len(writes) < 2:
            return super().apply_many(writes)
        outcomes: dict[str, Outcome] = {}
        for start in range(0, len(writes), self.capabilities.batch_write):
            outcomes |= self._batch(writes[start : start + self.capabilities.batch_write])
        return outcomes

    def _batch(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        self._let_in()
        self.workspace.arrive()
        ids = [write.entry.ref.id for write in writes]
        fault = self.workspace.strikes(UNKNOWN_FAULTS, *ids)
        self.workspace.log("PATCH", "/entries", 200 if fault is None else 503)
        if fault is MemoryFault.UNKNOWN_BEFORE:
            return dict.fromkeys(ids, Unknown(reason="The workspace answered 503."))
        outcomes = {write.entry.ref.id: self._one_of_many(write) for write in writes}
        if fault is MemoryFault.UNKNOWN_AFTER:
            return dict.fromkeys(ids, Unknown(reason="The connection was cut."))
        return outcomes

    def _one_of_many(self, write: Write) -> Outcome:
        if self.workspace.strikes([MemoryFault.REFUSE], write.entry.ref.id):
            return Refused(reason="The workspace refuses this write.")
        try:
            self.steps(write.entry, write.changes)
            self.workspace.change(write.entry.ref.id, sorted(write.changes, key=Change.sort_key))
        except Unsupported as refusal:
            return Refused(reason=str(refusal))
        except Impossible as failure:
            return Refused(reason=f"The workspace says: {failure}.")
        return Written()
