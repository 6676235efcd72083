"""Schemas that shift while they are read or remembered: other orders, newer types, options and properties that go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.translation.people import person

from planora_sync.adapter import NotesInMemory
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls
from tests.adapters.notion.wrapping import Refusing, Rewriting

QUERY = "POST /v1/data_sources/ID/query"


def turned(path: str, answer: Any) -> Any:
    """Return schemas with their properties in the opposite order."""
    for one in answer.get("results") or [answer]:
        if one.get("object") == "data_source":
            one["properties"] = dict(reversed(one["properties"].items()))
    return answer


def test_the_order_of_properties_in_an_answer_means_nothing(sandbox: NotionSandbox) -> None:
    first = pull_all(adapter_of(sandbox))
    app = Rewriting(sandbox.app, turned)
    assert pull_all(adapter_of(sandbox, app=app)).entries == first.entries
    again = pull_all(adapter_of(sandbox, app=app), since=first.cursor)
    assert len(again.entries) < 5, "a data source was read whole, as if its schema had changed"


def test_a_property_of_a_newer_type_that_no_row_shows_is_no_change_of_the_schema(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    def newer(path: str, answer: Any) -> Any:
        for one in answer.get("results") or [answer]:
            if one.get("object") == "data_source":
                one["properties"]["Newer"] = {
                    "id": "nw%3A",
                    "name": "Newer",
                    "type": "quantum",
                    "quantum": {},
                }
        return answer

    notes = NotesInMemory()
    app = Rewriting(sandbox.app, newer)
    first = pull_all(adapter_of(sandbox, app=app, notes=notes))
    clock.forward(minutes=5)
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"icon": {"type": "emoji", "emoji": "🌱"}})
    before = len(sandbox.ledger)
    changed = pull_all(adapter_of(sandbox, app=app, notes=notes), since=first.cursor)
    assert api.page("t-lazy") in {entry.ref.id for entry in changed.entries}
    assert calls(sandbox, before) == [QUERY] * 4, (
        "three data sources, and archived rows of the one that changed"
    )


def test_an_option_that_is_renamed_while_rows_are_read_loses_no_row(sandbox: NotionSandbox) -> None:
    def gone(path: str, body: Any) -> str | None:
        named = "does_not_equal" in json.dumps(body)
        return 'status option "Done" not found for property "Status".' if named else None

    wanted = pull_all(adapter_of(sandbox))
    pulled = pull_all(adapter_of(sandbox, app=Refusing(sandbox.app, gone)))
    assert not pulled.errors
    assert {e.ref.id for e in pulled.entries} == {e.ref.id for e in wanted.entries}


@pytest.mark.parametrize(("key", "name"), [("sprints", "Dates"), ("tasks", "Sprint"), ("tasks", "Project")])
def test_a_property_that_is_deleted_within_the_hour_of_a_remembered_schema_stops_nothing(
    sandbox: NotionSandbox, api: Api, clock: Clock, key: str, name: str
) -> None:
    notes = NotesInMemory()
    first = pull_all(adapter_of(sandbox, notes=notes))
    clock.forward(minutes=5)
    title = {"properties": {"title": {"title": [{"text": {"content": "Renamed"}}]}}}
    for row in (api.rows("sprints")[-1], api.rows("roadmap")[0]):
        api.ok("PATCH", f"/v1/pages/{row['id']}", title)
    api.ok("PATCH", f"/v1/data_sources/{api.source(key)}", {"properties": {name: None}})
    pulled = pull_all(adapter_of(sandbox, notes=notes), since=first.cursor)
    assert not pulled.errors
    assert not pull_all(adapter_of(sandbox, notes=notes), since=pulled.cursor).errors


def test_a_group_is_not_asked_for_as_if_it_were_a_user() -> None:
    asked: list[str] = []
    found = person({"object": "group", "id": "g1", "name": "Design"}, lambda id: asked.append(id))
    assert (found.id, found.name, found.email, asked) == ("g1", "Design", None, [])
