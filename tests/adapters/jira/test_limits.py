"""Jira's limits: by endpoint and method, by issue, by app; Data Center's bucket; and what headers say of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planora_jira.transport.limits import JiraLimits, endpoint

from planora_sync.errors import RateLimited
from planora_sync.http import Call, Level, RateBudget, Reply
from tests.http.couriers import NOW as COURIERS_NOW
from tests.http.couriers import Script, Time, make_courier, reply
from tests.http.simulated import Ask, Simulation, rate, refused, worst

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CLOUD = JiraLimits(cloud=True, credential="c")
CENTER = JiraLimits(cloud=False, credential="c")


def call(method: str, path: str) -> Call:
    return Call(method=method, url=f"https://tracker.test{path}")


SEARCH = call("POST", "/rest/api/3/search/jql")
ISSUE = call("GET", "/rest/api/3/issue/10042?fields=summary")
FIELDS = call("GET", "/rest/api/3/field")
EDIT = call("PUT", "/rest/api/3/issue/10042")
OTHER = call("PUT", "/rest/api/3/issue/10043")
UNLINK = call("DELETE", "/rest/api/3/issueLink/77")
MOVE = call("POST", "/rest/agile/1.0/sprint/37/issue")
A_SECOND = {SEARCH: 100, ISSUE: 150, FIELDS: 100, EDIT: 50, UNLINK: 50, MOVE: 100}

asks = st.lists(
    st.tuples(
        st.sampled_from(list(A_SECOND)),
        st.just(False),
        st.floats(min_value=0, max_value=0.5),
        st.floats(min_value=0, max_value=1.5),
    ),
    max_size=60,
)
writes = st.lists(
    st.tuples(
        st.sampled_from([EDIT, OTHER]),
        st.just(True),
        st.floats(min_value=0, max_value=0.5),
        st.floats(min_value=0, max_value=1.5),
    ),
    max_size=80,
)


@given(st.lists(asks, min_size=1, max_size=6), st.sampled_from([0.05, 0.5, 0.95]))
def test_no_second_of_an_endpoint_holds_more_than_the_share(lanes: list[list[Ask]], share: float) -> None:
    world = Simulation(CLOUD.charges, share)
    world.run(lanes)
    limits = {endpoint(one): a_second for one, a_second in A_SECOND.items()}
    for (scope, window), moments in world.counted.items():
        assert worst(moments, window) <= limits[scope] * share
        assert refused(moments, limits[scope], limits[scope]) == 0


@given(st.lists(writes, min_size=1, max_size=4), st.sampled_from([0.5, 0.95]))
def test_no_issue_is_written_more_than_twenty_times_in_two_seconds(
    lanes: list[list[Ask]], share: float
) -> None:
    world = Simulation(CLOUD.charges, share)
    world.run(lanes)
    for issue in ("issue 10042", "issue 10043"):
        assert worst(world.counted[issue, 2.0], 2.0) <= 20 * share
        assert worst(world.counted[issue, 30.0], 30.0) <= 100 * share


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("asked", list(A_SECOND), ids=endpoint)
def test_the_share_is_used(share: float, asked: Call) -> None:
    """With so many threads that the limit is what holds them up."""
    limit = A_SECOND[asked]
    world = Simulation(CLOUD.charges, share)
    world.run([[(asked, False, 0.02, 0.0)] * 100] * 16)
    moments = world.counted[endpoint(asked), 1.0]
    assert 0.9 * limit * share <= rate(moments, 1.0) <= limit * share
    assert refused(moments, limit, limit) == 0


@pytest.mark.parametrize("limits", [CLOUD, CENTER])
def test_a_small_pull_never_waits(limits: JiraLimits) -> None:
    world = Simulation(limits.charges, 0.5)
    world.run([[(SEARCH, False, 0.05, 0.0)] * 5] * 4)
    assert world.waited == 0


def test_an_endpoint_is_named_without_ids_and_keys() -> None:
    assert endpoint(ISSUE) == "GET /rest/api/3/issue/*"
    assert (
        endpoint(call("GET", "/jira/rest/api/2/issue/PLAN-12/transitions"))
        == "GET /jira/rest/api/2/issue/*/transitions"
    )
    assert endpoint(call("GET", "/rest/agile/1.0/board/12/sprint")) == "GET /rest/agile/1.0/board/*/sprint"
    assert endpoint(call("GET", "/rest/api/3/project/PLAN/statuses")) == "GET /rest/api/3/project/*/statuses"
    assert endpoint(SEARCH) == "POST /rest/api/3/search/jql"


# -- refusals -----------------------------------------------------------------------------------------------


def scope_of(reason: str, asked: Call, write: bool, limits: JiraLimits = CLOUD) -> str:
    found = limits.refusal(asked, write, reply(429, RateLimit_Reason=reason, Retry_After="3"), NOW)
    assert found is not None
    assert found.wait == 3.0
    assert found.scope in {charge.scope for charge in limits.charges(asked, write)}
    return found.scope


@pytest.mark.parametrize(
    ("reason", "asked", "write", "scope"),
    [
        ("jira-quota-global-based", SEARCH, False, "credential c"),
        ("jira-quota-tenant-based", EDIT, True, "credential c"),
        ("jira-cost-based", SEARCH, False, "credential c"),
        ("jira-burst-based", SEARCH, False, "POST /rest/api/3/search/jql"),
        ("jira-burst-based", EDIT, True, "PUT /rest/api/3/issue/*"),
        ("jira-per-issue-on-write", EDIT, True, "issue 10042"),
        ("jira-per-issue-on-write", MOVE, True, "POST /rest/agile/1.0/sprint/*/issue"),
        ("something-new", SEARCH, False, "credential c"),
        ("", SEARCH, False, "credential c"),
    ],
)
def test_what_must_wait_is_named_by_the_reason(reason: str, asked: Call, write: bool, scope: str) -> None:
    assert scope_of(reason, asked, write) == scope


def test_data_center_pauses_all_of_its_user() -> None:
    assert scope_of("jira-burst-based", SEARCH, False, CENTER) == "credential c"


def test_a_burst_holds_up_one_endpoint_and_no_other() -> None:
    time = Time()
    budget = RateBudget(monotonic=time.monotonic)
    burst = reply(429, RateLimit_Reason="jira-burst-based", Retry_After="30")
    with pytest.raises(RateLimited):
        make_courier(time, limits=CLOUD, budget=budget, attempts=1).deliver(SEARCH, Script(burst))
    courier = make_courier(time, limits=CLOUD, budget=budget)
    courier.deliver(FIELDS, Script(reply(200)))
    assert time.now == 0.0
    courier.deliver(SEARCH, Script(reply(200)))
    assert time.now >= 30.0


def test_a_spent_quota_stops_the_connection_and_says_until_when() -> None:
    time = Time()
    courier = make_courier(time, limits=CLOUD)
    spent = reply(429, RateLimit_Reason="jira-quota-tenant-based", Retry_After="1847")
    with pytest.raises(RateLimited, match="quota of this app") as caught:
        courier.deliver(SEARCH, Script(spent))
    assert caught.value.until == COURIERS_NOW + timedelta(seconds=1847)
    other = Script(reply(200))
    with pytest.raises(RateLimited, match="until 2026-11-24 10:30 UTC"):
        courier.deliver(FIELDS, other)
    assert other.asked == 0


@pytest.mark.parametrize(
    "reset", ["2026-11-24T10:00:20Z", "2026-11-24T10:01Z", "2026-11-24T10:00:20.5+00:00"]
)
def test_a_gateway_without_retry_after_tells_a_reset(reset: str) -> None:
    time = Time()
    courier = make_courier(time, limits=CLOUD)
    courier.deliver(SEARCH, Script(reply(429, b"<html>", X_RateLimit_Reset=reset), reply(200)))
    assert 20.0 <= time.now < 61.0


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>429</h1></html>", b'{"code":429,"message":"Rate limited"}']
)
def test_any_body_will_do(body: bytes) -> None:
    time = Time()
    assert make_courier(time, limits=CLOUD).deliver(EDIT, Script(reply(429, body), reply(200))).status == 200
    assert 0 < time.now < 2


# -- headers of successes -----------------------------------------------------------------------------------


def levels(limits: JiraLimits = CLOUD, asked: Call = SEARCH, **headers: str) -> tuple[Level, ...]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return tuple(limits.levels(asked, False, named, NOW))


def test_remaining_and_reset_are_read() -> None:
    assert levels(
        X_RateLimit_Limit="100", X_RateLimit_Remaining="20", X_RateLimit_Reset="2026-11-24T10:00:05Z"
    ) == (Level(scope="POST /rest/api/3/search/jql", limit=100, remaining=20, resets_in=5),)


def test_the_points_of_an_hour_are_all_of_the_credential() -> None:
    found = levels(
        X_RateLimit_Limit="65000", X_RateLimit_Remaining="0", X_RateLimit_Reset="2026-11-24T10:30Z"
    )
    assert found == (Level(scope="credential c", limit=65000, remaining=0, resets_in=1800),)


def test_near_the_limit_counts_as_a_fifth_left() -> None:
    assert levels(X_RateLimit_NearLimit="true") == (
        Level(scope="POST /rest/api/3/search/jql", limit=100, remaining=20, resets_in=1),
    )
    assert levels(X_RateLimit_NearLimit="false") == ()


@pytest.mark.parametrize("prefix", ["", "Beta-"])
def test_structured_headers_are_read(prefix: str) -> None:
    headers = {
        f"{prefix}RateLimit-Policy": '"jira-burst-based";q=100;w=1, "jira-quota-tenant-based";q=100000;w=3600',
        f"{prefix}RateLimit": '"jira-burst-based";r=30;t=1, "jira-quota-tenant-based";r=0;t=1200, "odd";r=1',
    }
    assert CLOUD.levels(SEARCH, False, headers, NOW) == (
        Level(scope="POST /rest/api/3/search/jql", limit=100, remaining=30, resets_in=1, window=1),
        Level(scope="credential c", limit=100000, remaining=0, resets_in=1200),
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_it(one: str, other: str) -> None:
    headers = {"RateLimit": one, "RateLimit-Policy": other, "X-RateLimit-Limit": one, "X-RateLimit-Reset": other,
               "X-RateLimit-Remaining": other, "X-RateLimit-Interval-Seconds": one}  # fmt: skip
    for limits in (CLOUD, CENTER):
        found = limits.levels(SEARCH, False, headers, NOW)
        assert all(level.limit >= 0 and level.remaining >= 0 and level.resets_in >= 0 for level in found)


def test_data_centers_bucket_is_learnt() -> None:
    bucket = {"X-RateLimit-Limit": "40", "X-RateLimit-Remaining": "39", "X-RateLimit-FillRate": "10",
              "X-RateLimit-Interval-Seconds": "5", "retry-after": "0"}  # fmt: skip
    assert CENTER.levels(SEARCH, False, bucket, NOW) == (
        Level(scope="credential c", limit=40, remaining=39, resets_in=1, window=20),
    )
    time = Time()
    courier = make_courier(time, limits=CENTER)
    told = Reply(status=200, headers=bucket, answer=None)
    for _ in range(40):
        courier.deliver(SEARCH, Script(told))
    assert time.now >= 20.0, "half of two a second, after half of forty at once"


def test_data_center_says_zero_while_tokens_remain() -> None:
    """A 429 with `Retry-After: 0` is no invitation."""
    time = Time()
    courier = make_courier(time, limits=CENTER)
    courier.deliver(SEARCH, Script(reply(429, Retry_After="0"), reply(429, Retry_After="0"), reply(200)))
    assert time.now > 0.5
