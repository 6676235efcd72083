"""Everything that was ever recorded of Notion goes through our translation, and nothing of it is odd to us."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from notion_client.errors import HTTPResponseError
from planora_notion.site.layout import build
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.members import _member
from planora_notion.site.schema import parse
from planora_notion.site.source import Source
from planora_notion.site.strange import is_strange
from planora_notion.translation.names import dashed, hidden_id
from planora_notion.translation.plaintext import content
from planora_notion.translation.values import REFERENCES, is_cut, references
from planora_notion.transport.failures import Misdirected, Refusal, read_failure

from planora_sync.adapter import Vocabulary
from planora_sync.errors import ConnectionFailed, CredentialsRefused, EndpointGone, PlaceNotVisible
from tests.adapters.notion.samples import translate
from tests.adapters.notion.test_wire_recordings import answers

Json = dict[str, Any]


@pytest.fixture(scope="module")
def recordings(recorded: Path) -> list[Json]:
    found: list[Json] = []
    for folder in ("ultimate-notion", "ramnes-notion-sdk-py"):
        found += answers(recorded / folder)
    for path in sorted((recorded / "hkob-notion_ruby_mapping").glob("*.json")):
        found.append(json.loads(path.read_text("utf-8")))
    return [one for one in found if isinstance(one, dict)]


def objects(recordings: list[Json], kind: str) -> Iterator[Json]:
    for answer in recordings:
        held = answer.get("results")
        for one in held if isinstance(held, list) else [answer]:
            if isinstance(one, dict) and one.get("object") == kind:
                yield one


def described(row: Json) -> Json:
    """Return a data source that has just the properties of a row, as one that was never recorded may have had."""
    return {
        "object": "data_source",
        "id": row["parent"].get("data_source_id") or row["parent"].get("database_id") or row["id"],
        "title": [],
        "parent": {"type": "database_id", "database_id": row["parent"].get("database_id")},
        "properties": {
            name: {"id": value["id"], "name": name, "type": value["type"], value["type"]: {}}
            for name, value in row["properties"].items()
        },
    }


def as_source(body: Json) -> Source:
    return Source(path="Recorded", layout=build(parse(body), Vocabulary()), lexicon=Lexicon(Vocabulary()))


def test_every_recorded_row_of_every_collection_is_an_entry(recordings: list[Json]) -> None:
    known = {str(body["id"]): body for body in objects(recordings, "data_source")}
    seen: Counter[str] = Counter()
    for row in objects(recordings, "page"):
        if not row["properties"]:
            continue
        body = known.get(str(row["parent"].get("data_source_id"))) or described(row)
        entry = translate(row, as_source(body), keep_raw=True)
        assert entry.ref.id == row["id"]
        assert entry.raw is not None
        # What is no field of ours, of whatever type, stays as it came.
        assert entry.raw["properties"] == row["properties"]
        seen += Counter({value["type"] for value in row["properties"].values()})
    assert sum(seen.values()) > 1500
    assert set(seen) >= {
        "title", "rich_text", "number", "select", "multi_select", "status", "date", "people", "files", "checkbox",
        "url", "email", "phone_number", "formula", "relation", "rollup", "created_time", "created_by",
        "last_edited_time", "last_edited_by", "unique_id", "verification", "button", "place",
    }  # fmt: skip


def test_every_recorded_data_source_is_read(recordings: list[Json]) -> None:
    bodies = list(objects(recordings, "data_source"))
    assert len(bodies) > 150
    for body in bodies:
        schema = parse(body)
        assert schema.id == body["id"]
        assert {prop.type for prop in schema.props.values()} == {
            p["type"] for p in body["properties"].values()
        }
        assert len(schema.props) == len(body["properties"])


def test_recorded_rows_show_what_their_schema_says(recordings: list[Json]) -> None:
    """Else every pull would ask for each schema anew. Rows of a query for some properties are left aside."""
    known: dict[str, list[Any]] = defaultdict(list)
    for body in objects(recordings, "data_source"):
        known[str(body["id"])].append(parse(body))
    rows = [row for row in objects(recordings, "page") if row["parent"].get("data_source_id") in known]
    odd = [
        row
        for row in rows
        if all(is_strange(row, schema) for schema in known[row["parent"]["data_source_id"]])
    ]
    assert len(rows) > 500
    # The schemas of one collection were recorded years before some of its rows.
    assert len(odd) < 20


def test_every_recorded_cut_is_seen(recordings: list[Json]) -> None:
    values = [value for row in objects(recordings, "page") for value in row["properties"].values()]
    cut = [value for value in values if is_cut(value)]
    assert cut
    assert all(len(references(value)) == REFERENCES for value in cut if value["type"] == "relation")
    assert all(is_cut(value) for value in values if value.get("has_more"))


def test_every_recorded_user_is_known(recordings: list[Json]) -> None:
    users = [user for user in objects(recordings, "user") if user.get("type")]
    assert len(users) > 20
    for user in users:
        member = _member(user, guest=False)
        assert (member.id, member.bot) == (user["id"], user["type"] == "bot")


def test_every_recorded_address_holds_its_id(recordings: list[Json]) -> None:
    """On both hosts, and with a title in any language before it."""
    addresses = {(str(page["url"]), str(page["id"])) for page in objects(recordings, "page")}
    assert {url.split("/")[2] for url, _ in addresses} >= {"www.notion.so", "app.notion.com"}
    found = {url: hidden_id(url) for url, _ in addresses}
    # Some collections replaced the ids of a page, and not those in its address.
    assert all(found.values())
    assert sum(found[url] == dashed(id) for url, id in addresses) > len(addresses) / 2


def test_every_recorded_error_is_one_we_know(recordings: list[Json]) -> None:
    wanted: dict[str, type[ConnectionFailed]] = {
        "unauthorized": CredentialsRefused,
        "object_not_found": PlaceNotVisible,
        "invalid_request_url": EndpointGone,
        "validation_error": Misdirected,
    }
    errors = list(objects(recordings, "error"))
    assert {error["code"] for error in errors} == set(wanted)
    for error in errors:
        raised = HTTPResponseError(code=error["code"], status=error["status"], message=error["message"],
                                   headers=httpx.Headers(), raw_body_text=json.dumps(error))  # fmt: skip
        failure = read_failure(Refusal.of(raised), "a test", "product")
        assert type(failure) is wanted[error["code"]]
        assert error["message"][:60] in str(failure)
        assert failure.help()


def test_every_recorded_text_is_plain(recordings: list[Json]) -> None:
    texts = [one for one in objects(recordings, "page_markdown") if one["markdown"]]
    assert texts
    for one in texts:
        found = content(one["markdown"], whole=not one["truncated"])
        assert not [mark for mark in ("#", "**", "- [", "<empty-block") if mark in found.text]
        assert found.total == one["markdown"].count("- [")


def test_a_page_of_a_wiki_names_its_database_alone(recordings: list[Json]) -> None:
    wiki = [row for row in objects(recordings, "page") if row["parent"].get("type") == "database_id"]
    assert wiki
    for row in wiki:
        entry = translate(row, as_source(described(row)))
        assert entry.title
