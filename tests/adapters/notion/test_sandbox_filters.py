"""The query language of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion.sandbox.loading import read_toml


def found(api: Any, filter_: dict[str, Any], source: str = "tasks") -> set[str]:
    slugs = {api.sandbox.state.stable_id(f"page/{s}"): s for s in api.sandbox_slugs}
    return {slugs.get(row["id"], row["id"]) for row in api.rows(source, filter=filter_)}


@pytest.fixture(autouse=True)
def slugs(api: Any) -> None:
    api.sandbox_slugs = [row["slug"] for row in read_toml("messy.toml")["page"]]


def test_status_and_select_by_name_by_id_and_by_several(api: Any) -> None:
    blocked = found(api, {"property": "Status", "status": {"equals": "Blocked"}})
    assert blocked == {"t-template"}
    schema = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["properties"]["Status"]
    option = next(one for one in schema["status"]["options"] if one["name"] == "Blocked")
    assert found(api, {"property": schema["name"], "status": {"equals": option["id"]}}) == blocked
    several = found(api, {"property": "Type", "select": {"equals": ["Spike", "Template"]}})
    assert several == {"t-fhir", "x-template-bug", "x-template-interview"}
    assert "t-fhir" not in found(api, {"property": "Type", "select": {"does_not_equal": "Spike"}})
    assert "b-blank" in found(api, {"property": "Type", "select": {"is_empty": True}})


def test_people_relations_and_tags(api: Any) -> None:
    assert found(api, {"property": "Assignee", "people": {"contains": api.user("helen")}}) == set()
    assert found(api, {"property": "Assignee", "people": {"contains": "me"}}) == set()
    sprint = {"property": "Sprint", "relation": {"contains": api.page("s32")}}
    assert found(api, sprint) == {"n-dashboard", "n-ledger", "n-fallback", "n-probe"}
    assert found(api, {"property": "Tags", "multi_select": {"contains": "parked"}}) == {"b-parked"}
    both = {
        "and": [
            sprint,
            {
                "or": [
                    {"property": "Due", "date": {"is_empty": True}},
                    {"property": "Estimate", "number": {"greater_than": 4}},
                ]
            },
        ]
    }
    assert found(api, both) == {"n-ledger", "n-fallback", "n-probe"}


def test_text_and_numbers(api: Any) -> None:
    assert found(api, {"property": "Task name", "title": {"starts_with": "template:"}}) == {
        "x-template-bug",
        "x-template-interview",
    }
    assert found(api, {"property": "Task name", "title": {"equals": "payments V2"}}) == {"u-payments"}
    assert "u-payments" not in found(
        api, {"property": "Task name", "title": {"does_not_equal": "Payments v2"}}
    )
    assert "u-payments" not in found(api, {"property": "Task name", "title": {"does_not_contain": "v2"}})
    assert found(api, {"property": "Task name", "title": {"ends_with": "v2"}}) == {"u-payments"}
    number = api.ok("GET", f"/v1/pages/{api.page('t-receipt')}")["properties"]["Task ID"]["unique_id"]
    assert (number["prefix"], number["number"]) == ("TAS", 2)
    assert found(api, {"property": "Task ID", "unique_id": {"equals": 2}}) == {"t-receipt"}
    assert found(api, {"property": "Task ID", "unique_id": {"less_than": 2}}) == {"t-lazy"}
    assert len(found(api, {"property": "Task ID", "unique_id": {"less_than_or_equal_to": 2}})) == 2
    assert len(found(api, {"property": "Estimate", "number": {"greater_than_or_equal_to": 5}})) == len(
        found(api, {"property": "Estimate", "number": {"equals": 5}})
    )
    assert "t-lazy" in found(api, {"property": "Estimate", "number": {"does_not_equal": 5}})
    assert "r-widget" in found(
        api, {"property": "Number of tasks", "rollup": {"number": {"greater_than": 3}}}, "roadmap"
    )


def test_dates_as_days_and_as_instants(api: Any) -> None:
    due = {"property": "Due", "date": {"on_or_before": "2026-11-26"}}
    assert found(api, due) == {"t-newsletter"}
    assert found(api, {"property": "Due", "date": {"equals": "2026-11-26"}}) == {"t-newsletter"}
    assert "t-newsletter" in found(api, {"property": "Due", "date": {"next_week": {}}})
    assert "t-newsletter" in found(api, {"property": "Due", "date": {"after": "today"}})
    assert "t-newsletter" not in found(api, {"property": "Due", "date": {"before": "tomorrow"}})
    assert found(api, {"property": "Due", "date": {"before": "2026-11-26T00:00:00Z"}}) == set()
    recent = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-11-24T00:00:00Z"}}
    assert found(api, recent) == {"b-blank"}
    created = {"timestamp": "created_time", "created_time": {"past_week": {}}}
    assert {"d-names", "b-blank"} <= found(api, created)


def test_edits_within_a_minute_are_not_told_apart(api: Any, clock: Any) -> None:
    page = api.page("t-lazy")
    path = f"/v1/pages/{page}"
    first = api.ok("PATCH", path, {"properties": {"Estimate": {"number": 4}}})
    clock.forward(seconds=10)
    second = api.ok("PATCH", path, {"properties": {"Estimate": {"number": 6}}})
    assert first["last_edited_time"] == second["last_edited_time"] == "2026-11-24T09:30:00.000Z"
    # Asked from the second edit's true instant on, the row does not come: it was rounded down.
    since = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-11-24T09:30:50Z"}}
    assert found(api, since) == set()


@pytest.mark.parametrize(
    "filter_",
    [
        {"property": "Nobody", "select": {"equals": "x"}},
        {"property": "Status", "select": {"equals": "Done"}},
        {"property": "Status", "status": {"equals": "Done", "is_empty": True}},
        {"property": "Status", "status": {"contains": "Done"}},
        {"property": "Due", "date": {"sometime": "2026-01-01"}},
        {"property": "Due", "date": {"after": "next tuesday"}},
        {"property": "Tags", "multi_select": {"equals": "design"}},
        {"property": "Estimate", "number": {"near": 3}},
        {"property": "Task name", "title": {"like": "x"}},
        {"timestamp": "due_time", "due_time": {"is_empty": True}},
        {"and": [{"or": [{"and": [{"property": "Due", "date": {"is_empty": True}}]}]}]},
    ],
)
def test_what_it_does_not_understand_it_refuses(api: Any, filter_: dict[str, Any]) -> None:
    status, body = api("POST", f"/v1/data_sources/{api.source('tasks')}/query", {"filter": filter_})
    assert (status, body["code"]) == (400, "validation_error")


def test_sorts_by_property_and_refuses_unknown_ones(api: Any) -> None:
    rows = api.rows("tasks", sorts=[{"property": "Task ID", "direction": "descending"}])
    numbers = [row["properties"]["Task ID"]["unique_id"]["number"] for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    path = f"/v1/data_sources/{api.source('tasks')}/query"
    assert api("POST", path, {"sorts": [{"property": "Nobody"}]})[0] == 400
    assert api("POST", path, {"sorts": {"property": "Due"}})[0] == 400
