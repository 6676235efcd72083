"""The sandbox against recorded reads: each key of a recorded answer is in ours, with the same type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.state import Prop

from tests.adapters.notion.conftest import Api
from tests.adapters.notion.test_sandbox_recorded import VERSIONS, answers, differences
from tests.adapters.notion.test_sandbox_truth import Described

FILE = {"name": "a.png", "type": "external", "external": {"url": "https://example.com/a.png"}}
SOMEBODY = {"object": "user", "id": "00000000-0000-4000-8000-000000000001", "name": "Ana", "avatar_url": None,
            "type": "person", "person": {"email": "ana@example.com"}}  # fmt: skip
VERIFIED = {"state": "verified", "verified_by": SOMEBODY,
            "date": {"start": "2026-11-01", "end": None, "time_zone": None}}  # fmt: skip
FURTHER: dict[str, Any] = {
    "formula": {"type": "string", "string": "✅"},
    "files": [FILE],
    "email": "a@example.com",
    "phone_number": "+1 234",
    "url": "https://example.com",
    "verification": VERIFIED,
    "button": {},
    "place": None,
    "created_by": None,
    "created_time": None,
    "last_edited_by": None,
    "last_edited_time": None,
    "number": 3.5,
    "checkbox": True,
    "rich_text": [],
}
"""Properties of the types that the workspaces have not, with a value."""


@pytest.fixture
def every_type(api: Api) -> Api:
    """Give the tasks a property of each type there is."""
    source = api.sandbox.state.sources[api.source("tasks")]
    for kind, value in FURTHER.items():
        prop = Prop(id=f"x-{kind}", name=f"A {kind}", type=kind)
        source.props[prop.id] = prop
        for page in api.sandbox.state.pages.values():
            if page.source == source.id:
                page.values[prop.id] = value
    return api


ROUTES = [
    ("GET", "/v1/pages/ID", "/v1/pages/{page}"),
    ("GET", "/v1/data_sources/ID", "/v1/data_sources/{source}"),
    ("POST", "/v1/data_sources/ID/query", "/v1/data_sources/{source}/query"),
    ("GET", "/v1/databases/ID", "/v1/databases/{database}"),
    ("POST", "/v1/search", "/v1/search"),
    ("GET", "/v1/users", "/v1/users"),
    ("GET", "/v1/users/me", "/v1/users/me"),
    ("GET", "/v1/users/ID", "/v1/users/{user}"),
    ("GET", "/v1/pages/ID/markdown", "/v1/pages/{page}/markdown"),
    ("GET", "/v1/blocks/ID/children", "/v1/blocks/{page}/children"),
    ("GET", "/v1/blocks/ID", "/v1/blocks/{page}"),
    ("GET", "/v1/data_sources/ID/templates", "/v1/data_sources/{source}/templates"),
]


def called(api: Api, route: str) -> str:
    state = api.sandbox.state
    return route.format(
        page=api.page("t-checklist"),
        source=api.source("tasks"),
        database=state.sources[api.source("tasks")].database_id,
        user=api.user("ana"),
    )


@pytest.mark.parametrize(("method", "route", "path"), ROUTES, ids=[f"{m} {r}" for m, r, _ in ROUTES])
def test_an_answer_to_a_read_has_what_recorded_ones_have(
    every_type: Api, recorded: Path, method: str, route: str, path: str
) -> None:
    api, found, compared = every_type, set[str](), 0
    for collection, version in VERSIONS.items():
        api.headers["Notion-Version"] = version
        status, ours = api(method, called(api, path), {} if method == "POST" else None)
        assert status == 200, ours
        for verb, recorded_route, recorded_status, theirs in answers(recorded / collection):
            if (verb, recorded_route, recorded_status) == (method, route, 200) and _comparable(ours, theirs):
                compared += 1
                found |= set(differences(ours, theirs, "answer"))
    if not compared:
        pytest.skip(f"nobody recorded {method} {route}")
    assert sorted(found) == []


def _comparable(ours: Any, theirs: Any) -> bool:
    """Return whether two answers are of one kind: a person and a bot, a page and a row have other keys."""
    if theirs.get("object") == "list":
        return bool(theirs["results"]) and _comparable(ours["results"][0], theirs["results"][0])
    parent, kind = (theirs.get("parent") or {}).get("type"), theirs.get("type")
    same = (ours.get("object"), ours.get("type")) == (theirs.get("object"), kind)
    return same and ("parent" not in ours or parent == ours["parent"]["type"])


def _of_types(rows: Iterator[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        for value in row.get("properties", {}).values():
            found.setdefault(value["type"], []).append(value)
    return found


def recorded_rows(folder: Path, kind: str) -> Iterator[Any]:
    everything = [body for name in VERSIONS for _, _, _, body in answers(folder / name)]
    everything += [
        json.loads(p.read_text("utf-8")) for p in (folder / "hkob-notion_ruby_mapping").glob("*.json")
    ]
    for body in everything:
        for one in body.get("results", [body]) if isinstance(body, dict) else ():
            if isinstance(one, dict) and one.get("object") == kind:
                yield one


def test_values_of_every_type_have_what_recorded_ones_have(every_type: Api, recorded: Path) -> None:
    theirs = _of_types(recorded_rows(recorded, "page"))
    ours = _of_types(iter([*every_type.rows("tasks"), *every_type.rows("roadmap")]))
    assert set(theirs) - set(ours) == set()
    odd = {
        difference
        for kind, values in theirs.items()
        for value in values
        if any(held := [one for one in ours[kind] if one[kind] not in (None, [])] or ours[kind])
        for difference in _value_differences(held[0], value, kind)
    }
    assert sorted(odd) == []


def _value_differences(ours: Any, theirs: Any, kind: str) -> Iterator[str]:
    left, right = ours[kind], theirs[kind]
    if kind in ("formula", "rollup") and left["type"] != right["type"]:
        left, right = {"type": "", **left, left["type"]: None}, {**right, right["type"]: None}
        right = {key: value for key, value in right.items() if key in left or key in ("type", "function")}
    if kind == "files" and left and right and left[0]["type"] != right[0]["type"]:
        return
    if kind in ("people", "created_by", "last_edited_by"):
        left, right = ([one] if isinstance(one, dict) else one for one in (left, right))
        if left and right and left[0].get("type") != right[0].get("type"):
            return
    if kind in ("title", "rich_text") and left and right and left[0]["type"] != right[0]["type"]:
        return
    yield from differences({**ours, kind: left}, {**theirs, kind: right}, kind)


def test_schemas_of_every_type_have_what_recorded_ones_have(every_type: Api, recorded: Path) -> None:
    theirs = _of_types(recorded_rows(recorded, "data_source"))
    bodies = [
        every_type.ok("GET", f"/v1/data_sources/{every_type.source(key)}") for key in ("tasks", "roadmap")
    ]
    ours = _of_types(iter(bodies))
    assert set(theirs) - set(ours) == set()
    odd = {
        difference
        for kind, props in theirs.items()
        for prop in props
        for difference in differences(ours[kind][0], prop, kind)
        # A relation is shown on one side or on both.
        if "_property" not in difference and "'single" not in difference and "'dual" not in difference
    }
    # Databases of before 2023 show no description of an option.
    assert sorted(odd) == []


@pytest.mark.parametrize("slug", ["t-lazy", "t-checklist", "r-widget"])
def test_items_of_every_property_have_what_recorded_ones_have(
    every_type: Api, recorded: Path, slug: str
) -> None:
    theirs: dict[tuple[str, str], list[Any]] = {}
    for path in sorted((recorded / "hkob-notion_ruby_mapping").glob("retrieve_property_*.json")):
        body = json.loads(path.read_text("utf-8"))
        kind = body["type"] if body["object"] == "property_item" else body["property_item"]["type"]
        theirs.setdefault((body["object"], kind), []).append(body)
    page = every_type.ok("GET", f"/v1/pages/{every_type.page(slug)}")
    compared = 0
    for prop in page["properties"].values():
        item = every_type.ok("GET", f"/v1/pages/{page['id']}/properties/{prop['id']}")
        for body in theirs.get((item["object"], prop["type"]), ()):
            compared += 1
            assert set(body) - {"results"} <= set(item), prop["type"]
            if body["object"] == "list":
                assert set(body["property_item"]) <= set(item["property_item"]), prop["type"]
    assert compared > 8
    shapes = {kind: shape for shape, kind in theirs}
    for prop in page["properties"].values():
        if prop["type"] in shapes:
            item = every_type.ok("GET", f"/v1/pages/{page['id']}/properties/{prop['id']}")
            assert item["object"] == shapes[prop["type"]], prop["type"]


def test_rows_of_every_type_are_as_described(every_type: Api, described: Described) -> None:
    assert [one for row in every_type.rows("tasks") for one in described(row, "pageObjectResponse")] == []


def test_a_sandbox_of_every_type_is_read_without_a_notice(every_type: Api, sandbox: NotionSandbox) -> None:
    from planora_sync.testing import pull_all
    from tests.adapters.notion.rig import adapter_of

    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.notices
    assert len(pulled.entries) == 112
