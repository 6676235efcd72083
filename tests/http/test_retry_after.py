"""Retry-After in every form that trackers send, and in forms that nobody should."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planora_sync.http import retry_after_seconds

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-4"}, 0.0),
        ({"RETRY-AFTER": "Tue, 24 Nov 2026 10:01:00 GMT"}, 60.0),
        ({"Retry-After": "Tue, 24 Nov 2026 11:01:00 +0100"}, 60.0),
        ({"Retry-After": "Tue, 24 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"X-RateLimit-Reset": "2026-11-24T10:02Z"}, 120.0),
        ({"X-RateLimit-Reset": "2026-11-24T10:02:30.500Z"}, 150.5),
        ({"X-RateLimit-Reset": "2026-11-24T10:02"}, 120.0),
        ({"Retry-After": "7", "X-RateLimit-Reset": "2026-11-24T10:02Z"}, 7.0),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "2026-11-24T10:02Z"}, 120.0),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "1e400"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"X-RateLimit-Reset": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_what_the_tracker_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, NOW) == seconds


def test_the_reset_of_the_rate_limit_can_be_left_out() -> None:
    headers = {"X-RateLimit-Reset": "2026-11-24T11:00Z"}
    assert retry_after_seconds(headers, NOW, reset=False) is None
    assert retry_after_seconds({**headers, "Retry-After": "3"}, NOW, reset=False) == 3.0


@given(st.floats(min_value=0, max_value=86400, allow_nan=False))
def test_any_number_of_seconds_is_understood(seconds: float) -> None:
    assert retry_after_seconds({"Retry-After": repr(seconds)}, NOW) == seconds


@given(st.integers(min_value=0, max_value=10**6))
def test_any_http_date_is_understood(ahead: int) -> None:
    text = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert retry_after_seconds({"Retry-After": text}, NOW) == ahead


@given(st.text(), st.text())
def test_no_text_breaks_it(asked: str, reset: str) -> None:
    seconds = retry_after_seconds({"Retry-After": asked, "X-RateLimit-Reset": reset}, NOW)
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


DATE_LIKE = st.lists(
    st.sampled_from(
        ["Tue,", "24", "Nov", "99999999999999999999", "10:00:00", "25:61", "GMT", "+9999", "-", ",", "1."]
    ),
    max_size=8,
)


@given(DATE_LIKE)
def test_no_half_date_breaks_it(parts: list[str]) -> None:
    seconds = retry_after_seconds({"Retry-After": " ".join(parts)}, NOW)
    assert seconds is None or seconds >= 0
