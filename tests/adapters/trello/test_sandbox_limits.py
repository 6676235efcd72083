"""Limits of the sandbox: requests in a window, what answers, boards, lists and cards hold, and the search's lag."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.hooks import SECRET
from planora_trello.sandbox.loading import READ_TOKEN

from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import HEADER, Api, Clock


@pytest.fixture
def narrow(clock: Clock) -> Iterator[Api]:
    api = Api(TrelloSandbox("messy", now=clock, limits=True))
    yield api
    api.close()


def statuses(api: Api, count: int, path: str = "/boards/nothing") -> list[int]:
    return [api("GET", path)[0] for _ in range(count)]


class TestRequests:
    def test_a_hundred_in_ten_seconds_and_token(self, narrow: Api, clock: Clock) -> None:
        assert statuses(narrow, 102) == [400] * 100 + [429] * 2
        status, body = narrow("GET", "/boards/nothing")
        assert (status, body) == (
            429,
            {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"},
        )
        clock.forward(seconds=10)
        assert statuses(narrow, 1) == [400]

    def test_a_refusal_has_no_retry_after_but_the_same_headers(self, narrow: Api) -> None:
        statuses(narrow, 100)
        reply = narrow.raw("GET", "/boards/nothing")
        headers = dict(reply.headers)
        assert reply.status == 429
        assert "retry-after" not in headers
        assert headers["x-rate-limit-api-token-remaining"] == "0"
        assert headers["x-rate-limit-api-key-remaining"] == "200"

    def test_another_token_of_the_key_has_a_hundred_of_its_own(self, narrow: Api) -> None:
        statuses(narrow, 100)
        narrow.header = HEADER.replace(HEADER.split('"')[3], READ_TOKEN)
        assert statuses(narrow, 1) == [400]

    def test_three_hundred_in_ten_seconds_and_key(self, narrow: Api) -> None:
        for number in range(3):
            narrow.header = HEADER.replace(HEADER.split('"')[3], f"token-{number}")
            assert statuses(narrow, 100) == [401] * 100
        narrow.header = HEADER
        assert narrow("GET", "/boards/nothing") == (
            429,
            {"error": "API_KEY_LIMIT_EXCEEDED", "message": "Rate limit exceeded"},
        )

    def test_two_hundred_refusals_shut_the_key_out_for_the_rest_of_the_window(
        self, narrow: Api, clock: Clock
    ) -> None:
        assert set(statuses(narrow, 301)[100:]) == {429}
        narrow.header = HEADER.replace(HEADER.split('"')[3], READ_TOKEN)
        assert narrow("GET", "/boards/nothing")[1]["error"] == "API_KEY_LIMIT_EXCEEDED"
        clock.forward(seconds=10)
        assert statuses(narrow, 1) == [400]

    def test_members_are_limited_apart_and_what_is_below_them_is_not(self, narrow: Api, clock: Clock) -> None:
        for _ in range(4):
            assert set(statuses(narrow, 25, "/members/me")) == {200}
            clock.forward(seconds=10)
        assert narrow("GET", "/members/me")[1]["error"] == "RATE_LIMIT_EXCEEDED"
        assert narrow("GET", "/members/me/boards")[0] == 200
        clock.forward(seconds=900)
        assert narrow("GET", "/members/me")[0] == 200

    def test_a_batch_counts_for_each_read_in_it(self, narrow: Api) -> None:
        narrow.get("/batch", urls=",".join(["/boards/nothing"] * 10))
        headers = dict(narrow.raw("GET", "/boards/nothing").headers)
        assert headers["x-rate-limit-api-token-remaining"] == "89"

    def test_limits_may_be_switched_off_and_headers_left_out(self, clock: Clock) -> None:
        api = Api(TrelloSandbox("empty", now=clock, rate_headers=False))
        assert set(statuses(api, 150)) == {400}
        assert not any("rate-limit" in name for name, _ in api.raw("GET", "/members/me").headers)
        api.close()

    def test_a_429_may_speak_of_any_limit(self, api: Api) -> None:
        api.sandbox.fail(Fault(kind="429", reason="API_TOKEN_DB_LIMIT_EXCEEDED"))
        assert api("GET", "/members/me")[1]["error"] == "API_TOKEN_DB_LIMIT_EXCEEDED"


class TestAnswers:
    def test_actions_and_cards_of_a_large_board_are_too_many(self, api: Api) -> None:
        api.state.most["cards in an answer"] = 10
        status, body = api("GET", f"/boards/{api.board('Growth')}", cards="all")
        assert (status, body["error"]) == (429, "API_TOO_MANY_CARDS_REQUESTED"), "actions come unasked"
        assert len(api.get(f"/boards/{api.board('Growth')}", cards="all", actions="none")["cards"]) == 10

    def test_a_huge_board_is_too_much_for_one_request(self, api: Api) -> None:
        api.state.most["cards in a board's answer"] = 10
        path = f"/boards/{api.board('Growth')}"
        assert api("GET", path, cards="all", actions="none") == (449, "sub-request failed")
        assert api.get(path, actions="none", lists="all")["lists"]

    def test_types_that_only_webhooks_tell_are_in_no_feed(self, api: Api) -> None:
        card, remark = api.card("o-copied"), next(f for f in api.state.fields.values() if f.name == "Remark")
        api.ok("PUT", f"/cards/{card}/customField/{remark.id}/item", {"value": {"text": "x"}})
        label = next(iter(api.state.labels_of(api.state.cards[card].board)))
        api.ok("PUT", f"/cards/{card}", {"idLabels": [label.id]})
        kinds = [one["type"] for one in api.get(f"/cards/{card}/actions", filter="all", limit=1000)]
        assert "updateCard" in kinds
        assert not {"updateCustomFieldItem", "addLabelToCard"} & set(kinds)

    def test_the_index_of_the_search_lags_behind_writes(self, api: Api, clock: Clock) -> None:
        card = api.card("b-swag")
        clock.forward(hours=1)
        api.ok("PUT", f"/cards/{card}", {"name": "Zebra shirts"})
        assert api.get("/search", query="zebra", modelTypes="cards")["cards"] == []
        clock.forward(minutes=2)
        assert [one["id"] for one in api.get("/search", query="zebra")["cards"]] == [card]

    def test_votes_are_refused_in_recorded_words(self, api: Api) -> None:
        path, who = f"/cards/{api.card('b-swag')}/membersVoted", api.person("anaruiz7")
        assert api("DELETE", f"{path}/{who}") == (400, "member has not voted on the card")
        assert [one["id"] for one in api.ok("POST", path, {"value": who})] == [who]
        assert api("POST", path, {"value": who}) == (400, "member has already voted on the card")


class TestObjects:
    @pytest.mark.parametrize("limit", ["open cards per board", "open cards per list"])
    def test_a_full_board_or_list_takes_no_open_card(self, api: Api, limit: str) -> None:
        api.state.most[limit] = 1
        target = api.list("Doing")
        assert api("POST", "/cards", {"idList": target, "name": "One more"})[0] == 403
        away = {"idBoard": api.board("Growth"), "idList": target}
        assert api("PUT", f"/cards/{api.card('r-signup')}", away)[0] == 403
        archived = next(card for card in api.state.cards.values() if card.closed)
        assert api("PUT", f"/cards/{archived.id}", {"closed": False})[0] == 403
        api.ok("PUT", f"/cards/{api.card('b-swag')}", {"due": None})

    def test_labels_and_links_have_limits(self, api: Api) -> None:
        api.state.most |= {"labels per board": 1, "attachments per card": 0}
        body = {"name": "More", "color": "red", "idBoard": api.board("Growth")}
        assert api("POST", "/labels", body)[0] == 403
        link = {"url": "https://example.com"}
        assert api("POST", f"/cards/{api.card('b-swag')}/attachments", link)[0] == 403


class TestWebhooks:
    URL = "https://hooks.acme.example/trello"

    @pytest.fixture
    def begun(self, api: Api) -> int:
        body = {"idModel": api.board("Growth"), "callbackURL": self.URL, "description": "ours"}
        made = api.ok("POST", "/webhooks", body)
        token = next(iter(api.state.tokens))
        assert [one["id"] for one in api.get(f"/tokens/{token}/webhooks")] == [made["id"]]
        assert api("POST", "/webhooks", body)[0] == 400
        return len(api.state.actions)

    def test_one_change_of_a_label_is_told_twice_and_signed(self, api: Api, begun: int) -> None:
        api.ok("PUT", f"/cards/{api.card('b-swag')}", {"idLabels": [api.label("Growth", "Bug")]})
        sent = api.sandbox.sent(begun)
        kinds = [json.loads(one.body)["action"]["type"] for one in sent]
        assert kinds[-1] == "updateCard"
        assert "addLabelToCard" in kinds
        for one in sent:
            wanted = hmac.new(SECRET.encode(), one.body + self.URL.encode(), hashlib.sha1).digest()
            assert one.headers["x-trello-webhook"] == base64.b64encode(wanted).decode()
            assert set(json.loads(one.body)) == {"action", "model", "webhook"}

    def test_other_boards_and_switched_off_hooks_tell_nothing(self, api: Api, begun: int) -> None:
        api.ok("PUT", f"/cards/{api.card('r-signup')}", {"name": "On another board"})
        assert api.sandbox.sent(begun) == []
        hook = next(iter(api.state.webhooks))
        api.ok("PUT", f"/webhooks/{hook}", {"active": False})
        api.ok("PUT", f"/cards/{api.card('b-swag')}", {"name": "Here"})
        assert api.sandbox.sent(begun) == []
        api.ok("DELETE", f"/webhooks/{hook}")
        assert api("GET", f"/webhooks/{hook}") == (404, "The requested resource was not found.")

    def test_the_keys_of_a_delivery_are_those_of_recorded_ones(
        self, api: Api, begun: int, recorded: Any
    ) -> None:
        events = json.loads((recorded / "webhook-events-trellodotnet.json").read_text("utf-8"))
        api.ok("PUT", f"/cards/{api.card('b-swag')}", {"desc": "x"})
        ours = json.loads(api.sandbox.sent(begun)[0].body)["action"]
        theirs = events["WebhookEvents/UpdateCardDescription.json"]["action"]
        assert set(theirs) - set(ours) == set()
        assert set(theirs["data"]) == set(ours["data"])
        assert set(theirs["data"]["card"]) <= set(ours["data"]["card"])
