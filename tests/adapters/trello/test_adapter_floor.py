"""How few requests a pull costs, and what is remembered so that it costs no more."""

from __future__ import annotations

import json
from math import ceil
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import NotesInMemory
from planora_sync.change import Field
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import adapter_of, asked, change, fresh, one, small
from tests.adapters.trello.test_adapter_reading import crowd

LISTING = "/1/members/me/boards"


@pytest.fixture
def notes() -> NotesInMemory:
    return NotesInMemory()


def again(sandbox: TrelloSandbox, notes: NotesInMemory, **changes: Any) -> TrelloAdapter:
    """Return an adapter of another process: it knows only the notes."""
    return adapter_of(sandbox, notes=notes, **changes)


class TestFloor:
    @pytest.mark.parametrize("scope", [(), ("*",), ("Growth*", "Fernway Roadmap")])
    def test_a_pull_in_which_nothing_changed_costs_one_request(
        self, sandbox: TrelloSandbox, clock: Clock, notes: NotesInMemory, scope: tuple[str, ...]
    ) -> None:
        clock.forward(hours=1)
        cursor = pull_all(again(sandbox, notes, scope=scope)).cursor
        for _ in range(3):
            clock.forward(minutes=10)
            count = len(sandbox.ledger)
            pulled = pull_all(again(sandbox, notes, scope=scope), cursor)
            assert asked(sandbox, count) == [LISTING]
            assert not pulled.entries
            assert not pulled.errors
            cursor = pulled.cursor

    def test_a_changed_board_costs_one_request_and_comes_whole(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
    ) -> None:
        clock.forward(hours=1)
        first = pull_all(again(sandbox, notes))
        api.ok("PUT", f"/cards/{api.card('b-swag')}", {"name": "Shirts"})
        clock.forward(hours=1)
        count = len(sandbox.ledger)
        second = pull_all(again(sandbox, notes), first.cursor)
        growth = api.board("Growth")
        assert asked(sandbox, count) == [LISTING, f"/1/boards/{growth}"]
        assert [id for page in second.pages for id in page.whole] == [growth]
        here = {id for id, entry in first.by_id.items() if entry.place.container == growth and entry.is_open}
        assert here <= set(second.by_id)

    @pytest.mark.parametrize("count", [0, 4, 5, 6, 9, 14, 23])
    def test_cards_cost_a_request_a_page_and_the_end_one_for_all_boards(
        self, clock: Clock, count: int
    ) -> None:
        sandbox = TrelloSandbox("empty", now=clock)
        board = next(iter(sandbox.state.boards))
        place = next((row.id for row in sandbox.state.lists.values() if row.board == board), None)
        assert place
        crowd(sandbox.state, board, place, count)
        adapter = small(sandbox)
        assert len(pull_all(adapter).by_id) == count
        cards = [path for path in asked(sandbox) if path.startswith(f"/1/boards/{board}")]
        # Where the last page is full, only the empty one after it tells that it was the last.
        assert len(cards) == max(1, ceil(count / 5)) + (count > 0 and count % 5 == 0)
        # The list of all boards alone, or together with the ends that nobody has proven.
        last = LISTING if count and count % 5 == 0 else "/1/batch"
        assert [path for path in asked(sandbox) if path not in cards] == [LISTING, last]

    def test_a_thousand_cards_a_request(self, sandbox: TrelloSandbox, api: Api) -> None:
        board = api.board("Growth")
        crowd(api.state, board, api.list("Backlog"), 2300)
        cards = sum(card.board == board for card in api.state.cards.values())
        assert pull_all(adapter_of(sandbox, scope=("Growth & Marketing",))).entries
        assert len([path for path in asked(sandbox) if "/boards/" in path and "members" not in path]) == ceil(
            cards / 1000
        )


class TestNotes:
    def test_a_full_pull_a_check_and_places_ask_anew(
        self, sandbox: TrelloSandbox, notes: NotesInMemory
    ) -> None:
        pull_all(again(sandbox, notes, scope=("*",)))
        for ask in (lambda a: pull_all(a), lambda a: a.check(), lambda a: a.places()):
            count = len(sandbox.ledger)
            ask(again(sandbox, notes, scope=("*",)))
            assert "/1/members/me" in asked(sandbox, count)
            assert any(path.startswith("/1/boards/") for path in asked(sandbox, count))

    def test_a_note_over_a_day_old_is_asked_anew(
        self, sandbox: TrelloSandbox, clock: Clock, notes: NotesInMemory
    ) -> None:
        first = pull_all(again(sandbox, notes, scope=("*",)))
        clock.forward(days=1, minutes=1)
        count = len(sandbox.ledger)
        pull_all(again(sandbox, notes, scope=("*",)), first.cursor)
        assert "/1/members/me" in asked(sandbox, count)

    def test_an_unknown_board_is_looked_at_for_being_the_inbox(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
    ) -> None:
        clock.forward(hours=1)
        api.state.boards[api.board("Growth")].shared = False
        first = pull_all(again(sandbox, notes, scope=("*",)))
        api.state.boards[api.board("Growth")].shared = True
        count = len(sandbox.ledger)
        second = pull_all(again(sandbox, notes, scope=("*",)), first.cursor)
        assert asked(sandbox, count)[:2] == [LISTING, "/1/members/me"]
        assert api.board("Growth") in {entry.place.container for entry in second.entries}

    @pytest.mark.parametrize(
        "text",
        ["", "nonsense", "[]", "{}", '{"version":99}', '{"version":1,"at":"x"}', '{"version":1}', "null"],
    )
    def test_a_note_of_another_shape_is_passed_over(
        self, sandbox: TrelloSandbox, api: Api, notes: NotesInMemory, text: str
    ) -> None:
        whole = pull_all(again(sandbox, notes, scope=("*",)))
        for name in ("inbox", f"board.{api.board('Growth')}"):
            notes.put(name, text)
        card = api.card("b-swag")
        got = fresh(again(sandbox, notes, scope=("*",)), card)
        assert got.content_hash == whole.by_id[card].content_hash
        assert not pull_all(again(sandbox, notes, scope=("*",)), whole.cursor).errors

    def test_a_board_noted_before_needs_no_asking_for_a_single_card(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
    ) -> None:
        clock.forward(hours=1)
        whole = pull_all(again(sandbox, notes))
        count = len(sandbox.ledger)
        card = api.card("b-swag")
        assert fresh(again(sandbox, notes), card).content_hash == whole.by_id[card].content_hash
        assert asked(sandbox, count) == [LISTING, f"/1/cards/{card}"]

    def test_a_note_older_than_the_boards_last_activity_is_no_note(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
    ) -> None:
        clock.forward(hours=1)
        pull_all(again(sandbox, notes))
        api.ok("PUT", f"/lists/{api.list('Stuff')}", {"name": "Junk drawer"})
        assert (
            fresh(again(sandbox, notes), api.card("s-octopus")).place.name == "Growth & Marketing/Junk drawer"
        )

    @pytest.mark.parametrize("kind", ["label", "member", "option", "field"])
    def test_an_unknown_id_on_a_card_is_asked_for_at_once(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory, kind: str
    ) -> None:
        clock.forward(hours=1)
        pull_all(again(sandbox, notes))
        growth = api.board("Growth")
        text = json.loads(notes.get(f"board.{growth}") or "")
        part = {"label": "labels", "member": "members", "option": "customFields", "field": "customFields"}[
            kind
        ]
        # The note forgets what it knew of a part, as if it had come to the board without a trace.
        text["board"][part] = (
            [{**row, "options": []} for row in text["board"][part]] if kind == "option" else []
        )
        notes.put(f"board.{growth}", json.dumps(text))
        held = next(
            card
            for card in api.state.cards.values()
            if card.board == growth
            and {
                "label": bool(card.labels),
                "member": bool(card.members),
                "option": any(value.option for value in card.values),
                "field": any(value.field in api.state.fields for value in card.values),
            }[kind]
        )
        count = len(sandbox.ledger)
        got = fresh(again(sandbox, notes), held.id)
        assert f"/1/boards/{growth}" in asked(sandbox, count)
        assert got == fresh(adapter_of(sandbox), held.id)

    def test_a_write_takes_no_note_for_what_is_so(
        self, sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
    ) -> None:
        clock.forward(hours=1)
        pull_all(again(sandbox, notes))
        adapter = again(sandbox, notes)
        entry = fresh(adapter, api.card("b-swag"))
        count = len(sandbox.ledger)
        adapter.steps(entry, [change(entry, Field.STATUS, one(api.list("Doing"), "Doing"))])
        assert asked(sandbox, count) == [f"/1/boards/{api.board('Growth')}"]

    def test_no_note_holds_a_secret_or_a_card(self, sandbox: TrelloSandbox, notes: NotesInMemory) -> None:
        adapter = again(sandbox, notes, scope=())
        pulled = pull_all(adapter)
        kept = json.dumps(vars(notes))
        assert adapter.context.token
        assert adapter.context.token not in kept
        assert adapter.context.user not in kept if adapter.context.user else True
        assert not [entry for entry in pulled.entries if len(entry.title) > 20 and entry.title in kept]


def test_a_429_in_a_pull_of_changes_loses_nothing(
    sandbox: TrelloSandbox, api: Api, clock: Clock, notes: NotesInMemory
) -> None:
    clock.forward(hours=1)
    first = pull_all(again(sandbox, notes))
    api.ok("PUT", f"/cards/{api.card('b-swag')}", {"name": "Shirts"})
    sandbox.fail(Fault(kind="429", times=2))
    assert pull_all(again(sandbox, notes), first.cursor).by_id[api.card("b-swag")].title == "Shirts"
