"""The contract of writing: exactly what was asked, there and back, and nothing without the right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

import pytest

from planora_sync.adapter import Adapter, Step, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, current, same
from planora_sync.errors import ReadOnlyConnection, Unsupported
from planora_sync.model import Entry, Named, Ref
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.contract.base import ContractBase, OtherValue
from planora_sync.testing.pulled import differing, pull_all

ALWAYS = frozenset({"updated", "rank", "since"})
"""Fields of an entry that any write may touch, and that need not come back."""

FOLLOWS: Mapping[Field, frozenset[str]] = {
    Field.TYPE: frozenset({"type", "kind", "level"}),
    Field.PLACE: frozenset({"place", "status", "key", "url", "audience"}),
    Field.PARENT: frozenset({"parent"}),
    Field.PROPERTY: frozenset({"properties"}),
    Field.STATUS: frozenset({"status", "done", "resolution", "place"}),
    Field.SPRINT: frozenset({"sprint"}),
    Field.ASSIGNEES: frozenset({"assignees"}),
    Field.OWNER: frozenset({"owner"}),
    Field.START: frozenset({"start"}),
    Field.DUE: frozenset({"due"}),
    Field.TARGET: frozenset({"horizon"}),
    Field.TARGET: frozenset({"horizon"}),
    Field.LABELS: frozenset({"labels"}),
    Field.ARCHIVED: frozenset({"archived"}),
}
"""Fields of an entry that change with a field of a correction; `OtherValue.follows` adds to them."""

MOVING = frozenset({Field.TYPE, Field.PLACE, Field.PARENT, Field.ARCHIVED})
"""Fields that are not set together with others here: the rest of the entry may follow them."""


class WritingContract(ContractBase):
    """What every adapter gives to corrections."""

    def test_there_is_another_value_for_each_field(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue]
    ) -> None:
        assert set(writable) == set(adapter.capabilities.writes)

    @pytest.mark.parametrize("field", list(Field))
    def test_sets_a_field_there_and_back(
        self,
        adapter: Adapter,
        writable: Mapping[Field, OtherValue],
        advance: Callable[[float], None],
        field: Field,
    ) -> None:
        if field not in adapter.capabilities.writes:
            pytest.skip(f"this adapter does not set {field}")
        other = writable[field]
        before = self.fresh(adapter, other.id)
        there = self.change_of(before, field, other)
        advance(60)
        after = self._written(adapter, before, [there])
        assert differing(before, after) <= ALWAYS | FOLLOWS[field] | other.follows | other.lost
        advance(60)
        back = self._written(adapter, after, [there.inverse()])
        assert differing(before, back) <= ALWAYS | other.lost

    def test_sets_several_fields_in_one_go(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], advance: Callable[[float], None]
    ) -> None:
        together = self._together(writable)
        if len(together) < 2:
            pytest.skip("`writable` names no entry on which two fields can be set")
        before = self.fresh(adapter, writable[together[0]].id)
        changes = [self.change_of(before, field, writable[field]) for field in together]
        advance(60)
        after = self._written(adapter, before, changes)
        allowed = {name for field in together for name in FOLLOWS[field] | writable[field].follows}
        assert differing(before, after) <= ALWAYS | allowed

    def test_setting_what_is_already_so_changes_nothing(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue]
    ) -> None:
        entry, change = self.plain_change(adapter, writable)
        first = self._written(adapter, entry, [change])
        second = self._written(adapter, first, [change])
        assert differing(first, second) <= ALWAYS

    def test_steps_need_no_right_and_write_nothing(
        self,
        adapter: Adapter,
        read_only_adapter: Adapter,
        writable: Mapping[Field, OtherValue],
        secrets: frozenset[str],
        ledger: Sequence[LedgerRow],
    ) -> None:
        before = pull_all(adapter).by_id
        for field, other in writable.items():
            entry = self.fresh(read_only_adapter, other.id)
            steps = read_only_adapter.steps(entry, [self.change_of(entry, field, other)])
            assert steps, f"{field} costs no call"
            assert {name for step in steps for name in step.fields} == {field}
            assert all(step.method.isupper() and step.path.startswith("/") for step in steps)
            assert not [step for step in steps if any(secret in repr(step) for secret in secrets)]
        assert not self.writes_in(ledger)
        after = pull_all(adapter).by_id
        assert {id: entry.content_hash for id, entry in before.items()} == {
            id: entry.content_hash for id, entry in after.items()
        }

    def test_apply_sends_what_steps_said(
        self, adapter: Adapter, writable: Mapping[Field, OtherValue], ledger: Sequence[LedgerRow]
    ) -> None:
        entry, change = self.plain_change(adapter, writable)
        said = [_wire(step) for step in adapter.steps(entry, [change])]
        adapter.apply(entry, [change])
        assert [(row.method, unquote(row.path)) for row in self.writes_in(ledger)] == said

    def test_a_read_only_connection_writes_nothing(
        self, read_only_adapter: Adapter, writable: Mapping[Field, OtherValue], ledger: Sequence[LedgerRow]
    ) -> None:
        entry, change = next(self._each(read_only_adapter, writable), (None, None))
        asked = len(ledger)
        if entry and change:
            with pytest.raises(ReadOnlyConnection, match=read_only_adapter.context.name):
                read_only_adapter.apply(entry, [change])
        with pytest.raises(ReadOnlyConnection):
            read_only_adapter.create(_any_draft())
        with pytest.raises(ReadOnlyConnection):
            read_only_adapter.link(_any_link(read_only_adapter))
        assert len(ledger) == asked, "a refused write cost a request"

    def test_what_it_cannot_do_is_refused_before_any_request(
        self, adapter: Adapter, ledger: Sequence[LedgerRow]
    ) -> None:
        entry = pull_all(adapter).entries[0]
        asked = len(ledger)
        for field in set(Field) - adapter.capabilities.writes:
            change = Change(field=field, before=(), after=(Named(id="x", name="x"),))
            with pytest.raises(Unsupported):
                adapter.steps(entry, [change])
            with pytest.raises(Unsupported):
                adapter.apply(entry, [change])
        if not adapter.capabilities.create:
            with pytest.raises(Unsupported):
                adapter.create(_any_draft())
        if not adapter.capabilities.link:
            with pytest.raises(Unsupported):
                adapter.link(_any_link(adapter))
        assert len(ledger) == asked

    def _written(self, adapter: Adapter, entry: Entry, changes: Sequence[Change]) -> Entry:
        assert adapter.apply(entry, changes) == Written()
        after = self.fresh(adapter, entry.ref.id)
        for change in changes:
            assert same(current(after, change.field, change.property), change.after), (
                f"{change.field} was not set"
            )
        return after

    def _each(self, adapter: Adapter, writable: Mapping[Field, OtherValue]) -> Iterator[tuple[Entry, Change]]:
        for field, other in writable.items():
            entry = self.fresh(adapter, other.id)
            yield entry, self.change_of(entry, field, other)

    def _together(self, writable: Mapping[Field, OtherValue]) -> list[Field]:
        groups: dict[str, list[Field]] = defaultdict(list)
        for field, other in writable.items():
            if field not in MOVING:
                groups[other.id].append(field)
        return max(groups.values(), key=len, default=[])


def _wire(step: Step) -> tuple[str, str]:
    return step.method, unquote(urlsplit(step.path).path)


def _any_draft() -> Draft:
    return Draft(place=Named(id="x", name="x"), title="never written", marker="never-written")


def _any_link(adapter: Adapter) -> LinkDraft:
    source = Ref(tracker=adapter.tracker, connection=adapter.context.name, id="x")
    return LinkDraft(source=source, target="https://example.invalid/", marker="never-written")
