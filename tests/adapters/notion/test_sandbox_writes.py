"""Writing to the sandbox: values, schema, trash, archive, move, content and comments."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from planora_notion.sandbox.loading import READ_TOKEN

NOWHERE = "00000000-0000-4000-8000-000000000000"


def patch(api: Any, slug: str, **properties: Any) -> tuple[int, dict[str, Any]]:
    answer: tuple[int, dict[str, Any]] = api(
        "PATCH", f"/v1/pages/{api.page(slug)}", {"properties": properties}
    )
    return answer


def value(api: Any, slug: str, name: str) -> Any:
    prop = api.ok("GET", f"/v1/pages/{api.page(slug)}")["properties"][name]
    return prop[prop["type"]]


def options(api: Any, source: str, name: str) -> list[str]:
    prop = api.ok("GET", f"/v1/data_sources/{api.source(source)}")["properties"][name]
    return [option["name"] for option in prop[prop["type"]]["options"]]


def test_a_write_counts_as_the_integrations_edit(api: Any, clock: Any) -> None:
    clock.forward(minutes=5)
    status, page = patch(api, "t-lazy", Status={"status": {"name": "Blocked"}})
    assert status == 200
    assert page["properties"]["Status"]["status"]["name"] == "Blocked"
    assert page["last_edited_time"] == "2026-11-24T09:35:00.000Z"
    assert page["last_edited_by"]["id"] == api.sandbox.state.bot


def test_properties_are_taken_by_id_too(api: Any) -> None:
    schema = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["properties"]["Priority"]
    option = next(one for one in schema["select"]["options"] if one["name"] == "Low")
    assert patch(api, "t-lazy", **{unquote(schema["id"]): {"select": {"id": option["id"]}}})[0] == 200
    assert value(api, "t-lazy", "Priority")["name"] == "Low"


def test_values_of_each_type_are_replaced_and_emptied(api: Any) -> None:
    patch(
        api,
        "t-lazy",
        Assignee={"people": [{"id": api.user("noah")}]},
        Due={"date": {"start": "2026-12-01"}},
        Tags={"multi_select": [{"name": "design"}]},
        Estimate={"number": 8},
        **{"Task name": [{"text": {"content": "Load it late"}}]},
    )
    assert [one["id"] for one in value(api, "t-lazy", "Assignee")] == [api.user("noah")]
    assert value(api, "t-lazy", "Due") == {"start": "2026-12-01", "end": None, "time_zone": None}
    assert [one["name"] for one in value(api, "t-lazy", "Tags")] == ["design"]
    assert value(api, "t-lazy", "Task name")[0]["plain_text"] == "Load it late"
    patch(
        api,
        "t-lazy",
        Assignee={"people": []},
        Due={"date": None},
        Estimate={"number": None},
        Priority={"select": None},
    )
    assert [value(api, "t-lazy", name) for name in ("Assignee", "Due", "Estimate", "Priority")] == [
        [],
        None,
        None,
        None,
    ]


def test_a_datetime_loses_seconds_and_time_zone(api: Any) -> None:
    patch(api, "t-lazy", Due={"date": {"start": "2026-12-01T10:20:30+01:00", "time_zone": None}})
    kept = value(api, "t-lazy", "Due")
    assert kept == {"start": "2026-12-01T10:20:00.000+01:00", "end": None, "time_zone": None}


def test_an_unknown_select_option_is_created_in_the_schema(api: Any) -> None:
    before = options(api, "tasks", "Priority")
    assert patch(api, "t-lazy", Priority={"select": {"name": "Hihg"}})[0] == 200
    assert options(api, "tasks", "Priority") == [*before, "Hihg"]
    assert patch(api, "t-lazy", Tags={"multi_select": [{"name": "new"}, {"name": "design"}]})[0] == 200
    assert "new" in options(api, "tasks", "Tags")
    status, body = patch(api, "t-lazy", Priority={"select": {"name": "a, b"}})
    assert (status, body["message"]) == (400, "Invalid select option, commas not allowed: a, b")


def test_an_unknown_status_is_refused_and_creates_nothing(api: Any) -> None:
    status, body = patch(
        api, "t-lazy", Status={"status": {"name": "Paused"}}, Priority={"select": {"name": "Odd"}}
    )
    assert (status, body["code"]) == (400, "validation_error")
    assert "Paused" in body["message"]
    assert "Odd" not in options(api, "tasks", "Priority")
    assert patch(api, "t-lazy", Status={"status": {"id": "nope"}})[0] == 400


def test_a_status_cannot_be_empty(api: Any) -> None:
    patch(api, "t-lazy", Status={"status": None})
    assert value(api, "t-lazy", "Status")["name"] == "Backlog"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"Colour": {"select": None}}, "Colour is not a property that exists."),
        ({"Status": {"select": None}}, "Status is expected to be status."),
        (
            {"Task ID": {"unique_id": 5}},
            "Task ID is a read-only property of type unique_id and cannot be set.",
        ),
    ],
)
def test_wrong_properties_are_named(api: Any, properties: dict[str, Any], message: str) -> None:
    status, body = patch(api, "t-lazy", **properties)
    assert (status, body["message"]) == (400, message)


@pytest.mark.parametrize(
    "properties",
    [
        {"Estimate": {"number": "3"}},
        {"Due": {"date": {"end": "2026-01-01"}}},
        {"Due": {"date": {"start": "soon"}}},
        {"Due": {"date": "2026-01-01"}},
        {"Assignee": {"people": "linh"}},
        {"Assignee": {"people": [{"id": NOWHERE}]}},
        {"Sprint": {"relation": [{"id": NOWHERE}]}},
        {"Tags": {"multi_select": [{}]}},
        {"Tags": 3},
        {"Task name": {"title": "x"}},
        {"Task name": {"title": [{"text": "x"}]}},
        {"Task name": {"title": ["x"]}},
    ],
)
def test_wrong_values_are_refused(api: Any, properties: dict[str, Any]) -> None:
    assert patch(api, "t-lazy", **properties)[0] in (400, 404)


def test_sizes_have_limits(api: Any) -> None:
    status, body = patch(api, "t-lazy", **{"Task name": {"title": [{"text": {"content": "x" * 2001}}]}})
    assert status == 400
    assert body["message"].endswith("content.length should be ≤ `2000`, instead was `2001`.")
    many = [{"id": NOWHERE}] * 101
    assert "≤ `100`" in patch(api, "t-lazy", Sprint={"relation": many})[1]["message"]


def test_a_relation_shows_on_both_sides_and_leads_only_where_it_should(api: Any) -> None:
    patch(api, "t-lazy", Sprint={"relation": [{"id": api.page("s33")}]})
    assert {"id": api.page("t-lazy")} in value(api, "s33", "Tasks")
    assert {"id": api.page("t-lazy")} not in value(api, "s31", "Tasks")
    assert patch(api, "t-lazy", Sprint={"relation": [{"id": api.page("r-widget")}]})[0] == 400
    assert patch(api, "t-lazy", Sprint={"relation": [{"id": api.page("z-private")}]})[0] == 404


def test_what_lies_in_the_trash_is_read_but_not_edited(api: Any) -> None:
    page = api.page("t-lazy")
    assert api.ok("PATCH", f"/v1/pages/{page}", {"in_trash": True})["in_trash"] is True
    assert api.ok("GET", f"/v1/pages/{page}")["in_trash"] is True
    assert page not in [row["id"] for row in api.rows("tasks")]
    assert api("GET", f"/v1/blocks/{page}/children")[0] == 404
    status, body = patch(api, "t-lazy", Estimate={"number": 1})
    wanted = "Can't edit block that is archived. You must unarchive the block before editing."
    assert (status, body["message"]) == (400, wanted)
    move = {"parent": {"data_source_id": api.source("roadmap")}}
    assert api("POST", f"/v1/pages/{page}/move", move)[0] == 400
    assert api.ok("PATCH", f"/v1/pages/{page}", {"in_trash": False})["in_trash"] is False
    assert page in [row["id"] for row in api.rows("tasks")]


def test_deleting_the_block_of_a_page_puts_it_into_the_trash(api: Any) -> None:
    page = api.page("t-lazy")
    assert api.ok("DELETE", f"/v1/blocks/{page}")["in_trash"] is True
    assert api.ok("GET", f"/v1/pages/{page}")["in_trash"] is True


def test_archiving_is_not_the_trash(api: Any) -> None:
    page = api.page("t-lazy")
    archived = api.ok("PATCH", f"/v1/pages/{page}", {"is_archived": True})
    assert (archived["is_archived"], archived["in_trash"]) == (True, False)
    assert page not in [row["id"] for row in api.rows("tasks")]
    assert page in [row["id"] for row in api.rows("tasks", is_archived=True)]
    assert api("PATCH", f"/v1/pages/{page}", {"is_archived": "yes"})[0] == 400


def test_a_lock_does_not_stop_the_api(api: Any) -> None:
    assert api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"is_locked": True})["is_locked"] is True
    assert patch(api, "t-lazy", Estimate={"number": 1})[0] == 200


def test_archived_is_a_word_of_the_older_version_only(api: Any) -> None:
    path = f"/v1/pages/{api.page('t-lazy')}"
    assert api("PATCH", path, {"archived": True})[0] == 400
    api.headers["Notion-Version"] = "2025-09-03"
    assert api.ok("PATCH", path, {"archived": True})["in_trash"] is True
    assert api("PATCH", path, {"archived": "no"})[0] == 400


def test_a_move_keeps_id_and_title_and_loses_what_the_target_lacks(api: Any) -> None:
    page = api.page("c-terms")
    target = {"parent": {"type": "data_source_id", "data_source_id": api.source("roadmap")}}
    moved = api.ok("POST", f"/v1/pages/{page}/move", target)
    assert (moved["id"], moved["parent"]["data_source_id"]) == (page, api.source("roadmap"))
    properties = moved["properties"]
    assert properties["Initiative"]["title"][0]["plain_text"] == "New terms for deposits go live"
    assert properties["Type"]["select"]["name"] == "Task"
    assert properties["Priority"]["select"]["name"] == "High"
    # Backlog is no status there: the first To-do option stands in.
    assert properties["Status"]["status"]["name"] == "Not started"
    assert properties["Owner"]["people"] == []
    assert page not in [row["id"] for row in api.rows("tasks")]
    assert {"id": page} not in value(api, "r-deposits", "Tasks")


def test_a_move_back_gives_a_new_number_and_not_the_lost_values(api: Any) -> None:
    page = api.page("c-terms")
    number = value(api, "c-terms", "Task ID")["number"]
    for source in ("roadmap", "tasks"):
        api.ok("POST", f"/v1/pages/{page}/move", {"parent": {"data_source_id": api.source(source)}})
    assert value(api, "c-terms", "Due") is None
    assert value(api, "c-terms", "Task ID")["number"] > number


def test_a_move_needs_a_data_source_that_is_shared(api: Any) -> None:
    path = f"/v1/pages/{api.page('t-lazy')}/move"
    assert api("POST", path, {"parent": {"data_source_id": api.source("finance")}})[0] == 404
    assert api("POST", path, {"parent": {"workspace": True}})[0] == 400
    same = api.ok("POST", path, {"parent": {"data_source_id": api.source("tasks")}})
    assert same["properties"]["Assignee"]["people"]


def test_a_created_page_has_a_number_a_first_status_and_content(api: Any) -> None:
    body = {
        "parent": {"data_source_id": api.source("tasks")},
        "properties": {"Task name": {"title": [{"text": {"content": "Fresh"}}]}, "Due": {"date": None}},
        "children": [{"paragraph": {"rich_text": [{"text": {"content": "First line"}}]}}],
    }
    page = api.ok("POST", "/v1/pages", body)
    assert page["properties"]["Status"]["status"]["name"] == "Backlog"
    assert page["properties"]["Task ID"]["unique_id"]["number"] == 89
    assert page["url"].startswith("https://app.notion.com/p/Fresh-")
    assert api.ok("GET", f"/v1/pages/{page['id']}/markdown")["markdown"] == "First line"


def test_a_creation_that_fails_leaves_nothing_behind(api: Any) -> None:
    count = len(api.rows("tasks"))
    parent = {"data_source_id": api.source("tasks")}
    assert api("POST", "/v1/pages", {"parent": parent, "properties": {"Nope": {"number": 1}}})[0] == 400
    assert len(api.rows("tasks")) == count
    fresh = api.ok("POST", "/v1/pages", {"parent": parent, "markdown": "# Head\n- [x] done"})
    assert fresh["properties"]["Task ID"]["unique_id"]["number"] == 89
    assert api.ok("GET", f"/v1/pages/{fresh['id']}/markdown")["markdown"] == "# Head\n- [x] done"


def test_parents_of_a_creation(api: Any) -> None:
    database = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")["parent"]["database_id"]
    assert (
        api.ok("POST", "/v1/pages", {"parent": {"database_id": database}})["parent"]["type"]
        == "data_source_id"
    )
    child = {
        "parent": {"page_id": api.page("t-lazy")},
        "properties": {"title": [{"text": {"content": "Sub"}}]},
    }
    page = api.ok("POST", "/v1/pages", child)
    assert page["parent"] == {"type": "page_id", "page_id": api.page("t-lazy")}
    renamed = {"properties": {"title": {"title": [{"text": {"content": "Renamed"}}]}}}
    api.ok("PATCH", f"/v1/pages/{page['id']}", renamed)
    assert "Renamed" in api.ok("GET", f"/v1/pages/{page['id']}")["url"]
    assert api("PATCH", f"/v1/pages/{page['id']}", {"properties": {"Status": {"status": None}}})[0] == 400
    assert api("POST", "/v1/pages", {"properties": {}})[0] == 400
    assert api("POST", "/v1/pages", {"parent": {"workspace": True}})[0] == 400
    assert api("POST", "/v1/pages", {"parent": {"data_source_id": api.source("old")}})[0] == 400
    second = api.sandbox.state.sources[api.source("sprints")]
    second.database_id = database
    assert api("POST", "/v1/pages", {"parent": {"database_id": database}})[0] == 400


def test_status_options_are_added_by_the_full_list_and_lost_by_leaving_them_out(api: Any) -> None:
    path = f"/v1/data_sources/{api.source('tasks')}"
    known = api.ok("GET", path)["properties"]["Status"]["status"]["options"]
    longer = [{"id": one["id"]} for one in known] + [{"name": "Paused", "color": "red"}]
    changed = api.ok("PATCH", path, {"properties": {"Status": {"status": {"options": longer}}}})
    status = changed["properties"]["Status"]["status"]
    assert status["options"][-1]["name"] == "Paused"
    assert status["options"][-1]["id"] in status["groups"][0]["option_ids"]
    assert patch(api, "t-lazy", Status={"status": {"name": "Paused"}})[0] == 200
    renamed = [{"id": known[0]["id"], "name": "Later"}]
    assert api("PATCH", path, {"properties": {"Status": {"status": {"options": renamed}}}})[0] == 400
    api.ok("PATCH", path, {"properties": {"Priority": {"select": {"options": [{"name": "Low"}]}}}})
    assert options(api, "tasks", "Priority") == ["Low"]
    wrong = {"properties": {"Priority": {"select": {"options": [{"name": "a,b"}]}}}}
    assert api("PATCH", path, wrong)[0] == 400


def test_properties_are_added_renamed_and_removed(api: Any) -> None:
    path = f"/v1/data_sources/{api.source('tasks')}"
    added = api.ok("PATCH", path, {"properties": {"Effort": {"number": {}}, "Estimate": {"name": "Points"}}})
    assert {"Effort", "Points"} <= added["properties"].keys()
    removed = api.ok(
        "PATCH", path, {"properties": {"Effort": None}, "title": [{"text": {"content": "Work"}}]}
    )
    assert "Effort" not in removed["properties"]
    assert removed["title"][0]["plain_text"] == "Work"
    wrongs: list[object] = [{"Task name": None}, {"Nope": None}, {"Nope": {"magic": {}}}, 3]
    for wrong in wrongs:
        assert api("PATCH", path, {"properties": wrong})[0] == 400
    assert api.ok("PATCH", path, {"in_trash": True})["in_trash"] is True


def test_a_reading_integration_writes_nothing(api: Any) -> None:
    api.headers["Authorization"] = f"Bearer {READ_TOKEN}"
    page = api.page("t-lazy")
    for method, path in (
        ("PATCH", f"/v1/pages/{page}"),
        ("POST", "/v1/pages"),
        ("POST", f"/v1/pages/{page}/move"),
        ("PATCH", f"/v1/blocks/{page}/children"),
        ("DELETE", f"/v1/blocks/{page}"),
        ("PATCH", f"/v1/data_sources/{api.source('tasks')}"),
        ("POST", "/v1/comments"),
        ("PATCH", f"/v1/pages/{page}/markdown"),
    ):
        status, body = api(method, path, {})
        assert (status, body["code"]) == (403, "restricted_resource")
    assert api("GET", f"/v1/comments?block_id={page}")[0] == 403
    assert api("GET", f"/v1/pages/{page}")[0] == 200


def test_blocks_are_appended_and_taken_away(api: Any) -> None:
    page = api.page("t-lazy")
    child = {"bulleted_list_item": {"rich_text": [{"mention": {"page": {"id": api.page("r-widget")}}}]}}
    fresh = api.ok("PATCH", f"/v1/blocks/{page}/children", {"children": [child]})["results"]
    assert fresh[0]["bulleted_list_item"]["rich_text"][0]["mention"]["page"]["id"] == api.page("r-widget")
    assert api.ok("DELETE", f"/v1/blocks/{fresh[0]['id']}")["in_trash"] is True
    assert len(api.ok("GET", f"/v1/blocks/{page}/children")["results"]) == 1
    assert api("PATCH", f"/v1/blocks/{page}/children", {"children": [{"poem": {}}]})[0] == 400
    assert api("PATCH", f"/v1/blocks/{page}/children", {"children": "x"})[0] == 400
    assert api("PATCH", f"/v1/blocks/{page}/children", {"children": [child] * 101})[0] == 400
    assert api("GET", f"/v1/blocks/{NOWHERE}")[0] == 404


def test_markdown_is_appended(api: Any) -> None:
    path = f"/v1/pages/{api.page('t-lazy')}/markdown"
    answer = api.ok("PATCH", path, {"type": "insert_content", "insert_content": {"content": "- one"}})
    assert answer["markdown"].endswith("\n- one")
    assert api("PATCH", path, {"type": "replace_content"})[0] == 400
    assert api("PATCH", path, {"type": "insert_content", "insert_content": {}})[0] == 400
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"erase_content": True})
    assert api.ok("GET", path)["markdown"] == ""


def test_comments_do_not_count_as_edits(api: Any, clock: Any) -> None:
    clock.forward(hours=1)
    page = api.page("t-lazy")
    before = api.ok("GET", f"/v1/pages/{page}")["last_edited_time"]
    said = {"parent": {"page_id": page}, "rich_text": [{"text": {"content": "Done?"}}]}
    first = api.ok("POST", "/v1/comments", said)
    api.ok("POST", "/v1/comments", {"discussion_id": first["discussion_id"], "markdown": "Nearly."})
    found = api.ok("GET", f"/v1/comments?block_id={page}")["results"]
    assert [one["rich_text"][0]["plain_text"] for one in found] == ["Done?", "Nearly."]
    assert api.ok("GET", f"/v1/pages/{page}")["last_edited_time"] == before
    assert api("POST", "/v1/comments", {"rich_text": []})[0] == 400
    assert api("POST", "/v1/comments", {"rich_text": [], "discussion_id": "x"})[0] == 404
