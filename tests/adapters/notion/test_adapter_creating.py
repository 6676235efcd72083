"""Creations and links: made once, found again, never a false word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import NAMELESS_TOKEN, READ_TOKEN

from planora_sync.adapter import Refused, Unknown, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, words
from planora_sync.errors import ConnectionFailed, Unsupported
from planora_sync.model import Kind, Link, Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, option, read
from tests.adapters.notion.wrapping import Listening, Rewriting


def draft(api: Api, source: str = "tasks", **more: Any) -> Draft:
    return Draft(place=Named(id=api.source(source), name=source), **{"title": "New", "marker": "m-1", **more})


def create(adapter: NotionAdapter, wanted: Draft) -> str:
    outcome = adapter.create(wanted)
    assert isinstance(outcome, Written)
    assert outcome.id
    return outcome.id


def lines(api: Api, id: str) -> list[str]:
    blocks = api.ok("GET", f"/v1/blocks/{id}/children")["results"]
    return ["".join(item["plain_text"] for item in block[block["type"]]["rich_text"]) for block in blocks]


def test_what_a_creation_sends(sandbox: NotionSandbox, api: Api) -> None:
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening)
    id = create(adapter, draft(api, text="One.\n\nTwo.", type=option(api, "tasks", "Type", "Bug")))
    [body] = listening.bodies("POST", "/v1/pages")
    assert body["parent"] == {"type": "data_source_id", "data_source_id": api.source("tasks")}
    assert body["properties"]["title"]["title"] == [{"type": "text", "text": {"content": "New"}}]
    assert "template" not in body
    assert lines(api, id) == ["One.", "Two.", "planora-sync: m-1"]
    assert read(adapter, id).kind is Kind.BUG


@pytest.mark.parametrize("marked", [True, False])
def test_a_creation_that_was_saved_all_the_same_is_known_by_its_marker(
    sandbox: NotionSandbox, api: Api, marked: bool
) -> None:
    """Notion names the page in its 503; whether it is ours a look must tell."""
    if marked:
        add(sandbox, api, "tasks", Planora={"rich_text": {}})
    adapter = adapter_of(sandbox)
    sandbox.fail(Fault(kind="saved-503", method="POST", path="/v1/pages"))
    outcome = adapter.create(draft(api))
    assert isinstance(outcome, Written)
    assert outcome.id == adapter.find_marker("m-1", api.source("tasks"))
    assert calls(sandbox).count("POST /v1/pages") == 1


@pytest.mark.parametrize("answer", ["another page", "no page"])
def test_a_creation_that_notion_names_wrongly_stays_unknown(
    sandbox: NotionSandbox, api: Api, answer: str
) -> None:
    named = api.page("t-lazy") if answer == "another page" else "5f60f079-5838-4d26-9c06-3c305f60f079"

    def wrong(path: str, body: Any) -> Any:
        more = body.get("additional_data") or {}
        if "committed_resource_id" in more:
            return body | {"additional_data": more | {"committed_resource_id": named}}
        return body

    sandbox.fail(Fault(kind="saved-503", method="POST", path="/v1/pages"))
    adapter = adapter_of(sandbox, app=Rewriting(sandbox.app, wrong))
    outcome = adapter.create(draft(api))
    assert isinstance(outcome, Unknown)
    assert named in outcome.reason


def test_a_creation_that_cannot_be_looked_at_stays_unknown(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    sandbox.fail(Fault(kind="saved-503", method="POST", path="/v1/pages"))
    sandbox.fail(Fault(kind="500", method="GET", path="/v1/pages/*", times=-1))
    assert isinstance(adapter.create(draft(api)), Unknown)


def test_a_long_title_and_text_stay_within_a_requests_limits(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    text = "\n".join(f"{number} " + "x" * 2500 for number in range(130))
    id = create(adapter, draft(api, title="T" * 4500, text=text))
    assert read(adapter, id).title == "T" * 4500
    made = lines(api, id)
    assert len(made) == 99
    assert "\n".join(made[:-1]) == text
    assert made[-1] == "planora-sync: m-1"


def test_a_text_property_of_that_name_carries_the_marker(sandbox: NotionSandbox, api: Api) -> None:
    """One query finds it then."""
    api.ok("PATCH", f"/v1/data_sources/{api.source('tasks')}", {"properties": {"Planora": {"rich_text": {}}}})
    adapter = adapter_of(sandbox)
    id = create(adapter, draft(api, text="One."))
    assert lines(api, id) == ["One."]
    asked = len(sandbox.ledger)
    assert adapter.find_marker("m-1", api.source("tasks")) == id
    assert calls(sandbox, asked) == ["POST /v1/data_sources/ID/query"]
    assert adapter.find_marker("m-2", api.source("tasks")) is None


def test_an_address_property_may_carry_it_too(sandbox: NotionSandbox, api: Api) -> None:
    api.ok("PATCH", f"/v1/data_sources/{api.source('tasks')}", {"properties": {"Planora-sync": {"url": {}}}})
    adapter = adapter_of(sandbox)
    assert adapter.find_marker("m-1", api.source("tasks")) is None
    id = create(adapter, draft(api))
    assert adapter.find_marker("m-1", api.source("tasks")) == id


def test_only_rows_that_we_made_are_opened_to_look_for_a_marker(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    adapter = adapter_of(sandbox)
    first = create(adapter, draft(api, marker="m-1"))
    clock.forward(minutes=5)
    second = create(adapter, draft(api, marker="m-2"))
    asked = len(sandbox.ledger)
    assert adapter.find_marker("m-2", api.source("tasks")) == second
    assert [call for call in calls(sandbox, asked) if "blocks" in call] == ["GET /v1/blocks/ID/children"]
    assert adapter.find_marker("m-1", api.source("tasks")) == first
    assert adapter.find_marker("m", api.source("tasks")) is None


class TwoIntegrations:
    """The reading token belongs to another integration than the writing one."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        token = dict(scope["headers"])[b"authorization"].decode()
        if scope["path"] != "/v1/users/me" or READ_TOKEN not in token:
            await self._app(scope, receive, send)
            return
        body = json.dumps({"object": "user", "id": "another", "type": "bot", "name": "reader"}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def test_rows_that_the_writing_integration_made_are_ours(sandbox: NotionSandbox, api: Api) -> None:
    app = TwoIntegrations(sandbox.app)
    adapter = adapter_of(sandbox, token=READ_TOKEN, write_token=NAMELESS_TOKEN, app=app)
    id = create(adapter, draft(api))
    assert adapter.find_marker("m-1", api.source("tasks")) == id
    assert adapter_of(sandbox, token=READ_TOKEN, app=app).find_marker("m-1", api.source("tasks")) is None


def test_a_draft_that_the_place_cannot_hold_is_refused_before(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    archived = Change(field=Field.ARCHIVED, before=(), after=words(("archived",)))
    with pytest.raises(Unsupported, match="cannot be given archived"):
        adapter.create(draft(api, changes=(archived,)))
    unknown = Change(field=Field.LABELS, before=(), after=words(("nope",)))
    with pytest.raises(Unsupported, match="'nope'"):
        adapter.create(draft(api, changes=(unknown,)))
    with pytest.raises(Unsupported, match="keeps no type"):
        adapter.create(draft(api, "sprints", type=Named(id="x", name="Bug")))
    with pytest.raises(ConnectionFailed):
        adapter.create(draft(api, "finance"))
    assert "POST /v1/pages" not in calls(sandbox)


def test_a_missing_capability_creates_nothing(sandbox: NotionSandbox, api: Api) -> None:
    outcome = adapter_of(sandbox, token=READ_TOKEN).create(draft(api))
    assert isinstance(outcome, Refused)
    assert "insert" in outcome.reason


def link(api: Api, slug: str, target: str, kind: str = "relates") -> LinkDraft:
    source = Ref(tracker="notion", connection="product", id=api.page(slug))
    return LinkDraft(source=source, target=target, kind=kind, marker="l-1")


def add(sandbox: NotionSandbox, api: Api, source: str, **props: Any) -> None:
    api.ok("PATCH", f"/v1/data_sources/{api.source(source)}", {"properties": props})


def relation(sandbox: NotionSandbox, api: Api, name: str) -> None:
    """Give the roadmap a relation to the tasks that no field uses."""
    add(sandbox, api, "roadmap", **{name: {"rich_text": {}}})
    prop = sandbox.state.sources[api.source("roadmap")].prop(name)
    assert prop is not None
    prop.type, prop.target = "relation", api.source("tasks")


def test_a_relation_that_says_it_holds_the_link(sandbox: NotionSandbox, api: Api) -> None:
    relation(sandbox, api, "Related to")
    adapter = adapter_of(sandbox)
    first, second = api.page("t-lazy"), api.page("t-optin")
    for target in (first, second, first):
        assert isinstance(adapter.link(link(api, "r-widget", target)), Written)
    links = [one for one in read(adapter, api.page("r-widget")).links if one.kind == "Related to"]
    assert links == [Link(kind="Related to", target=first), Link(kind="Related to", target=second)]
    assert len([call for call in calls(sandbox) if call.startswith("PATCH /v1/pages")]) == 2


def test_a_relation_that_says_something_else_does_not(sandbox: NotionSandbox, api: Api) -> None:
    """A link in `Blocked by` would be a false word."""
    relation(sandbox, api, "Blocked by")
    adapter = adapter_of(sandbox)
    assert isinstance(adapter.link(link(api, "r-widget", api.page("t-lazy"))), Written)
    assert not read(adapter, api.page("r-widget")).links
    assert lines(api, api.page("r-widget"))[-1].startswith("relates: ")
    assert isinstance(adapter.link(link(api, "r-widget", api.page("t-lazy"), kind="blocked by")), Written)
    assert [one.kind for one in read(adapter, api.page("r-widget")).links] == ["Blocked by"]


def test_an_address_goes_into_a_property_for_it_and_never_over_another(
    sandbox: NotionSandbox, api: Api
) -> None:
    add(sandbox, api, "roadmap", **{"Jira issue": {"url": {}}})
    adapter = adapter_of(sandbox)
    first, second = "https://acme.atlassian.net/browse/PLAN-1", "https://acme.atlassian.net/browse/PLAN-2"
    for _ in range(2):
        assert isinstance(adapter.link(link(api, "r-widget", first)), Written)
    assert read(adapter, api.page("r-widget")).links == (Link(kind="Jira issue", target=first),)
    for _ in range(2):
        assert isinstance(adapter.link(link(api, "r-widget", second, kind="twin")), Written)
    assert read(adapter, api.page("r-widget")).links == (Link(kind="Jira issue", target=first),)
    assert [line for line in lines(api, api.page("r-widget")) if second in line] == [f"twin: {second}"]


def test_an_address_becomes_a_line_with_a_link_and_no_bookmark(sandbox: NotionSandbox, api: Api) -> None:
    """For a bookmark Notion's servers would fetch the address."""
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening)
    address = "https://trello.com/c/abcd1234"
    for _ in range(2):
        assert isinstance(adapter.link(link(api, "t-lazy", address)), Written)
    [body] = listening.bodies("PATCH", "/children")
    assert [block["type"] for block in body["children"]] == ["paragraph"]
    assert "after" not in body
    assert lines(api, api.page("t-lazy"))[-1] == f"relates: {address}"


def test_links_that_cannot_be_made(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    gone = "5f60f079-5838-4d26-9c06-3c305f60f079"
    assert isinstance(adapter.link(link(api, "t-lazy", gone)), Refused)
    assert isinstance(adapter.link(link(api, "r-trashed", api.page("t-lazy"))), Refused)
    with pytest.raises(Unsupported, match="neither a page"):
        adapter.link(link(api, "t-lazy", "PLAN-12"))
    with pytest.raises(Unsupported, match="longer than"):
        adapter.link(link(api, "t-lazy", "https://x.test/" + "a" * 2000))
