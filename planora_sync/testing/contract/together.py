"""The contract of writing several entries at once: the same as one by one, and each for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import pytest

from planora_sync.adapter import Adapter, Refused, Unknown, Write, Written
from planora_sync.change import Change, Field, current, same
from planora_sync.errors import ReadOnlyConnection
from planora_sync.model import Named
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import pull_all


class TogetherContract(ContractBase):
    """What every adapter that writes gives; more where it declares `batch_write`."""

    def test_several_entries_are_written_as_one_by_one(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue]
    ) -> None:
        writes = self._apart(adapter, writable)
        outcomes = adapter.apply_many(writes)
        assert dict(outcomes) == {write.entry.ref.id: Written() for write in writes}
        for write in writes:
            self._holds(adapter, write)

    def test_what_cannot_be_written_hinders_no_other(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue]
    ) -> None:
        impossible = next((field for field in Field if field not in adapter.capabilities.writes), None)
        if impossible is None:
            pytest.skip("this adapter sets every field")
        entry, change = self.plain_change(adapter, writable)
        other = next(one for one in pull_all(adapter).entries if one.ref.id != entry.ref.id and one.is_open)
        wrong = Change(field=impossible, before=(), after=(Named(id="x", name="x"),))
        write = Write(entry=entry, changes=(change,))
        outcomes = adapter.apply_many([Write(entry=other, changes=(wrong,)), write])
        assert isinstance(outcomes[other.ref.id], Refused)
        assert outcomes[entry.ref.id] == Written()
        self._holds(adapter, write)

    def test_a_read_only_connection_writes_none_of_several(
        self,
        read_only_adapter: Adapter,
        writable: Mapping[Field, OtherValue],
        ledger: Sequence[LedgerRow],
    ) -> None:
        entry, change = self.plain_change(read_only_adapter, writable)
        asked = len(ledger)
        with pytest.raises(ReadOnlyConnection):
            read_only_adapter.apply_many([Write(entry=entry, changes=(change,))])
        assert len(ledger) == asked, "a refused write cost a request"

    def test_writing_nothing_costs_nothing(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        asked = len(ledger)
        assert dict(adapter.apply_many([])) == {}
        assert len(ledger) == asked

    def test_what_goes_together_goes_in_fewer_calls(
        self, adapter: Adapter, together: Sequence[OtherValue], ledger: Sequence[LedgerRow]
    ) -> None:
        writes = self._writes(adapter, together)
        outcomes = adapter.apply_many(writes)
        assert set(outcomes.values()) == {Written()}
        for write in writes:
            self._holds(adapter, write)
        assert len(self.writes_in(ledger)) < len(writes)

    def test_what_goes_together_stays_unknown_together(
        self,
        adapter: Adapter,
        together: Sequence[OtherValue],
        ledger: Sequence[LedgerRow],
        fail: Callable[[Fault], None],
    ) -> None:
        writes = self._writes(adapter, together)
        step = adapter.steps(writes[0].entry, writes[0].changes)[0]
        fail(Fault(kind="503", method=step.method, path=urlsplit(step.path).path, times=1))
        outcomes = adapter.apply_many(writes)
        assert set(outcomes) == {write.entry.ref.id for write in writes}
        assert {type(outcome) for outcome in outcomes.values()} == {Unknown}
        assert len(self.writes_in(ledger)) == 1, "a write without an answer was repeated"

    def _apart(self, adapter: Adapter, writable: Mapping[Field, OtherValue]) -> list[Write]:
        """Return one write an entry."""
        writes: dict[str, Write] = {}
        for field, other in writable.items():
            if other.id not in writes:
                entry = self.fresh(adapter, other.id)
                writes[other.id] = Write(entry=entry, changes=(self.change_of(entry, field, other),))
        if not writes:
            pytest.skip("this adapter sets no field")
        return list(writes.values())

    def _writes(self, adapter: Adapter, together: Sequence[OtherValue]) -> list[Write]:
        if adapter.capabilities.batch_write < 2:
            pytest.skip("this adapter writes one entry a call")
        field = self.together_field(adapter)
        entries = [self.fresh(adapter, other.id) for other in together]
        assert len(entries) > 1, "`together` must name several entries"
        pairs = zip(entries, together, strict=True)
        return [Write(entry=entry, changes=(self.change_of(entry, field, other),)) for entry, other in pairs]

    def _holds(self, adapter: Adapter, write: Write) -> None:
        held = self.fresh(adapter, write.entry.ref.id)
        for change in write.changes:
            assert same(current(held, change.field, change.property), change.after), (
                f"{change.field} of {held.key} was not set"
            )
