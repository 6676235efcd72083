"""The end of a pull: looked at again, so that nothing was hidden and nothing moved unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox

from planora_sync.sandbox import Fault
from planora_sync.testing import Pulled, pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import adapter_of, altered, asked, small
from tests.adapters.trello.test_adapter_reading import crowd


def whole_of(pulled: Pulled) -> set[str]:
    return {id for page in pulled.pages for id in page.whole}


def truncated(board: str, keep: int) -> Callable[[str, Any], Any]:
    """Cut the cards of a board's own answer short, as if it held fewer than it says."""

    def edit(path: str, answer: Any) -> Any:
        if path == f"/1/boards/{board}" and "cards" in answer:
            newest = sorted(answer["cards"], key=lambda card: str(card["id"]), reverse=True)
            answer["cards"] = newest[:keep]
        return answer

    return edit


def test_an_answer_that_holds_too_few_cards_is_found_out_and_read_to_the_end(
    sandbox: TrelloSandbox, api: Api
) -> None:
    growth = api.board("Growth")
    complete = pull_all(adapter_of(sandbox))
    pulled = pull_all(adapter_of(sandbox, app=altered(sandbox, truncated(growth, 7))))
    assert set(pulled.by_id) == set(complete.by_id)
    assert growth in whole_of(pulled)
    assert not pulled.errors


def test_a_short_page_does_not_end_a_board(sandbox: TrelloSandbox, api: Api) -> None:
    growth = api.board("Growth")
    crowd(api.state, growth, api.list("Backlog"), 30)
    complete = pull_all(adapter_of(sandbox))

    def shorten(path: str, answer: Any) -> Any:
        return answer[:3] if path.endswith("/cards/all") and len(answer) > 3 else answer

    adapter = small(sandbox)
    short = type(adapter)(adapter_of(sandbox, app=altered(sandbox, shorten)).context)
    pulled = pull_all(short)
    assert set(pulled.by_id) == set(complete.by_id)
    assert not pulled.errors
    later = pull_all(short, '{"version":1,"at":"2026-11-24T00:00:00+00:00","boards":{}}')
    assert set(later.by_id) >= {card for card, entry in complete.by_id.items() if entry.is_open}


@pytest.mark.parametrize("kind", ["500", "html", "half-json"])
def test_a_look_at_the_end_that_fails_makes_the_pull_incomplete(
    sandbox: TrelloSandbox, api: Api, kind: str
) -> None:
    sandbox.fail(Fault(kind=kind, path="/1/batch", times=-1))
    pulled = pull_all(adapter_of(sandbox))
    assert pulled.errors
    assert {notice.where for notice in pulled.errors} >= {"Growth & Marketing", "Fernway Roadmap", "boards"}
    assert all("could not be checked" in notice.what for notice in pulled.errors)
    assert whole_of(pulled) == set(), "what is not proven is not whole"
    assert pulled.cursor


def test_a_board_that_goes_out_of_sight_meanwhile_makes_the_pull_incomplete(
    sandbox: TrelloSandbox, api: Api
) -> None:
    growth = api.board("Growth")

    def unshare(path: str, answer: Any) -> Any:
        if path == f"/1/boards/{growth}":
            api.state.boards[growth].shared = False
        return answer

    pulled = pull_all(adapter_of(sandbox, app=altered(sandbox, unshare)))
    assert [notice.where for notice in pulled.errors if "out of sight" in notice.what] == [
        "Growth & Marketing"
    ]
    assert growth not in whole_of(pulled)


class Meanwhile:
    """Does something each time after a board was answered, as people do while we read."""

    def __init__(self, *deeds: Callable[[], Any]) -> None:
        self.deeds = list(deeds)

    def __call__(self, path: str, answer: Any) -> Any:
        if path.startswith("/1/boards/") and path.count("/") == 3 and self.deeds:
            self.deeds.pop(0)()
        return answer


def test_a_card_that_changes_boards_between_two_answers_is_not_lost(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    first, second = sorted([api.board("Growth"), api.board("Roadmap")])
    entries = pull_all(adapter_of(sandbox)).by_id
    card = next(
        id for id, entry in sorted(entries.items()) if entry.place.container == second and entry.is_open
    )
    count = len(sandbox.ledger)
    target = next(row.id for row in api.state.lists.values() if row.board == first and not row.closed)

    def move() -> None:
        clock.forward(seconds=1)
        api.edit(card, idBoard=first, idList=target)

    pulled = pull_all(adapter_of(sandbox, app=altered(sandbox, Meanwhile(move))))
    assert pulled.by_id[card].place.id == target, "neither answer had it; the boards are read once more"
    boards = [path for path in asked(sandbox, count) if path in (f"/1/boards/{first}", f"/1/boards/{second}")]
    assert len(boards) == 4


def test_boards_that_never_stand_still_are_read_again_a_few_times_only(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    growth, number = api.board("Growth"), iter(range(1000))

    def edit() -> None:
        clock.forward(seconds=1)
        api.edit(api.card("b-swag"), name=f"Shirts {next(number)}")

    adapter = adapter_of(sandbox, app=altered(sandbox, Meanwhile(*[edit] * 100)))
    pulled = pull_all(adapter)
    assert not pulled.errors
    assert asked(sandbox).count(f"/1/boards/{growth}") == 3
    later = pull_all(adapter_of(sandbox), pulled.cursor)
    assert later.by_id[api.card("b-swag")].title == api.state.cards[api.card("b-swag")].name


def test_left_out_cards_are_counted_once_though_a_board_is_read_twice(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    def total(pulled: Pulled) -> int:
        return sum(count for page in pulled.pages for count in page.left_out.values())

    once = total(pull_all(adapter_of(sandbox)))

    def edit() -> None:
        clock.forward(seconds=1)
        api.edit(api.card("b-swag"), name="Shirts")

    app = altered(sandbox, Meanwhile(lambda: None, edit))
    assert total(pull_all(adapter_of(sandbox, app=app))) == once


def test_a_clock_that_goes_ahead_of_trellos_loses_nothing(
    sandbox: TrelloSandbox, api: Api, clock: Clock
) -> None:
    # A change that Trello counts to the same activity: it came after our answer, though the board shows no
    # newer activity. By our own clock, half an hour ahead, the board has long stood still.
    ahead = adapter_of(sandbox, now=lambda: clock() + timedelta(minutes=30))
    api.ok("PUT", f"/cards/{api.card('b-swag')}", {"due": None, "name": "Shirts"})
    first = pull_all(ahead)
    api.state.cards[api.card("b-swag")].name = "Shirts, in the same breath"
    clock.forward(hours=1)
    assert pull_all(ahead, first.cursor).by_id[api.card("b-swag")].title == "Shirts, in the same breath"


def test_the_same_side_by_side(sandbox: TrelloSandbox, api: Api) -> None:
    crowd(api.state, api.board("Growth"), api.list("Backlog"), 40)
    one_by_one = pull_all(small(sandbox, parallel=1, scope=()))
    together = pull_all(small(sandbox, parallel=4, scope=()))
    assert [page.entries for page in together.pages] == [page.entries for page in one_by_one.pages]
    assert [page.resume for page in together.pages] == [page.resume for page in one_by_one.pages]
    assert together.cursor == one_by_one.cursor


def test_a_pull_that_is_dropped_leaves_no_thread(sandbox: TrelloSandbox, api: Api) -> None:
    before = threading.active_count()
    crowd(api.state, api.board("Growth"), api.list("Backlog"), 40)
    pages = small(sandbox, parallel=4, scope=()).pull()
    next(pages)
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
