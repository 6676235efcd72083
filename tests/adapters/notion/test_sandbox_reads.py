"""Reading from the sandbox: access, lists, queries, and what Notion cuts without saying so."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import NAMELESS_TOKEN


def test_a_wrong_token_is_refused(api: Any) -> None:
    api.headers["Authorization"] = "Bearer ntn_wrong"
    status, body = api("GET", "/v1/users/me")
    assert (status, body["code"], body["message"]) == (401, "unauthorized", "API token is invalid.")


def test_a_request_without_version_is_refused(api: Any) -> None:
    del api.headers["Notion-Version"]
    status, body = api("GET", "/v1/users/me")
    assert (status, body["code"]) == (400, "missing_version")


def test_a_version_that_is_not_spoken_is_refused_with_those_that_are(api: Any) -> None:
    api.headers["Notion-Version"] = "2022-06-28"
    status, body = api("GET", "/v1/users/me")
    assert status == 400
    assert "2026-03-11" in body["message"]


def test_only_the_older_version_shows_archived(api: Any) -> None:
    page = api.page("t-lazy")
    assert "archived" not in api.ok("GET", f"/v1/pages/{page}")
    api.headers["Notion-Version"] = "2025-09-03"
    assert api.ok("GET", f"/v1/pages/{page}")["archived"] is False


def test_an_unknown_route_is_a_400_not_a_404(api: Any) -> None:
    status, body = api("GET", "/v1/nothing/here")
    assert (status, body["code"], body["message"]) == (400, "invalid_request_url", "Invalid request URL.")
    assert api("DELETE", "/v1/search")[0] == 400


def test_who_we_are(api: Any) -> None:
    me = api.ok("GET", "/v1/users/me")
    assert (me["type"], me["bot"]["workspace_name"]) == ("bot", "Fernway")


def test_users_come_in_pages_and_without_guests(api: Any) -> None:
    first = api.ok("GET", "/v1/users?page_size=5")
    assert (len(first["results"]), first["has_more"]) == (5, True)
    rest = api.ok("GET", f"/v1/users?start_cursor={first['next_cursor']}")
    names = [user["name"] for user in first["results"] + rest["results"]]
    assert len(names) == 13
    assert not any("Hofmann" in name for name in names)
    assert api.ok("GET", f"/v1/users/{api.user('lena')}")["name"].startswith("Dr. Lena Hofmann")
    assert api("GET", f"/v1/users/{api.page('t-lazy')}")[0] == 404


def test_without_the_user_capability_people_are_bare_ids(api: Any) -> None:
    api.headers["Authorization"] = f"Bearer {NAMELESS_TOKEN}"
    assert api("GET", "/v1/users")[1]["code"] == "restricted_resource"
    people = api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")["properties"]["Assignee"]["people"]
    assert people == [{"object": "user", "id": api.user("linh")}]


def test_a_database_names_its_data_sources_and_has_no_properties(api: Any) -> None:
    source = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")
    database = api.ok("GET", f"/v1/databases/{source['parent']['database_id']}")
    assert database["data_sources"] == [{"id": source["id"], "name": "Tasks"}]
    assert "properties" not in database
    assert database["created_time"].endswith("+00:00")
    assert source["created_time"].endswith(":00.000Z")


def test_status_groups_stand_in_the_schema_only(api: Any) -> None:
    status = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["properties"]["Status"]["status"]
    names = {option["id"]: option["name"] for option in status["options"]}
    assert [group["name"] for group in status["groups"]] == ["To-do", "In progress", "Complete"]
    assert [names[one] for one in status["groups"][0]["option_ids"]] == [
        "Backlog",
        "Not started",
        "In review",
    ]
    value = api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")["properties"]["Status"]["status"]
    assert set(value) == {"id", "name", "color"}


def test_property_ids_are_percent_encoded_once(api: Any) -> None:
    properties = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["properties"]
    odd = next(prop for prop in properties.values() if "%" in prop["id"])
    page = api.page("t-lazy")
    assert api.ok("GET", f"/v1/pages/{page}/properties/{odd['id']}")["object"] in ("property_item", "list")
    query = f"/v1/data_sources/{api.source('tasks')}/query?filter_properties="
    once = api.ok("POST", query + odd["id"], {"page_size": 1})
    assert list(once["results"][0]["properties"]) == [odd["name"]]
    twice = api("POST", query + quote(odd["id"]), {})
    assert twice[0] == 400
    assert unquote(odd["id"]) in odd["name"] or "Could not find property" in twice[1]["message"]


def test_unshared_and_unknown_are_the_same_404(api: Any) -> None:
    for page in (api.page("z-private"), "00000000-0000-0000-0000-000000000000"):
        status, body = api("GET", f"/v1/pages/{page}")
        assert (status, body["code"]) == (404, "object_not_found")
        assert body["message"].startswith(f"Could not find page with ID: {page}. Make sure")
        assert "integration_id" in body["additional_data"]


def test_an_unshared_data_source_is_called_a_database(api: Any) -> None:
    status, body = api("POST", f"/v1/data_sources/{api.source('finance')}/query", {})
    assert status == 404
    assert body["message"].startswith("Could not find database with ID")
    assert api("GET", f"/v1/databases/{api.sandbox.state.stable_id('database/finance')}")[0] == 404


def test_an_id_that_is_none_is_refused(api: Any) -> None:
    status, body = api("GET", "/v1/pages/AAA")
    wanted = 'path failed validation: path.page_id should be a valid uuid, instead was `"AAA"`.'
    assert (status, body["message"]) == (400, wanted)


def test_search_finds_titles_and_data_sources_in_the_trash(api: Any) -> None:
    filter_ = {"property": "object", "value": "data_source"}
    found = api.ok("POST", "/v1/search", {"filter": filter_})["results"]
    assert {one["title"][0]["plain_text"]: one["in_trash"] for one in found} == {
        "Product Roadmap": False,
        "Tasks": False,
        "Sprints": False,
        "Tasks (2024, old)": True,
    }
    pages = api.ok("POST", "/v1/search", {"query": "REFUND BUTTON"})["results"]
    assert [page["id"] for page in pages] == [api.page("t-refund")]
    assert api("POST", "/v1/search", {"filter": None})[0] == 400
    assert api("POST", "/v1/search", {"filter": {"property": "object", "value": "database"}})[0] == 400


def test_the_empty_workspace_shows_nothing(clock: Any) -> None:
    sandbox = NotionSandbox("empty", now=clock)
    assert sandbox.state.pages == {}
    assert sandbox.expected() == ()


def test_a_query_comes_in_pages_and_hides_archived_and_trashed_rows(api: Any) -> None:
    ids = [row["id"] for row in api.rows("tasks", page_size=20)]
    assert len(ids) == len(set(ids)) == 86
    assert api.page("z-archived") not in ids
    roadmap = [row["id"] for row in api.rows("roadmap")]
    assert api.page("r-trashed") not in roadmap
    assert [row["id"] for row in api.rows("tasks", is_archived=True)] == [api.page("z-archived")]


def test_without_a_sort_the_order_means_nothing(api: Any) -> None:
    created = [row["created_time"] for row in api.rows("tasks")]
    assert created != sorted(created)
    assert created != sorted(created, reverse=True)
    by_time = [{"timestamp": "created_time", "direction": "ascending"}]
    assert [row["created_time"] for row in api.rows("tasks", sorts=by_time)] == sorted(created)


def test_a_cursor_dies_with_the_row_it_names(api: Any) -> None:
    path = f"/v1/data_sources/{api.source('tasks')}/query"
    cursor = api.ok("POST", path, {"page_size": 10})["next_cursor"]
    api.ok("PATCH", f"/v1/pages/{cursor}", {"in_trash": True})
    assert "start_cursor" in api("POST", path, {"start_cursor": cursor})[1]["message"]


@pytest.mark.parametrize(("key", "value"), [("in_trash", True), ("archived", False), ("nonsense", 1)])
def test_a_query_refuses_keys_it_does_not_know(api: Any, key: str, value: object) -> None:
    status, body = api("POST", f"/v1/data_sources/{api.source('tasks')}/query", {key: value})
    assert status == 400
    assert body["message"].startswith(f"body failed validation: body.{key} should be not present")


def test_a_null_filter_is_refused(api: Any) -> None:
    status, body = api("POST", f"/v1/data_sources/{api.source('tasks')}/query", {"filter": None})
    assert status == 400
    assert "instead was `null`" in body["message"]


def test_the_cap_of_a_query_is_flagged_on_its_last_page_only(api: Any) -> None:
    api.sandbox.state.query_cap = 30
    path = f"/v1/data_sources/{api.source('tasks')}/query"
    first = api.ok("POST", path, {"page_size": 20})
    assert (first["has_more"], "request_status" in first) == (True, False)
    last = api.ok("POST", path, {"page_size": 20, "start_cursor": first["next_cursor"]})
    assert (len(last["results"]), last["has_more"], last["next_cursor"]) == (10, False, None)
    assert last["request_status"]["incomplete_reason"] == "query_result_limit_reached"


def test_more_than_25_relations_are_cut_with_a_flag_and_read_one_by_one(api: Any) -> None:
    sprint = api.ok("GET", f"/v1/pages/{api.page('s31')}")["properties"]["Tasks"]
    assert (len(sprint["relation"]), sprint["has_more"]) == (25, True)
    path = f"/v1/pages/{api.page('s31')}/properties/{sprint['id']}"
    first = api.ok("GET", f"{path}?page_size=20")
    rest = api.ok("GET", f"{path}?start_cursor={first['next_cursor']}")
    ids = [item["relation"]["id"] for item in first["results"] + rest["results"]]
    assert len(ids) == len(set(ids)) > 25
    assert rest["property_item"]["type"] == "relation"


def test_more_than_25_people_and_rollups_are_cut_without_a_flag(api: Any) -> None:
    page = api.sandbox.state.pages[api.page("t-lazy")]
    source = api.sandbox.state.sources[api.source("tasks")]
    people = source.prop("Assignee")
    page.values[people.id] = [f"00000000-0000-4000-8000-0000000000{n:02}" for n in range(30)]
    shown = api.ok("GET", f"/v1/pages/{page.id}")["properties"]["Assignee"]
    assert (len(shown["people"]), "has_more" in shown) == (25, False)
    full = api.ok("GET", f"/v1/pages/{page.id}/properties/{quote(people.id, safe='')}")
    assert len(full["results"]) == 30
    widget = api.ok("GET", f"/v1/pages/{api.page('r-widget')}")["properties"]
    rollup = widget["Number of tasks"]["rollup"]
    assert (rollup["type"], rollup["number"]) == ("number", len(widget["Tasks"]["relation"]))


def test_a_single_value_is_read_as_one_item(api: Any) -> None:
    page = api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")
    status = page["properties"]["Status"]
    item = api.ok("GET", f"/v1/pages/{page['id']}/properties/{status['id']}")
    assert (item["object"], item["status"]["name"]) == ("property_item", "In progress")
    title = api.ok("GET", f"/v1/pages/{page['id']}/properties/title")
    assert title["results"][0]["title"]["plain_text"] == "Embed script: load the widget lazily"
    assert api("GET", f"/v1/pages/{page['id']}/properties/none")[0] == 404


def test_page_content_as_markdown_and_as_blocks(api: Any) -> None:
    page = api.page("t-checklist")
    text = api.ok("GET", f"/v1/pages/{page}/markdown")["markdown"]
    assert text.splitlines() == ["- [x] Bank account", "- [x] Opening hours", "- [ ] First test booking"]
    blocks = api.ok("GET", f"/v1/blocks/{page}/children")["results"]
    assert [block["to_do"]["checked"] for block in blocks] == [True, True, False]
    assert api.ok("GET", f"/v1/blocks/{blocks[0]['id']}")["type"] == "to_do"
    assert api.ok("GET", f"/v1/blocks/{page}")["child_page"]["title"] == "Last check of the sign-up steps"
    assert "## Outcome" in api.ok("GET", f"/v1/pages/{api.page('r-widget')}/markdown")["markdown"]


def test_templates_of_a_data_source_are_rows_here(api: Any) -> None:
    assert api.ok("GET", f"/v1/data_sources/{api.source('tasks')}/templates")["templates"] == []
