"""Pulls: whole boards in one request each, pages beyond a thousand cards, and what counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import Attachment, Card, FieldValue, State

from planora_sync.adapter import Severity, Vocabulary
from planora_sync.errors import AnswerUnreadable, RateLimited
from planora_sync.model import Category
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import Naps, adapter_of, altered, deaf, pulled


def paths(sandbox: TrelloSandbox) -> list[str]:
    return [row.path for row in sandbox.ledger]


def crowd(state: State, board: str, list_id: str, count: int, *, closed: bool = False) -> list[str]:
    """Put many cards on a board, in the reverse order of their ids."""
    made = []
    for number in range(count):
        identifier = f"{0x60000000 + number:08x}{number:016x}"
        state.cards[identifier] = Card(
            id=identifier,
            name=f"Card {number}",
            board=board,
            list_id=list_id,
            number=10_000 + number,
            short_link=f"{number:08d}",
            pos=float(count - number),
            closed=closed,
            activity=state.now(),
        )
        made.append(identifier)
    return made


class TestRequests:
    def test_one_request_a_board_and_one_for_all_boards(self, sandbox: TrelloSandbox, api: Api) -> None:
        found = pulled(sandbox)
        assert paths(sandbox) == [
            "/1/members/me/boards",
            *(f"/1/boards/{board}" for board in sorted([api.board("Roadmap"), api.board("Growth")])),
            "/1/batch",
        ], "the end of all boards is looked at in one request"
        assert len(found.entries) > 50

    def test_actions_and_lists_are_always_said(self, sandbox: TrelloSandbox) -> None:
        # Trello's own defaults are all actions and only open lists.
        pulled(sandbox)
        asked = [row.query for row in sandbox.ledger if row.path.startswith("/1/boards/")]
        assert asked
        for query in asked:
            assert "actions=none" in query
            assert "lists=all" in query
            assert "labels_limit=1000" in query

    def test_a_thousand_cards_are_not_all(self, sandbox: TrelloSandbox, api: Api) -> None:
        board = api.board("Growth")
        made = crowd(api.state, board, api.list("Backlog"), 2500)
        found = pulled(sandbox)
        assert set(made) <= set(found.by_id)
        assert len(found.entries) == len(found.by_id)
        assert not found.notices
        pages = [row for row in sandbox.ledger if row.path == f"/1/boards/{board}/cards/all"]
        assert len(pages) == 2, (
            "3 requests for 2,500 cards; that nothing is older is asked for all boards at once"
        )
        assert all("sort=-id" in row.query and "before=" in row.query for row in pages)

    def test_pages_that_do_not_go_on_make_the_pull_incomplete(self, sandbox: TrelloSandbox, api: Api) -> None:
        crowd(api.state, api.board("Growth"), api.list("Backlog"), 1200)
        adapter = adapter_of(sandbox, app=deaf(sandbox, "before"))
        found = pull_all(adapter)
        assert [notice.where for notice in found.errors] == ["Growth & Marketing"]
        assert "does not go on" in found.errors[0].what

    @pytest.mark.parametrize("kind", ["449", "403", "400", "504"])
    def test_a_board_too_large_for_one_request_is_split(
        self, sandbox: TrelloSandbox, api: Api, kind: str
    ) -> None:
        whole = pulled(sandbox)
        board = api.board("Growth")
        times = 5 if kind == "504" else 1
        sandbox.fail(Fault(kind=kind, path=f"/1/boards/{board}", times=times))
        found = pulled(sandbox)
        assert set(found.by_id) == set(whole.by_id)
        assert not found.errors
        assert f"/1/boards/{board}/cards/all" in paths(sandbox)

    def test_a_board_too_much_for_one_answer_is_no_rate_limit(self, sandbox: TrelloSandbox, api: Api) -> None:
        # It comes as a 429, but the same request would be refused for ever: a smaller one is asked at once.
        whole, naps = pulled(sandbox), Naps()
        fault = Fault(
            kind="429",
            path=f"/1/boards/{api.board('Growth')}",
            reason="API_TOO_MANY_CARDS_REQUESTED",
        )
        sandbox.fail(fault)
        found = pulled(sandbox, sleep=naps)
        assert set(found.by_id) == set(whole.by_id)
        assert not found.errors
        assert max(naps.taken, default=0) < 5
        assert f"/1/boards/{api.board('Growth')}/cards/all" in paths(sandbox)

    def test_a_glob_asks_for_the_inbox_and_a_name_does_not(self, sandbox: TrelloSandbox) -> None:
        pulled(sandbox, scope=("Fernway Roadmap",))
        assert "/1/members/me" not in paths(sandbox)
        pulled(sandbox, scope=("Fern*",))
        assert "/1/members/me" in paths(sandbox)


def _in_no_list(card_id: str) -> Callable[[str, Any], Any]:
    def edit(path: str, answer: Any) -> Any:
        for card in answer.get("cards", [answer]) if isinstance(answer, dict) else []:
            if card["id"] == card_id:
                card["idList"] = None
        return answer

    return edit


class TestWhatCounts:
    def test_open_cards_in_archived_lists_are_archived(self, sandbox: TrelloSandbox, api: Api) -> None:
        kiosk = pulled(sandbox).by_id[api.card("r-kiosk")]
        assert not api.state.cards[kiosk.ref.id].closed
        assert kiosk.archived
        assert not kiosk.is_open

    def test_done_and_archived_cards_count_for_done_days(self, sandbox: TrelloSandbox, api: Api) -> None:
        everything = pulled(sandbox, done_days=3650).by_id
        short = pulled(sandbox, done_days=30).by_id
        assert api.card("r-brandbook") in everything
        assert api.card("r-brandbook") not in short
        assert {id for id, entry in everything.items() if entry.is_open} == {
            id for id, entry in short.items() if entry.is_open
        }

    def test_templates_separators_headers_and_mirrors_are_counted_and_not_entries(
        self, sandbox: TrelloSandbox, api: Api
    ) -> None:
        found = pulled(sandbox)
        counted: Counter[str] = Counter()
        for page in found.pages:
            counted.update(page.left_out)
        assert {"template", "separator", "mirror"} <= set(counted)
        open_cards = [
            card
            for card in api.state.cards.values()
            if not card.closed and card.board in {api.board("Roadmap"), api.board("Growth")}
        ]
        shown = {id for id, entry in found.by_id.items() if not api.state.cards[id].closed}
        missing = [card for card in open_cards if card.id not in shown]
        done = [one for one in missing if not (one.template or one.role or one.mirrors)]
        assert len(missing) - len(done) >= sum(counted.values()) - counted["header"]
        roles = {api.state.cards[id].role for id in found.by_id}
        assert roles == {None}

    def test_every_card_of_the_workspace_is_an_entry_or_counted(
        self, sandbox: TrelloSandbox, api: Api
    ) -> None:
        found = pulled(sandbox, done_days=36500)
        boards = {api.board("Roadmap"), api.board("Growth")}
        all_cards = {card.id: card for card in api.state.cards.values() if card.board in boards}
        counted = sum(count for page in found.pages for count in page.left_out.values())
        left = [card for id, card in all_cards.items() if id not in found.by_id and not card.closed]
        assert len(left) == counted
        assert set(found.by_id) <= set(all_cards)

    def test_null_activity_and_orphans_take_nothing_with_them(self, sandbox: TrelloSandbox, api: Api) -> None:
        one = api.state.cards[api.card("w-rebrand")]
        one.activity = None
        one.values.append(FieldValue(id="0" * 24, field="f" * 24, value={"text": "of another board"}))
        found = pulled(sandbox)
        assert not found.errors
        assert found.by_id[one.id].updated is None

    def test_one_bad_card_is_a_notice_and_the_others_are_read(self, sandbox: TrelloSandbox, api: Api) -> None:
        whole = pulled(sandbox).by_id
        bad = api.card("w-rebrand")
        found = pull_all(adapter_of(sandbox, app=altered(sandbox, _in_no_list(bad))))
        assert set(found.by_id) == set(whole) - {bad}
        (notice,) = found.notices
        assert notice.severity is Severity.ERROR, "else the card would be taken for gone"
        assert "Growth & Marketing" in notice.where
        assert whole[bad].key in notice.where
        assert notice.next_step
        with pytest.raises(AnswerUnreadable, match=whole[bad].key):
            adapter_of(sandbox, app=altered(sandbox, _in_no_list(bad))).read([bad])

    def test_a_place_with_a_mapping_of_its_own(self, sandbox: TrelloSandbox, api: Api) -> None:
        own = {"Growth & Marketing/This week": Vocabulary(categories={"this week": "doing"})}
        found = pulled(sandbox, place_vocabularies=own)
        week = [entry for entry in found.entries if entry.place.id == api.list("This week")]
        assert week
        assert {entry.category for entry in week} == {Category.DOING}
        by_path = {place.path: place for place in found.places}
        statuses = {status.id: status.category for status in by_path["Growth & Marketing"].statuses}
        assert statuses[api.list("This week")] is Category.DOING
        whole = {"growth*": Vocabulary(categories={"ideas": "done"})}
        again = pulled(sandbox, place_vocabularies=whole)
        assert {e.category for e in again.entries if e.place.id == api.list("Ideas")} == {Category.DONE}

    def test_raw_holds_what_trello_sent(self, sandbox: TrelloSandbox, api: Api) -> None:
        rebrand = api.card("w-rebrand")
        raw = pulled(sandbox).by_id[rebrand].raw
        assert raw is not None
        sent = api.get(f"/cards/{rebrand}", customFieldItems="true", attachments="true")
        assert {name: sent[name] for name in raw} == raw


def test_links_between_cards_go_by_the_address_of_the_entry(sandbox: TrelloSandbox, api: Api) -> None:
    source, target = api.state.cards[api.card("w-rebrand")], api.card("r-groups")
    url = api.get(f"/cards/{target}")["url"]
    source.attachments.append(Attachment("0" * 24, "x", url, api.state.now(), source.author))
    found = pulled(sandbox)
    assert found.by_id[target].url in {link.target for link in found.by_id[source.id].links}


def test_a_limit_that_lasts_stops_the_pull_as_a_whole(sandbox: TrelloSandbox, api: Api) -> None:
    sandbox.fail(Fault(kind="429", path=f"/1/boards/{api.board('Growth')}", times=-1))
    with pytest.raises(RateLimited, match="boards"):
        pulled(sandbox)


def test_a_healthy_workspace(clock: Clock) -> None:
    kanban = pulled(TrelloSandbox("kanban", now=clock))
    assert kanban.entries
    assert not kanban.notices
    assert {entry.category for entry in kanban.entries} == set(Category)


def test_an_empty_board_is_no_error_and_no_board_at_all_is_one(clock: Clock) -> None:
    sandbox = TrelloSandbox("empty", now=clock)
    nothing = pulled(sandbox)
    assert nothing.entries == ()
    assert not nothing.errors
    for board in sandbox.state.boards.values():
        board.shared = False
    (error,) = pulled(sandbox, scope=()).errors
    assert "No board is visible" in error.what
    assert error.next_step
