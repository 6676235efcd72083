"""When a row is meant to happen: dates in their many forms, horizons, quarters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import (
    Horizon,
)
from tests.adapters.notion.samples import (
    chosen,
    data_source,
    day,
    fields,
    page,
    source,
    translate,
)

GROUPS = {"To-do": ["Backlog", "In review"], "In_progress": ["Doing"], "Complete": ["Done"]}
OTHER = "99999999-0000-4000-8000-000000000009"


@pytest.mark.parametrize(
    ("props", "start", "due"),
    [
        ({"Due": day("2026-12-01")}, None, "2026-12-01"),
        ({"Due": day("2026-12-01", "2026-12-03")}, "2026-12-01", "2026-12-03"),
        # An instant counts as the day it is where it was written.
        ({"Due": day("2026-12-01T23:30:00.000-08:00")}, None, "2026-12-01"),
        ({"Timeline": day("2026-12-01", "2027-03-01")}, "2026-12-01", "2027-03-01"),
        ({"Timeline": day("2026-12-01")}, None, "2026-12-01"),
        ({"Timeline": day("2026-11-01", "2027-03-01"), "Due": day("2026-12-09")}, "2026-11-01", "2026-12-09"),
        ({"Timeline": day("2026-11-01"), "Due": day("2026-12-09")}, "2026-11-01", "2026-12-09"),
        ({"Start": day("2026-11-05"), "Due": day("2026-12-09")}, "2026-11-05", "2026-12-09"),
        ({"Start": day("2026-11-05")}, "2026-11-05", None),
        ({}, None, None),
    ],
)
def test_start_and_due(props: dict[str, Any], start: str | None, due: str | None) -> None:
    names = ["Due", "Timeline", *(["Start"] if "Start" in props else [])]
    entry = translate(page(**props), source(data_source(**dict.fromkeys(names, "date"))))
    assert (entry.start, entry.due) == tuple(one and date.fromisoformat(one) for one in (start, due))


def test_due_may_be_a_formula() -> None:
    where = source(data_source(Deadline="formula"))
    value = {"type": "date", "date": {"start": "2026-12-01T00:00:00.000+00:00", "end": None}}
    assert translate(page(Deadline=("formula", value)), where).due == date(2026, 12, 1)


def test_a_lone_date_property_is_a_due_date_unless_the_mapping_has_its_own_ideas() -> None:
    body = data_source(Wann="date")
    assert translate(page(Wann=day("2026-12-01")), source(body)).due == date(2026, 12, 1)
    aimed = translate(page(Wann=day("2026-12-01", "2027-02-01")), source(body, fields(target="Wann")))
    assert (aimed.due, aimed.horizon) == (None, Horizon(start=date(2026, 12, 1), end=date(2027, 2, 1)))


@pytest.mark.parametrize(
    ("values", "bucket", "start", "end"),
    [
        (["Now"], "now", None, None),
        (["Später"], "later", None, None),
        (["Q1 2027"], None, date(2027, 1, 1), date(2027, 3, 31)),
        (["H2'26"], None, date(2026, 7, 1), date(2026, 12, 31)),
        (["2026 Q4", "Q1 2027"], None, date(2026, 10, 1), date(2027, 3, 31)),
        (["Q1"], None, None, None),
    ],
)
def test_horizons(values: list[str], bucket: str | None, start: date | None, end: date | None) -> None:
    where = source(data_source(Horizon=("multi_select", *values)))
    entry = translate(page(Horizon=("multi_select", [chosen(one) for one in values])), where)
    assert entry.horizon == Horizon(bucket=bucket, start=start, end=end, text=", ".join(values))


def test_the_mapping_names_buckets_and_target_ends() -> None:
    words = Vocabulary(
        horizons={"this year": "now"},
        fields={"target_start": FieldSource(name=("From",)), "target_end": FieldSource(name=("To",))},
    )
    where = source(data_source(Horizon=("select", "This year"), From="date", To="date"), words)
    row = page(Horizon=("select", chosen("This year")), From=day("2026-10-01"), To=day("2026-12-31"))
    assert translate(row, where).horizon == Horizon(
        bucket="now", start=date(2026, 10, 1), end=date(2026, 12, 31), text="This year"
    )
    assert translate(page(Horizon=("select", None)), where).horizon is None


def test_a_date_that_is_none_is_an_error_to_be_caught() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        translate(page(Due=day("tomorrow")), source(data_source(Due="date")))
