"""Faults made on purpose, rate limits, and the ledger."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_trello.sandbox.loading import KEY, TOKEN

from planora_sync.errors import Unreachable
from planora_sync.sandbox import Fault


@pytest.mark.parametrize(("kind", "saved"), [("cut-before", False), ("hang", False), ("cut-after", True)])
def test_a_cut_before_changes_nothing_and_a_cut_after_everything(api: Any, kind: str, saved: bool) -> None:
    api.sandbox.fail(Fault(kind=kind, method="PUT"))
    path = f"/cards/{api.card('b-swag')}"
    with pytest.raises(Unreachable):
        api("PUT", path, {"name": "Changed"})
    assert (api.get(path)["name"] == "Changed") is saved
    assert [(row.method, row.status) for row in api.sandbox.ledger] == [("PUT", 0), ("GET", 200)]


def test_a_cut_after_a_creation_leaves_a_card_that_a_repetition_doubles(api: Any) -> None:
    body = {"idList": api.list("Ideas"), "name": "Twin", "desc": "marker-7"}
    api.sandbox.fail(Fault(kind="cut-after", method="POST", path="/1/cards"))
    with pytest.raises(Unreachable):
        api("POST", "/cards", body)
    api.ok("POST", "/cards", body)
    cards = api.get(f"/lists/{api.list('Ideas')}/cards")
    assert [card["desc"] for card in cards].count("marker-7") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 449, 500, 502, 503, 504])
def test_a_status_is_plain_text(api: Any, status: int) -> None:
    api.sandbox.fail(Fault(kind=str(status)))
    reply = api.raw("GET", "/members/me")
    assert reply.status == status
    assert dict(reply.headers)["content-type"].startswith("text/plain")
    assert reply.body
    assert api.raw("GET", "/members/me").status == 200


def test_too_many_requests_is_json_and_says_no_time(api: Any) -> None:
    api.sandbox.fail(Fault(kind="429"))
    reply = api.raw("GET", "/members/me")
    assert reply.status == 429
    assert json.loads(reply.body)["error"] == "API_TOKEN_LIMIT_EXCEEDED"
    assert "retry-after" not in dict(reply.headers)
    api.sandbox.fail(Fault(kind="429", retry_after="3"))
    assert dict(api.raw("GET", "/members/me").headers)["retry-after"] == "3"


def test_a_202_did_what_was_asked(api: Any) -> None:
    api.sandbox.fail(Fault(kind="202"))
    path = f"/cards/{api.card('b-swag')}"
    status, body = api("PUT", path, {"name": "Changed"})
    assert (status, body["name"]) == (202, "Changed")
    api.sandbox.fail(Fault(kind="202"))
    assert api("PUT", path, {"name": ""})[0] == 400


def test_answers_that_are_no_json(api: Any) -> None:
    for kind in ("html", "empty", "half-json"):
        api.sandbox.fail(Fault(kind=kind))
        reply = api.raw("GET", "/members/me")
        assert reply.status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body)


def test_faults_meet_the_requests_that_they_name_and_no_other(api: Any) -> None:
    board = api.board("Growth")
    api.sandbox.fail(Fault(kind="500", path=f"/1/boards/{board}*", times=2))
    api.sandbox.fail(Fault(kind="503", method="DELETE", times=-1))
    assert api("GET", "/members/me")[0] == 200
    assert [api("GET", f"/boards/{board}/lists")[0] for _ in range(3)] == [500, 500, 200]
    path = f"/cards/{api.card('b-swag')}"
    assert [api("DELETE", path)[0] for _ in range(3)] == [503, 503, 503]
    assert api("GET", path)[0] == 200


def test_unknown_kinds_are_refused(api: Any) -> None:
    with pytest.raises(ValueError, match="no kind of fault"):
        api.sandbox.fail(Fault(kind="gremlins"))


def test_the_headers_tell_what_is_left_of_three_allowances(api: Any, clock: Any) -> None:
    api.get("/members/me")
    told = dict(api.raw("GET", "/members/me").headers)
    assert told["x-rate-limit-api-token-interval-ms"] == "10000"
    assert (told["x-rate-limit-api-token-max"], told["x-rate-limit-api-token-remaining"]) == ("100", "98")
    assert told["x-rate-limit-api-key-remaining"] == "298"
    assert told["x-rate-limit-member-remaining"] == "198"
    clock.forward(seconds=10)
    assert dict(api.raw("GET", "/members/me").headers)["x-rate-limit-api-token-remaining"] == "99"


def test_a_window_that_is_used_up_starts_anew_while_the_clock_stands_still(api: Any) -> None:
    assert {api("GET", "/members/me")[0] for _ in range(201)} == {200}


def test_the_ledger_shows_each_request_as_it_came(api: Any) -> None:
    api("GET", "/members/me", fields="username")
    api("GET", "/cards/nothing")
    assert [(row.method, row.path, row.query, row.status) for row in api.sandbox.ledger] == [
        ("GET", "/1/members/me", "fields=username", 200),
        ("GET", "/1/cards/nothing", "", 400),
    ]
    assert TOKEN not in repr(api.sandbox.ledger)
    api.header = ""
    api("GET", "/members/me", key=KEY, token=TOKEN)
    assert TOKEN in api.sandbox.ledger[-1].query
