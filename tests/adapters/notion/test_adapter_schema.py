"""Writes against a schema that is not what it was: renamed, gone, of another type; nothing is made by accident."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import READ_TOKEN, WRITE_TOKEN
from planora_notion.site.schema import Prop
from planora_notion.translation import dates
from planora_notion.translation.dates import Dates
from planora_notion.writing import bodies

from planora_sync.adapter import Refused, Written
from planora_sync.change import Change, Draft, Field, words
from planora_sync.errors import NotApplied, Unsupported
from planora_sync.model import Entry, Named
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, calls, change, one, option, prop_id, read
from tests.adapters.notion.samples import data_source, page, source
from tests.adapters.notion.wrapping import Listening


def schema(api: Api, **properties: Any) -> None:
    api.ok("PATCH", f"/v1/data_sources/{api.source('tasks')}", {"properties": properties})


def begun(sandbox: NotionSandbox, api: Api) -> tuple[NotionAdapter, Entry, Change]:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    return adapter, entry, change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))


def test_a_property_renamed_between_look_and_write_is_met_by_its_id(sandbox: NotionSandbox, api: Api) -> None:
    adapter, entry, wanted = begun(sandbox, api)
    schema(api, Status={"name": "Zustand"})
    assert adapter.apply(entry, [wanted]) == Written()
    assert (
        api.ok("GET", f"/v1/pages/{entry.ref.id}")["properties"]["Zustand"]["status"]["name"] == "In progress"
    )


def test_a_property_that_is_gone_is_a_refusal_and_the_schema_is_asked_anew(
    sandbox: NotionSandbox, api: Api
) -> None:
    adapter, entry, _ = begun(sandbox, api)
    priority = Named(id=prop_id(api, "tasks", "Priority"), name="Priority")
    wanted = change(entry, Field.PROPERTY, (option(api, "tasks", "Priority", "High"),), priority)
    schema(api, Priority=None)
    asked = len(sandbox.ledger)
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert "is not a property that exists" in outcome.reason
    assert "Priority" not in api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["properties"]
    with pytest.raises(Unsupported, match="no choice property 'Priority'"):
        adapter.apply(entry, [wanted])
    assert calls(sandbox, asked).count("PATCH /v1/pages/ID") == 1


def test_a_set_that_is_gone_is_seen_before_the_write(sandbox: NotionSandbox, api: Api) -> None:
    adapter, entry, _ = begun(sandbox, api)
    schema(api, Tags=None)
    with pytest.raises(NotApplied, match="'Tags' of TAS-4 changed"):
        adapter.apply(entry, [change(entry, Field.LABELS, words(("design",)))])


def test_a_property_of_another_type_by_now_is_a_refusal(sandbox: NotionSandbox, api: Api) -> None:
    adapter, entry, wanted = begun(sandbox, api)
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    status.type = "select"
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert "Status is expected to be select." in outcome.reason
    again = read(adapter, api.page("t-optin"))
    assert adapter.apply(again, [wanted]) == Written()


def test_an_option_that_is_gone_is_a_refusal_and_is_not_made_again(sandbox: NotionSandbox, api: Api) -> None:
    """By its name Notion would make it anew."""
    adapter, entry, _ = begun(sandbox, api)
    kept = sandbox.state.sources[api.source("tasks")].prop("Tags")
    assert kept is not None
    wanted = change(entry, Field.LABELS, words(("design",)))
    kept.options = [one for one in kept.options if one.name != "design"]
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert "has no option" in outcome.reason
    assert "design" not in [one.name for one in kept.options]
    with pytest.raises(Unsupported, match="has no option 'design'"):
        adapter.apply(read(adapter, api.page("t-optin")), [wanted])


@pytest.mark.parametrize("name", ["one, two", "neu", "Frontend , Backend"])
def test_no_name_with_or_without_a_comma_becomes_an_option(
    sandbox: NotionSandbox, api: Api, name: str
) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    before = sandbox.state.sources[api.source("tasks")].prop("Tags")
    assert before is not None
    known = [one.name for one in before.options]
    with pytest.raises(Unsupported, match="it has: frontend, backend") as caught:
        adapter.apply(entry, [change(entry, Field.LABELS, words((name,)))])
    assert "Choose one of these" in caught.value.help()
    assert [one.name for one in before.options] == known


@pytest.mark.parametrize("name", ["Task ID", "Created by", "Estimate", "Sprint"])
def test_a_property_that_nobody_chooses_is_not_written(sandbox: NotionSandbox, api: Api, name: str) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    named = Named(id=prop_id(api, "tasks", name), name=name)
    with pytest.raises(Unsupported, match=f"no choice property '{name}'"):
        adapter.steps(entry, [Change(field=Field.PROPERTY, before=(), after=one("x"), property=named)])


def test_a_formula_is_not_written() -> None:
    where = source(data_source(Due="formula")).layout
    with pytest.raises(Unsupported, match="'Due' is a formula"):
        dates.write(page(), where, Dates(start=None, due=date(2026, 12, 1)))


@pytest.mark.parametrize("kind", ["relation", "people", "multi_select"])
def test_more_than_a_request_takes_is_refused_before_it_is_cut(kind: str) -> None:
    many = [f"id-{number}" for number in range(101)]
    prop = Prop(id="p", name="Who", type=kind)
    write: dict[str, Any] = {
        "relation": lambda: bodies.relation(prop, many),
        "people": lambda: bodies.people(prop, many, ()),
        "multi_select": lambda: bodies.few(many, prop),
    }
    with pytest.raises(Unsupported, match="would hold 101 values; Notion takes 100"):
        write[kind]()


def test_a_date_with_a_zone_beside_it_keeps_it() -> None:
    """Without an offset an instant is another one in each zone."""
    where = source(data_source(Due="date")).layout
    local = {"start": "2026-12-01T09:30:00.000", "end": None, "time_zone": "Europe/Berlin"}
    row = page(Due=("date", local))
    [written] = dates.write(row, where, Dates(start=None, due=date(2026, 12, 2))).values()
    assert written["date"] == {"start": "2026-12-02T09:30:00.000", "end": None, "time_zone": "Europe/Berlin"}
    offset = page(Due=("date", {**local, "start": "2026-12-01T09:30:00.000+01:00"}))
    [written] = dates.write(offset, where, Dates(start=None, due=date(2026, 12, 2))).values()
    assert written["date"] == {"start": "2026-12-02T09:30:00.000+01:00", "end": None}


def test_a_day_stays_a_day_and_an_instant_an_instant(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    path = f"/v1/pages/{api.page('t-optin')}"
    for held, then in (
        ("2026-11-30", "2026-12-02"),
        ("2026-11-30T17:00:00.000+01:00", "2026-12-02T17:00:00.000+01:00"),
    ):
        api.ok("PATCH", path, {"properties": {"Due": {"date": {"start": held}}}})
        entry = read(adapter, api.page("t-optin"))
        assert adapter.apply(entry, [change(entry, Field.DUE, one("2026-12-02"))]) == Written()
        assert api.ok("GET", path)["properties"]["Due"]["date"]["start"] == then


def test_a_token_that_writes_and_does_not_read_is_enough_for_writing(
    sandbox: NotionSandbox, api: Api
) -> None:
    """Its answers show an id alone."""
    adapter = adapter_of(sandbox, token=READ_TOKEN, write_token=WRITE_TOKEN)
    entry = read(adapter, api.page("r-cookie"))
    assert adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))]) == Written()
    made = adapter.create(Draft(place=Named(id=api.source("tasks"), name="Tasks"), title="New", marker="m-1"))
    assert isinstance(made, Written)
    assert made.id is not None
    assert read(adapter, made.id).title == "New"


def test_nothing_is_sent_that_the_version_does_not_know(sandbox: NotionSandbox, api: Api) -> None:
    """`archived` and `after` are refused since 2026-03-11, and unknown keys since 2021."""
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening)
    entry = read(adapter, api.page("b-parked"))
    adapter.apply(entry, [change(entry, Field.ARCHIVED, words(("archived",)))])
    bodies_sent = [body for method, _, _, body in listening.seen if method == "PATCH"]
    assert bodies_sent == [{"is_archived": True}]
    assert {headers["notion-version"] for _, _, headers, _ in listening.seen} == {"2026-03-11"}
