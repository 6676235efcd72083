"""Start and due: set in every arrangement of date properties, in the form they had, the other end kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.translation import dates
from planora_notion.translation.dates import Dates

from planora_sync.adapter import Written
from planora_sync.change import Field
from planora_sync.change import day as value_of
from planora_sync.errors import Unsupported
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, change, read
from tests.adapters.notion.samples import data_source, day, id_of, page, source

DUE = ("Due",)
RANGE = ("Timeline",)
BOTH = ("Due", "Timeline")
OWN = ("Start", "Due")
N = None


def d(text: str | None) -> date | None:
    return date.fromisoformat(f"2026-{text}") if text else None


def at(text: str | None) -> str | None:
    return f"2026-{text}" if text else None


@pytest.mark.parametrize(
    ("props", "held", "start", "due", "written"),
    [
        # one property, a lone date: a due date
        (DUE, {}, N, "12-01", {"Due": ("12-01", N)}),
        (DUE, {"Due": ("12-01", N)}, N, "12-05", {"Due": ("12-05", N)}),
        (DUE, {"Due": ("12-01", N)}, N, N, {"Due": N}),
        (DUE, {"Due": ("12-01", N)}, "11-28", "12-01", {"Due": ("11-28", "12-01")}),
        # one property, a range: the other end stays
        (RANGE, {"Timeline": ("11-01", "12-01")}, "11-01", "12-09", {"Timeline": ("11-01", "12-09")}),
        (RANGE, {"Timeline": ("11-01", "12-01")}, "11-15", "12-01", {"Timeline": ("11-15", "12-01")}),
        (RANGE, {"Timeline": ("11-01", "12-01")}, N, "12-01", {"Timeline": ("12-01", N)}),
        (RANGE, {"Timeline": ("11-01", "12-01")}, N, N, {"Timeline": N}),
        (RANGE, {}, "11-01", "12-01", {"Timeline": ("11-01", "12-01")}),
        # instants keep their time and offset
        (DUE, {"Due": ("12-01T17:00:00.000+01:00", N)}, N, "12-05", {"Due": ("12-05T17:00:00.000+01:00", N)}),
        (
            RANGE,
            {"Timeline": ("11-01T09:00:00.000Z", "12-01T17:00:00.000Z")},
            "11-01",
            "12-02",
            {"Timeline": ("11-01T09:00:00.000Z", "12-02T17:00:00.000Z")},
        ),
        # a property each
        (OWN, {"Start": ("11-01", N), "Due": ("12-01", N)}, "11-02", "12-01", {"Start": ("11-02", N)}),
        (OWN, {"Start": ("11-01", N), "Due": ("12-01", N)}, N, "12-02", {"Start": N, "Due": ("12-02", N)}),
        (OWN, {}, "11-02", N, {"Start": ("11-02", N)}),
        (OWN, {"Due": ("11-01", "12-01")}, N, "12-04", {"Due": ("11-01", "12-04")}),
        # a due date beside a range: whichever holds it now
        (BOTH, {"Due": ("12-01", N)}, N, "12-02", {"Due": ("12-02", N)}),
        (BOTH, {"Timeline": ("11-01", "12-01")}, "11-01", "12-02", {"Timeline": ("11-01", "12-02")}),
        (BOTH, {"Due": ("12-01", N), "Timeline": ("11-01", "12-30")}, "11-05", "12-01",
         {"Timeline": ("11-05", "12-30")}),
        (BOTH, {}, N, "12-01", {"Due": ("12-01", N)}),
        (BOTH, {"Due": ("12-01", N)}, "11-20", "12-01", {"Timeline": ("11-20", N)}),
        # nothing to do
        (DUE, {"Due": ("12-01", N)}, N, "12-01", {}),
    ],
)  # fmt: skip
def test_what_is_written(
    props: tuple[str, ...], held: dict[str, Any], start: str | None, due: str | None, written: dict[str, Any]
) -> None:
    layout = source(data_source(**dict.fromkeys(props, "date"))).layout
    row = page(**{name: day(str(at(span[0])), at(span[1])) for name, span in held.items()})
    wanted = Dates(start=d(start), due=d(due))
    got = dates.write(row, layout, wanted)
    assert got == {
        id_of(name): {"date": span and {"start": at(span[0]), "end": at(span[1])}}
        for name, span in written.items()
    }
    for id, value in got.items():
        name = next(name for name in props if id_of(name) == id)
        row["properties"][name] = {"id": id, "type": "date", **value}
    assert dates.read(row, layout) == wanted


@pytest.mark.parametrize(
    ("props", "held", "start", "due", "why"),
    [
        (DUE, {}, "11-01", N, "cannot hold"),
        (DUE, {"Due": ("12-01", N)}, "12-05", "12-01", "before the start"),
        (RANGE, {"Timeline": ("11-01", "12-01")}, "11-01", "10-01", "before the start"),
        (RANGE, {"Timeline": ("11-01", "12-01")}, "11-01", N, "cannot hold"),
        (OWN, {"Due": ("11-01", "12-01")}, N, N, "one end of it"),
        (BOTH, {"Due": ("12-01", N), "Timeline": ("11-01", "12-30")}, N, "12-01", "one end of it"),
        (BOTH, {}, "11-01", N, "cannot hold"),
        ((), {}, N, "12-01", "date properties: none"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(
    props: tuple[str, ...], held: dict[str, Any], start: str | None, due: str | None, why: str
) -> None:
    layout = source(data_source(**dict.fromkeys(props, "date"))).layout
    row = page(**{name: day(str(at(span[0])), at(span[1])) for name, span in held.items()})
    with pytest.raises(Unsupported, match=why) as caught:
        dates.write(row, layout, Dates(start=d(start), due=d(due)))
    assert caught.value.help()


def test_a_formula_is_not_written() -> None:
    layout = source(data_source(Deadline="formula")).layout
    with pytest.raises(Unsupported, match="is a formula"):
        dates.write(page(), layout, Dates(start=None, due=d("12-01")))


def test_an_instant_keeps_its_form_on_the_wire(sandbox: NotionSandbox, api: Api) -> None:
    id = api.page("t-optin")
    due = {"date": {"start": "2026-11-30T17:00:00+01:00"}}
    api.ok("PATCH", f"/v1/pages/{id}", {"properties": {"Due": due}})
    adapter = adapter_of(sandbox)
    entry = read(adapter, id)
    assert adapter.apply(entry, [change(entry, Field.DUE, value_of(d("12-04")))]) == Written()
    kept = api.ok("GET", f"/v1/pages/{id}")["properties"]["Due"]["date"]
    assert kept == {"start": "2026-12-04T17:00:00.000+01:00", "end": None, "time_zone": None}


def test_start_and_due_in_one_property_are_one_value(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-lazy"))
    both = [
        change(entry, Field.START, value_of(d("11-20"))),
        change(entry, Field.DUE, value_of(d("12-03"))),
    ]
    [step] = adapter.steps(entry, both)
    assert step.fields == (Field.START, Field.DUE)
    assert adapter.apply(entry, both) == Written()
    after = read(adapter, api.page("t-lazy"))
    assert (after.start, after.due) == (d("11-20"), d("12-03"))
