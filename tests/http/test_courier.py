"""The courier: reads are repeated, writes never blindly, and the tracker's waits are obeyed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.errors import RateLimited, Unreachable
from planora_sync.http import Call, Charge, EvenLimits, RateBudget, Refusal, Reply
from tests.http.couriers import HOST, NOW, READ, SEARCH, SECRET, WRITE, Script, Time, make_courier, reply

CUT = "The connection was cut."


@pytest.fixture
def time() -> Time:
    return Time()


# -- reads and writes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [READ, SEARCH])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_broken_read_is_repeated_until_it_works(time: Time, call: Call, status: int) -> None:
    send = Script(reply(status), reply(status), reply(200))
    assert make_courier(time).deliver(call, send).status == 200
    assert send.asked == 3
    assert time.waits == [1.0, 2.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_broken_write_is_handed_on_and_never_repeated(time: Time, status: int) -> None:
    send = Script(reply(status, Retry_After="1"))
    assert make_courier(time).deliver(WRITE, send).status == status
    assert send.asked == 1
    assert time.waits == []


def test_a_read_that_stays_broken_gives_its_last_answer(time: Time) -> None:
    send = Script(reply(503))
    assert make_courier(time).deliver(READ, send).status == 503
    assert send.asked == 5


def test_a_cut_read_is_repeated_and_a_cut_write_is_not(time: Time) -> None:
    send = Script(Unreachable(CUT), reply(200))
    assert make_courier(time).deliver(READ, send).status == 200
    send = Script(Unreachable(CUT), reply(200))
    with pytest.raises(Unreachable) as caught:
        make_courier(time).deliver(WRITE, send)
    assert send.asked == 1
    assert caught.value.sent
    assert caught.value.connection == "work"


def test_a_write_that_never_left_is_repeated(time: Time) -> None:
    send = Script(Unreachable("No route.", sent=False), reply(200))
    assert make_courier(time).deliver(WRITE, send).status == 200
    assert send.asked == 2


def test_a_write_that_never_leaves_ends_as_unsent(time: Time) -> None:
    send = Script(Unreachable("No route.", sent=False))
    with pytest.raises(Unreachable, match=r"^\[work\] No route\.") as caught:
        make_courier(time).deliver(WRITE, send)
    assert not caught.value.sent
    assert send.asked == 5


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 409, 410, 412, 501])
@pytest.mark.parametrize("call", [READ, WRITE])
def test_any_other_answer_comes_at_once(time: Time, call: Call, status: int) -> None:
    send = Script(reply(status, Retry_After="5"))
    assert make_courier(time).deliver(call, send).status == status
    assert send.asked == 1
    assert time.waits == []


@given(st.lists(st.sampled_from([200, 400, 500, 503]), min_size=1, max_size=8))
def test_no_write_is_sent_twice_unless_told_so(statuses: list[int]) -> None:
    send = Script(*(reply(status) for status in statuses))
    make_courier(Time()).deliver(WRITE, send)
    assert send.asked == 1


# -- the tracker's waits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 529])
@pytest.mark.parametrize("call", [READ, SEARCH, WRITE])
@pytest.mark.parametrize("asked", ["7", "7.0", "Tue, 24 Nov 2026 10:00:07 GMT"])
def test_a_busy_tracker_is_asked_again_after_its_wait(
    time: Time, call: Call, status: int, asked: str
) -> None:
    send = Script(reply(status, Retry_After=asked), reply(200))
    assert make_courier(time).deliver(call, send).status == 200
    assert send.asked == 2
    assert time.now >= 7.0
    assert time.now < 8.0


def test_jiras_reset_is_obeyed_where_there_is_no_retry_after(time: Time) -> None:
    send = Script(reply(429, X_RateLimit_Reset="2026-11-24T10:00:20Z"), reply(200))
    make_courier(time).deliver(READ, send)
    assert 20.0 <= time.now < 21.0


def test_a_reset_of_the_rate_limit_says_nothing_about_a_broken_answer(time: Time) -> None:
    send = Script(reply(500, X_RateLimit_Reset="2026-11-24T11:00:00Z"), reply(200))
    assert make_courier(time).deliver(READ, send).status == 200
    assert time.now < 2.0


def test_a_wait_of_nothing_still_backs_off(time: Time) -> None:
    send = Script(reply(429, Retry_After="0"))
    with pytest.raises(RateLimited):
        make_courier(time).deliver(READ, send)
    assert send.asked == 5
    assert time.waits == pytest.approx([0.25, 0.5, 1.0, 2.0], abs=0.02)


def test_without_a_word_the_waits_grow_with_jitter(time: Time) -> None:
    draws = iter([0.0, 0.999, 0.5, 0.5, 0.5])
    with pytest.raises(RateLimited):
        make_courier(time, jitter=lambda: next(draws)).deliver(READ, Script(reply(429)))
    assert time.waits == pytest.approx([0.7, 2.5988, 4.0, 8.0], abs=0.02)


def test_a_long_wait_is_told_instead_of_sat_out(time: Time) -> None:
    send = Script(reply(429, Retry_After="1800"))
    with pytest.raises(RateLimited, match="until 2026-11-24 10:30 UTC") as caught:
        make_courier(time).deliver(READ, send)
    assert caught.value.retry_in == 1800
    assert caught.value.until == NOW + timedelta(seconds=1800)
    assert caught.value.connection == "work"
    assert send.asked == 1
    assert time.waits == []


def test_a_broken_tracker_that_wants_an_hour_is_not_asked_again(time: Time) -> None:
    send = Script(reply(503, Retry_After="3600"))
    assert make_courier(time).deliver(READ, send).status == 503
    assert send.asked == 1
    assert time.waits == []


@dataclass(frozen=True, kw_only=True)
class ByWords(EvenLimits):
    """A vendor that says in the body what a 429 means."""

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        match reply.body():
            case b"BLOCKED":
                return Refusal(scope=self.scope, hopeless="the token is blocked")
            case b"TOO LARGE":
                return None
            case b"THIS ENTRY":
                return Refusal(scope=call.path, wait=20.0)
            case _:
                return super().refusal(call, write, reply, now)

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        return (*super().charges(call, write), Charge(scope=call.path))


BY_WORDS = ByWords(scope="all", requests=1000, window=10.0)


def test_a_block_is_no_rate_limit(time: Time) -> None:
    send = Script(reply(429, b"BLOCKED", Retry_After="1"))
    with pytest.raises(RateLimited, match="the token is blocked"):
        make_courier(time, limits=BY_WORDS).deliver(READ, send)
    assert send.asked == 1
    send = Script(reply(429, b"slow down", Retry_After="1"), reply(200))
    assert make_courier(time, limits=BY_WORDS).deliver(READ, send).status == 200


def test_a_429_about_something_else_is_handed_on(time: Time) -> None:
    send = Script(reply(429, b"TOO LARGE"))
    assert make_courier(time, limits=BY_WORDS).deliver(READ, send).status == 429
    assert send.asked == 1
    assert time.waits == []


def test_only_what_is_limited_waits(time: Time) -> None:
    budget = RateBudget(monotonic=time.monotonic)
    with pytest.raises(RateLimited):
        # One attempt: nothing waits within it.
        make_courier(time, limits=BY_WORDS, budget=budget, attempts=1).deliver(
            WRITE, Script(reply(429, b"THIS ENTRY"))
        )
    courier = make_courier(time, limits=BY_WORDS, budget=budget)
    courier.deliver(READ, Script(reply(200)))
    assert time.now == 0.0
    courier.deliver(WRITE, Script(reply(200)))
    assert 20.0 <= time.now < 21.0


def test_a_pause_reaches_a_request_that_waits_already(time: Time) -> None:
    """Another thread is told to wait while this one sleeps for its turn."""
    budget = RateBudget(monotonic=time.monotonic)
    told: list[float] = []

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if not told:
            told.append(time.now)
            budget.pause("all", 30.0)

    courier = make_courier(time, allowance=2, budget=budget, sleep=sleep)
    for _ in range(2):
        courier.deliver(READ, Script(reply(200)))
    assert told == [pytest.approx(10.0)]
    assert time.now >= 40.0


def test_a_pause_of_hours_stops_whoever_comes_later(time: Time) -> None:
    budget = RateBudget(monotonic=time.monotonic)
    with pytest.raises(RateLimited):
        make_courier(time, budget=budget).deliver(READ, Script(reply(429, Retry_After="1800")))
    send = Script(reply(200))
    with pytest.raises(RateLimited, match="asked for a pause") as caught:
        make_courier(time, budget=budget).deliver(READ, send)
    assert caught.value.until is not None
    assert send.asked == 0
    assert time.waits == []


@pytest.mark.parametrize("body", [b"", b"<html><body>Slow down</body></html>", b"\xff\xfe", b"{"])
def test_any_body_of_a_429_will_do(time: Time, body: bytes) -> None:
    send = Script(reply(429, body, Retry_After="2"), reply(200))
    assert make_courier(time).deliver(READ, send).status == 200
    assert 2.0 <= time.now < 2.1


def test_one_busy_answer_holds_back_the_next_request_too(time: Time) -> None:
    courier = make_courier(time)
    courier.deliver(READ, Script(reply(429, Retry_After="30"), reply(200)))
    before = time.now
    courier.deliver(READ, Script(reply(200)))
    assert before >= 30.0
    assert time.now > before, "after a 429 there is no burst"


# -- the budget ---------------------------------------------------------------------------------------------


def test_requests_wait_for_the_budget_and_are_counted(time: Time) -> None:
    courier = make_courier(time, allowance=10)
    for _ in range(12):
        courier.deliver(READ, Script(reply(200)))
    assert courier.requests == 12
    assert time.now == pytest.approx(20.0)


def test_threads_share_the_budget_and_the_count() -> None:
    real = Time()
    courier = make_courier(real, allowance=2000)
    meeting = threading.Barrier(4)

    def work() -> None:
        meeting.wait(10)
        for _ in range(50):
            courier.deliver(READ, Script(reply(200)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert courier.requests == 200


def test_a_call_is_logged_without_anything_secret(time: Time, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "planora_sync")
    secret = Call(method="POST", url=f"https://{HOST}/search?q=salaries&token=t0ps3cret")
    make_courier(time).deliver(secret, Script(reply(429, Retry_After="1"), Unreachable(CUT), reply(200)))
    lines = [record.getMessage() for record in caplog.records if record.name == "planora_sync.http.courier"]
    calls = [line.partition(" seconds=")[0] for line in lines if "seconds=" in line]
    assert calls == [
        "connection=work POST /search status=429",
        "connection=work POST /search unreachable",
        "connection=work POST /search status=200",
    ]
    assert not any(word in line for line in lines for word in (SECRET, "salaries", "t0ps3cret", "q="))


def test_repeats_cost_budget_as_well(time: Time) -> None:
    courier = make_courier(time, allowance=10)
    courier.deliver(READ, Script(reply(500), reply(500), reply(200)))
    assert courier.requests == 3


# -- credentials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "header"),
    [
        (f"https://{HOST}/x", SECRET),
        (f"https://{HOST.upper()}/x", SECRET),
        (f"https://{HOST}:8443/x", None),
        (f"https://{HOST}.evil.test/x", None),
        (f"https://evil.test/?{HOST}", None),
        (f"https://{HOST}@evil.test/x", None),
        (f"https://evil@{HOST}/x", None),
        ("/x", None),
    ],
)
def test_credentials_go_to_their_own_host_only(time: Time, url: str, header: str | None) -> None:
    assert make_courier(time).authorization(Call(method="GET", url=url)) == header


def test_credentials_never_follow_a_redirect_out_of_tls(time: Time) -> None:
    plain = Call(method="GET", url=f"http://{HOST}/x")
    assert make_courier(time, scheme="https").authorization(plain) is None
    assert make_courier(time, scheme="http").authorization(plain) == SECRET
    assert make_courier(time, scheme="https").authorization(READ) == SECRET


def test_writes_may_have_credentials_of_their_own(time: Time) -> None:
    courier = make_courier(time)
    assert courier.authorization(WRITE) == f"{SECRET}-w"
    assert courier.authorization(SEARCH) == SECRET
