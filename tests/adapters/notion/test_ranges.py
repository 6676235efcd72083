"""The range that a row is meant for: read, set there and back, and never half of it lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.translation import ranges
from planora_notion.translation.ranges import Range

from planora_sync.adapter import FieldSource, Vocabulary, Written
from planora_sync.change import Field, span
from planora_sync.errors import Unsupported
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, change, one, read
from tests.adapters.notion.samples import data_source, id_of, page, source
from tests.adapters.notion.samples import day as date_value

MEANT = Vocabulary(fields={"target": FieldSource(name=("Timeline",))})
ONE = source(data_source(Target="date")).layout
ENDS = source(data_source(**{"Target start": "date", "Target end": "date"})).layout
ALL = source(data_source(**{"Target start": "date", "Target end": "date", "Target": "date"})).layout


def wanted(start: str | None, end: str | None) -> Range:
    return Range(
        start=date.fromisoformat(start) if start else None, end=date.fromisoformat(end) if end else None
    )


def written(start: str, end: str | None = None) -> dict[str, Any]:
    return {"date": {"start": start, "end": end}}


@pytest.mark.parametrize(
    ("held", "to", "sent"),
    [
        (None, ("2027-01-01", "2027-03-31"), written("2027-01-01", "2027-03-31")),
        (("2027-01-01", "2027-03-31"), ("2027-01-01", "2027-06-30"), written("2027-01-01", "2027-06-30")),
        (("2027-01-01", "2027-03-31"), (None, "2027-06-30"), written("2027-06-30")),
        (("2027-03-31", None), ("2027-01-01", "2027-03-31"), written("2027-01-01", "2027-03-31")),
        (("2027-01-01", "2027-03-31"), (None, None), {"date": None}),
    ],
)
def test_a_range_in_one_property(held: Any, to: tuple[str | None, str | None], sent: Any) -> None:
    row = page(Target=date_value(*held)) if held else page()
    assert ranges.write(row, ONE, wanted(*to)) == {id_of("Target"): sent}


def test_an_instant_keeps_its_time_at_both_ends() -> None:
    row = page(Target=date_value("2027-01-01T09:30:00.000+01:00", "2027-03-31T18:00:00.000+01:00"))
    assert ranges.read(row, ONE) == wanted("2027-01-01", "2027-03-31")
    assert ranges.write(row, ONE, wanted("2027-01-01", "2027-04-15")) == {
        id_of("Target"): written("2027-01-01T09:30:00.000+01:00", "2027-04-15T18:00:00.000+01:00")
    }


def test_a_start_without_an_end_is_no_range_in_notion() -> None:
    """A lone date is the end."""
    with pytest.raises(Unsupported, match="cannot hold a target from 2027-01-01 to none"):
        ranges.write(page(), ONE, wanted("2027-01-01", None))
    assert ranges.write(page(), ENDS, wanted("2027-01-01", None)) == {
        id_of("Target start"): written("2027-01-01")
    }


def test_each_end_in_its_own_property_is_set_alone() -> None:
    row = page(**{"Target start": date_value("2027-01-01"), "Target end": date_value("2027-03-31")})
    assert ranges.write(row, ENDS, wanted("2027-01-01", "2027-06-30")) == {
        id_of("Target end"): written("2027-06-30")
    }
    assert ranges.write(row, ENDS, wanted(None, "2027-03-31")) == {id_of("Target start"): {"date": None}}


def test_what_is_emptied_does_not_come_back_from_a_further_property() -> None:
    row = page(**{"Target end": date_value("2027-03-31"), "Target": date_value("2026-01-01", "2026-02-01")})
    assert ranges.write(row, ALL, wanted(None, None)) == {
        id_of("Target end"): {"date": None},
        id_of("Target"): {"date": None},
    }


def test_a_target_ends_after_it_begins() -> None:
    with pytest.raises(Unsupported, match="ends before it begins"):
        ranges.write(page(), ONE, wanted("2027-03-31", "2027-01-01"))


def test_words_and_dates_do_not_contradict_each_other(sandbox: NotionSandbox, api: Api) -> None:
    """A row that says `Next` shows the word: dates written beside it would be seen by nobody."""
    adapter = adapter_of(sandbox, vocabulary=MEANT)
    entry = read(adapter, api.page("r-widget"))
    with pytest.raises(Unsupported, match="says in words"):
        adapter.steps(entry, [change(entry, Field.TARGET, span(date(2027, 1, 1), date(2027, 3, 31)))])


def test_a_place_without_a_target_says_so(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, vocabulary=MEANT)
    entry = read(adapter, api.page("t-optin"))
    with pytest.raises(Unsupported, match="'Tasks' keeps no target"):
        adapter.steps(entry, [change(entry, Field.TARGET, span(None, date(2027, 3, 31)))])


def test_a_move_away_and_back_brings_the_range_back(sandbox: NotionSandbox, api: Api) -> None:
    """The tasks have no place for it: the loss is named before, and the undo writes it again."""
    adapter = adapter_of(sandbox, vocabulary=MEANT)
    entry = read(adapter, api.page("r-typo"))
    assert entry.horizon is not None
    assert any("'Timeline'" in loss for loss in adapter.losses(entry, api.source("tasks")))
    there = change(entry, Field.PLACE, one(api.source("tasks"), "Tasks"))
    assert adapter.apply(entry, [there]) == Written()
    moved = read(adapter, api.page("r-typo"))
    assert moved.horizon is None
    lost = change(entry, Field.TARGET, ())
    assert adapter.apply(moved, [there.inverse(), lost.inverse()]) == Written()
    assert read(adapter, api.page("r-typo")).horizon == entry.horizon


def test_targets_go_along_under_whatever_name(sandbox: NotionSandbox, api: Api) -> None:
    api.ok("PATCH", f"/v1/data_sources/{api.source('tasks')}", {"properties": {"Target date": {"date": {}}}})
    adapter = adapter_of(sandbox, vocabulary=MEANT)
    entry = read(adapter, api.page("r-typo"))
    assert not any("'Timeline'" in loss for loss in adapter.losses(entry, api.source("tasks")))
    adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks"), "Tasks"))])
    assert read(adapter, api.page("r-typo")).horizon == entry.horizon
