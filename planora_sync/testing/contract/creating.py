"""The contract of creating and linking: what was made is found again, and not made twice."""

from __future__ import annotations

import pytest

from planora_sync.adapter import Adapter, Written
from planora_sync.change import Draft, LinkDraft, current, same
from planora_sync.testing.contract.base import ContractBase
from planora_sync.testing.pulled import pull_all


class CreatingContract(ContractBase):
    """What every adapter that declares `create` or `link` gives."""

    def test_what_was_created_is_found_by_its_marker(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        draft = self._draft(adapter, request)
        assert adapter.find_marker(draft.marker, draft.place.id) is None
        outcome = adapter.create(draft)
        assert isinstance(outcome, Written)
        assert outcome.id, "a creation must say what it made"
        assert adapter.find_marker(draft.marker, draft.place.id) == outcome.id
        assert self.again(adapter).find_marker(draft.marker, draft.place.id) == outcome.id
        assert adapter.find_marker(f"{draft.marker}-of-another", draft.place.id) is None

    def test_what_was_created_is_what_was_drafted(
        self, adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        draft = self._draft(adapter, request)
        known = set(pull_all(adapter).by_id)
        outcome = adapter.create(draft)
        assert isinstance(outcome, Written)
        assert outcome.id
        made = self.fresh(adapter, outcome.id)
        assert made.title == draft.title
        assert made.place.id == draft.place.id
        for change in draft.changes:
            assert same(current(made, change.field, change.property), change.after), (
                f"{change.field} was not set"
            )
        assert set(pull_all(adapter).by_id) - known == {outcome.id}

    def test_looking_for_a_marker_needs_no_right(
        self, adapter: Adapter, read_only_adapter: Adapter, request: pytest.FixtureRequest
    ) -> None:
        draft = self._draft(adapter, request)
        outcome = adapter.create(draft)
        assert isinstance(outcome, Written)
        assert read_only_adapter.find_marker(draft.marker, draft.place.id) == outcome.id

    def test_linking_twice_makes_one_link(self, adapter: Adapter, request: pytest.FixtureRequest) -> None:
        if not adapter.capabilities.link:
            pytest.skip("this adapter does not link")
        link: LinkDraft = request.getfixturevalue("link_draft")
        before = self.links_of(adapter, link.source.id)
        assert isinstance(adapter.link(link), Written)
        once = self.links_of(adapter, link.source.id)
        assert once == before + 1
        assert isinstance(adapter.link(link), Written)
        assert self.links_of(adapter, link.source.id) == once

    def _draft(self, adapter: Adapter, request: pytest.FixtureRequest) -> Draft:
        if not adapter.capabilities.create:
            pytest.skip("this adapter creates no entries")
        draft: Draft = request.getfixturevalue("draft")
        return draft
