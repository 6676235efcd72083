"""Recorded traffic through the translation: what Notion really sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from planora_notion.site.layout import build
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.places import place
from planora_notion.site.schema import parse
from planora_notion.site.source import Source
from planora_notion.translation import values

from planora_sync.adapter import Vocabulary
from planora_sync.model import Category, Link, Person
from tests.adapters.notion.samples import translate

Json = dict[str, Any]


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def answers(folder: Path) -> tuple[Json, ...]:
    return tuple(_answers(folder))


def _answers(folder: Path) -> Iterator[Json]:
    for path in sorted(folder.glob("*.yaml")):
        for interaction in yaml.load(path.read_text("utf-8"), Loader=LOADER)["interactions"]:
            response = interaction["response"]
            text = response.get("content") or (response.get("body") or {}).get("string") or ""
            if isinstance(text, str) and text.startswith("{"):
                yield json.loads(text)


def objects(folder: Path, kind: str) -> Iterator[Json]:
    for answer in answers(folder):
        yield from (one for one in answer.get("results", [answer]) if one.get("object") == kind)


def as_source(body: Json) -> Source:
    return Source(path="Recorded", layout=build(parse(body), Vocabulary()), lexicon=Lexicon(Vocabulary()))


@pytest.fixture(scope="module")
def ultimate(recorded: Path) -> Path:
    return recorded / "ultimate-notion"


def test_every_recorded_row_translates(ultimate: Path) -> None:
    schemas = {str(body["id"]): body for body in objects(ultimate, "data_source")}
    sources = {id: as_source(body) for id, body in schemas.items()}
    seen = 0
    for row in objects(ultimate, "page"):
        where = sources.get(str(row["parent"].get("data_source_id")))
        if where:
            entry = translate(row, where, keep_raw=True)
            assert entry.ref.id == row["id"]
            assert entry.raw is not None
            assert entry.raw["url"] == entry.url
            seen += 1
    assert seen > 300


def test_every_recorded_data_source_is_a_place(ultimate: Path) -> None:
    bodies = list(objects(ultimate, "data_source"))
    assert len(bodies) > 50
    for position, body in enumerate(bodies):
        found = place(as_source(body), "n", position)
        assert len(found.fields) == len(body["properties"])


def test_a_task_database_whose_options_all_stand_in_to_do(ultimate: Path) -> None:
    """Groups alone would make every row of it open."""
    bodies = [one for one in objects(ultimate, "data_source") if "Status" in one["properties"]]
    body = next(
        one
        for one in bodies
        if one["properties"]["Status"]["type"] == "status"
        and {option["name"] for option in one["properties"]["Status"]["status"]["options"]}
        >= {"Backlog", "Blocked", "In Progress", "Done"}
    )
    where = as_source(body)
    prop = where.get("status")
    assert prop is not None
    assert {option.group for option in prop.options} == {Category.TODO}
    categories = {one.name: one.category for one in place(where, "n", 0).statuses}
    assert categories["Backlog"] is Category.TODO
    assert categories["In Progress"] is Category.DOING
    assert categories["Done"] is Category.DONE
    assert {one.name for one in prop.options if where.lexicon.contradicts(one)} == {"In Progress", "Done"}


def test_a_relation_of_thirty_is_seen_to_be_cut(ultimate: Path) -> None:
    cut = [
        value
        for row in objects(ultimate, "page")
        for value in row["properties"].values()
        if value["type"] == "relation" and value["has_more"]
    ]
    assert cut
    assert all(values.is_cut(value) and len(values.references(value)) == 25 for value in cut)


def test_a_page_of_nearly_every_property_type(recorded: Path) -> None:
    folder = recorded / "hkob-notion_ruby_mapping"
    schema = json.loads((folder / "retrieve_data_source_data_source.json").read_text("utf-8"))
    row = json.loads((folder / "update_page_all.json").read_text("utf-8"))
    entry = translate(row, as_source(schema), keep_raw=True)
    assert (entry.title, entry.key) == ("MNO", "ST-5")
    assert entry.assignees == (
        Person(
            id="2200a911-6a96-44bb-bd38-6bfb1e01b9f6", name="Hiroyuki KOBAYASHI", email="person@example.com"
        ),
    )
    assert entry.due == date(2022, 3, 14)
    assert entry.status is not None
    assert (entry.status.id, entry.status.name) == ("F<XA", "Design")
    by_name = {prop.name: [value.name for value in prop.values] for prop in entry.properties}
    assert by_name == {
        "MultiSelectTitle": ["Multi Select 2"],
        "CheckboxTitle": ["true"],
        "SelectTitle": ["Select 3"],
    }
    assert Link(kind="UrlTitle", target="https://www.google.com/") in entry.links
    assert entry.raw is not None
    assert "request_id" not in entry.raw


def test_ids_with_odd_letters_are_decoded(recorded: Path) -> None:
    folder = recorded / "hkob-notion_ruby_mapping"
    schema = parse(json.loads((folder / "retrieve_data_source_data_source.json").read_text("utf-8")))
    assert {"<nJT", "_x>=", "MNV~", "title"} <= schema.props.keys()
    assert schema.props["<nJT"].target == "f0a1bf33-7ff0-4d24-b5b6-efb3ea006b15"


def test_property_items_complete_a_relation(ultimate: Path) -> None:
    items = [
        item["relation"]["id"]
        for answer in answers(ultimate)
        for item in answer.get("results", ())
        if item.get("object") == "property_item" and item["type"] == "relation"
    ]
    assert len(items) >= 30
