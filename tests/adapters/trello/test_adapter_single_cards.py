"""Single cards, read fresh: ten a request, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Absence
from planora_sync.errors import AnswerUnreadable, ConnectionFailed
from planora_sync.model import Entry
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import adapter_of, altered, fresh


def paths(sandbox: TrelloSandbox) -> list[str]:
    return [row.path for row in sandbox.ledger]


def _busy_inside(path: str, answer: Any) -> Any:
    """Make the second sub-request of a batch meet the rate limit."""
    if path != "/1/batch":
        return answer
    limited = {"name": "TooManyRequestsError", "message": "Rate limit exceeded", "statusCode": 429}
    return [answer[0], limited, *answer[2:]]


def test_ten_a_request(sandbox: TrelloSandbox) -> None:
    adapter = adapter_of(sandbox)
    wanted = list(pull_all(adapter).by_id)[:25]
    asked = len(sandbox.ledger)
    answer = adapter.read(wanted)
    assert all(isinstance(found, Entry) for found in answer.values())
    assert paths(sandbox)[asked:] == ["/1/batch"] * 3


def test_one_card_costs_one_request_once_its_board_is_known(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    asked = len(sandbox.ledger)
    fresh(adapter, api.card("w-quiz"))
    assert paths(sandbox)[asked:] == [f"/1/cards/{api.card('w-quiz')}"]


def test_what_is_kept_of_a_board_grows_old(sandbox: TrelloSandbox, api: Api, clock: Clock) -> None:
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    api.ok("PUT", f"/lists/{api.list('Stuff')}", {"name": "Junk drawer"})
    clock.forward(minutes=6)
    assert fresh(adapter, api.card("s-octopus")).place.name == "Growth & Marketing/Junk drawer"


def test_a_card_in_a_list_made_since(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    made = api.ok("POST", "/lists", {"name": "Fresh", "idBoard": api.board("Growth")})
    api.ok("PUT", f"/cards/{api.card('w-quiz')}", {"idList": made["id"]})
    assert fresh(adapter, api.card("w-quiz")).place.name == "Growth & Marketing/Fresh"


def test_a_card_that_was_moved_and_deleted_in_one_moment_is_deleted(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    gone, home = api.card("r-spam"), api.board("Growth")
    target = next(one for one in sandbox.state.lists.values() if one.board == home and not one.closed)
    api.ok("PUT", f"/cards/{gone}", {"idBoard": home, "idList": target.id})
    api.ok("DELETE", f"/cards/{gone}")
    assert adapter.read([gone]) == {gone: Absence.DELETED}


def test_deleted_moved_away_and_malformed(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, scope=("Growth & Marketing",))
    gone, away, here = api.card("w-quiz"), api.card("r-spam"), api.card("w-radio")
    api.ok("DELETE", f"/cards/{gone}")
    asked = [gone, away, here, "nonsense", "a,/b?c=d#e"]
    answer = adapter.read(asked)
    assert list(answer) == asked
    assert answer[gone] is Absence.DELETED
    assert answer[away] is Absence.MOVED
    assert isinstance(answer[here], Entry)
    assert answer["nonsense"] is Absence.UNKNOWN
    assert answer["a,/b?c=d#e"] is Absence.UNKNOWN


def test_a_card_of_a_board_that_was_closed_is_archived(sandbox: TrelloSandbox, api: Api) -> None:
    api.state.boards[api.board("Growth")].closed = True
    assert fresh(adapter_of(sandbox), api.card("w-quiz")).archived


@pytest.mark.parametrize("kind", ["half-json", "500", "410"])
def test_a_batch_that_fails_makes_nothing_absent(sandbox: TrelloSandbox, api: Api, kind: str) -> None:
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    sandbox.fail(Fault(kind=kind, path="/1/batch", times=-1))
    with pytest.raises(ConnectionFailed):
        adapter.read([api.card("w-quiz"), api.card("w-radio")])


def test_a_sub_request_that_was_too_much_is_asked_again(sandbox: TrelloSandbox, api: Api) -> None:
    ids = [api.card("w-quiz"), api.card("w-radio")]
    answer = adapter_of(sandbox, app=altered(sandbox, _busy_inside)).read(ids)
    assert all(isinstance(found, Entry) for found in answer.values())


@pytest.mark.parametrize(
    "rows", [[], {}, [{"200": {}}], [{}, {}], [None, {"message": "?"}], [{"200": []}, {"200": {"id": 1}}]]
)
def test_a_batch_of_no_known_shape(sandbox: TrelloSandbox, api: Api, rows: Any) -> None:
    def odd(path: str, answer: Any) -> Any:
        return rows if path == "/1/batch" else answer

    with pytest.raises(AnswerUnreadable, match="boards"):
        adapter_of(sandbox, app=altered(sandbox, odd)).read([api.card("w-quiz"), api.card("w-radio")])


def test_a_card_that_may_not_be_seen_any_more(sandbox: TrelloSandbox, api: Api) -> None:
    # 401 and 404 both also mean: no permission.
    adapter = adapter_of(sandbox)
    adapter.places()
    sandbox.fail(Fault(kind="404", path="/1/cards/*"))
    assert adapter.read([api.card("w-quiz")]) == {api.card("w-quiz"): Absence.UNKNOWN}


def test_a_card_that_left_for_a_board_out_of_sight_has_moved(sandbox: TrelloSandbox, api: Api) -> None:
    card, hidden = api.card("w-quiz"), api.state.boards[api.board("Hiring")]
    target = next(row.id for row in api.state.lists.values() if row.board == hidden.id)
    hidden.shared = True
    api.edit(card, idBoard=hidden.id, idList=target)
    hidden.shared = False
    assert api("GET", f"/cards/{card}")[0] == 404
    assert adapter_of(sandbox).read([card]) == {card: Absence.MOVED}


def test_a_feed_that_is_not_answered_tells_nothing(sandbox: TrelloSandbox, api: Api) -> None:
    card = api.card("w-quiz")
    api.ok("DELETE", f"/cards/{card}")
    api.state.actions = [one for one in api.state.actions if one.type != "deleteCard"]
    assert adapter_of(sandbox).read([card]) == {card: Absence.UNKNOWN}
