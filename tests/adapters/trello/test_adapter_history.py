"""Histories: what a card's feed of actions tells."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.reading.history import events_of
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Event
from planora_sync.change import day, words
from planora_sync.errors import AnswerUnreadable, ConnectionFailed
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import adapter_of, altered, deaf


class Small(TrelloAdapter):
    """Asks for so few actions at a time that a history has several pages."""

    page = 3


def fields(events: tuple[Event, ...]) -> list[str]:
    return [event.field for event in events]


def test_everything_that_people_do_is_told_in_order(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    adapter, card = adapter_of(sandbox), api.card("b-swag")
    before = adapter.history([card])[card]
    assert before[0].field == "created"
    did: list[dict[str, Any]] = [
        {"idList": api.list("Doing")},
        {"due": "2026-12-24T12:00:00.000Z"},
        {"start": "2026-12-01T12:00:00.000Z"},
        {"idLabels": [api.label("Growth", "Bug")]},
        {"idMembers": [api.person("anaruiz7")]},
        {"closed": True},
        {"closed": False},
        {"name": "Shirts for all"},
        {"desc": "Secret plans"},
        {"dueComplete": True},
        {"pos": "top"},
    ]
    for wanted in did:
        clock.forward(minutes=1)
        api.ok("PUT", f"/cards/{card}", wanted)
    told = adapter.history([card])[card][len(before) :]
    held = api.state.cards[card]
    assert [one for one in fields(told) if one != "assignees"] == [
        "status", "due", "start", "labels", "archived", "archived", "title", "text", "dueComplete",
    ]  # fmt: skip
    by_field = {event.field: event for event in told}
    assert by_field["status"].after[0].id == held.list_id
    assert by_field["status"].after[0].name == "Doing"
    assert by_field["due"].after == day(held.due.date() if held.due else None)
    assert by_field["labels"].after == words(("Bug",))
    assert by_field["archived"].before == words(("archived",))
    assert by_field["archived"].after == ()
    assert by_field["title"].after[0].name == "Shirts for all"
    assert by_field["text"].after == (), "what people write is not repeated"
    assert "Ana Ruiz" in {item.name for one in told if one.field == "assignees" for item in one.after}
    assert all(event.by and event.by.name for event in told)
    assert [event.at for event in told] == sorted(event.at for event in told)


def test_a_move_to_another_board_is_one_event(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    adapter, card = adapter_of(sandbox), api.card("b-swag")
    was = api.state.cards[card].list_id
    clock.forward(minutes=1)
    target = api.list("Later")
    api.ok("PUT", f"/cards/{card}", {"idBoard": api.board("Roadmap"), "idList": target})
    places = [event for event in adapter.history([card])[card] if event.field == "place"]
    assert [(event.before[0].id, event.after[0].id) for event in places] == [(was, target)]
    assert places[0].after[0].name == "Fernway Roadmap/Later"


def test_a_history_goes_on_to_the_beginning_of_the_card(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    card = api.card("b-swag")
    for number in range(8):
        clock.forward(minutes=1)
        api.ok("PUT", f"/cards/{card}", {"name": f"Name {number}"})
    small = Small(adapter_of(sandbox).context)
    assert small.history([card]) == adapter_of(sandbox).history([card])
    asked = [row.query for row in sandbox.ledger if row.path == f"/1/cards/{card}/actions"]
    assert all("limit=" in query and "filter=" in query for query in asked)
    assert len([query for query in asked if "before=" in query]) >= 2


def test_a_card_whose_beginning_is_forgotten_is_read_to_the_empty_page(
    sandbox: TrelloSandbox, api: Api
) -> None:
    card = api.card("b-swag")
    api.state.actions = [one for one in api.state.actions if one.card != card or one.type != "createCard"]
    asked = len(sandbox.ledger)
    told = adapter_of(sandbox).history([card])[card]
    assert "created" not in fields(told)
    assert len(sandbox.ledger) - asked == (2 if told else 1)


def test_a_feed_that_repeats_itself_is_an_error(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    card = api.card("b-swag")
    for number in range(8):
        clock.forward(minutes=1)
        api.ok("PUT", f"/cards/{card}", {"name": f"Name {number}"})
    small = Small(adapter_of(sandbox, app=deaf(sandbox, "before")).context)
    with pytest.raises(AnswerUnreadable, match="does not go on"):
        small.history([card])


def test_what_is_not_there_has_none_and_a_failure_is_one(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    assert adapter.history(["5f60f07958388d26dc063c30", "nonsense"]) == {
        "5f60f07958388d26dc063c30": (),
        "nonsense": (),
    }
    sandbox.fail(Fault(kind="500", path="*/actions", times=-1))
    with pytest.raises(ConnectionFailed):
        adapter.history([api.card("b-swag")])


def test_an_odd_action_takes_no_other_with_it(sandbox: TrelloSandbox, api: Api) -> None:
    def odd(path: str, answer: Any) -> Any:
        if path.endswith("/actions"):
            answer.insert(0, {"id": "f" * 24, "type": "updateCard", "date": None, "data": None})
            answer.insert(0, {"id": "e" * 24, "type": "updateCard", "date": "2026-11-01T00:00:00.000Z"})
        return answer

    card = api.card("w-rebrand")
    whole = adapter_of(sandbox).history([card])[card]
    assert adapter_of(sandbox, app=altered(sandbox, odd)).history([card])[card] == whole


def test_several_histories_side_by_side(sandbox: TrelloSandbox) -> None:
    ids = sorted(pull_all(adapter_of(sandbox)).by_id)[:8]
    one_by_one = adapter_of(sandbox, parallel=1).history(ids)
    assert adapter_of(sandbox, parallel=4).history(ids) == one_by_one
    assert list(one_by_one) == ids


class TestRecordings:
    """The feed of a real board of 2019."""

    @pytest.fixture
    def board(self, recorded: Path) -> dict[str, Any]:
        body: dict[str, Any] = json.loads((recorded / "board-gocd-testdrive-2019.json").read_text("utf-8"))
        return body

    def test_every_action_of_a_card_is_told_or_known_to_be_quiet(self, board: dict[str, Any]) -> None:
        labels = {one["id"]: one["name"] for one in board["labels"]}
        events = events_of(board["actions"], lambda board_id: labels)
        counted = Counter(event.field for event in events)
        moves = [one for one in board["actions"] if "idList" in (one["data"].get("old") or {})]
        assert counted["status"] == len(moves) == 177
        assert counted["archived"] == 77
        assert counted["assignees"] == 103 + 25
        assert counted["due"] == 10
        assert counted["labels"] == 7
        assert counted["created"] == 72 + 1
        assert counted["title"] == 26
        assert counted["text"] == 60
        assert "pos" not in counted
        assert all(event.by is not None for event in events)
        assert [event.at for event in events] == sorted(event.at for event in events)

    def test_the_labels_before_and_after(self, board: dict[str, Any]) -> None:
        action = next(one for one in board["actions"] if "idLabels" in (one["data"].get("old") or {}))
        names = {one["id"]: one["name"] for one in board["labels"]}
        (event,) = events_of([action], lambda board_id: names)
        old, new = action["data"]["old"]["idLabels"], action["data"]["card"]["idLabels"]
        assert {*old, *new} - set(names), "a label of the feed was deleted since: it goes by its id"
        assert event.before == words(tuple(names.get(one, one) for one in old))
        assert event.after == words(tuple(names.get(one, one) for one in new))
        (strange,) = events_of([action], lambda board_id: {})
        assert strange.before == words(tuple(old)), "a label that nobody knows goes by its id"
