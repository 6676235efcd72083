"""The rate budget is never overdrawn, in no window that slides over the requests, and wastes nothing."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.http import Call, Charge, Level, RateBudget, credential_id, shared_budget
from planora_sync.http.shared import forget_budgets
from tests.http.simulated import EPSILON, Ask, Simulation, rate, worst

CALL = Call(method="GET", url="https://tracker.test/x")
ALL = "all"


class Hand:
    """A clock that a test sets by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def budget(hand: Hand) -> RateBudget:
    return RateBudget(monotonic=hand)


def one(requests: int | None = 100, window: float = 10.0, cost: int = 1, scope: str = ALL) -> tuple[Charge]:
    return (Charge(scope=scope, requests=requests, window=window, cost=cost),)


def wait(budget: RateBudget, charges: Sequence[Charge] | None = None, share: float = 0.5) -> float:
    """Take a place and return how long it makes us wait."""
    ticket = budget.reserve(charges or one(), share)
    seconds = budget.wait(ticket)
    if not seconds:
        budget.answered(ticket)
    return seconds


asks = st.lists(
    st.tuples(
        st.just(CALL),
        st.booleans(),
        st.floats(min_value=0, max_value=3),
        st.floats(min_value=0, max_value=20),
    ),
    max_size=40,
)


@given(
    allowance=st.integers(min_value=1, max_value=40),
    window=st.sampled_from([1.0, 10.0, 60.0]),
    share=st.floats(min_value=0.05, max_value=1.0),
    lanes=st.lists(asks, min_size=1, max_size=4),
)
def test_no_window_holds_more_than_the_share(
    allowance: int, window: float, share: float, lanes: list[list[Ask]]
) -> None:
    charges = one(allowance, window)
    world = Simulation(lambda call, write: charges, share)
    world.run(lanes)
    assert worst(world.counted[ALL, window], window) <= max(1, int(allowance * share + EPSILON))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("lanes", [1, 4])
def test_in_the_long_run_the_share_is_used(share: float, lanes: int) -> None:
    charges = one()
    world = Simulation(lambda call, write: charges, share)
    world.run([[(CALL, False, 0.05, 0.0)] * (1000 // lanes)] * lanes)
    assert 0.9 * 100 * share <= rate(world.counted[ALL, 10.0], 10.0) <= 100 * share


def test_a_share_of_less_than_one_is_one_in_a_longer_window(budget: RateBudget) -> None:
    few = one(requests=1, window=10.0)
    assert wait(budget, few) == 0
    assert wait(budget, few) == pytest.approx(20.0)


def test_a_burst_costs_no_wait_and_then_the_window_holds(budget: RateBudget) -> None:
    assert max(wait(budget) for _ in range(50)) == 0
    assert wait(budget) == pytest.approx(10.0)


def test_what_counts_for_several_takes_so_many_places(budget: RateBudget) -> None:
    assert [wait(budget, one(cost=10)) for _ in range(6)] == [0.0] * 5 + [pytest.approx(10.0)]


def test_what_counts_for_more_than_the_share_goes_alone(budget: RateBudget) -> None:
    assert wait(budget, one(cost=80)) == 0
    assert wait(budget, one(cost=80)) == pytest.approx(10.0)


def test_a_request_counts_from_its_answer(budget: RateBudget, hand: Hand) -> None:
    ticket = budget.reserve(one(requests=2), 0.5)
    assert budget.wait(ticket) == 0
    hand.time += 4.0
    budget.answered(ticket)
    assert wait(budget, one(requests=2)) == pytest.approx(10.0)


def test_a_place_that_is_given_back_is_free_again(budget: RateBudget) -> None:
    ticket = budget.reserve(one(requests=2), 0.5)
    budget.cancel(ticket)
    assert wait(budget, one(requests=2)) == 0


def test_each_of_two_connections_keeps_its_own_share(budget: RateBudget) -> None:
    for _ in range(50):
        wait(budget, share=0.9)
    assert wait(budget, share=0.9) == 0
    assert wait(budget, share=0.5) > 0


# -- pauses -------------------------------------------------------------------------------------------------


def test_a_pause_holds_everyone_back_and_then_there_is_no_burst(budget: RateBudget) -> None:
    wait(budget)
    budget.pause(ALL, 30.0)
    assert wait(budget) == pytest.approx(30.0, abs=0.02)
    assert wait(budget) == pytest.approx(30.2, abs=0.02)


def test_a_shorter_pause_does_not_shorten_a_longer_one(budget: RateBudget) -> None:
    budget.pause(ALL, 30.0)
    budget.pause(ALL, 1.0)
    assert wait(budget) >= 30.0


def test_a_pause_of_one_scope_is_no_pause_of_another(budget: RateBudget) -> None:
    budget.pause("GET /issue/*", 30.0)
    both = (*one(), *one(None, scope="GET /issue/*"))
    assert wait(budget, both) >= 30.0
    assert wait(budget) == 0


def test_a_pause_moves_whoever_waits_already(budget: RateBudget, hand: Hand) -> None:
    wait(budget, one(requests=2))
    ticket = budget.reserve(one(requests=2), 0.5)
    assert budget.wait(ticket) == pytest.approx(10.0)
    budget.pause(ALL, 60.0)
    hand.time += 10.0
    assert budget.wait(ticket) == pytest.approx(50.0, abs=0.02)
    hand.time += 50.1
    assert budget.wait(ticket) == 0


# -- what others use ----------------------------------------------------------------------------------------


def heard(budget: RateBudget, remaining: float, *, window: float | None = None, limit: float = 100) -> None:
    budget.hear([Level(scope=ALL, limit=limit, remaining=remaining, resets_in=10.0, window=window)])


def test_what_we_use_ourselves_slows_nothing_down(budget: RateBudget) -> None:
    for _ in range(40):
        wait(budget)
    heard(budget, 60)
    assert max(wait(budget) for _ in range(10)) == 0


def test_what_others_use_is_left_to_them(budget: RateBudget, hand: Hand) -> None:
    for _ in range(10):
        wait(budget)
    # Ten of the eighty are ours; the other seventy leave us less than our fifty.
    heard(budget, 20)
    assert max(wait(budget) for _ in range(13)) == 0
    assert wait(budget) > 0
    hand.time += 20.0
    assert max(wait(budget) for _ in range(50)) == 0, "what was heard holds for a window"


def test_nothing_left_is_waited_for(budget: RateBudget) -> None:
    wait(budget)
    heard(budget, 0)
    assert wait(budget) >= 10.0


def test_an_allowance_that_is_told_counts_from_then_on(budget: RateBudget) -> None:
    wait(budget)
    heard(budget, 19, window=10.0, limit=20)
    assert max(wait(budget) for _ in range(9)) == 0
    assert wait(budget) > 0


@given(
    used=st.lists(st.integers(min_value=0, max_value=30), min_size=5, max_size=60),
    share=st.sampled_from([0.5, 0.8, 0.95]),
)
def test_with_others_beside_us_we_stop_before_the_tracker_refuses(used: list[int], share: float) -> None:
    """A fixed window of 100 that others fill at the same time, never more than 30 at once."""
    hand = Hand()
    budget = RateBudget(monotonic=hand)
    begun, count, refused_to_us = hand.time, 0, 0
    for others in used:
        ticket = budget.reserve(one(), share)
        while seconds := budget.wait(ticket):
            hand.time += seconds
        if hand.time - begun >= 10.0:
            begun, count = hand.time, 0
        refused_to_us += count >= 100
        count += 1
        budget.answered(ticket)
        heard(budget, max(0, 100 - count), window=10.0)
        # They come after our answer and before our next request, and take what is there.
        count += min(others, max(0, 100 - count - 1))
        hand.time += 0.05
    assert refused_to_us == 0


# -- who shares it ------------------------------------------------------------------------------------------


def test_threads_share_one_budget(budget: RateBudget) -> None:
    waits: list[float] = []

    def take() -> None:
        waits.extend(wait(budget, one(200)) for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 200
    assert waits.count(0.0) == 100
    assert max(waits) == pytest.approx(10.0)


def test_one_host_has_one_budget_in_this_process() -> None:
    forget_budgets()
    mine = shared_budget("jira", "acme.atlassian.net")
    assert shared_budget("jira", "ACME.atlassian.net") is mine
    assert shared_budget("jira", "other.atlassian.net") is not mine
    assert shared_budget("trello", "acme.atlassian.net") is not mine


def test_each_app_has_a_budget_of_its_own() -> None:
    async def app(scope: object, receive: object, send: object) -> None: ...

    async def other(scope: object, receive: object, send: object) -> None: ...

    mine = shared_budget("jira", "jira.test", app)
    assert shared_budget("jira", "jira.test", app) is mine
    assert shared_budget("jira", "jira.test", other) is not mine
    assert shared_budget("jira", "jira.test") is not mine


def test_the_name_of_a_credential_gives_nothing_away() -> None:
    assert credential_id("s3cret") == credential_id("s3cret")
    assert credential_id("s3cret") != credential_id("other")
    assert "s3cret" not in credential_id("s3cret")
    assert credential_id(None)


def test_scopes_that_nobody_needs_are_forgotten(budget: RateBudget, hand: Hand) -> None:
    for number in range(5000):
        wait(budget, one(20, 2.0, scope=f"issue {number}"))
        hand.time += 0.1
    assert len(budget._scopes) < 2100
