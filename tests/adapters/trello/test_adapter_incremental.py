"""Pulls from a cursor: what changed since, and nothing lost."""

from __future__ import annotations

import pytest
from planora_trello.sandbox import TrelloSandbox

from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import pulled


def test_a_board_that_stood_still_costs_nothing(sandbox: TrelloSandbox, clock: Clock) -> None:
    clock.forward(hours=1)
    first = pulled(sandbox)
    asked = len(sandbox.ledger)
    clock.forward(hours=1)
    second = pulled(sandbox, first.cursor)
    assert second.entries == ()
    assert len(sandbox.ledger) - asked == 1


def test_only_the_changed_board_is_read(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    clock.forward(hours=1)
    first = pulled(sandbox)
    clock.forward(hours=1)
    api.ok("PUT", f"/cards/{api.card('w-quiz')}", {"idList": api.list("Doing")})
    asked = len(sandbox.ledger)
    second = pulled(sandbox, first.cursor)
    assert {row.path for row in sandbox.ledger[asked:]} == {
        "/1/members/me/boards",
        f"/1/boards/{api.board('Growth')}",
    }
    assert second.by_id[api.card("w-quiz")].place.id == api.list("Doing")


def test_a_close_is_seen_as_a_change(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    clock.forward(hours=1)
    first = pulled(sandbox)
    clock.forward(hours=1)
    api.ok("PUT", f"/cards/{api.card('w-quiz')}", {"closed": True})
    assert pulled(sandbox, first.cursor).by_id[api.card("w-quiz")].archived


def test_a_renamed_or_archived_list_is_seen_though_no_card_shows_it(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    clock.forward(hours=1)
    first = pulled(sandbox)
    clock.forward(hours=1)
    api.ok("PUT", f"/lists/{api.list('Ideas')}", {"name": "Someday"})
    api.ok("PUT", f"/lists/{api.list('Stuff')}", {"closed": True})
    second = pulled(sandbox, first.cursor)
    assert second.by_id[api.card("i-tiktok")].place.name == "Growth & Marketing/Someday"
    assert second.by_id[api.card("s-octopus")].archived


def test_a_board_active_just_before_the_pull_is_read_once_more(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    # In recordings a card's activity lags up to 17 seconds behind an action.
    clock.forward(hours=1)
    api.ok("PUT", f"/cards/{api.card('w-quiz')}", {"due": None})
    clock.forward(seconds=20)
    first = pulled(sandbox)
    clock.forward(hours=1)
    second = pulled(sandbox, first.cursor)
    assert api.card("w-quiz") in second.by_id
    assert pulled(sandbox, second.cursor).entries == ()


def test_a_board_that_failed_is_read_the_next_time(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    clock.forward(hours=1)
    sandbox.fail(Fault(kind="500", path=f"/1/boards/{api.board('Growth')}", times=5))
    first = pulled(sandbox)
    assert [notice.where for notice in first.errors] == ["Growth & Marketing"]
    assert first.cursor
    second = pulled(sandbox, first.cursor)
    assert not second.errors
    assert {entry.place.container for entry in second.entries} == {api.board("Growth")}


def test_a_board_out_of_sight_makes_the_pull_incomplete(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    first = pulled(sandbox, scope=())
    api.state.boards[api.board("Growth")].shared = False
    second = pulled(sandbox, first.cursor, scope=())
    assert len(second.errors) == 1
    assert "read before" in second.errors[0].what
    assert second.errors[0].next_step
    assert pulled(sandbox, second.cursor, scope=()).errors, "said again until a full pull forgets it"


def test_a_board_that_was_closed_is_read_once_more_and_its_cards_are_archived(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    first = pulled(sandbox, scope=())
    clock.forward(hours=1)
    api.ok("PUT", f"/boards/{api.board('Growth')}", {"closed": True})
    clock.forward(hours=1)
    second = pulled(sandbox, first.cursor, scope=())
    assert not second.errors
    assert second.entries
    assert all(entry.archived for entry in second.entries)
    assert api.board("Growth") in {id for page in second.pages for id in page.whole}
    asked = len(sandbox.ledger)
    assert not pulled(sandbox, second.cursor, scope=()).entries
    assert [row.path for row in sandbox.ledger[asked:]] == ["/1/members/me/boards", "/1/members/me"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"version":2}', '{"at":"2026-01-01","boards":{}}'])
def test_a_cursor_of_another_kind_means_everything(sandbox: TrelloSandbox, cursor: str) -> None:
    assert set(pulled(sandbox, cursor).by_id) == set(pulled(sandbox).by_id)


def test_board_activity_of_null_is_read_each_time(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    first = pulled(sandbox)
    api.state.boards[api.board("Growth")].activity = None
    clock.forward(hours=1)
    second = pulled(sandbox, first.cursor)
    assert api.board("Growth") in {entry.place.container for entry in second.entries}


def test_a_board_that_failed_and_then_vanished_is_said(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    sandbox.fail(Fault(kind="500", path=f"/1/boards/{api.board('Growth')}", times=5))
    first = pulled(sandbox, scope=())
    api.state.boards[api.board("Growth")].shared = False
    second = pulled(sandbox, first.cursor, scope=())
    assert [api.board("Growth") in error.where for error in second.errors] == [True]


def test_a_card_done_long_ago_and_touched_today_is_a_change(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    old = api.card("r-brandbook")
    first = pulled(sandbox, done_days=30)
    assert old not in first.by_id
    clock.forward(hours=1)
    api.ok("PUT", f"/cards/{old}", {"closed": True})
    assert pulled(sandbox, first.cursor, done_days=30).by_id[old].archived


def test_a_card_moved_inside_its_list_is_read_and_is_no_change(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    clock.forward(hours=1)
    first = pulled(sandbox)
    card = api.card("w-quiz")
    api.edit(card, pos="top")
    clock.forward(hours=1)
    second = pulled(sandbox, first.cursor)
    assert second.by_id[card].rank != first.by_id[card].rank
    assert second.by_id[card].content_hash == first.by_id[card].content_hash
