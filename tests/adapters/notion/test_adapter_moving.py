"""Moves into another data source: what goes along, what is lost and said before, and two calls that are no one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.writing.moving import carry

from planora_sync.adapter import Written
from planora_sync.change import Field, day
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, calls, change, one, option, prop_id, read
from tests.adapters.notion.samples import PAGE, chosen, data_source, id_of, page, relation, rich, source
from tests.adapters.notion.samples import day as date_value

OTHER = "99999999-0000-4000-8000-000000000009"


def test_a_task_on_the_roadmap_goes_to_the_tasks_with_owner_and_date(
    sandbox: NotionSandbox, api: Api
) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("r-cookie"))
    move = change(entry, Field.PLACE, one(api.source("tasks"), "Tasks"))
    first, second = adapter.steps(entry, [move])
    assert (first.method, first.path) == ("POST", f"/v1/pages/{api.page('r-cookie')}/move")
    assert first.body == {"parent": {"type": "data_source_id", "data_source_id": api.source("tasks")}}
    assert (first.fields, second.method, second.fields) == ((Field.PLACE,), "PATCH", ())
    assert adapter.losses(entry, api.source("tasks")) == ()
    assert adapter.apply(entry, [move]) == Written()
    after = read(adapter, api.page("r-cookie"))
    assert (after.ref, after.title) == (entry.ref, entry.title)
    assert [one.name for one in after.assignees] == ["Noah Berg"]
    assert (after.start, after.due) == (entry.start, entry.due)
    assert (after.status and after.status.name, after.priority) == ("In progress", entry.priority)


def test_what_the_target_cannot_hold_is_named_before(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("r-waitlist"))
    assert adapter.losses(entry, api.source("tasks")) == (
        "'Tasks' has no option 'In discovery' in 'Status'.",
        "'Tasks' has no option 'Initiative' in 'Type'.",
        "'Tasks' has no property 'Horizon' for 'Next'.",
        "'Tasks' has no property 'Theme' for 'Online booking'.",
    )
    settled = change(entry, Field.STATUS, one("?", "Backlog"))
    assert "Status" not in " ".join(adapter.losses(entry, api.source("tasks"), [settled]))
    back = adapter.losses(read(adapter, api.page("t-refund")), api.source("roadmap"))
    assert "'Product Roadmap' has no property 'Sprint' for 1 link." in back
    assert "'Product Roadmap' has no property 'Estimate' for 5." in back
    assert any("TAS-8" in loss for loss in back)
    assert adapter.losses(entry, entry.place.id) == ()


def test_a_move_sets_what_else_was_asked_by_the_targets_own_schema(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("r-typo"))
    wanted = [
        change(entry, Field.PLACE, one(api.source("tasks"), "Tasks")),
        change(entry, Field.SPRINT, one(api.page("s31"))),
        change(entry, Field.STATUS, one("?", "In review")),
        change(entry, Field.DUE, day(date(2026, 12, 1))),
        change(entry, Field.TYPE, (option(api, "tasks", "Type", "Bug"),)),
    ]
    _, second = adapter.steps(entry, wanted)
    assert second.fields == (Field.TYPE, Field.STATUS, Field.SPRINT, Field.DUE)
    assert adapter.apply(entry, wanted) == Written()
    after = read(adapter, api.page("r-typo"))
    assert (after.status and after.status.name, after.sprint and after.sprint.name) == (
        "In review",
        "Sprint 31",
    )
    assert (after.start, after.due) == (date(2026, 11, 24), date(2026, 12, 1))
    assert [one.name for one in after.assignees] == ["Linh Tran"]
    assert after.type is not None
    assert after.type.name == "Bug"


def test_a_move_that_the_target_cannot_follow_is_refused_before_any_call(
    sandbox: NotionSandbox, api: Api
) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    place = change(entry, Field.PLACE, one(api.source("roadmap")))
    with pytest.raises(Unsupported, match="keeps no sprint"):
        adapter.apply(entry, [place, change(entry, Field.SPRINT, one(api.page("s32")))])
    with pytest.raises(Unsupported, match="no data source"):
        adapter.apply(entry, [change(entry, Field.PLACE, ())])
    # It refuses this row and stops no other, as a failure of the connection would.
    with pytest.raises(Unsupported, match="not shared with the integration"):
        adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("finance")))])
    assert not [call for call in calls(sandbox) if "/move" in call or call.startswith("PATCH")]


def test_a_data_source_outside_the_scope_can_be_a_target(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, scope=("Product Roadmap",))
    entry = read(adapter, api.page("r-typo"))
    assert adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))]) == Written()
    page = api.ok("GET", f"/v1/pages/{api.page('r-typo')}")
    assert page["parent"]["data_source_id"] == api.source("tasks")
    assert page["properties"]["Assignee"]["people"][0]["id"] == api.user("linh")


def test_values_cross_in_a_form_that_can_be_written() -> None:
    home = source(
        data_source(
            Status={"type": "status", "status": {"options": [{"id": "1", "name": "Doing"}]}},
            Owner="people",
            Timeline="date",
            Notes="rich_text",
            Tags=("multi_select", "a", "b"),
            Size="number",
            Site="url",
            Files="files",
            Blockers=relation(OTHER),
            Total="formula",
            Flag="checkbox",
        )
    )
    target = source(
        data_source(
            "Backlog",
            id=OTHER,
            State=("select", "Doing", "Done"),
            Assignee="people",
            Due="date",
            notes="rich_text",
            Tags=("multi_select", "b"),
            Size="number",
            Site="url",
            Files="files",
            Blockers=relation(OTHER),
            Flag="checkbox",
        )
    )
    text: list[dict[str, Any]] = [
        *rich("See "),
        {"type": "mention", "mention": {"type": "page", "page": {"id": PAGE}}, "plain_text": "it"},
        {"type": "mention", "mention": {"type": "link_preview", "link_preview": {}}, "plain_text": "pr/1"},
        {"type": "equation", "equation": {"expression": "x"}, "plain_text": "x"},
    ]
    row = page(
        Status=("status", {"id": "1", "name": "Doing"}),
        Owner=("people", [{"object": "group", "id": "g"}, {"object": "user", "id": "u"}]),
        Timeline=date_value("2026-12-01", "2026-12-05"),
        Notes=("rich_text", text),
        Tags=("multi_select", [chosen("a"), chosen("b")]),
        Size=("number", 3),
        Site=("url", "https://x.test"),
        Files=("files", [{"name": "x", "type": "file", "file": {"url": "signed"}}]),
        Blockers=("relation", [{"id": PAGE}]),
        Total=("formula", {"type": "number", "number": 3}),
        Flag=("checkbox", True),
    )
    carried = carry(row, home, target)
    assert carried.properties == {
        id_of("State"): {"select": {"id": "o-Doing"}},
        id_of("Assignee"): {"people": [{"object": "group", "id": "g"}, {"object": "user", "id": "u"}]},
        id_of("Due"): {"date": {"start": "2026-12-01", "end": "2026-12-05"}},
        id_of("notes"): {
            "rich_text": [
                {"type": "text", "text": {"content": "See ", "link": None}},
                {"type": "mention", "mention": {"page": {"id": PAGE}}},
                {"type": "text", "text": {"content": "pr/1"}},
                {"type": "equation", "equation": {"expression": "x"}},
            ]
        },
        id_of("Tags"): {"multi_select": [{"id": "o-b"}]},
        id_of("Size"): {"number": 3},
        id_of("Site"): {"url": "https://x.test"},
        id_of("Blockers"): {"relation": [{"id": PAGE}]},
        id_of("Flag"): {"checkbox": True},
    }
    assert set(carried.losses) == {
        "'Tasks' has no option 'a' in 'Tags'.",
        "1 file of 'Files' cannot be written again.",
    }


def test_undo_of_a_move_is_a_move(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("r-typo"))
    there = change(entry, Field.PLACE, one(api.source("tasks"), "Tasks"))
    adapter.apply(entry, [there])
    moved = read(adapter, api.page("r-typo"))
    assert adapter.apply(moved, [there.inverse()]) == Written()
    back = read(adapter, api.page("r-typo"))
    assert back.model_copy(update={"updated": entry.updated, "raw": entry.raw}) == entry


def test_a_property_is_named_for_the_new_place(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    horizon = Named(id=prop_id(api, "roadmap", "Horizon"), name="Horizon")
    wanted = [
        change(entry, Field.PLACE, one(api.source("roadmap"))),
        change(entry, Field.PROPERTY, (option(api, "roadmap", "Horizon", "Next"),), horizon),
    ]
    assert adapter.apply(entry, wanted) == Written()
    after = read(adapter, api.page("t-optin"))
    assert after.horizon is not None
    assert after.horizon.bucket == "next"
