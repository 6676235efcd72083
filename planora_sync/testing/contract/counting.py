"""The contract of censuses and of places that are read whole: what is said to be all is all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from planora_sync.adapter import Adapter, Severity, Written
from planora_sync.change import Field
from planora_sync.errors import ConnectionFailed, CredentialsRefused, Unsupported
from planora_sync.model import Entry
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import Pulled, pull_all


class CountingContract(ContractBase):
    """What every adapter gives that declares `census`, or says of a place that it was read whole."""

    def test_a_census_names_what_a_full_pull_brings(self, adapter: Adapter) -> None:
        self._census(adapter)
        pages = list(adapter.census())
        assert not [n for page in pages for n in page.notices if n.severity is Severity.ERROR]
        assert {id for page in pages for id in page.ids} == set(pull_all(self.again(adapter)).by_id)

    def test_a_census_writes_nothing(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        self._census(adapter)
        assert list(adapter.census())
        assert not self.writes_in(ledger)

    def test_a_census_costs_no_more_than_a_full_pull(
        self, adapter: Adapter, ledger: Sequence[LedgerRow]
    ) -> None:
        self._census(adapter)
        before = len(ledger)
        pull_all(self.again(adapter))
        pulled = len(ledger) - before
        list(self.again(adapter).census())
        assert len(ledger) - before - pulled <= pulled

    def test_a_census_with_wrong_credentials_names_nothing(
        self, adapter: Adapter, refused_adapter: Adapter
    ) -> None:
        self._census(adapter)
        with pytest.raises(CredentialsRefused):
            list(refused_adapter.census())

    @pytest.mark.parametrize("kind", ["html", "half-json", "500"])
    def test_a_failed_census_is_never_a_short_one(
        self, adapter: Adapter, fail: Callable[[Fault], None], kind: str
    ) -> None:
        self._census(adapter)
        fail(Fault(kind=kind, times=-1))
        try:
            pages = list(adapter.census())
        except ConnectionFailed:
            return
        assert [n for page in pages for n in page.notices if n.severity is Severity.ERROR], (
            "the tracker answered nonsense and the census says that this is all"
        )

    def test_without_a_census_none_is_taken(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        if adapter.capabilities.census:
            pytest.skip("this adapter has a census")
        asked = len(ledger)
        with pytest.raises(Unsupported):
            list(adapter.census())
        assert len(ledger) == asked

    def test_a_place_that_a_full_pull_calls_whole_is_whole(self, adapter: Adapter) -> None:
        pulled = pull_all(adapter)
        if not self._whole(pulled):
            pytest.skip("no place is said to be read whole")
        self._check(pulled, pulled.by_id)

    def test_a_place_that_an_incremental_pull_calls_whole_is_whole(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        if not adapter.capabilities.incremental:
            pytest.skip("this adapter has no incremental pull")
        since = pull_all(adapter).cursor
        entry, change = self.plain_change(adapter, writable)
        advance(120)
        assert isinstance(adapter.apply(entry, [change]), Written)
        advance(120)
        later = pull_all(self.again(adapter), since=since)
        if not self._whole(later):
            pytest.skip("no place is said to be read whole")
        self._check(later, pull_all(self.again(adapter)).by_id)

    def _check(self, pulled: Pulled, there: Mapping[str, Entry]) -> None:
        brought: set[str] = set()
        for page in pulled.pages:
            brought |= {entry.ref.id for entry in page.entries}
            for place in page.whole:
                opened = {
                    id
                    for id, entry in there.items()
                    if entry.is_open and place in (entry.place.id, entry.place.container)
                }
                assert opened <= brought, f"place {place} is called whole, and entries of it are not here"

    def _whole(self, pulled: Pulled) -> list[str]:
        return [place for page in pulled.pages for place in page.whole]

    def _census(self, adapter: Adapter) -> None:
        if not adapter.capabilities.census:
            pytest.skip("this adapter has no census")
