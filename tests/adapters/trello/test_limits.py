"""Trello's limits: windows of ten seconds by token and key, told in headers that no page describes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planora_trello.sandbox import TrelloSandbox
from planora_trello.transport.limits import A_TOKEN, WINDOW, TrelloLimits

from planora_sync.http import Call, Level, Reply, shared_budget
from planora_sync.testing import pull_all
from tests.adapters.trello.conftest import Clock
from tests.adapters.trello.rig import adapter_of
from tests.http.couriers import Script, Time, make_courier, reply
from tests.http.simulated import Ask, Simulation, fixed, rate, worst

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOST = "https://tracker.test"
LIMITS = TrelloLimits(key="k", reader="r", writer="w")
CARDS = Call(method="GET", url=f"{HOST}/1/boards/6afec1c283202edfe5f5e3b9/cards?filter=all")
BATCH = Call(method="GET", url=f"{HOST}/1/batch?urls=%2Fcards%2F1%2C%2Fcards%2F2%2C%2Fcards%2F3%2Cx%252Cy")
ME = Call(method="GET", url=f"{HOST}/1/members/me?fields=id")
CARD = Call(method="PUT", url=f"{HOST}/1/cards/6afec1c283202edfe5f5e3b9")

asks = st.lists(
    st.tuples(
        st.sampled_from([CARDS, BATCH, ME]),
        st.just(False),
        st.floats(min_value=0, max_value=5),
        st.floats(min_value=0, max_value=15),
    ),
    max_size=40,
)


@given(st.lists(asks, min_size=1, max_size=4), st.sampled_from([0.1, 0.5, 0.95]), st.floats(0, 10))
def test_no_window_of_token_or_key_holds_more_than_the_share(
    lanes: list[list[Ask]], share: float, offset: float
) -> None:
    world = Simulation(LIMITS.charges, share)
    world.run(lanes)
    for (scope, window), moments in world.counted.items():
        allowed = {"token r": 100, "key k": 300, "member of token r": 200, "members for token r": 100}[scope]
        assert worst(moments, window) <= allowed * share
        assert fixed(moments, window, offset) <= allowed


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize("call", [CARDS, BATCH])
def test_the_share_is_used(share: float, lanes: int, call: Call) -> None:
    world = Simulation(LIMITS.charges, share)
    world.run([[(call, False, 0.05, 0.0)] * (1000 // lanes)] * lanes)
    moments = world.counted["token r", WINDOW]
    # A batch of four goes into what is left of a window, or not at all.
    assert 0.9 * A_TOKEN * share - 4 <= rate(moments, WINDOW) <= A_TOKEN * share


def test_two_tokens_of_one_key_stay_under_the_limit_of_the_key() -> None:
    world = Simulation(LIMITS.charges, 0.95)
    world.run([[(CARDS, False, 0.01, 0.0)] * 400, [(CARD, True, 0.01, 0.0)] * 400])
    assert worst(world.counted["token w", WINDOW], WINDOW) <= 95
    assert worst(world.counted["key k", WINDOW], WINDOW) <= 285


def test_a_small_pull_never_waits() -> None:
    world = Simulation(LIMITS.charges, 0.5)
    world.run([[(CARDS, False, 0.2, 0.0)] * 5] * 4)
    assert world.waited == 0


def test_nearly_all_of_the_allowance_is_used_without_a_refusal(clock: Clock) -> None:
    """The sandbox refuses as Trello does; its clock moves when we wait."""
    sandbox = TrelloSandbox("messy", now=clock, limits=True)
    adapter = adapter_of(sandbox, sleep=lambda seconds: clock.forward(seconds=seconds), rate_share=0.95)
    # Both count by the same clock: the real one goes on while the sandbox's stands still.
    host = adapter.context.url.removeprefix("http://")
    shared_budget("trello", host, sandbox.app).clock = lambda: clock().timestamp()
    begun = clock()
    for _ in range(60):
        assert not pull_all(adapter).errors
    assert [row.status for row in sandbox.ledger].count(429) == 0
    spent = sum(_costs(row.path, row.query) for row in sandbox.ledger)
    windows = max(1.0, (clock() - begun).total_seconds() / WINDOW)
    assert spent > 3 * A_TOKEN
    assert spent / (windows + 1) >= 0.7 * A_TOKEN


def _costs(path: str, query: str) -> int:
    return LIMITS.charges(Call(method="GET", url=f"{HOST}{path}?{query}"), False)[0].cost


def test_a_batch_counts_for_what_is_in_it() -> None:
    assert LIMITS.charges(BATCH, False)[0].cost == 4
    assert LIMITS.charges(CARDS, False)[0].cost == 1


def test_members_themselves_have_a_limit_of_their_own() -> None:
    assert "members for token r" in {charge.scope for charge in LIMITS.charges(ME, False)}
    nested = Call(method="GET", url=f"{HOST}/1/members/me/boards")
    assert "members for token r" not in {charge.scope for charge in LIMITS.charges(nested, False)}


def test_every_family_of_headers_is_read() -> None:
    headers = {
        "X-Rate-Limit-Api-Token-Interval-Ms": "10000",
        "X-Rate-Limit-Api-Token-Max": "100",
        "X-Rate-Limit-Api-Token-Remaining": "99",
        "x-rate-limit-api-key-interval-ms": "10000",
        "x-rate-limit-api-key-max": "300",
        "x-rate-limit-api-key-remaining": "0",
        "x-rate-limit-member-max": "375",
        "x-rate-limit-member-remaining": "374",
        "x-rate-limit-action-interval-ms": "3600000",
        "x-rate-limit-action-max": "15000",
        "x-rate-limit-action-remaining": "14999",
        "x-rate-limit-db-query-time-interval-ms": "600000",
        "x-rate-limit-db-query-time-max": "7200000",
        "x-rate-limit-db-query-time-remaining": "0",
    }
    assert set(LIMITS.levels(CARDS, False, headers, NOW)) == {
        Level(scope="token r", limit=100, remaining=99, resets_in=10, window=10),
        Level(scope="key k", limit=300, remaining=0, resets_in=10, window=10),
        Level(scope="member of token r", limit=375, remaining=374, resets_in=10, window=None),
        Level(scope="token r", limit=7200000, remaining=0, resets_in=60, window=None),
    }


@pytest.mark.parametrize("odd", ["", "soon", "-1", "nan", "1e999"])
def test_odd_headers_do_no_harm(odd: str) -> None:
    assert LIMITS.levels(CARDS, False, {"x-rate-limit-api-token-remaining": odd}, NOW) == ()
    told = {"x-rate-limit-api-token-remaining": "5", "x-rate-limit-api-token-max": odd}
    assert LIMITS.levels(CARDS, False, told, NOW) == (
        Level(scope="token r", limit=100, remaining=5, resets_in=10),
    )


@pytest.mark.parametrize(
    ("word", "call", "scope"),
    [
        ("API_TOKEN_LIMIT_EXCEEDED", CARDS, "token r"),
        ("API_TOKEN_DB_LIMIT_EXCEEDED", CARDS, "token r"),
        ("API_KEY_LIMIT_EXCEEDED", CARDS, "key k"),
        ("RATE_LIMIT_EXCEEDED", ME, "members for token r"),
        ("UNKNOWN_EXTENSION_LIMIT_EXCEEDED", CARDS, "token r"),
        ("something <b>else</b>", CARDS, "token r"),
    ],
)
def test_a_429_pauses_what_its_word_names(word: str, call: Call, scope: str) -> None:
    body = f'{{"error": "{word}", "message": "Rate limit exceeded"}}'.encode()
    found = LIMITS.refusal(call, False, reply(429, body), NOW)
    assert found is not None
    assert (found.scope, found.wait) == (scope, 10.0)
    assert found.spread == 2.0
    assert "<b>" not in found.what


def test_an_answer_too_large_is_no_limit() -> None:
    assert LIMITS.refusal(CARDS, False, reply(429, b'{"error":"API_TOO_MANY_CARDS_REQUESTED"}'), NOW) is None


@pytest.mark.parametrize(
    "body", [b"", b"<html>429</html>", b"Rate limit exceeded", b"[]", b'{"error": 7}', b"\xff"]
)
def test_a_429_without_a_word_waits_for_a_new_window(body: bytes) -> None:
    """No Retry-After ever comes, and two hundred 429s shut the key out: one of ours is followed by a window's rest."""
    time = Time()
    courier = make_courier(time, limits=LIMITS)
    assert courier.deliver(CARDS, Script(reply(429, body), reply(200))).status == 200
    assert 10.0 <= time.now < 12.1
    assert courier.requests == 2


def test_other_tools_slow_us_down_before_a_429() -> None:
    time = Time()
    courier = make_courier(time, limits=LIMITS)
    told = {"x-rate-limit-api-token-max": "100", "x-rate-limit-api-token-interval-ms": "10000"}
    told["x-rate-limit-api-token-remaining"] = "9"
    crowded = Reply(status=200, headers=told, answer=None)
    for _ in range(20):
        courier.deliver(CARDS, Script(crowded))
    assert time.now > 0, "nine were left, and others use the same token"
