"""The rate budget is never overdrawn, in no window that slides over the requests."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.http import RateBudget

EPSILON = 1e-6
"""Sums of floating-point seconds are a little off; no tracker counts finer."""


class Hand:
    """A clock that a test sets by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def _sent(budget: RateBudget, hand: Hand, pauses: list[float]) -> list[float]:
    """Send one request after each pause, waiting as the budget says; return when they were sent."""
    moments = []
    for pause in pauses:
        hand.time += pause
        hand.time += budget.reserve()
        moments.append(hand.time)
    return moments


def _worst(moments: list[float], window: float) -> int:
    """Return how many fall into the fullest window."""
    return max(sum(1 for one in moments if start <= one < start + window - EPSILON) for start in moments)


@given(
    allowance=st.integers(min_value=1, max_value=40),
    window=st.sampled_from([1.0, 10.0, 60.0]),
    share=st.floats(min_value=0.05, max_value=1.0),
    pauses=st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=150),
)
def test_no_window_holds_more_than_the_allowance(
    allowance: int, window: float, share: float, pauses: list[float]
) -> None:
    hand = Hand()
    budget = RateBudget(allowance=allowance, window=window, share=share, monotonic=hand)
    assert _worst(_sent(budget, hand, pauses), window) <= allowance


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95, 1.0])
def test_in_the_long_run_the_share_is_used_and_not_more(share: float) -> None:
    hand = Hand()
    budget = RateBudget(allowance=100, window=10.0, share=share, monotonic=hand)
    moments = _sent(budget, hand, [0.0] * 1000)
    per_window = 1000 / (moments[-1] - moments[0]) * 10
    assert per_window == pytest.approx(100 * share, rel=0.15)


def test_a_burst_costs_no_wait_and_then_the_rate_holds() -> None:
    hand = Hand()
    budget = RateBudget(allowance=100, window=10.0, share=0.5, monotonic=hand)
    assert max(budget.reserve() for _ in range(50)) < EPSILON
    assert budget.reserve() == pytest.approx(0.2)
    assert budget.reserve() == pytest.approx(0.4)


def test_a_rest_fills_the_budget_again() -> None:
    hand = Hand()
    budget = RateBudget(allowance=10, window=10.0, share=0.5, monotonic=hand)
    for _ in range(5):
        budget.reserve()
    hand.time += 1000
    assert max(budget.reserve() for _ in range(5)) < EPSILON
    assert budget.reserve() > EPSILON


def test_a_pause_holds_everyone_back() -> None:
    hand = Hand()
    budget = RateBudget(allowance=100, window=10.0, share=0.5, monotonic=hand)
    budget.pause(30.0)
    assert budget.reserve() == pytest.approx(30.2)
    assert budget.reserve() == pytest.approx(30.4), "after a pause there is no burst"


def test_a_shorter_pause_does_not_shorten_a_longer_one() -> None:
    hand = Hand()
    budget = RateBudget(allowance=100, window=10.0, share=0.5, monotonic=hand)
    budget.pause(30.0)
    budget.pause(1.0)
    assert budget.reserve() >= 30.0


def test_threads_share_one_budget() -> None:
    hand = Hand()
    budget = RateBudget(allowance=200, window=10.0, share=0.5, monotonic=hand)
    waits: list[float] = []

    def take() -> None:
        for _ in range(50):
            waits.append(budget.reserve())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 200
    assert sum(1 for wait in waits if wait < EPSILON) == 100
    assert max(waits) == pytest.approx(10.0)
