"""The contract of incremental pulls: from a cursor, nothing is lost and nothing is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from planora_sync.adapter import Adapter, Written
from planora_sync.change import Field
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import Pulled, pull_all


class IncrementalContract(ContractBase):
    """What every adapter that declares `incremental` gives."""

    def test_the_last_page_has_a_cursor(self, adapter: Adapter) -> None:
        self._needed(adapter)
        cursor = pull_all(adapter).cursor
        assert isinstance(cursor, str)
        assert cursor

    def test_nothing_changed_means_nothing_new(
        self, adapter: Adapter, advance: Callable[[float], None]
    ) -> None:
        self._needed(adapter)
        full = pull_all(adapter)
        advance(60)
        later = pull_all(self.again(adapter), since=full.cursor)
        assert not later.errors
        assert later.cursor, "an incremental pull must say where the next one begins"
        # Trackers search by whole minutes, so a pull may see an entry twice: then with the same content.
        assert {id: e.content_hash for id, e in later.by_id.items() if id in full.by_id} == {
            id: full.by_id[id].content_hash for id in later.by_id if id in full.by_id
        }
        assert not [e.key for id, e in later.by_id.items() if id not in full.by_id and e.is_open]

    def test_a_write_shows_in_the_next_pull(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        self._needed(adapter)
        entry, change = self.plain_change(adapter, writable)
        first = pull_all(adapter)
        advance(120)
        assert isinstance(adapter.apply(entry, [change]), Written)
        advance(120)
        second = pull_all(self.again(adapter), since=first.cursor)
        self._is_in(second, entry.ref.id, adapter)
        advance(600)
        third = pull_all(self.again(adapter), since=second.cursor)
        again = third.by_id.get(entry.ref.id)
        assert again is None or again.content_hash == second.by_id[entry.ref.id].content_hash

    def test_an_old_cursor_still_works(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        self._needed(adapter)
        entry, change = self.plain_change(adapter, writable)
        first = pull_all(adapter)
        advance(120)
        adapter.apply(entry, [change])
        advance(3 * 24 * 3600)
        self._is_in(pull_all(adapter, since=first.cursor), entry.ref.id, adapter)

    def _is_in(self, pulled: Pulled, id: str, adapter: Adapter) -> None:
        assert id in pulled.by_id, "the write is not in the incremental pull"
        assert pulled.by_id[id].content_hash == self.fresh(adapter, id).content_hash

    def _needed(self, adapter: Adapter) -> None:
        if not adapter.capabilities.incremental:
            pytest.skip("this adapter has no incremental pull")
