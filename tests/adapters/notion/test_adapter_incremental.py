"""Incremental pulls: what minutes, moving rows, ending sprints and failures must not lose."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from planora_notion.reading.cursor import Cursor, Mark, reached
from planora_notion.sandbox import NotionSandbox

from planora_sync.model import Category, SprintState
from planora_sync.sandbox import Fault
from planora_sync.testing import Pulled, pull_all
from tests.adapters.notion.conftest import START, Api, Clock
from tests.adapters.notion.rig import adapter_of, calls
from tests.adapters.notion.wrapping import Listening, Rewriting


def edit(api: Api, slug: str, **properties: Any) -> None:
    api.ok("PATCH", f"/v1/pages/{api.page(slug)}", {"properties": properties})


def since(sandbox: NotionSandbox, cursor: str | None, **changes: Any) -> Pulled:
    return pull_all(adapter_of(sandbox, **changes), since=cursor)


def test_it_reads_only_what_changed(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=3)
    edit(api, "t-lazy", Estimate={"number": 8})
    asked = len(sandbox.ledger)
    second = since(sandbox, first.cursor)
    # ... and of each data source the rows of the last minute seen, which may have changed again in it.
    assert {entry.ref.id for entry in second.entries} == {
        api.page(slug) for slug in ("t-lazy", "b-blank", "r-typo", "r-cookie")
    }
    # Sprints and two data sources; archived rows are asked for where something changed.
    assert calls(sandbox, asked).count("POST /v1/data_sources/ID/query") == 4


def test_an_edit_later_in_the_same_minute_is_seen(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    """Instants are rounded down: `after` the last one seen would lose it."""
    edit(api, "t-lazy", Estimate={"number": 5})
    first = pull_all(adapter_of(sandbox))
    clock.forward(seconds=10)  # 09:30:52, still the minute 09:30
    edit(api, "t-lazy", Estimate={"number": 8})
    edit(api, "t-optin", Estimate={"number": 8})
    second = since(sandbox, first.cursor).by_id
    for slug in ("t-lazy", "t-optin"):
        estimate = second[api.page(slug)].estimate
        assert estimate is not None
        assert estimate.value == 8


def test_a_clock_that_is_ahead_loses_nothing(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    """The cursor goes by Notion's own instants, not by our clock."""
    edit(api, "t-optin", Estimate={"number": 3})
    ahead = pull_all(adapter_of(sandbox, now=lambda: clock() + timedelta(hours=1)))
    clock.forward(minutes=5)
    edit(api, "t-lazy", Estimate={"number": 8})
    assert api.page("t-lazy") in since(sandbox, ahead.cursor).by_id


def test_a_close_is_seen_as_a_change(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=1)
    edit(api, "t-lazy", Status={"status": {"name": "Done"}})
    assert since(sandbox, first.cursor).by_id[api.page("t-lazy")].category is Category.DONE


def test_an_archived_row_is_seen_as_archived(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    """The plain query leaves archived rows out: without a second one they would just vanish."""
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=1)
    api.ok("PATCH", f"/v1/pages/{api.page('b-parked')}", {"is_archived": True})
    # Not in a pull in which nothing else changed there, which asks for one page alone ...
    second = since(sandbox, first.cursor)
    assert api.page("b-parked") not in second.by_id
    clock.forward(hours=1)
    edit(api, "t-lazy", Estimate={"number": 8})
    # ... but in the next one that sees a change, however long after.
    assert since(sandbox, second.cursor).by_id[api.page("b-parked")].archived


def test_when_a_sprint_ends_its_tasks_come_though_none_was_edited(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=10)
    edit(api, "s31", **{"Sprint status": {"status": {"name": "Last"}}})
    edit(api, "s32", **{"Sprint status": {"status": {"name": "Current"}}})
    second = since(sandbox, first.cursor).by_id
    kiosk, ledger = second[api.page("t-kiosk")], second[api.page("n-ledger")]
    assert (kiosk.sprint, [one.name for one in kiosk.earlier_sprints], kiosk.carried) == (
        None,
        ["Sprint 31"],
        1,
    )
    assert ledger.sprint is not None
    assert ledger.sprint.state is SprintState.ACTIVE
    third = since(sandbox, pull_all(adapter_of(sandbox)).cursor)
    assert api.page("t-kiosk") not in third.by_id


def test_a_schema_that_changed_means_everything_anew(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    """Nobody edits the rows whose status is dragged into another group."""
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=1)
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    moved = next(option.id for option in status.options if option.name == "Backlog")
    status.groups[0].option_ids.remove(moved)
    status.groups[1].option_ids.append(moved)
    second = since(sandbox, first.cursor)
    assert api.page("b-parked") in second.by_id
    assert len([one for one in second.entries if one.place.name == "Tasks"]) == 84


def test_a_data_source_that_failed_is_read_from_where_it_stood(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    edit(api, "t-lazy", Estimate={"number": 8})
    sandbox.fail(Fault(kind="500", path=f"*{api.source('tasks')}/query", times=5))
    second = since(sandbox, first.cursor)
    assert [one.where for one in second.errors] == ["Tasks"]
    clock.forward(hours=1)
    assert api.page("t-lazy") in since(sandbox, second.cursor).by_id


def test_a_data_source_that_is_new_in_the_scope_is_read_whole(sandbox: NotionSandbox, clock: Clock) -> None:
    first = pull_all(adapter_of(sandbox, scope=("Tasks",)))
    clock.forward(hours=1)
    second = since(sandbox, first.cursor)
    assert len([one for one in second.entries if one.place.name == "Product Roadmap"]) == 28


def test_a_row_edited_while_the_list_is_read_hides_no_other(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """Sorted by the last edit it would move to the end, and pull others past the reader."""
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    for number in range(140):
        title = {"title": [{"text": {"content": str(number)}}]}
        parent = {"data_source_id": api.source("tasks")}
        api.ok("POST", "/v1/pages", {"parent": parent, "properties": {"Task name": title}})

    def edit_the_next(path: str, answer: Any) -> Any:
        if answer.get("next_cursor"):
            clock.forward(minutes=1)
            sandbox.state.touch(sandbox.state.pages[answer["next_cursor"]])
        return answer

    second = since(sandbox, first.cursor, app=Rewriting(sandbox.app, edit_the_next))
    assert {str(number) for number in range(140)} <= {entry.title for entry in second.entries}


def test_the_filter_has_no_null_and_no_status(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    edit(api, "t-lazy", Estimate={"number": 8})
    listening = Listening(sandbox.app)
    since(sandbox, first.cursor, app=listening)
    live, archived = listening.bodies("POST", f"{api.source('tasks')}/query")
    assert live["filter"] == archived["filter"]
    assert live["filter"]["timestamp"] == "last_edited_time"
    assert live["filter"]["last_edited_time"]["on_or_after"].endswith(":00.000Z")
    assert ("is_archived" in live, archived["is_archived"]) == (False, True)
    assert live["sorts"] == [{"timestamp": "created_time", "direction": "ascending"}]


def test_a_cursor_nobody_can_read_is_a_full_pull(sandbox: NotionSandbox) -> None:
    for text in (
        "garbage",
        "[]",
        '{"v":1}',
        '{"v":3,"at":{"x":["noon","d","noon","noon"]},"sprints":{}}',
        '{"v":3,"at":[]}',
    ):
        assert Cursor.parse(text) == Cursor()
        assert len(since(sandbox, text).entries) == 112


def test_a_cursor_reads_back_as_it_was() -> None:
    mark = Mark(
        minute="2026-11-24T09:30:00.000Z",
        digest="d",
        archived="2026-11-23T09:30:00.000Z",
        seen="2026-11-24T09:31:00.000Z",
    )
    cursor = Cursor(marks={"a": mark}, sprints={"s": "1"})
    assert Cursor.parse(str(cursor)) == cursor
    assert json.loads(str(cursor))["v"] == 3
    assert mark.since == "2026-11-24T09:28:00.000Z"
    assert mark.archived_since == "2026-11-23T09:28:00.000Z"


def test_how_far_a_data_source_was_read() -> None:
    before = "2026-11-24T09:00:00.000Z"
    seen = ["2026-11-24T09:10:00.000Z", "2026-11-24T09:12:00.000Z"]
    took = START + timedelta(minutes=5)
    assert reached(START, START, seen, before) == "2026-11-24T09:12:00.000Z"
    # A row that was read first may have been edited while the others were read: by Notion's clock, not by ours.
    assert reached(START, took, seen, before) == "2026-11-24T09:07:00.000Z"
    assert reached(START, START, [], before) == before
    assert reached(START, START, ["2026-11-24T08:00:00.000Z"], before) == before
    assert reached(START, START, [], None) == "2026-11-23T09:30:00.000Z"
