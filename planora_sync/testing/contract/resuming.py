"""The contract of pulls that go on: after any page, with exactly what was not given yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from planora_sync.adapter import Adapter, Written
from planora_sync.change import Field
from planora_sync.model import Entry
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import Pulled, pull_all, pull_some

LONGEST = 2_000
"""Characters that a `resume` may have: it is stored with every page."""


class ResumingContract(ContractBase):
    """What every adapter that declares `resume` gives."""

    def test_a_pull_says_with_its_pages_where_it_would_go_on(
        self, adapter: Adapter, secrets: frozenset[str]
    ) -> None:
        pulled = self._several_pages(adapter)
        given = [page.resume for page in pulled.pages if page.resume is not None]
        assert given, "no page says where a pull that is killed after it goes on"
        assert all(isinstance(resume, str) and 0 < len(resume) < LONGEST for resume in given)
        assert not [resume for resume in given if any(secret in resume for secret in secrets)]

    def test_a_pull_goes_on_after_any_page_with_exactly_the_rest(self, adapter: Adapter) -> None:
        whole = self._several_pages(adapter)
        for first, resume in self._cuts(adapter, whole):
            rest = pull_all(self.again(adapter), resume=resume)
            assert not rest.errors
            assert set(rest.by_id) == set(whole.by_id) - set(first.by_id), (
                f"after page {len(first.pages)} of {len(whole.pages)}"
            )
            assert rest.cursor, "a pull that went on must say where the next one begins"

    def test_what_is_edited_while_a_pull_lies_dead_is_not_lost(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        whole = self._several_pages(adapter)
        entry, change = self.plain_change(adapter, writable)
        changes = [change, change.inverse()]
        for number, (first, resume) in enumerate(self._cuts(adapter, whole)):
            advance(120)
            now = self.fresh(adapter, entry.ref.id)
            assert isinstance(adapter.apply(now, [changes[number % 2]]), Written)
            advance(120)
            rest = pull_all(self.again(adapter), resume=resume)
            assert not rest.errors
            advance(120)
            later = pull_all(self.again(adapter), since=rest.cursor)
            known = {**first.by_id, **rest.by_id, **later.by_id}
            assert _told(known) == _told(pull_all(adapter).by_id), f"after page {len(first.pages)}"

    def test_an_incremental_pull_goes_on_too(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        if not (adapter.capabilities.resume and adapter.capabilities.incremental):
            pytest.skip("this adapter cannot go on with an incremental pull")
        since = pull_all(adapter).cursor
        entry, change = self.plain_change(adapter, writable)
        advance(120)
        assert isinstance(adapter.apply(entry, [change]), Written)
        advance(120)
        whole = pull_all(self.again(adapter), since=since)
        for first, resume in self._cuts(adapter, whole, since):
            rest = pull_all(self.again(adapter), since=since, resume=resume)
            assert set(rest.by_id) == set(whole.by_id) - set(first.by_id)
            assert entry.ref.id in {**first.by_id, **rest.by_id}

    def _cuts(
        self, adapter: Adapter, whole: Pulled, since: str | None = None
    ) -> Iterator[tuple[Pulled, str]]:
        """Give pulls killed after each page that says where to go on, with what it said."""
        for count in range(1, len(whole.pages)):
            first = pull_some(self.again(adapter), count, since)
            resume = first.pages[-1].resume
            if resume is not None:
                yield first, resume

    def _several_pages(self, adapter: Adapter) -> Pulled:
        if not adapter.capabilities.resume:
            pytest.skip("this adapter cannot go on where a pull was killed")
        whole = pull_all(self.again(adapter))
        if len(whole.pages) < 2:
            pytest.skip("the workspace comes in one page: give it more, or smaller pages")
        return whole


def _told(entries: Mapping[str, Entry]) -> Mapping[str, str]:
    return {id: entry.content_hash for id, entry in entries.items() if entry.is_open}
