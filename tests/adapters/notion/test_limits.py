"""Notion's limits: a fixed window of a minute, and refusals that say what is limited in their body."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planora_notion.transport.limits import ALLOWANCE, WINDOW, NotionLimits

from planora_sync.errors import RateLimited
from planora_sync.http import Call, Refusal, Reply
from tests.http.couriers import Script, Time, make_courier, reply
from tests.http.simulated import Ask, Simulation, fixed, rate, worst

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LIMITS = NotionLimits(reader="r", writer="w")
PAGE = "https://tracker.test/v1/pages/6afec1c2-8320-2edf-e5f5-e3b900000001"
QUERY = Call(method="POST", url="https://tracker.test/v1/data_sources/6afec1c283202edfe5f5e3b900000002/query")
READ, WRITE = Call(method="GET", url=PAGE), Call(method="PATCH", url=PAGE)

asks = st.lists(
    st.tuples(
        st.sampled_from([READ, QUERY]),
        st.just(False),
        st.floats(min_value=0, max_value=20),
        st.floats(min_value=0, max_value=90),
    ),
    max_size=30,
)


@given(st.lists(asks, min_size=1, max_size=4), st.sampled_from([0.05, 0.2, 0.5, 0.95]), st.floats(0, 60))
def test_no_window_of_a_minute_holds_more_than_the_share(
    lanes: list[list[Ask]], share: float, offset: float
) -> None:
    """Wherever Notion's minute begins: nothing tells us."""
    world = Simulation(LIMITS.charges, share)
    world.run(lanes)
    moments = world.counted["token r", WINDOW]
    assert worst(moments, WINDOW) <= ALLOWANCE * share
    assert fixed(moments, WINDOW, offset) <= ALLOWANCE


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("lanes", [1, 4])
def test_the_share_is_used(share: float, lanes: int) -> None:
    world = Simulation(LIMITS.charges, share)
    world.run([[(QUERY, False, 0.3, 0.05)] * (1800 // lanes)] * lanes)
    moments = world.counted["token r", WINDOW]
    assert 0.9 * ALLOWANCE * share <= rate(moments, WINDOW) <= ALLOWANCE * share
    assert max(fixed(moments, WINDOW, offset) for offset in range(0, 60, 5)) <= ALLOWANCE * share


def test_a_small_pull_never_waits() -> None:
    world = Simulation(LIMITS.charges, 0.5)
    world.run([[(QUERY, False, 0.2, 0.0)] * 5] * 4)
    assert world.waited == 0


def test_each_token_has_an_allowance_of_its_own() -> None:
    assert LIMITS.charges(READ, False)[0].scope == "token r"
    assert LIMITS.charges(WRITE, True)[0].scope == "token w"


def limited(
    reason: str | None = None, body: bytes | None = None, retry_after: object = None, **headers: str
) -> Reply:
    more = {"rate_limit_reason": reason, "retry_after": retry_after}
    error = {
        "object": "error",
        "status": 429,
        "additional_data": {k: v for k, v in more.items() if v is not None},
    }
    return reply(429, json.dumps(error).encode() if body is None else body, **headers)


def refusal(call: Call, write: bool, answer: Reply, now: datetime = NOW) -> Refusal:
    found = LIMITS.refusal(call, write, answer, now)
    assert found is not None
    return found


def test_a_block_is_never_waited_for() -> None:
    found = refusal(READ, False, limited("public_api_request_blocked", Retry_After="5"))
    assert "public_api_request_blocked" in found.hopeless
    assert "ask its support" in found.hopeless


@pytest.mark.parametrize(
    "reason", ["public_api_request_rate_limit", "public_api_space_request_rate_limit", None, "new"]
)
def test_a_limit_pauses_the_token(reason: str | None) -> None:
    found = refusal(QUERY, False, limited(reason, Retry_After="12"))
    assert (found.scope, found.wait, found.hopeless) == ("token r", 12.0, "")


def test_a_limit_of_an_endpoint_pauses_it_alone() -> None:
    found = refusal(QUERY, False, limited("public_api_endpoint_rate_limit", Retry_After="9"))
    assert found.scope in [charge.scope for charge in LIMITS.charges(QUERY, False)]
    assert found.scope not in [charge.scope for charge in LIMITS.charges(READ, False)]


@pytest.mark.parametrize(
    ("told", "wait"), [("95", 95.0), ("7.5", 7.5), (30, 30.0), ("soon", None), ("", None), (None, None)]
)
def test_the_wait_stands_in_the_body_too(told: object, wait: float | None) -> None:
    assert refusal(QUERY, False, limited(retry_after=told)).wait == wait


def test_the_header_goes_before_the_body() -> None:
    assert refusal(QUERY, False, limited(retry_after="95", Retry_After="3")).wait == 3.0


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"additional_data": []}', b'{"additional_data": null}', b"\xff"]
)
def test_a_body_that_says_nothing_is_a_limit_of_the_token(body: bytes) -> None:
    found = refusal(QUERY, False, limited(body=body, Retry_After="4"))
    assert (found.scope, found.wait, found.hopeless) == ("token r", 4.0, "")


def test_the_budget_of_the_workspace_may_ask_for_more_than_a_minute() -> None:
    time = Time()
    space = "public_api_space_request_rate_limit"
    courier = make_courier(time, limits=LIMITS, patience=180.0)
    assert courier.deliver(READ, Script(limited(space, Retry_After="95"), reply(200))).status == 200
    assert time.now >= 95.0
    with pytest.raises(RateLimited, match="all connections of this workspace share") as caught:
        courier.deliver(READ, Script(limited(space, Retry_After="900")))
    assert caught.value.until == datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
