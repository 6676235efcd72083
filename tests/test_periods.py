"""Quarters and halves. What would hurt a user first: a date out of a text that names none."""

from __future__ import annotations

from datetime import date

import pytest

from planora_sync.periods import period

Q1, H2 = (date(2027, 1, 1), date(2027, 3, 31)), (date(2026, 7, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        *((text, Q1) for text in ("Q1 2027", "2027-Q1", "q1/27", "Q1'27", "Q1 FY27", "T1 2027", "2027 · Q1")),
        *((text, Q1) for text in ("🚀 q1/2027 (maybe)", "Q1 (2027)", "Q1, 2027", "Q12027", "Now: Q1 2027")),
        *((text, H2) for text in ("H2 2026", "2026 H2", "h2'26", "H2 2026 (draft)")),
        ("Q4 2028", (date(2028, 10, 1), date(2028, 12, 31))),
    ],
)
def test_a_period_with_its_year_is_a_first_and_a_last_day(text: str, days: tuple[date, date]) -> None:
    assert period(text) == days


@pytest.mark.parametrize(
    "text",
    ["", "Later", "Q1", "Q5 2027", "H3 2026", "IQ1 2026", "2015-07-07 Release", "Q1: 24 wishes", "Q1 0000"],
)
def test_what_names_no_period_says_no_day(text: str) -> None:
    assert period(text) is None
