"""Is the sandbox true? Its answers against Notion's own description and recorded traffic, and Notion's client."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import notion_client
import pytest
import uvicorn
import yaml
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import TOKEN

from planora_sync.sandbox import Fault

Described = Callable[[Any, str], list[str]]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C is twenty times as fast, where it is installed."""


def test_pages_are_as_described(api: Any, described: Described) -> None:
    for source in ("roadmap", "tasks", "sprints"):
        for row in api.rows(source):
            assert described(row, "pageObjectResponse") == []


def test_the_description_tells_right_from_wrong(api: Any, described: Described) -> None:
    page = api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")
    assert "pageObjectResponse.url is missing" in described(
        {k: v for k, v in page.items() if k != "url"}, "pageObjectResponse"
    )
    page["properties"]["Status"]["status"] = "Done"
    assert described(page, "pageObjectResponse")


def test_data_sources_databases_users_and_comments_are_as_described(api: Any, described: Described) -> None:
    for key in ("roadmap", "tasks", "sprints"):
        source = api.ok("GET", f"/v1/data_sources/{api.source(key)}")
        assert described(source, "dataSourceObjectResponse") == []
        database = api.ok("GET", f"/v1/databases/{source['parent']['database_id']}")
        assert described(database, "databaseObjectResponse") == []
    for user in api.ok("GET", "/v1/users")["results"]:
        assert described(user, "userObjectResponse") == []
    said = {"parent": {"page_id": api.page("t-lazy")}, "rich_text": [{"text": {"content": "Hm."}}]}
    assert described(api.ok("POST", "/v1/comments", said), "commentObjectResponse") == []


def test_property_items_and_content_are_as_described(api: Any, described: Described) -> None:
    page = api.ok("GET", f"/v1/pages/{api.page('t-checklist')}")
    for prop in page["properties"].values():
        item = api.ok("GET", f"/v1/pages/{page['id']}/properties/{prop['id']}")
        schema = "propertyItemListResponse" if item["object"] == "list" else "propertyItemObjectResponse"
        assert described(item, schema) == []
    for block in api.ok("GET", f"/v1/blocks/{page['id']}/children")["results"]:
        assert described(block, "blockObjectResponse") == []
    assert described(api.ok("GET", f"/v1/pages/{page['id']}/markdown"), "pageMarkdownResponse") == []


def test_errors_are_as_described(api: Any, described: Described) -> None:
    for kind in ("400", "401", "403", "404", "409", "429", "500", "503"):
        api.sandbox.fail(Fault(kind=kind))
        assert described(api("GET", "/v1/users/me")[1], f"error_api_{kind}") == []


def recordings(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        for interaction in yaml.load(path.read_text("utf-8"), Loader=LOADER)["interactions"]:
            response = interaction["response"]
            text = response.get("content") or (response.get("body") or {}).get("string") or ""
            if isinstance(text, str) and text.startswith("{"):
                yield json.loads(text)


def test_pages_and_lists_have_the_fields_that_recordings_have(api: Any, recorded: Path) -> None:
    answers = list(recordings(recorded / "ultimate-notion"))
    pages = [one for one in answers if one.get("object") == "page"]
    lists = [one for one in answers if one.get("type") == "page_or_data_source"]
    ours = api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")
    assert pages
    assert ours.keys() == pages[0].keys()
    listed = api.ok("POST", f"/v1/data_sources/{api.source('tasks')}/query", {})
    assert lists
    assert listed.keys() == lists[0].keys()


def test_schemas_have_the_fields_that_recordings_have(api: Any, recorded: Path) -> None:
    theirs = [one for one in recordings(recorded / "ultimate-notion") if one.get("object") == "data_source"]
    ours = api.ok("GET", f"/v1/data_sources/{api.source('tasks')}")
    assert theirs
    assert ours.keys() == theirs[0].keys()
    by_type = {p["type"]: p for one in theirs for p in one["properties"].values()}
    seen = 0
    for prop in ours["properties"].values():
        if prop["type"] in by_type:
            seen += 1
            assert prop.keys() == by_type[prop["type"]].keys()
            assert prop[prop["type"]].keys() >= by_type[prop["type"]][prop["type"]].keys() - {
                "single_property",
                "dual_property",
            }
    assert seen >= 6


def test_values_have_the_fields_that_recordings_have(api: Any, recorded: Path) -> None:
    theirs = json.loads((recorded / "hkob-notion_ruby_mapping" / "update_page_all.json").read_text("utf-8"))
    by_type = {prop["type"]: prop for prop in theirs["properties"].values()}
    rows = api.rows("tasks") + api.rows("roadmap")
    ours = {prop["type"]: prop for row in rows for prop in row["properties"].values() if prop[prop["type"]]}
    shared = by_type.keys() & ours.keys()
    assert {"title", "status", "people", "relation", "date", "multi_select", "select"} <= shared
    for kind in shared:
        assert ours[kind].keys() == by_type[kind].keys()
        left, right = ours[kind][kind], by_type[kind][kind]
        first, second = (left[0], right[0]) if isinstance(left, list) and right else (left, right)
        if isinstance(first, dict) and kind not in ("rollup", "created_by"):
            assert first.keys() == second.keys(), kind


def test_error_texts_are_those_recorded(api: Any, recorded: Path) -> None:
    folder = recorded / "hkob-notion_ruby_mapping"
    wrong = json.loads((folder / "retrieve_page_wrong_format.json").read_text("utf-8"))
    assert api("GET", "/v1/pages/AAA")[1]["message"] == wrong["message"]
    theirs = [one for one in recordings(recorded / "ramnes-notion-sdk-py") if one.get("object") == "error"]
    missing = next(one for one in theirs if one["code"] == "object_not_found")
    page = "00000000-0000-0000-0000-000000000000"
    ours = api("GET", f"/v1/pages/{page}")[1]
    assert ours["message"].replace("planora-sync", "notion-sdk-py") == missing["message"]
    assert ours.keys() == missing.keys()


@pytest.fixture
def served(sandbox: NotionSandbox) -> Iterator[str]:
    """Serve the sandbox on a free port and return its address."""
    up = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            up.set()

    server = Server(uvicorn.Config(sandbox.app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert up.wait(10), "the server did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def test_notions_own_client_works_over_a_socket(served: str, api: Any) -> None:
    client = notion_client.Client(
        auth=TOKEN,
        base_url=served,
        notion_version="2026-03-11",
        retry=False,
        logger=logging.getLogger("test"),
    )
    me: Any = client.users.me()
    assert me["bot"]["workspace_name"] == "Fernway"
    rows: Any = notion_client.helpers.collect_paginated_api(
        client.data_sources.query, data_source_id=api.source("tasks"), page_size=30
    )
    assert len(rows) == 86
    page = api.page("c-terms")
    client.pages.update(page, properties={"Due": {"date": {"start": "2026-12-24"}}})
    client.pages.move(page, parent={"data_source_id": api.source("roadmap")})
    client.comments.create(parent={"page_id": page}, rich_text=[{"text": {"content": "Moved."}}])
    moved: Any = client.pages.retrieve(page)
    assert moved["parent"]["data_source_id"] == api.source("roadmap")
    made: Any = client.pages.create(parent={"data_source_id": api.source("tasks")}, properties={})
    markdown: Any = client.pages.retrieve_markdown(made["id"])
    assert markdown["markdown"] == ""
    with pytest.raises(notion_client.APIResponseError, match="Could not find page"):
        client.pages.retrieve(api.page("z-private"))
    client.close()


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "hang"])
def test_over_a_socket_a_cut_is_a_dropped_connection(served: str, sandbox: NotionSandbox, kind: str) -> None:
    sandbox.fail(Fault(kind=kind))
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{served}/v1/users/me", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)
