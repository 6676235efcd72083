"""The contract of bad weather: what an adapter does while the tracker fails; needs the fixture `fail`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import pytest

from planora_sync.adapter import Adapter, Refused, Unknown, Written
from planora_sync.change import Change, Field, current, same
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import pull_all

Fail = Callable[[Fault], None]


class FaultsContract(ContractBase):
    """What every adapter does with a tracker that is busy, broken or cut off."""

    @pytest.mark.parametrize("kind", ["429", "503", "502", "cut-before"])
    def test_a_read_is_repeated(self, adapter: Adapter, fail: Fail, kind: str) -> None:
        whole = pull_all(self.again(adapter))
        fail(Fault(kind=kind, times=1, retry_after="1" if kind == "429" else None))
        again = pull_all(adapter)
        assert not again.errors
        assert set(again.by_id) == set(whole.by_id)

    @pytest.mark.parametrize("kind", ["html", "half-json", "empty", "500", "410"])
    def test_a_failed_pull_is_never_a_short_one(self, adapter: Adapter, fail: Fail, kind: str) -> None:
        fail(Fault(kind=kind, times=-1))
        try:
            pulled = pull_all(adapter)
        except ConnectionFailed as failure:
            assert adapter.context.name in str(failure)
            assert failure.help()
        else:
            assert pulled.errors, "the tracker answered nonsense and the pull says that it is complete"

    @pytest.mark.parametrize("kind", ["html", "half-json", "500"])
    def test_a_failed_read_makes_nothing_absent(self, adapter: Adapter, fail: Fail, kind: str) -> None:
        id = next(iter(pull_all(adapter).by_id))
        fail(Fault(kind=kind, times=-1))
        with pytest.raises(ConnectionFailed):
            adapter.read([id])

    @pytest.mark.parametrize("kind", ["503", "cut-after", "hang"])
    def test_a_write_without_an_answer_is_unknown_and_not_repeated(
        self,
        adapter: Adapter,
        writable: Mapping[Field, OtherValue],
        ledger: Sequence[LedgerRow],
        fail: Fail,
        kind: str,
    ) -> None:
        entry, change = self._weather(adapter, writable, fail, kind)
        outcome = adapter.apply(entry, [change])
        assert isinstance(outcome, Unknown)
        assert outcome.reason
        assert len(self.writes_in(ledger)) == 1
        held = current(self.fresh(adapter, entry.ref.id), change.field, change.property)
        assert same(held, change.after if kind == "cut-after" else change.before) or kind == "hang"

    @pytest.mark.parametrize("kind", ["403", "404"])
    def test_a_refused_write_says_why(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], fail: Fail, kind: str
    ) -> None:
        entry, change = self._weather(adapter, writable, fail, kind)
        outcome = adapter.apply(entry, [change])
        assert isinstance(outcome, Refused)
        assert outcome.reason
        assert outcome.done == ()
        held = current(self.fresh(adapter, entry.ref.id), change.field, change.property)
        assert same(held, change.before)

    def test_a_write_that_was_told_to_wait_is_repeated(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], fail: Fail
    ) -> None:
        entry, change = self._weather(adapter, writable, fail, "429")
        assert isinstance(adapter.apply(entry, [change]), Written)
        held = current(self.fresh(adapter, entry.ref.id), change.field, change.property)
        assert same(held, change.after)

    def _weather(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], fail: Fail, kind: str
    ) -> tuple[Entry, Change]:
        """Make the one write of a plain change fail so, and return the entry and the change."""
        entry, change = self.plain_change(adapter, writable)
        step = adapter.steps(entry, [change])[0]
        retry_after = "1" if kind == "429" else None
        fail(
            Fault(
                kind=kind, method=step.method, path=urlsplit(step.path).path, times=1, retry_after=retry_after
            )
        )
        return entry, change
