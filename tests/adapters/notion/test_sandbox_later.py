"""What Notion does after it has answered, and what it tells: tasks, templates, webhooks, limits, capabilities."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.limits import ALLOWANCE, PAYLOAD
from planora_notion.sandbox.loading import READ_TOKEN, TOKEN, WRITE_TOKEN

from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api, Clock

WORDS = [{"text": {"content": "Hm."}}]


# -- limits -----------------------------------------------------------------------------------------------


def test_a_connection_has_180_requests_in_a_fixed_window_of_a_minute(clock: Clock) -> None:
    sandbox = NotionSandbox("messy", now=clock, limits=True)
    api = Api(sandbox)
    assert {api("GET", "/v1/users/me")[0] for _ in range(ALLOWANCE)} == {200}
    status, answer = api("GET", "/v1/users/me")
    assert (status, answer["code"]) == (429, "rate_limited")
    assert answer["additional_data"] == {
        "rate_limit_reason": "public_api_request_rate_limit",
        "retry_after": "18",
    }
    clock.forward(seconds=17)
    assert api("GET", "/v1/users/me")[0] == 429
    clock.forward(seconds=1)
    assert api("GET", "/v1/users/me")[0] == 200
    api.close()


def test_each_connection_has_its_own_window(clock: Clock) -> None:
    sandbox = NotionSandbox("messy", now=clock, limits=True)
    api = Api(sandbox)
    for _ in range(ALLOWANCE + 1):
        last = api("GET", "/v1/users/me")[0]
    assert last == 429
    api.headers["Authorization"] = f"Bearer {READ_TOKEN}"
    assert api("GET", "/v1/users/me")[0] == 200
    api.close()


def test_limits_are_off_unless_asked_for(api: Api) -> None:
    assert {api("GET", "/v1/users/me")[0] for _ in range(ALLOWANCE + 1)} == {200}


def test_a_429_may_name_another_limit(api: Api) -> None:
    api.sandbox.fail(Fault(kind="429", reason="public_api_space_request_rate_limit", retry_after="120"))
    more = api("GET", "/v1/users/me")[1]["additional_data"]
    assert more == {"rate_limit_reason": "public_api_space_request_rate_limit", "retry_after": "120"}


def test_a_body_has_a_size(api: Api) -> None:
    status, answer = api("POST", "/v1/search", {"query": "x" * PAYLOAD})
    assert (status, answer["code"]) == (400, "validation_error")


def test_blocks_inside_blocks_are_refused_and_not_lost(api: Api) -> None:
    """This stand-in keeps none: what it dropped in silence nobody would miss in time."""
    inner = {"paragraph": {"rich_text": WORDS, "children": [{"paragraph": {"rich_text": WORDS}}]}}
    status, answer = api("PATCH", f"/v1/blocks/{api.page('t-lazy')}/children", {"children": [inner]})
    assert status == 400
    assert "body.children[0].paragraph.children" in answer["message"]


# -- capabilities -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "method", "path", "body"),
    [
        (READ_TOKEN, "PATCH", "/v1/pages/{page}", {"in_trash": False}),
        (READ_TOKEN, "POST", "/v1/pages", {"parent": {}}),
        (READ_TOKEN, "POST", "/v1/pages/{page}/move", {"parent": {}}),
        (READ_TOKEN, "PATCH", "/v1/blocks/{page}/children", {"children": []}),
        (READ_TOKEN, "PATCH", "/v1/data_sources/{source}", {}),
        (READ_TOKEN, "POST", "/v1/databases", {}),
        (READ_TOKEN, "POST", "/v1/comments", {"parent": {}}),
        (READ_TOKEN, "GET", "/v1/comments?block_id={page}", None),
        (WRITE_TOKEN, "GET", "/v1/pages/{page}", None),
        (WRITE_TOKEN, "GET", "/v1/data_sources/{source}", None),
        (WRITE_TOKEN, "POST", "/v1/data_sources/{source}/query", {}),
        (WRITE_TOKEN, "POST", "/v1/search", {}),
        (WRITE_TOKEN, "GET", "/v1/blocks/{page}/children", None),
        (WRITE_TOKEN, "GET", "/v1/users", None),
    ],
)
def test_a_missing_capability_is_a_403(api: Api, token: str, method: str, path: str, body: Any) -> None:
    api.headers["Authorization"] = f"Bearer {token}"
    status, answer = api(method, path.format(page=api.page("t-lazy"), source=api.source("tasks")), body)
    assert (status, answer["code"]) == (403, "restricted_resource")
    assert answer["message"] == "Insufficient permissions for this endpoint."


def test_who_writes_and_does_not_read_is_shown_an_id(api: Api) -> None:
    api.headers["Authorization"] = f"Bearer {WRITE_TOKEN}"
    answer = api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 3}}})
    assert {key: answer[key] for key in answer if key != "request_id"} == {
        "object": "page",
        "id": api.page("t-lazy"),
    }


# -- tasks and templates ----------------------------------------------------------------------------------


def test_an_asynchronous_edit_is_done_later(api: Api, clock: Clock) -> None:
    path = f"/v1/pages/{api.page('t-lazy')}/markdown"
    before = api.ok("GET", path)["markdown"]
    body = {"type": "insert_content", "insert_content": {"content": "# Later"}, "allow_async": True}
    status, task = api("PATCH", path, body)
    assert (status, task["status"], task["operation"]["name"]) == (
        202,
        "queued",
        "PATCH /v1/pages/:page_id/markdown",
    )
    assert api.ok("GET", path)["markdown"] == before
    assert api.ok("GET", f"/v1/async_tasks/{task['id']}")["status"] == "queued"
    clock.forward(seconds=task["poll_after_seconds"])
    done = api.ok("GET", f"/v1/async_tasks/{task['id']}")
    assert (done["status"], done["result"]["markdown"]) == ("succeeded", f"{before}\n# Later".strip())
    assert api.ok("GET", path)["markdown"] == done["result"]["markdown"]
    assert api("GET", "/v1/async_tasks/task_0")[0] == 404


def test_a_range_is_replaced_by_its_first_and_last_words(api: Api) -> None:
    path = f"/v1/pages/{api.page('t-lazy')}/markdown"
    api.ok("PATCH", path, {"type": "insert_content", "insert_content": {"content": "One\nTwo\nThree"}})
    wanted = {"content": "Two and a half", "content_range": "Two...Three"}
    answer = api.ok("PATCH", path, {"type": "replace_content_range", "replace_content_range": wanted})
    assert answer["markdown"].endswith("One\nTwo and a half")
    wrong = {"type": "replace_content_range", "replace_content_range": {**wanted, "content_range": "Nine"}}
    assert api("PATCH", path, wrong)[0] == 400
    assert api("PATCH", path, {"type": "erase"})[0] == 400


def test_a_template_fills_a_page_after_the_answer(api: Api, clock: Clock) -> None:
    form = api.sandbox.state.pages[api.page("b-ics")]
    form.is_template = True
    source = api.source("tasks")
    listed = api.ok("GET", f"/v1/data_sources/{source}/templates")
    assert [(one["id"], one["is_default"]) for one in listed["templates"]] == [(form.id, True)]
    assert form.id not in [row["id"] for row in api.rows("tasks")]
    wanted = {"parent": {"data_source_id": source}, "template": {"type": "default"}}
    made = api.ok("POST", "/v1/pages", {**wanted, "properties": {"Task name": {"title": WORDS}}})
    path = f"/v1/pages/{made['id']}/markdown"
    assert api.ok("GET", path)["markdown"] == ""
    clock.forward(seconds=5)
    assert api.ok("GET", path)["markdown"] == api.ok("GET", f"/v1/pages/{form.id}/markdown")["markdown"] != ""
    title = api.ok("GET", f"/v1/pages/{made['id']}")["properties"]["Task name"]["title"]
    assert title[0]["plain_text"] == "Hm."


def test_a_template_takes_no_content_of_ones_own(api: Api) -> None:
    wanted = {"parent": {"data_source_id": api.source("tasks")}, "template": {"type": "default"}}
    assert api("POST", "/v1/pages", {**wanted, "children": []})[0] == 400
    assert api("POST", "/v1/pages", {**wanted, "markdown": "x"})[0] == 400
    assert api("POST", "/v1/pages", wanted)[0] == 404
    assert api("POST", "/v1/pages", {**wanted, "template": {"type": "none"}})[0] == 200
    assert api("POST", "/v1/pages", {**wanted, "template": "default"})[0] == 400


# -- search -----------------------------------------------------------------------------------------------


def test_the_index_of_search_is_slow(api: Api) -> None:
    made = api.ok("POST", "/v1/databases", {"parent": {"page_id": api.page("t-lazy")}, "title": WORDS})[
        "data_sources"
    ][0]["id"]
    only = {"filter": {"property": "object", "value": "data_source"}}
    api.sandbox.fail(Fault(kind="slow-index", path="/v1/search"))
    assert made not in [one["id"] for one in api.ok("POST", "/v1/search", only)["results"]]
    assert made in [one["id"] for one in api.ok("POST", "/v1/search", only)["results"]]


@pytest.mark.parametrize("kind", ["empty-page", "repeat-cursor"])
def test_a_list_may_lead_astray(api: Api, kind: str) -> None:
    path = f"/v1/data_sources/{api.source('tasks')}/query"
    first = api.ok("POST", path, {"page_size": 10})
    api.sandbox.fail(Fault(kind=kind, path="*/query"))
    astray = api.ok("POST", path, {"page_size": 10})
    assert astray["has_more"] is True
    again = api.ok("POST", path, {"page_size": 10, "start_cursor": astray["next_cursor"]})
    assert [row["id"] for row in again["results"]] == [row["id"] for row in first["results"]]
    assert (astray["results"] == []) is (kind == "empty-page")


def test_mentions_after_the_25th_are_cut_without_a_flag(api: Api) -> None:
    mention = {"type": "mention", "mention": {"page": {"id": api.page("r-widget")}}}
    page = api.page("t-lazy")
    api.ok("PATCH", f"/v1/pages/{page}", {"properties": {"Task name": {"title": [mention] * 30}}})
    assert len(api.ok("GET", f"/v1/pages/{page}")["properties"]["Task name"]["title"]) == 25
    assert len(api.ok("GET", f"/v1/pages/{page}/properties/title")["results"]) == 30


# -- webhooks ---------------------------------------------------------------------------------------------


def test_webhooks_tell_ids_and_are_signed(api: Api) -> None:
    sandbox = api.sandbox
    first = sandbox.webhooks.subscribe("secret_x")
    assert json.loads(first.body) == {"verification_token": "secret_x"}
    assert first.header("X-Notion-Signature") == ""
    page = f"/v1/pages/{api.page('t-lazy')}"
    api.ok("PATCH", page, {"properties": {"Estimate": {"number": 3}}})
    api.ok("PATCH", page, {"in_trash": True})
    api.ok("PATCH", page, {"in_trash": False, "is_locked": True})
    api.ok("POST", f"{page}/move", {"parent": {"data_source_id": api.source("roadmap")}})
    api.ok(
        "PATCH",
        f"/v1/blocks/{api.page('t-optin')}/children",
        {"children": [{"paragraph": {"rich_text": WORDS}}]},
    )
    api.ok("POST", "/v1/pages", {"parent": {"data_source_id": api.source("tasks")}})
    api.ok("PATCH", f"/v1/data_sources/{api.source('tasks')}", {"properties": {"Area": {"checkbox": {}}}})
    api.ok("POST", "/v1/comments", {"parent": {"page_id": api.page("t-optin")}, "rich_text": WORDS})
    told = [json.loads(one.body) for one in sandbox.webhooks.sent]
    assert [one["type"] for one in told] == [
        "page.properties_updated",
        "page.deleted",
        "page.undeleted",
        "page.locked",
        "page.moved",
        "page.content_updated",
        "page.created",
        "data_source.schema_updated",
        "comment.created",
    ]
    assert told[0]["entity"] == {"id": api.page("t-lazy"), "type": "page"}
    shown = api.ok("GET", page)
    assert (
        shown["parent"]["data_source_id"]
        == api.source("roadmap")
        == told[4]["data"]["parent"]["data_source_id"]
    )
    assert len(told[0]["data"]["updated_properties"]) == 1
    assert not any("Hm." in json.dumps(one) for one in told)
    for one in sandbox.webhooks.sent:
        wanted = hmac.new(b"secret_x", one.body, hashlib.sha256).hexdigest()
        assert one.header("x-notion-signature") == f"sha256={wanted}"


def test_nobody_is_told_without_a_subscription(api: Api) -> None:
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"in_trash": True})
    assert api.sandbox.webhooks.sent == []


# -- the rest ---------------------------------------------------------------------------------------------


def test_a_page_that_moves_under_another_keeps_its_title_alone(api: Api) -> None:
    page = f"/v1/pages/{api.page('t-optin')}"
    moved = api.ok("POST", f"{page}/move", {"parent": {"page_id": api.page("r-widget")}})
    assert moved["parent"] == {"type": "page_id", "page_id": api.page("r-widget")}
    assert list(moved["properties"]) == ["title"]
    sprint = api.ok("GET", f"/v1/pages/{api.page('s31')}/properties/{relation_of(api)}")
    assert api.page("t-optin") not in [one["relation"]["id"] for one in sprint["results"]]


def relation_of(api: Api) -> str:
    return str(api.ok("GET", f"/v1/pages/{api.page('s31')}")["properties"]["Tasks"]["id"])


def test_a_move_into_the_trash_or_to_nowhere_is_refused(api: Api) -> None:
    path = f"/v1/pages/{api.page('t-optin')}/move"
    assert api("POST", path, {"parent": {"data_source_id": api.source("old")}})[0] == 400
    assert api("POST", path, {"parent": {"data_source_id": api.source("finance")}})[0] == 404
    assert api("POST", path, {"parent": {"workspace": True}})[0] == 400
    assert api("POST", path, {"parent": {"database_id": api.source("tasks")}})[0] == 400
    api.sandbox.state.pages[api.page("t-optin")].in_trash = True
    assert api("POST", path, {"parent": {"data_source_id": api.source("roadmap")}})[0] == 400


def test_a_move_may_drop_every_value(clock: Clock) -> None:
    api = Api(NotionSandbox("messy", now=clock, keeps_values=False))
    target = {"parent": {"data_source_id": api.source("tasks")}}
    moved = api.ok("POST", f"/v1/pages/{api.page('r-cookie')}/move", target)["properties"]
    assert moved["Task name"]["title"]
    assert (moved["Priority"]["select"], moved["Assignee"]["people"]) == (None, [])
    api.close()


def test_a_relation_that_is_made_shows_on_its_other_side(api: Api) -> None:
    config = {"data_source_id": api.source("tasks"), "dual_property": {"synced_property_name": "Risks"}}
    made = api.ok(
        "POST",
        "/v1/databases",
        {
            "parent": {"type": "page_id", "page_id": api.page("t-lazy")},
            "title": WORDS,
            "initial_data_source": {"properties": {"Risk": {"title": {}}, "Task": {"relation": config}}},
        },
    )
    source = made["data_sources"][0]["id"]
    row = api.ok(
        "POST",
        "/v1/pages",
        {
            "parent": {"data_source_id": source},
            "properties": {"Task": {"relation": [{"id": api.page("t-optin")}]}},
        },
    )
    shown = api.ok("GET", f"/v1/pages/{api.page('t-optin')}")["properties"]["Risks"]
    assert shown["relation"] == [{"id": row["id"]}]
    assert made["parent"] == {"type": "page_id", "page_id": api.page("t-lazy")}


def test_a_data_source_with_a_wrong_property_leaves_nothing_behind(api: Api) -> None:
    before = set(api.sandbox.state.sources)
    wrong: dict[str, Any] = {"Name": {"title": {}}, "Sum": {"formula": {}}}
    body = {"parent": {"page_id": api.page("t-lazy")}, "initial_data_source": {"properties": wrong}}
    assert api("POST", "/v1/databases", body)[0] == 400
    assert set(api.sandbox.state.sources) == before


def test_comments_are_changed_by_who_made_them(api: Api) -> None:
    said = {"parent": {"page_id": api.page("t-lazy")}, "rich_text": WORDS}
    made = api.ok("POST", "/v1/comments", said)["id"]
    again = [{"text": {"content": "Yes."}}]
    assert (
        api.ok("PATCH", f"/v1/comments/{made}", {"rich_text": again})["rich_text"][0]["plain_text"] == "Yes."
    )
    api.sandbox.state.comments[-1].author = api.user("ana")
    assert api("DELETE", f"/v1/comments/{made}")[0] == 403
    api.sandbox.state.comments[-1].author = api.sandbox.state.bot
    api.ok("DELETE", f"/v1/comments/{made}")
    assert api("GET", f"/v1/comments/{made}")[0] == 404


def test_tokens_are_told_apart(api: Api) -> None:
    assert len({TOKEN, READ_TOKEN, WRITE_TOKEN}) == 3
    api.headers["Authorization"] = "Bearer ntn_nobody"
    assert api("GET", "/v1/users/me")[1]["code"] == "unauthorized"
