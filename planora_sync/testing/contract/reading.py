"""The contract of reading: check, places, full pulls and single reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from planora_sync.adapter import Absence, Adapter, Capabilities, Notice, Severity
from planora_sync.change import Field
from planora_sync.model import Category, Entry
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.contract.base import ContractBase
from planora_sync.testing.pulled import differing, pull_all


def _absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


class ReadingContract(ContractBase):
    """What every adapter gives to readers."""

    def test_declares_what_it_can_do(self, adapter: Adapter) -> None:
        capabilities = type(adapter).capabilities
        assert isinstance(capabilities, Capabilities)
        assert isinstance(capabilities.writes, frozenset)
        assert all(isinstance(field, Field) for field in capabilities.writes)
        assert capabilities.batch_read >= 1
        assert type(adapter).tracker == type(adapter).tracker.strip().lower() != ""

    def test_check_says_what_works(self, adapter: Adapter) -> None:
        notices = adapter.check()
        assert notices, "check() says nothing, not even what works"
        assert all(isinstance(notice, Notice) and notice.where and notice.what for notice in notices)
        assert not [notice for notice in notices if notice.severity is Severity.ERROR]
        assert not [n for n in notices if n.severity is Severity.WARNING and not n.next_step]

    def test_check_writes_nothing(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        adapter.check()
        assert not self.writes_in(ledger)

    def test_places_are_unique_and_well_formed(self, adapter: Adapter) -> None:
        places = adapter.places()
        assert places
        assert len({(place.kind, place.id) for place in places}) == len(places)
        assert len({place.path for place in places}) == len(places), "two places have one path"
        for place in places:
            assert (place.tracker, place.connection) == (adapter.tracker, adapter.context.name)
            assert place.id
            assert place.name
            assert place.path == place.path.strip() != ""
            assert place.path.isprintable(), f"{place.path!r} holds control characters"
            assert place.url is None or _absolute(place.url)

    def test_a_full_pull_gives_each_entry_once(self, adapter: Adapter) -> None:
        entries = pull_all(adapter).entries
        assert entries
        refs = [entry.ref for entry in entries]
        assert len(set(refs)) == len(refs), "an entry came twice"
        assert {(ref.tracker, ref.connection) for ref in refs} == {(adapter.tracker, adapter.context.name)}
        assert all(
            ref.id and entry.key and entry.title is not None for ref, entry in zip(refs, entries, strict=True)
        )

    def test_a_full_pull_notices_no_error(self, adapter: Adapter) -> None:
        assert not pull_all(adapter).errors

    def test_a_full_pull_writes_nothing(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        pull_all(adapter)
        assert not self.writes_in(ledger)

    def test_every_entry_stands_in_a_place_of_the_pull(self, adapter: Adapter) -> None:
        pulled = pull_all(adapter)
        known = {place.id for place in pulled.places}
        assert not {e.key: e.place for e in pulled.entries if e.place.id not in known}
        assert not {p.path: p.container for p in pulled.places if p.container and p.container not in known}

    def test_instants_are_aware_utc(self, adapter: Adapter) -> None:
        for entry in pull_all(adapter).entries:
            for instant in (entry.created, entry.updated, entry.done, entry.since):
                assert instant is None or _is_utc(instant), f"{entry.key}: {instant!r}"
            if entry.created and entry.updated:
                assert entry.created <= entry.updated, f"{entry.key} was changed before it was made"

    def test_addresses_are_absolute(self, adapter: Adapter) -> None:
        pulled = pull_all(adapter)
        assert not {entry.key: entry.url for entry in pulled.entries if not _absolute(entry.url)}
        assert not {
            place.path: place.url for place in pulled.places if place.url and not _absolute(place.url)
        }

    def test_entries_survive_json(self, adapter: Adapter) -> None:
        for entry in pull_all(adapter).entries:
            again = Entry.model_validate_json(entry.model_dump_json())
            assert differing(entry, again) == frozenset()
            assert again.raw == entry.raw
            assert again.content_hash == entry.content_hash

    def test_the_content_hash_is_steady(self, adapter: Adapter) -> None:
        first, second = pull_all(adapter).by_id, pull_all(self.again(adapter)).by_id
        assert {id: entry.content_hash for id, entry in first.items()} == {
            id: entry.content_hash for id, entry in second.items()
        }

    def test_raw_is_kept_only_where_wanted(self, adapter: Adapter) -> None:
        with_raw = pull_all(self.again(adapter, keep_raw=True)).by_id
        without = pull_all(self.again(adapter, keep_raw=False)).by_id
        assert not [entry.key for entry in with_raw.values() if entry.raw is None]
        assert not [entry.key for entry in without.values() if entry.raw is not None]
        assert {i: e.content_hash for i, e in with_raw.items()} == {
            i: e.content_hash for i, e in without.items()
        }

    def test_a_full_pull_leaves_out_what_was_done_long_ago(self, adapter: Adapter) -> None:
        # A day of grace: trackers search by whole days in a time zone of their own.
        oldest = adapter.context.now() - timedelta(days=adapter.context.done_days + 1)
        done = [entry for entry in pull_all(adapter).entries if entry.category is Category.DONE]
        assert not [entry.key for entry in done if entry.done and entry.done < oldest]

    def test_sprints_are_seen_where_declared(self, adapter: Adapter) -> None:
        if not adapter.capabilities.sprints:
            pytest.skip("this adapter knows no sprints")
        assert [entry for entry in pull_all(adapter).entries if entry.sprint or entry.earlier_sprints]

    def test_levels_are_seen_where_declared(self, adapter: Adapter) -> None:
        if not adapter.capabilities.levels:
            pytest.skip("this adapter knows no levels")
        assert len({entry.level for entry in pull_all(adapter).entries} - {None}) > 1

    def test_read_gives_what_pull_gave(self, adapter: Adapter) -> None:
        pulled = pull_all(adapter).by_id
        wanted = list(pulled)[:: max(1, len(pulled) // (12 + adapter.capabilities.batch_read))]
        answer = adapter.read(wanted)
        assert set(answer) == set(wanted)
        for id, found in answer.items():
            assert isinstance(found, Entry), f"{id} is {found}"
            assert differing(pulled[id], found) == frozenset(), f"{found.key} reads otherwise than it pulls"

    def test_read_takes_doubles_and_nothing(self, adapter: Adapter, ledger: Sequence[LedgerRow]) -> None:
        id = next(iter(pull_all(adapter).by_id))
        asked = len(ledger)
        assert dict(adapter.read([])) == {}
        assert len(ledger) == asked, "reading nothing cost a request"
        assert set(adapter.read([id, id])) == {id}

    def test_what_is_not_there_is_an_absence(self, adapter: Adapter, unknown_id: str) -> None:
        id = next(iter(pull_all(adapter).by_id))
        answer = adapter.read([unknown_id, id])
        assert isinstance(answer[unknown_id], Absence)
        assert isinstance(answer[id], Entry), "one absent entry took another with it"
        assert set(answer) == {unknown_id, id}


def _is_utc(instant: datetime) -> bool:
    return instant.utcoffset() == timedelta(0)
