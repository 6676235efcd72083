"""The contract can fail: for each promise there is an adapter that breaks it, and the test that sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planora_sync.adapter import Adapter, AdapterContext, Delivery
from planora_sync.change import Draft, Field, LinkDraft, day, words
from planora_sync.errors import ReadOnlyConnection
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault
from planora_sync.testing import (
    AdapterContract,
    BatchingMemoryAdapter,
    MemoryAdapter,
    MemoryFault,
    MemoryWorkspace,
    OtherValue,
    memory_context,
    pull_all,
)
from planora_sync.testing.memory_hooks import signed
from tests.testing import liars
from tests.testing import liars_going_on as further
from tests.testing.workspaces import Clock, small_workspace

SECRET = "w3bhook-s3cret"
LIARS: list[tuple[type[MemoryAdapter], str]] = [
    (liars.GivesTwice, "test_a_full_pull_gives_each_entry_once"),
    (liars.ForgetsThePlace, "test_every_entry_stands_in_a_place_of_the_pull"),
    (liars.GivesHalfAnAddress, "test_addresses_are_absolute"),
    (liars.PullsOtherwiseThanItReads, "test_read_gives_what_pull_gave"),
    (liars.ChangesItsMind, "test_the_content_hash_is_steady"),
    (liars.ForgetsRaw, "test_raw_is_kept_only_where_wanted"),
    (liars.AlwaysKeepsRaw, "test_raw_is_kept_only_where_wanted"),
    (liars.WasMadeAfterItWasChanged, "test_instants_are_aware_utc"),
    (liars.KnowsNoSprint, "test_sprints_are_seen_where_declared"),
    (liars.KnowsNoLevel, "test_levels_are_seen_where_declared"),
    (liars.WritesWhenItPulls, "test_a_full_pull_writes_nothing"),
    (liars.ComplainsForNothing, "test_a_full_pull_notices_no_error"),
    (liars.GivesTheOldToo, "test_a_full_pull_leaves_out_what_was_done_long_ago"),
    (liars.DoublesPlaces, "test_places_are_unique_and_well_formed"),
    (liars.ReadsTooLittle, "test_what_is_not_there_is_an_absence"),
    (liars.AsksForNothing, "test_read_takes_doubles_and_nothing"),
    (liars.ChecksNothing, "test_check_says_what_works"),
    (liars.WritesWhenItChecks, "test_check_writes_nothing"),
    (liars.ForgetsTheCursor, "test_the_last_page_has_a_cursor"),
    (liars.LosesChanges, "test_a_write_shows_in_the_next_pull"),
    (liars.LosesChanges, "test_an_old_cursor_still_works"),
    (liars.MakesUpChanges, "test_nothing_changed_means_nothing_new"),
    (liars.IsSilentAboutAbsentPlaces, "test_an_absent_place_stops_no_other"),
    (liars.StopsAtAbsentPlaces, "test_an_absent_place_stops_no_other"),
    (liars.IsSilentAboutAbsentPlaces, "test_check_names_an_absent_place"),
    (liars.LetsAnyoneIn, "test_wrong_credentials_are_refused"),
    (liars.LetsAnyoneIn, "test_wrong_credentials_give_no_page"),
    (liars.TakesRefusalForAbsence, "test_wrong_credentials_make_nothing_absent"),
    (liars.ShowsTheToken, "test_no_secret_is_shown"),
    (liars.GivesWhatItHas, "test_a_failed_pull_is_never_a_short_one"),
    (liars.TakesSilenceForAbsence, "test_a_failed_read_makes_nothing_absent"),
    (liars.SaysItWasWritten, "test_sets_a_field_there_and_back"),
    (liars.WritesMore, "test_sets_a_field_there_and_back"),
    (liars.WritesMore, "test_setting_what_is_already_so_changes_nothing"),
    (liars.WritesTheFirstOnly, "test_sets_several_fields_in_one_go"),
    (liars.WritesTwice, "test_apply_sends_what_steps_said"),
    (liars.RepeatsTheUnknown, "test_a_write_without_an_answer_is_unknown_and_not_repeated"),
    (liars.HidesRefusals, "test_a_refused_write_says_why"),
    (liars.WritesReadOnly, "test_a_read_only_connection_writes_nothing"),
    (liars.WritesWhileItExplains, "test_steps_need_no_right_and_write_nothing"),
    (liars.AsksBeforeItRefuses, "test_what_it_cannot_do_is_refused_before_any_request"),
    (liars.PromisesMore, "test_there_is_another_value_for_each_field"),
    (liars.LosesTheMarker, "test_what_was_created_is_found_by_its_marker"),
    (liars.FindsAnyMarker, "test_what_was_created_is_found_by_its_marker"),
    (liars.NeedsARightToLook, "test_looking_for_a_marker_needs_no_right"),
    (liars.CreatesSomethingElse, "test_what_was_created_is_what_was_drafted"),
    (liars.LinksTwice, "test_linking_twice_makes_one_link"),
    (further.SaysNotWhereItStands, "test_a_pull_says_with_its_pages_where_it_would_go_on"),
    (further.PutsTheTokenIntoItsPlace, "test_a_pull_says_with_its_pages_where_it_would_go_on"),
    (further.BeginsAnew, "test_a_pull_goes_on_after_any_page_with_exactly_the_rest"),
    (further.LosesAPageWhenItGoesOn, "test_a_pull_goes_on_after_any_page_with_exactly_the_rest"),
    (further.ForgetsWhenItBegan, "test_what_is_edited_while_a_pull_lies_dead_is_not_lost"),
    (further.CountsTooFew, "test_a_census_names_what_a_full_pull_brings"),
    (further.CountsTheOldToo, "test_a_census_names_what_a_full_pull_brings"),
    (further.CountsByWriting, "test_a_census_writes_nothing"),
    (further.CountsOneByOne, "test_a_census_costs_no_more_than_a_full_pull"),
    (further.CountsForAnyone, "test_a_census_with_wrong_credentials_names_nothing"),
    (further.CountsWhatItCould, "test_a_failed_census_is_never_a_short_one"),
    (further.CallsHalfAPlaceWhole, "test_a_place_that_a_full_pull_calls_whole_is_whole"),
    (further.CallsHalfAPlaceWhole, "test_a_place_that_an_incremental_pull_calls_whole_is_whole"),
    (further.TellsNothing, "test_a_write_is_told"),
    (further.TellsBackwards, "test_events_are_in_order_and_dated_in_utc"),
    (further.TellsOfTheUnknown, "test_what_is_not_there_has_no_history"),
    (further.AsksForNoHistory, "test_telling_of_nothing_costs_nothing_and_writes_nothing"),
    (further.BelievesAnyone, "test_a_delivery_without_a_signature_is_refused"),
    (further.BelievesAnyone, "test_a_delivery_that_was_changed_on_its_way_is_refused"),
    (further.BelievesAnyone, "test_a_delivery_signed_by_somebody_else_is_refused"),
    (further.BelievesWhereNothingIsSecret, "test_without_a_secret_no_delivery_is_believed"),
    (further.HearsNothing, "test_a_signed_delivery_says_what_to_read_again"),
    (further.LooksAfterHearing, "test_a_signed_delivery_says_what_to_read_again"),
    (further.StumblesOverRubbish, "test_a_signed_delivery_that_is_no_event_is_unreadable_or_says_nothing"),
    (further.SaysAllWereWritten, "test_several_entries_are_written_as_one_by_one"),
    (further.OneRefusalRefusesAll, "test_what_cannot_be_written_hinders_no_other"),
    (further.WritesOneByOne, "test_what_goes_together_goes_in_fewer_calls"),
    (further.KnowsTheFirstOfTheUnknown, "test_what_goes_together_stays_unknown_together"),
    (further.WritesManyReadOnly, "test_a_read_only_connection_writes_none_of_several"),
    (further.WritesNothingAloud, "test_writing_nothing_costs_nothing"),
]


class Honest(BatchingMemoryAdapter):
    """Sets two fields, which is all that these tests need."""

    capabilities = replace(BatchingMemoryAdapter.capabilities, writes=frozenset({Field.DUE, Field.LABELS}))


class _Suite(AdapterContract):
    def together_field(self, adapter: Adapter) -> Field:
        return Field.LABELS

    def again(self, adapter: Adapter, **changes: Any) -> Adapter:
        assert isinstance(adapter, MemoryAdapter)
        return type(adapter)(replace(adapter.context, **changes), adapter.workspace)


@pytest.fixture
def draft() -> Draft:
    return Draft(place=Named(id="plan", name="PLAN"), title="New", marker="run-1-c-1")


@pytest.fixture
def delivery() -> Delivery:
    return signed(b'{"ids": ["2"]}', SECRET)


@pytest.fixture
def link_draft() -> LinkDraft:
    return LinkDraft(source=Ref(tracker="memory", connection="mem", id="2"), target="1", marker="run-1-c-2")


def _fail(workspace: MemoryWorkspace, fault: Fault) -> None:
    kinds = {"403": MemoryFault.REFUSE, "503": MemoryFault.UNKNOWN_BEFORE}
    workspace.fail(kinds.get(fault.kind, MemoryFault.READ_FAILS), times=fault.times)


def _run(kind: type[MemoryAdapter], name: str, request: pytest.FixtureRequest) -> None:
    """Run one test of the suite by hand, with the fixtures that it names."""
    clock = Clock()
    workspace = small_workspace(clock)
    context: AdapterContext = memory_context(scope=("PLAN", "ROAD"), now=clock, webhook_secret=SECRET)
    if "whole" in name:
        workspace.reread.add("plan" if kind is Honest else "road")
    suite, adapter = _Suite(), kind(context, workspace)
    writes = "write" in name
    offered: dict[str, object] = {
        "adapter": adapter,
        "ledger": workspace.ledger,
        "writable": {
            Field.DUE: OtherValue(id="3", value=day(date(2026, 12, 24))),
            Field.LABELS: OtherValue(id="2" if "one_by_one" in name else "3", value=words(("urgent",))),
        },
        "advance": clock.advance,
        "fail": lambda fault: _fail(workspace, fault),
        "together": [OtherValue(id=id, value=words(("urgent",))) for id in ("2", "5")],
        "sign": lambda body: signed(body, SECRET),
        "body": b"{",
        "unknown_id": "4711",
        "absent_place": "Nowhere",
        "absent_adapter": suite.again(adapter, scope=("PLAN", "ROAD", "Nowhere")),
        "read_only_adapter": suite.again(adapter, read_only=True),
        "refused_adapter": suite.again(adapter, token="n0t-the-t0ken"),
        "secrets": frozenset({context.token}),
        "field": Field.DUE,
        "kind": ("403" if "refused" in name else "503") if writes else "html",
        "request": request,
    }
    test: Callable[..., None] = getattr(suite, name)
    wanted = test.__code__.co_varnames[1 : test.__code__.co_argcount]
    test(**{word: offered[word] for word in wanted})


@pytest.mark.parametrize("name", sorted({name for _, name in LIARS}))
@pytest.mark.usefixtures("draft", "link_draft", "delivery")
def test_the_honest_adapter_passes(name: str, request: pytest.FixtureRequest) -> None:
    _run(Honest, name, request)


@pytest.mark.parametrize(("kind", "name"), LIARS)
@pytest.mark.usefixtures("draft", "link_draft", "delivery")
def test_the_liar_is_caught(kind: type[MemoryAdapter], name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception, KeyError, ReadOnlyConnection, ValueError)):
        _run(kind, name, request)


def test_a_fixture_left_out_says_which() -> None:
    # pytest wraps fixture functions; the sentence is what a third party reads.
    fixture: Any = AdapterContract.adapter
    with pytest.raises(NotImplementedError, match="Give a fixture `adapter`"):
        fixture.__wrapped__(AdapterContract())


def test_a_pull_can_be_read_to_its_end() -> None:
    pulled = pull_all(MemoryAdapter(memory_context(), small_workspace(Clock())))
    assert sorted(pulled.by_id) == ["1", "2", "3", "4", "5", "6"]
    assert len(pulled.pages) == 2
    assert [page.cursor is None for page in pulled.pages] == [True, False]
