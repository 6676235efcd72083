"""The in-memory adapter passes the contract first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planora_sync.adapter import Adapter, Delivery
from planora_sync.change import Change, Draft, Field, LinkDraft, day, span, words
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing import (
    AdapterContract,
    BatchingMemoryAdapter,
    MemoryAdapter,
    MemoryFault,
    MemoryWorkspace,
    OtherValue,
    memory_context,
)
from planora_sync.testing.memory_hooks import signed
from tests.testing.workspaces import Clock, small_workspace

SECRET = "w3bhook-s3cret"


def _named(id: str, name: str | None = None) -> tuple[Named, ...]:
    return (Named(id=id, name=name or id),)


class TestContract(AdapterContract):
    kind: type[MemoryAdapter] = MemoryAdapter

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def workspace(self, clock: Clock) -> MemoryWorkspace:
        return small_workspace(clock)

    @pytest.fixture
    def adapter(self, workspace: MemoryWorkspace, clock: Clock) -> Adapter:
        return self.kind(memory_context(scope=("PLAN", "ROAD"), now=clock, webhook_secret=SECRET), workspace)

    def again(self, adapter: Adapter, **changes: Any) -> Adapter:
        assert isinstance(adapter, MemoryAdapter)
        return type(adapter)(replace(adapter.context, **changes), adapter.workspace)

    @pytest.fixture
    def ledger(self, workspace: MemoryWorkspace) -> Sequence[LedgerRow]:
        return workspace.ledger

    @pytest.fixture
    def advance(self, clock: Clock) -> Callable[[float], None]:
        return clock.advance

    @pytest.fixture
    def unknown_id(self) -> str:
        return "4711"

    @pytest.fixture
    def absent_place(self) -> str:
        return "Nowhere"

    @pytest.fixture
    def writable(self) -> Mapping[Field, OtherValue]:
        return {
            Field.TYPE: OtherValue(id="2", value=_named("story", "Story")),
            Field.PLACE: OtherValue(id="2", value=_named("road", "ROAD")),
            Field.PARENT: OtherValue(id="2", value=_named("1", "E-1")),
            Field.PROPERTY: OtherValue(id="5", value=_named("2", "y"), property=Named(id="p", name="Area")),
            Field.STATUS: OtherValue(id="2", value=_named("done", "Done")),
            Field.SPRINT: OtherValue(id="2", value=_named("sprint-38", "Sprint 38")),
            Field.ASSIGNEES: OtherValue(id="3", value=(*_named("kai"), *_named("lin"))),
            Field.OWNER: OtherValue(id="2", value=_named("kai", "Kai")),
            Field.START: OtherValue(id="2", value=day(date(2026, 11, 25))),
            Field.TARGET: OtherValue(id="1", value=span(date(2027, 1, 1), date(2027, 3, 31))),
            Field.DUE: OtherValue(id="3", value=day(date(2026, 12, 24))),
            Field.LABELS: OtherValue(id="2", value=words(("urgent", "ügly"))),
            Field.ARCHIVED: OtherValue(id="2", value=words(("archived",))),
        }

    @pytest.fixture
    def together(self) -> Sequence[OtherValue]:
        return [OtherValue(id=id, value=_named("sprint-38", "Sprint 38")) for id in ("2", "4", "5")]

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Delivery]:
        return lambda body: signed(body, SECRET)

    @pytest.fixture
    def delivery(self, sign: Callable[[bytes], Delivery]) -> Delivery:
        return sign(b'{"ids": ["2"]}')

    @pytest.fixture
    def draft(self) -> Draft:
        due = Change(field=Field.DUE, before=(), after=day(date(2026, 12, 1)))
        return Draft(place=Named(id="plan", name="PLAN"), title="New", changes=(due,), marker="run-1-c-1")

    @pytest.fixture
    def link_draft(self) -> LinkDraft:
        return LinkDraft(
            source=Ref(tracker="memory", connection="mem", id="2"), target="1", marker="run-1-c-2"
        )

    @pytest.fixture
    def fail(self, workspace: MemoryWorkspace) -> Callable[[Fault], None]:
        """Speak of HTTP's faults in the workspace's words."""

        def fail(fault: Fault) -> None:
            writes = fault.method not in ("*", "GET")
            match fault.kind:
                case "403" | "404" if writes:
                    kind = MemoryFault.REFUSE
                case "503" | "hang" if writes:
                    kind = MemoryFault.UNKNOWN_BEFORE
                case "cut-after" if writes:
                    kind = MemoryFault.UNKNOWN_AFTER
                case _ if not writes and fault.times < 0:
                    kind = MemoryFault.READ_FAILS
                case _:
                    pytest.skip(f"no HTTP here, so nothing to repeat after {fault.kind}")
            workspace.fail(kind, times=fault.times)

        return fail


class TestContractOfBatches(TestContract):
    """The same, where several entries go in one call."""

    kind = BatchingMemoryAdapter


class TestContractOfPlacesReadWhole(TestContract):
    """The same, where a place comes whole with every pull."""

    @pytest.fixture
    def workspace(self, clock: Clock) -> MemoryWorkspace:
        workspace = small_workspace(clock)
        workspace.reread.add("plan")
        return workspace
