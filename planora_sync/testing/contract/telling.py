"""The contract of histories: what changed, when and by whom, the oldest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from planora_sync.adapter import Adapter, Written
from planora_sync.change import Field
from planora_sync.errors import Unsupported
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.contract.base import ContractBase, OtherValue


class TellingContract(ContractBase):
    """What every adapter that declares `history` gives."""

    def test_a_write_is_told(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        self._tells(adapter)
        entry, change = self.plain_change(adapter, writable)
        before = adapter.history([entry.ref.id]).get(entry.ref.id, ())
        advance(60)
        assert isinstance(adapter.apply(entry, [change]), Written)
        advance(60)
        after = adapter.history([entry.ref.id])[entry.ref.id]
        assert after[: len(before)] == before, "history was rewritten, or does not begin with the oldest"
        assert change.field.value in {event.field for event in after[len(before) :]}

    def test_events_are_in_order_and_dated_in_utc(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        self._tells(adapter)
        entry, change = self.plain_change(adapter, writable)
        advance(60)
        assert isinstance(adapter.apply(entry, [change]), Written)
        advance(60)
        back = adapter.apply(self.fresh(adapter, entry.ref.id), [change.inverse()])
        assert isinstance(back, Written)
        for events in adapter.history([entry.ref.id]).values():
            assert [event.at for event in events] == sorted(event.at for event in events)
            assert all(event.at.utcoffset() == timedelta(0) and event.field for event in events)

    def test_what_is_not_there_has_no_history(self, adapter: Adapter, unknown_id: str) -> None:
        self._tells(adapter)
        assert not adapter.history([unknown_id]).get(unknown_id, ())

    def test_telling_of_nothing_costs_nothing_and_writes_nothing(
        self,
        adapter: Adapter,
        writable: Mapping[Field, OtherValue],
        ledger: Sequence[LedgerRow],
    ) -> None:
        self._tells(adapter)
        asked = len(ledger)
        assert not adapter.history([])
        assert len(ledger) == asked, "the history of nothing cost a request"
        adapter.history([other.id for other in writable.values()])
        assert not self.writes_in(ledger)

    def test_without_a_history_none_is_told(self, adapter: Adapter) -> None:
        if adapter.capabilities.history:
            pytest.skip("this adapter tells histories")
        with pytest.raises(Unsupported):
            adapter.history(["1"])

    def _tells(self, adapter: Adapter) -> None:
        if not adapter.capabilities.history:
            pytest.skip("this adapter tells no history")
