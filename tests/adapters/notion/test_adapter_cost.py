"""What a correction costs in requests, counted where Notion counts them."""

from __future__ import annotations

from datetime import date

import pytest
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Absence, NotesInMemory, Written
from planora_sync.change import Field, Value, day, words
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, change, one, option, read


def test_a_simple_correction_is_one_look_one_write_and_one_look_back(
    sandbox: NotionSandbox, api: Api
) -> None:
    adapter = adapter_of(sandbox)
    # The schema is read once, and the page above a row once for all that stand below it.
    read(adapter, api.page("t-optin"))
    asked = len(sandbox.ledger)
    entry = read(adapter, api.page("t-optin"))
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    assert adapter.apply(entry, [wanted]) == Written()
    read(adapter, api.page("t-optin"))
    assert calls(sandbox, asked) == ["GET /v1/pages/ID", "PATCH /v1/pages/ID", "GET /v1/pages/ID"]


@pytest.mark.parametrize(
    ("field", "looks"),
    [
        (Field.STATUS, 0),
        (Field.DUE, 0),
        (Field.START, 0),
        (Field.ARCHIVED, 0),
        (Field.LABELS, 1),
        (Field.SPRINT, 1),
        (Field.ASSIGNEES, 1),
    ],
)
def test_what_a_field_costs_once_the_row_was_looked_at(
    sandbox: NotionSandbox, api: Api, field: Field, looks: int
) -> None:
    """A set is looked at again right before it is replaced: somebody may have added to it."""
    values: dict[Field, Value] = {
        Field.STATUS: (option(api, "tasks", "Status", "In progress"),),
        Field.DUE: day(date(2026, 12, 2)),
        Field.START: day(date(2026, 11, 27)),
        Field.ARCHIVED: words(("archived",)),
        Field.LABELS: words(("design",)),
        Field.SPRINT: one(api.page("s32")),
        Field.ASSIGNEES: one(api.user("noah")),
    }
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-optin"))
    asked = len(sandbox.ledger)
    assert adapter.apply(entry, [change(entry, field, values[field])]) == Written()
    assert calls(sandbox, asked) == ["GET /v1/pages/ID"] * looks + ["PATCH /v1/pages/ID"]


def test_the_schema_is_asked_for_once_and_not_for_each_row(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    ids = [api.page(slug) for slug in ("t-optin", "t-lazy", "b-ics", "b-bulk", "b-cache")]
    entries = adapter.read(ids)
    asked = len(sandbox.ledger)
    for entry in entries.values():
        assert not isinstance(entry, Absence)
        adapter.apply(entry, [change(entry, Field.LABELS, words(("design", "content")))])
    assert {call for call in calls(sandbox, asked)} == {"GET /v1/pages/ID", "PATCH /v1/pages/ID"}
    assert len(sandbox.ledger) - asked == 2 * len(ids)


def test_an_apply_in_a_process_of_its_own_asks_for_no_schema_within_the_hour(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """What a pull has asked is remembered; only the sprints are asked for, for they begin and end by the day."""
    notes = NotesInMemory()
    pull_all(adapter_of(sandbox, notes=notes))
    clock.forward(minutes=5)
    asked = len(sandbox.ledger)
    later = adapter_of(sandbox, notes=notes)
    entry = read(later, api.page("t-optin"))
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    assert later.apply(entry, [wanted]) == Written()
    read(later, api.page("t-optin"))
    one_row = ["GET /v1/pages/ID", "PATCH /v1/pages/ID", "GET /v1/pages/ID"]
    assert calls(sandbox, asked) == ["POST /v1/data_sources/ID/query", *one_row]


def test_an_option_that_is_unknown_is_looked_for_within_the_hour_too(
    sandbox: NotionSandbox, api: Api
) -> None:
    notes = NotesInMemory()
    pull_all(adapter_of(sandbox, notes=notes))
    added = {"Tags": {"multi_select": [{"name": "new"}]}}
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": added})
    later = adapter_of(sandbox, notes=notes)
    entry = read(later, api.page("t-optin"))
    assert later.apply(entry, [change(entry, Field.LABELS, words(("new",)))]) == Written()


def test_where_a_parent_stands_is_not_asked_for_twice(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-vision"))
    first = read(adapter, api.page("t-optin"))
    assert first.parent is not None
    asked = len(sandbox.ledger)
    adapter.apply(entry, [change(entry, Field.PARENT, (one(first.parent.id)))])
    assert calls(sandbox, asked) == ["GET /v1/pages/ID", "PATCH /v1/pages/ID"]


def test_a_move_is_a_snapshot_a_move_and_a_patch(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("r-typo"))
    asked = len(sandbox.ledger)
    assert adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))]) == Written()
    assert calls(sandbox, asked) == ["GET /v1/pages/ID", "POST /v1/pages/ID/move", "PATCH /v1/pages/ID"]
