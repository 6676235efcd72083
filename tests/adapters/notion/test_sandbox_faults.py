"""Faults on purpose, the ledger, and the workspaces' own promises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import load, read_toml

from planora_sync.errors import Unreachable
from planora_sync.http import InProcess
from planora_sync.sandbox import Fault


def raw(api: Any, method: str, path: str, body: object = None) -> Any:
    process = InProcess(api.sandbox.app)
    try:
        payload = b"" if body is None else json.dumps(body).encode()
        return process.send(method, f"http://notion.test{path}", api.headers, payload)
    finally:
        process.close()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("401", "unauthorized"),
        ("403", "restricted_resource"),
        ("404", "object_not_found"),
        ("409", "conflict_error"),
        ("410", "invalid_request"),
        ("500", "internal_server_error"),
        ("502", "bad_gateway"),
        ("503", "service_unavailable"),
        ("504", "gateway_timeout"),
        ("529", "service_overload"),
        ("418", "internal_server_error"),
    ],
)
def test_a_status_comes_with_notions_code_and_once(api: Any, kind: str, code: str) -> None:
    api.sandbox.fail(Fault(kind=kind))
    status, body = api("GET", "/v1/users/me")
    assert (status, body["code"], body["object"]) == (int(kind), code, "error")
    assert api("GET", "/v1/users/me")[0] == 200


def test_a_rate_limit_says_which_and_for_how_long(api: Any) -> None:
    api.sandbox.fail(Fault(kind="429", retry_after="17"))
    reply = raw(api, "GET", "/v1/users/me")
    assert dict(reply.headers)["retry-after"] == "17"
    extra = json.loads(reply.body)["additional_data"]
    assert extra == {"rate_limit_reason": "public_api_request_rate_limit", "retry_after": "17"}


def test_faults_meet_only_what_they_are_for(api: Any) -> None:
    api.sandbox.fail(Fault(kind="500", method="POST", path="/v1/data_sources/*/query", times=2))
    path = f"/v1/data_sources/{api.source('tasks')}"
    assert api("GET", path)[0] == 200
    assert [api("POST", f"{path}/query", {})[0] for _ in range(3)] == [500, 500, 200]
    api.sandbox.fail(Fault(kind="503", times=-1))
    assert {api("GET", path)[0] for _ in range(5)} == {503}


def test_unknown_kinds_are_refused(api: Any) -> None:
    with pytest.raises(ValueError, match="no kind of fault"):
        api.sandbox.fail(Fault(kind="gremlins"))


def test_answers_that_are_no_json(api: Any) -> None:
    for kind in ("html", "empty", "half-json"):
        api.sandbox.fail(Fault(kind=kind))
        reply = raw(api, "GET", "/v1/users/me")
        assert reply.status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body)


@pytest.mark.parametrize(("kind", "saved"), [("cut-before", False), ("hang", False), ("cut-after", True)])
def test_a_cut_before_changes_nothing_and_a_cut_after_everything(api: Any, kind: str, saved: bool) -> None:
    api.sandbox.fail(Fault(kind=kind, method="PATCH"))
    path = f"/v1/pages/{api.page('t-lazy')}"
    with pytest.raises(Unreachable):
        raw(api, "PATCH", path, {"properties": {"Estimate": {"number": 13}}})
    assert (api.ok("GET", path)["properties"]["Estimate"]["number"] == 13) is saved
    assert [row.method for row in api.sandbox.ledger] == ["PATCH", "GET"]


def test_a_write_may_be_saved_and_answered_with_503(api: Any) -> None:
    api.sandbox.fail(Fault(kind="saved-503", times=2))
    path = f"/v1/pages/{api.page('t-lazy')}"
    status, body = api("PATCH", path, {"properties": {"Estimate": {"number": 13}}})
    assert (status, body["code"]) == (503, "service_unavailable")
    assert "Do not repeat the write." in body["additional_data"]["retry_guidance"]
    status, body = api("POST", "/v1/pages", {"parent": {"data_source_id": api.source("tasks")}})
    created = body["additional_data"]["committed_resource_id"]
    assert api.ok("GET", f"/v1/pages/{created}")["parent"]["data_source_id"] == api.source("tasks")
    assert api.ok("GET", path)["properties"]["Estimate"]["number"] == 13


def test_a_saved_503_does_not_hide_a_refusal(api: Any) -> None:
    api.sandbox.fail(Fault(kind="saved-503"))
    status, body = api("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Nope": {"number": 1}}})
    assert (status, body["code"]) == (400, "validation_error")


def test_the_ledger_shows_each_request_and_no_secret(api: Any) -> None:
    api("GET", "/v1/users?page_size=3")
    api("GET", "/v1/pages/AAA")
    rows = api.sandbox.ledger
    assert [(row.method, row.path, row.query, row.status) for row in rows] == [
        ("GET", "/v1/users", "page_size=3", 200),
        ("GET", "/v1/pages/AAA", "", 400),
    ]
    assert "ntn_" not in repr(rows)


@pytest.mark.parametrize("body", [b"{", b"[1]"])
def test_a_body_that_is_no_object_is_refused(api: Any, body: bytes) -> None:
    process = InProcess(api.sandbox.app)
    reply = process.send("POST", "http://notion.test/v1/search", api.headers, body)
    process.close()
    assert json.loads(reply.body)["code"] == "invalid_json"


def test_an_unknown_workspace_is_refused(clock: Any) -> None:
    with pytest.raises(ValueError, match="messy"):
        NotionSandbox("tidy", now=clock)


@pytest.mark.parametrize("workspace", NotionSandbox.workspaces)
def test_a_workspace_is_the_same_each_time(clock: Any, workspace: str) -> None:
    first, second = NotionSandbox(workspace, now=clock), NotionSandbox(workspace, now=clock)
    assert list(first.state.pages) == list(second.state.pages)
    assert first.expected() == second.expected()
    assert dict(first.connection("http://x"))["tracker"] == "notion"


def test_the_messy_workspace_plants_each_fault_and_its_near_misses(sandbox: NotionSandbox) -> None:
    expected = sandbox.expected()
    for code in ("PS101", "PS102", "PS103", "PS104", "PS105", "PS106", "PS107", "PS108", "PS201", "PS202"):
        assert 2 <= sum(code in one.codes for one in expected) <= 4, code
    assert sum(not one.codes and one.nature != "unsure" for one in expected) >= 20
    assert 2 <= sum(one.nature == "unsure" for one in expected) <= 4
    assert len({one.id for one in expected}) == len(expected)
    assert {one.key for one in expected} >= {"TAS-1", "Dark mode, please"}


def test_nothing_is_misfiled_where_all_is_well(clock: Any) -> None:
    sandbox = NotionSandbox("one-database", now=clock)
    assert len(sandbox.state.pages) >= 60
    assert sandbox.expected()
    assert not any(one.codes for one in sandbox.expected())


def test_hostile_titles_are_kept_as_they_are(sandbox: NotionSandbox) -> None:
    titles = [row["title"] for row in read_toml("messy.toml")["page"]]
    assert '=HYPERLINK("http://x","y")' in titles
    assert any("<script>" in title for title in titles)
    assert any("\u200f" in title for title in titles)


def test_a_mistake_in_a_workspace_file_names_the_row(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = read_toml("one-database.toml")
    monkeypatch.setattr("planora_notion.sandbox.loading.read_toml", lambda name: body)
    body["page"][0]["p"]["Status"] = "Nope"
    with pytest.raises(ValueError, match="i-widget: Status has no option 'Nope'"):
        load("one-database", clock)
    body["page"][0]["p"] = {"Stauts": "Done"}
    with pytest.raises(ValueError, match="i-widget: Work has no property 'Stauts'"):
        load("one-database", clock)
