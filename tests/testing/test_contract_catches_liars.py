"""The contract can fail: for each promise there is an adapter that breaks it, and the test that sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planora_sync.adapter import (
    Absence,
    Adapter,
    AdapterContext,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Step,
    Written,
)
from planora_sync.change import Change, Draft, Field, day
from planora_sync.model import Entry, Named, PlaceRef
from planora_sync.testing import AdapterContract, MemoryAdapter, OtherValue, memory_context, pull_all
from tests.testing.workspaces import Clock, small_workspace


class _Pulls(MemoryAdapter):
    """Changes each page of a pull."""

    def twist(self, page: Page, since: str | None) -> Page:
        raise NotImplementedError

    def pull(self, since: str | None = None) -> Iterator[Page]:
        for page in super().pull(since):
            yield self.twist(page, since)


class GivesTwice(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=page.entries * 2)


class ForgetsThePlace(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        nowhere = PlaceRef(id="x", name="x")
        return replace(page, entries=tuple(e.model_copy(update={"place": nowhere}) for e in page.entries))


class GivesHalfAnAddress(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=tuple(e.model_copy(update={"url": "/entries/1"}) for e in page.entries))


class ForgetsTheCursor(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, cursor=None)


class LosesChanges(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=()) if since else page


class PullsOtherwiseThanItReads(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=tuple(e.model_copy(update={"labels": ()}) for e in page.entries))


class IsSilentAboutAbsentPlaces(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, notices=())


class ReadsTooLittle(MemoryAdapter):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        return {id: found for id, found in super().read(ids).items() if not isinstance(found, Absence)}


class ChecksNothing(MemoryAdapter):
    def check(self) -> tuple[Notice, ...]:
        return ()


class LetsAnyoneIn(MemoryAdapter):
    def _let_in(self) -> None:
        return


class SaysItWasWritten(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        return Written()


class WritesMore(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        self.workspace.edit(step.path.rpartition("/")[2], title="Rewritten")
        return super()._send(step)


class WritesReadOnly(MemoryAdapter):
    def _guard(self) -> None:
        return


class WritesWhileItExplains(MemoryAdapter):
    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        self.workspace.log("PATCH", "/entries/1")
        return super()._steps(entry, changes)


class LosesTheMarker(MemoryAdapter):
    def find_marker(self, marker: str, place: str) -> str | None:
        return None


class ShowsTheToken(MemoryAdapter):
    def __repr__(self) -> str:
        return f"ShowsTheToken({self.context.token})"


class _Suite(AdapterContract):
    def again(self, adapter: Adapter, **changes: Any) -> Adapter:
        assert isinstance(adapter, MemoryAdapter)
        return type(adapter)(replace(adapter.context, **changes), adapter.workspace)


OTHER = {Field.DUE: OtherValue(id="3", value=day(date(2026, 12, 24)))}
DRAFT = Draft(place=Named(id="plan", name="PLAN"), title="New", marker="run-1-c-1")
LIARS: list[tuple[type[MemoryAdapter], str]] = [
    (GivesTwice, "test_a_full_pull_gives_each_entry_once"),
    (ForgetsThePlace, "test_every_entry_stands_in_a_place_of_the_pull"),
    (GivesHalfAnAddress, "test_addresses_are_absolute"),
    (ForgetsTheCursor, "test_the_last_page_has_a_cursor"),
    (LosesChanges, "test_a_write_shows_in_the_next_pull"),
    (PullsOtherwiseThanItReads, "test_read_gives_what_pull_gave"),
    (IsSilentAboutAbsentPlaces, "test_an_absent_place_stops_no_other"),
    (ReadsTooLittle, "test_what_is_not_there_is_an_absence"),
    (ChecksNothing, "test_check_says_what_works"),
    (LetsAnyoneIn, "test_wrong_credentials_are_refused"),
    (LetsAnyoneIn, "test_wrong_credentials_give_no_page"),
    (SaysItWasWritten, "test_sets_a_field_there_and_back"),
    (WritesMore, "test_sets_a_field_there_and_back"),
    (WritesReadOnly, "test_a_read_only_connection_writes_nothing"),
    (WritesWhileItExplains, "test_steps_need_no_right_and_write_nothing"),
    (LosesTheMarker, "test_what_was_created_is_found_by_its_marker"),
    (ShowsTheToken, "test_no_secret_is_shown"),
]


def _run(kind: type[MemoryAdapter], name: str, request: pytest.FixtureRequest) -> None:
    """Run one test of the suite by hand, with the fixtures it names."""
    clock = Clock()
    workspace = small_workspace(clock)
    context: AdapterContext = memory_context(scope=("PLAN", "ROAD"), now=clock)
    suite, adapter = _Suite(), kind(context, workspace)
    offered: dict[str, object] = {
        "adapter": adapter,
        "ledger": workspace.ledger,
        "writable": OTHER,
        "advance": clock.advance,
        "unknown_id": "4711",
        "absent_place": "Nowhere",
        "absent_adapter": suite.again(adapter, scope=("PLAN", "ROAD", "Nowhere")),
        "read_only_adapter": suite.again(adapter, read_only=True),
        "refused_adapter": suite.again(adapter, token="n0t-the-t0ken"),
        "secrets": frozenset({context.token}),
        "field": Field.DUE,
        "request": request,
    }
    test: Callable[..., None] = getattr(suite, name)
    wanted = test.__code__.co_varnames[1 : test.__code__.co_argcount]
    test(**{word: offered[word] for word in wanted})


@pytest.fixture
def draft() -> Draft:
    return DRAFT


@pytest.mark.parametrize("name", sorted({name for _, name in LIARS}))
def test_the_honest_adapter_passes(name: str, request: pytest.FixtureRequest) -> None:
    _run(MemoryAdapter, name, request)


@pytest.mark.parametrize(("kind", "name"), LIARS)
@pytest.mark.usefixtures("draft")
def test_the_liar_is_caught(kind: type[MemoryAdapter], name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception, KeyError)):
        _run(kind, name, request)


def test_a_fixture_left_out_says_which(request: pytest.FixtureRequest) -> None:
    # pytest wraps fixture functions; the sentence is what a third party reads.
    fixture: Any = AdapterContract.__dict__.get("adapter") or AdapterContract.adapter
    with pytest.raises(NotImplementedError, match="Give a fixture `adapter`"):
        fixture.__wrapped__(AdapterContract())


def test_a_pull_can_be_read_to_its_end() -> None:
    pulled = pull_all(MemoryAdapter(memory_context(), small_workspace(Clock())))
    assert sorted(pulled.by_id) == ["1", "2", "3", "4", "5", "6"]
    assert len(pulled.pages) == 2
    assert [page.cursor is None for page in pulled.pages] == [True, False]
