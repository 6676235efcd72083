"""Every operation that the sandbox serves answers as Notion's own OpenAPI description says, and our requests fit it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox

from planora_sync.change import Change, Draft, Field, LinkDraft, day, words
from planora_sync.model import Named, Ref
from tests.adapters.notion.conftest import Api, Check
from tests.adapters.notion.rig import OWNED, adapter_of, change, one, option, read
from tests.adapters.notion.wrapping import Listening

Body = Callable[[Api], Any]
PARTIAL = re.compile(r"/partial(Page|DataSource|Database|Block|Comment)ObjectResponse$")
TEXT = [{"type": "text", "text": {"content": "Hm."}}]


@pytest.fixture(scope="session")
def description(recorded: Path) -> Mapping[str, Any]:
    packed = recorded / "openapi" / "notion-official-openapi-merged-2026-03.json.gz"
    if not packed.exists():
        pytest.skip(f"no OpenAPI description at {packed}")
    loaded: Mapping[str, Any] = whole(json.loads(gzip.decompress(packed.read_bytes())))
    return loaded


def whole(part: Any) -> Any:
    """Return a description without the choice of a partial object, an id alone, which any answer would fit."""
    if isinstance(part, list):
        return [whole(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: whole(value) for key, value in part.items()}
    for key in ("oneOf", "anyOf"):
        if key in kept:
            kept[key] = [one for one in kept[key] if not PARTIAL.search(str(one.get("$ref")))] or kept[key]
    return kept


def page_of(api: Api) -> str:
    return api.page("t-lazy")


def source_of(api: Api) -> str:
    return api.source("tasks")


def database_of(api: Api) -> str:
    return api.sandbox.state.sources[api.source("tasks")].database_id


def comment_of(api: Api) -> str:
    said = {"parent": {"page_id": page_of(api)}, "rich_text": TEXT}
    return str(api.ok("POST", "/v1/comments", said)["id"])


def block_of(api: Api) -> str:
    return str(api.ok("GET", f"/v1/blocks/{page_of(api)}/children")["results"][0]["id"])


def template_of(api: Api) -> str:
    form = api.sandbox.state.pages[api.page("b-ics")]
    form.is_template = True
    return source_of(api)


def property_of(api: Api) -> str:
    shown = api.ok("GET", f"/v1/pages/{page_of(api)}")["properties"]["Status"]["id"]
    return f"{page_of(api)}/{shown}"


NOTHING: Body = lambda api: None  # noqa: E731
SERVED: dict[tuple[str, str], tuple[str, Body, str, Body]] = {
    # operation -> path before the id, the id, path after it, body
    ("GET", "/v1/users/me"): ("/v1/users/me", NOTHING, "", NOTHING),
    ("GET", "/v1/users"): ("/v1/users?page_size=5", NOTHING, "", NOTHING),
    ("GET", "/v1/users/{user_id}"): ("/v1/users/", lambda api: api.user("ana"), "", NOTHING),
    ("POST", "/v1/search"): ("/v1/search", NOTHING, "", lambda api: {}),
    ("GET", "/v1/databases/{database_id}"): ("/v1/databases/", database_of, "", NOTHING),
    ("PATCH", "/v1/databases/{database_id}"): (
        "/v1/databases/",
        database_of,
        "",
        lambda api: {"title": TEXT},
    ),
    ("POST", "/v1/databases"): (
        "/v1/databases",
        NOTHING,
        "",
        lambda api: {
            "parent": {"type": "page_id", "page_id": page_of(api)},
            "title": TEXT,
            "initial_data_source": {
                "properties": {"Name": {"title": {}}, "Size": {"number": {"format": "number"}}}
            },
        },
    ),
    ("POST", "/v1/data_sources"): (
        "/v1/data_sources",
        NOTHING,
        "",
        lambda api: {
            "parent": {"type": "database_id", "database_id": database_of(api)},
            "title": TEXT,
            "properties": {
                "What": {"title": {}},
                "State": {"status": {}},
                "Kind": {"select": {"options": [{"name": "A", "color": "red"}]}},
                "Task": {"relation": {"data_source_id": source_of(api), "dual_property": {}}},
            },
        },
    ),
    ("GET", "/v1/data_sources/{data_source_id}"): ("/v1/data_sources/", source_of, "", NOTHING),
    ("PATCH", "/v1/data_sources/{data_source_id}"): (
        "/v1/data_sources/",
        source_of,
        "",
        lambda api: {"properties": {"Area": {"multi_select": {"options": [{"name": "A"}]}}}},
    ),
    ("POST", "/v1/data_sources/{data_source_id}/query"): (
        "/v1/data_sources/",
        source_of,
        "/query",
        lambda api: {},
    ),
    ("GET", "/v1/data_sources/{data_source_id}/templates"): (
        "/v1/data_sources/",
        template_of,
        "/templates",
        NOTHING,
    ),
    ("POST", "/v1/pages"): (
        "/v1/pages",
        NOTHING,
        "",
        lambda api: {
            "parent": {"type": "data_source_id", "data_source_id": source_of(api)},
            "properties": {"Task name": {"title": TEXT}},
            "children": [{"object": "block", "type": "paragraph", "paragraph": {"rich_text": TEXT}}],
        },
    ),
    ("GET", "/v1/pages/{page_id}"): ("/v1/pages/", page_of, "", NOTHING),
    ("PATCH", "/v1/pages/{page_id}"): ("/v1/pages/", page_of, "", lambda api: {"in_trash": False}),
    ("POST", "/v1/pages/{page_id}/move"): (
        "/v1/pages/",
        page_of,
        "/move",
        lambda api: {"parent": {"data_source_id": api.source("roadmap")}},
    ),
    ("GET", "/v1/pages/{page_id}/properties/{property_id}"): (
        "/v1/pages/",
        lambda api: property_of(api).replace("/", "/properties/"),
        "",
        NOTHING,
    ),
    ("GET", "/v1/pages/{page_id}/markdown"): ("/v1/pages/", page_of, "/markdown", NOTHING),
    ("PATCH", "/v1/pages/{page_id}/markdown"): (
        "/v1/pages/",
        page_of,
        "/markdown",
        lambda api: {"type": "insert_content", "insert_content": {"content": "## More"}},
    ),
    ("GET", "/v1/blocks/{block_id}"): ("/v1/blocks/", block_of, "", NOTHING),
    ("PATCH", "/v1/blocks/{block_id}"): (
        "/v1/blocks/",
        block_of,
        "",
        lambda api: {"paragraph": {"rich_text": TEXT}},
    ),
    ("DELETE", "/v1/blocks/{block_id}"): ("/v1/blocks/", block_of, "", NOTHING),
    ("GET", "/v1/blocks/{block_id}/children"): ("/v1/blocks/", page_of, "/children", NOTHING),
    ("PATCH", "/v1/blocks/{block_id}/children"): (
        "/v1/blocks/",
        page_of,
        "/children",
        lambda api: {"children": [{"type": "paragraph", "paragraph": {"rich_text": TEXT}}]},
    ),
    ("GET", "/v1/comments"): (
        "/v1/comments?block_id=",
        lambda api: (comment_of(api), page_of(api))[1],
        "",
        NOTHING,
    ),
    ("POST", "/v1/comments"): (
        "/v1/comments",
        NOTHING,
        "",
        lambda api: {"parent": {"page_id": page_of(api)}, "rich_text": TEXT},
    ),
    ("GET", "/v1/comments/{comment_id}"): ("/v1/comments/", comment_of, "", NOTHING),
}
NOT_SERVED = ("/v1/file_uploads", "/v1/oauth")
"""Files are not written by planora-sync, and its tokens are made by hand."""


def operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, methods in description["paths"].items():
        yield from (
            (method.upper(), path) for method in methods if method in ("get", "post", "patch", "delete")
        )


def schema_of(description: Mapping[str, Any], method: str, path: str, part: str) -> Mapping[str, Any]:
    operation = description["paths"][path][method.lower()]
    where = operation["requestBody"] if part == "request" else operation["responses"]["200"]
    schema: Mapping[str, Any] = where["content"]["application/json"]["schema"]
    return schema


def problems(description: Mapping[str, Any], value: Any, schema: Mapping[str, Any]) -> list[str]:
    return list(Check(description["components"]["schemas"]).problems(value, schema, "answer"))


def test_every_described_operation_is_served_or_left_out_for_a_reason(description: Mapping[str, Any]) -> None:
    left_out = [one for one in operations(description) if one not in SERVED]
    assert all(path.startswith(NOT_SERVED) for _, path in left_out), left_out
    assert len(SERVED) + len(left_out) == 35


@pytest.mark.parametrize("operation", SERVED, ids=lambda one: f"{one[0]} {one[1]}")
def test_an_answer_is_as_described(
    api: Api, description: Mapping[str, Any], operation: tuple[str, str]
) -> None:
    before, identifier, after, body = SERVED[operation]
    path = f"{before}{identifier(api) or ''}{after}"
    sent = body(api)
    if sent:
        request = schema_of(description, *operation, "request")
        assert problems(description, sent, request) == []
    answer = api.ok(operation[0], path, sent)
    assert problems(description, answer, schema_of(description, *operation, "answer")) == []


def test_the_check_tells_a_wrong_answer(description: Mapping[str, Any], api: Api) -> None:
    schema = schema_of(description, "PATCH", "/v1/pages/{page_id}", "answer")
    page = api.ok("GET", f"/v1/pages/{page_of(api)}")
    assert problems(description, {**page, "properties": {"Status": {"type": "status"}}}, schema)


def test_what_the_adapter_sends_fits_the_description(
    sandbox: NotionSandbox, api: Api, description: Mapping[str, Any]
) -> None:
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening, vocabulary=OWNED)
    entry = read(adapter, api.page("t-optin"))
    wanted: list[Change] = [
        change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),)),
        change(entry, Field.TYPE, ()),
        change(entry, Field.SPRINT, one(api.page("s32"))),
        change(entry, Field.ASSIGNEES, one(api.user("noah"))),
        change(entry, Field.LABELS, words(("design",))),
        change(entry, Field.DUE, day(date(2026, 12, 2))),
    ]
    adapter.apply(entry, wanted)
    moved = read(adapter, api.page("r-cookie"))
    adapter.apply(moved, [change(moved, Field.PLACE, one(api.source("tasks")))])
    place = Named(id=api.source("tasks"), name="Tasks")
    adapter.create(
        Draft(place=place, title="New", text="One.\nTwo.", changes=tuple(wanted[:1]), marker="m-1")
    )
    source = Ref(tracker="notion", connection="product", id=api.page("t-lazy"))
    adapter.link(LinkDraft(source=source, target="https://trello.com/c/abcd1234", marker="l-1"))
    adapter.link(LinkDraft(source=source, target=api.page("r-widget"), marker="l-2"))
    bodies = {
        ("PATCH", "/v1/pages/{page_id}"): [
            b for m, p, _, b in listening.seen if (m, p[:10]) == ("PATCH", "/v1/pages/")
        ],
        ("POST", "/v1/pages/{page_id}/move"): listening.bodies("POST", "/move"),
        ("POST", "/v1/pages"): listening.bodies("POST", "/v1/pages"),
        ("PATCH", "/v1/blocks/{block_id}/children"): listening.bodies("PATCH", "/children"),
        ("POST", "/v1/data_sources/{data_source_id}/query"): listening.bodies("POST", "/query"),
    }
    for (method, path), sent in bodies.items():
        assert sent, path
        for body in sent:
            assert problems(description, body, schema_of(description, method, path, "request")) == []
