"""The sandbox against recorded traffic: each key that an answer to a write had is in ours, with the same type."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.adapters.notion.conftest import Api
from tests.adapters.notion.test_sandbox_openapi import SERVED

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
VERSIONS = {"ultimate-notion": "2026-03-11", "ramnes-notion-sdk-py": "2025-09-03"}
"""The version that a collection was recorded with."""
WRITES = [
    ("POST", "/v1/pages"),
    ("PATCH", "/v1/pages/{page_id}"),
    ("POST", "/v1/pages/{page_id}/move"),
    ("PATCH", "/v1/blocks/{block_id}/children"),
    ("PATCH", "/v1/blocks/{block_id}"),
    ("DELETE", "/v1/blocks/{block_id}"),
    ("POST", "/v1/comments"),
    ("PATCH", "/v1/pages/{page_id}/markdown"),
    ("POST", "/v1/databases"),
    ("PATCH", "/v1/databases/{database_id}"),
    ("POST", "/v1/data_sources"),
    ("PATCH", "/v1/data_sources/{data_source_id}"),
]
NAMED = frozenset({"properties"})
"""Keys under which the names are the users' own."""
OWN = frozenset({"child_page", "child_database", "heading_1", "heading_2", "heading_3", "to_do", "bookmark"})
"""Keys that are named after what a block is."""


@functools.cache
def answers(folder: Path) -> tuple[tuple[str, str, int, Any], ...]:
    """Return all recorded answers that are JSON: method, path with ids as `ID`, status, body."""
    return tuple(_answers(folder))


def _answers(folder: Path) -> Iterator[tuple[str, str, int, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        for one in yaml.load(path.read_text("utf-8"), Loader=LOADER)["interactions"]:
            request, response = one["request"], one["response"]
            text = response.get("content") or (response.get("body") or {}).get("string") or ""
            status = response.get("status_code") or response["status"]["code"]
            if isinstance(text, str) and text.startswith("{"):
                route = ID.sub("ID", re.sub(r"https?://[^/]+", "", request["uri"]).split("?")[0])
                yield request["method"], route, int(status), json.loads(text)


def differences(ours: Any, theirs: Any, where: str) -> Iterator[str]:
    """Yield what a recorded answer has and ours has not, and what has another type there."""
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        if where.endswith("parent") and ours["type"] != theirs["type"]:
            return  # One stands in the workspace and one on a page.
        for key, value in theirs.items():
            if key in OWN or where.rpartition(".")[2] in NAMED:
                continue
            if key not in ours:
                yield f"{where}.{key} is missing"
            else:
                yield from differences(ours[key], value, f"{where}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        if ours and theirs:
            yield from differences(ours[0], theirs[0], f"{where}[]")
    elif ours is not None and theirs is not None and _kind(ours) is not _kind(theirs):
        yield f"{where} is {ours!r} here and {theirs!r} there"


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


@pytest.mark.parametrize("operation", WRITES, ids=lambda one: f"{one[0]} {one[1]}")
@pytest.mark.parametrize("collection", VERSIONS)
def test_an_answer_to_a_write_has_what_recorded_ones_have(
    api: Api, recorded: Path, collection: str, operation: tuple[str, str]
) -> None:
    method, route = operation
    wanted = re.sub(r"\{\w+\}", "ID", route)
    theirs = [
        body
        for m, path, status, body in answers(recorded / collection)
        if (m, path, status) == (method, wanted, 200)
    ]
    if not theirs:
        pytest.skip(f"{collection} has no answer to {method} {route}")
    api.headers["Notion-Version"] = VERSIONS[collection]
    before, identifier, after, body = SERVED[operation]
    ours = api.ok(method, f"{before}{identifier(api) or ''}{after}", body(api))
    for one in theirs:
        assert sorted(set(differences(ours, one, "answer"))) == []


def test_a_difference_is_seen() -> None:
    assert list(differences({"a": 1}, {"a": "x", "b": 2}, "answer")) == [
        "answer.a is 1 here and 'x' there",
        "answer.b is missing",
    ]
    assert (
        list(differences({"properties": {}, "c": None}, {"properties": {"Any": 1}, "c": 3}, "answer")) == []
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/pages/AAA", "retrieve_page_wrong_format"),
        ("/v1/blocks/AAA", "retrieve_block_wrong_format"),
        ("/v1/data_sources/AAA", "retrieve_data_source_wrong_format"),
        ("/v1/databases/AAA", "retrieve_database_wrong_format"),
        ("/v1/pages/{id}", "retrieve_page_unpermitted_page"),
        ("/v1/blocks/{id}", "retrieve_block_unpermitted_block"),
        ("/v1/data_sources/{id}", "retrieve_data_source_unpermitted_data_source"),
        ("/v1/databases/{id}", "retrieve_database_unpermitted_database"),
    ],
)
def test_refusals_have_the_recorded_words(api: Api, recorded: Path, path: str, name: str) -> None:
    theirs = json.loads((recorded / "hkob-notion_ruby_mapping" / f"{name}.json").read_text("utf-8"))
    found = ID.search(theirs["message"])
    status, ours = api("GET", path.format(id=found[0] if found else ""))
    assert (status, ours["code"]) == (theirs["status"], theirs["code"])
    # Since 2026 the name of the integration follows.
    assert ours["message"].replace(' "planora-sync"', "") == theirs["message"]


@pytest.mark.parametrize("collection", VERSIONS)
def test_errors_have_the_recorded_bodies(api: Api, recorded: Path, collection: str) -> None:
    theirs = {body["code"]: body for _, _, status, body in answers(recorded / collection) if status >= 400}
    if not theirs:
        pytest.skip(f"{collection} has no errors")
    unknown = api("GET", "/v1/invalid")[1]
    api.headers["Authorization"] = "Bearer ntn_wrong"
    ours = {"invalid_request_url": unknown, "unauthorized": api("GET", "/v1/users")[1]}
    for code, body in ours.items():
        assert {**body, "request_id": ""} == {**theirs[code], "request_id": ""}
