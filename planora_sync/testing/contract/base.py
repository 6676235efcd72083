"""What a subclass of the contract suite gives, and what all parts of the suite use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from planora_sync.adapter import Absence, Adapter, Delivery
from planora_sync.change import Change, Draft, Field, LinkDraft, Value, current, same
from planora_sync.model import Entry, Named
from planora_sync.sandbox import Fault, LedgerRow


@dataclass(frozen=True, kw_only=True)
class OtherValue:
    """A legal value that an entry does not hold yet, so that a field can be set there and back."""

    id: str
    """External id of the entry; several fields may name the same one."""
    value: Value
    property: Named | None = None
    """Which property, for `Field.PROPERTY`."""
    follows: frozenset[str] = frozenset()
    """Names of further fields of `Entry` that this tracker sets along with it."""
    lost: frozenset[str] = frozenset()
    """Names of fields that do not come back when the value does; a correction must name them."""


class ContractBase:
    """Fixtures and hooks; see `planora_sync.testing.contract_suite` for how to use them."""

    # -- a subclass must give these -----------------------------------------------------------------------

    @pytest.fixture
    def adapter(self) -> Adapter:
        """Return a read-write adapter over a workspace that this test has for itself."""
        raise NotImplementedError(
            "Give a fixture `adapter`: a read-write adapter over a workspace of its own."
        )

    @pytest.fixture
    def ledger(self) -> Sequence[LedgerRow]:
        """Return the live list of requests that the tracker behind `adapter` has seen."""
        raise NotImplementedError(
            "Give a fixture `ledger`: the live list of requests, such as sandbox.ledger."
        )

    @pytest.fixture
    def writable(self) -> Mapping[Field, OtherValue]:
        """Return one other value for each field of `capabilities.writes`."""
        raise NotImplementedError(
            "Give a fixture `writable`: an OtherValue for each field of capabilities.writes."
        )

    @pytest.fixture
    def unknown_id(self) -> str:
        """Return a well-formed external id that names nothing."""
        raise NotImplementedError(
            "Give a fixture `unknown_id`: a well-formed external id that names nothing."
        )

    @pytest.fixture
    def absent_place(self) -> str:
        """Return a word for `context.scope` that names no place of the workspace."""
        raise NotImplementedError("Give a fixture `absent_place`: a scope word that names no place.")

    @pytest.fixture
    def draft(self) -> Draft:
        """Return an entry that can be created (asked for where `capabilities.create`)."""
        raise NotImplementedError("Give a fixture `draft`: an entry that can be created in the workspace.")

    @pytest.fixture
    def link_draft(self) -> LinkDraft:
        """Return a link that is not there yet (asked for where `capabilities.link`)."""
        raise NotImplementedError(
            "Give a fixture `link_draft`: a link between two entries that is not there yet."
        )

    # -- a subclass may give these ------------------------------------------------------------------------

    @pytest.fixture
    def read_only_adapter(self, adapter: Adapter) -> Adapter:
        """Return an adapter over the same workspace that may only read."""
        return self.again(adapter, read_only=True)

    @pytest.fixture
    def refused_adapter(self, adapter: Adapter) -> Adapter:
        """Return an adapter over the same workspace whose token is wrong."""
        return self.again(adapter, token="wr0ng-t0ken-0f-the-c0ntract-suite", write_token=None)  # noqa: S106

    @pytest.fixture
    def absent_adapter(self, adapter: Adapter, absent_place: str) -> Adapter:
        """Return an adapter whose scope is what `adapter` reads and a place that does not exist."""
        if not adapter.context.scope:
            raise NotImplementedError("Give `adapter` a scope, or give a fixture `absent_adapter`.")
        return self.again(adapter, scope=(*adapter.context.scope, absent_place))

    @pytest.fixture
    def secrets(self, adapter: Adapter) -> frozenset[str]:
        """Return the texts that may appear nowhere."""
        context = adapter.context
        given = (context.token, context.write_token, context.webhook_secret)
        return frozenset(secret for secret in given if secret)

    @pytest.fixture
    def advance(self) -> Callable[[float], None]:
        """Return what lets so many seconds pass in the workspace; without it time stands still."""
        return lambda seconds: None

    @pytest.fixture
    def fail(self) -> Callable[[Fault], None]:
        """Return what makes the tracker's next matching requests fail, such as `sandbox.fail`."""
        pytest.skip("faults cannot be switched on here: no fixture `fail`")

    @pytest.fixture
    def delivery(self) -> Delivery:
        """Return a webhook's request about an entry, signed with `context.webhook_secret` (asked for with `hints`)."""
        pytest.skip("no webhook is sent here: no fixture `delivery`")

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Delivery]:
        """Return what makes a signed webhook's request of any body."""
        pytest.skip("nothing is signed here: no fixture `sign`")

    @pytest.fixture
    def together(self) -> Sequence[OtherValue]:
        """Return values of `together_field` for several entries that can be written in one call."""
        pytest.skip("nothing is said to go together: no fixture `together`")

    def together_field(self, adapter: Adapter) -> Field:
        """Return the field that several entries get in one call; override where it is not the sprint."""
        return Field.SPRINT

    def again(self, adapter: Adapter, **changes: Any) -> Adapter:
        """Return another adapter over the same workspace, its context changed so."""
        return type(adapter)(replace(adapter.context, **changes))

    def is_write(self, row: LedgerRow) -> bool:
        """Return whether a request writes; override where searches are POSTs."""
        return row.method not in {"GET", "HEAD", "OPTIONS"}

    def links_of(self, adapter: Adapter, id: str) -> int:
        """Return how many links an entry has; override where the tracker shows them elsewhere."""
        return len(self.fresh(adapter, id).links)

    # -- what the parts use -------------------------------------------------------------------------------

    def fresh(self, adapter: Adapter, id: str) -> Entry:
        """Return one entry read from the tracker."""
        found = adapter.read([id])[id]
        assert not isinstance(found, Absence), (
            f"{id} is {found}: the fixture names an entry that is not there"
        )
        return found

    def writes_in(self, ledger: Sequence[LedgerRow]) -> list[LedgerRow]:
        """Return the requests that wrote."""
        return [row for row in ledger if self.is_write(row)]

    def change_of(self, entry: Entry, field: Field, other: OtherValue) -> Change:
        """Return the change that gives `entry` the other value."""
        before = current(entry, field, other.property)
        assert not same(before, other.value), (
            f"`writable` gives {field} the value that {entry.key} holds already"
        )
        return Change(field=field, before=before, after=other.value, property=other.property)

    def plain_change(self, adapter: Adapter, writable: Mapping[Field, OtherValue]) -> tuple[Entry, Change]:
        """Return an entry and a change on it, of a field that moves it nowhere if there is one."""
        order = [Field.DUE, Field.LABELS, Field.START, Field.ASSIGNEES, Field.STATUS, *Field]
        field = next((name for name in order if name in adapter.capabilities.writes), None)
        if field is None:
            pytest.skip("this adapter sets no field")
        entry = self.fresh(adapter, writable[field].id)
        return entry, self.change_of(entry, field, writable[field])
