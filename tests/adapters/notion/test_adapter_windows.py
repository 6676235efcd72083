"""Lists longer than a query gives, lists that end too early, and lists that go round in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from planora_notion.reading.queries import Wanted
from planora_notion.reading.rows import Batch, Rows
from planora_notion.reading.window import Position
from planora_notion.sandbox import NotionSandbox
from planora_notion.site.schema import parse
from planora_notion.transport.client import Client

from planora_sync.adapter import Severity
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, context_of
from tests.adapters.notion.wrapping import Listening, Rewriting


def all_at_once(sandbox: NotionSandbox) -> None:
    """Let all rows be of one minute, as an import makes them."""
    for page in sandbox.state.pages.values():
        page.created = sandbox.now() - timedelta(days=1)


def without(sandbox: NotionSandbox, api: Api, *kinds: str) -> None:
    """Take the properties of some types out of the tasks."""
    source = sandbox.state.sources[api.source("tasks")]
    for prop in [one for one in source.props.values() if one.type in kinds]:
        del source.props[prop.id]


def test_an_import_of_more_than_a_query_gives_is_read_by_number(sandbox: NotionSandbox, api: Api) -> None:
    """All rows of one minute: no window by time divides them, the unique id does."""
    all_at_once(sandbox)
    sandbox.state.query_cap = 30
    listening = Listening(sandbox.app)
    pulled = pull_all(adapter_of(sandbox, app=listening))
    assert not pulled.errors
    assert len(pulled.entries) == 112
    filters = [str(body["filter"]) for body in listening.bodies("POST", f"{api.source('tasks')}/query")]
    assert any("greater_than" in one for one in filters)


def test_an_import_without_numbers_is_divided_by_its_options(sandbox: NotionSandbox, api: Api) -> None:
    all_at_once(sandbox)
    without(sandbox, api, "unique_id")
    sandbox.state.query_cap = 30
    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.errors
    assert len(pulled.entries) == 112


def test_an_option_made_while_an_import_is_divided_loses_no_row(sandbox: NotionSandbox, api: Api) -> None:
    all_at_once(sandbox)
    without(sandbox, api, "unique_id")
    sandbox.state.query_cap = 30
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None

    def rename(path: str, answer: Any) -> Any:
        if path.endswith("/search"):
            status.options[1].name = "Not begun"
        return answer

    assert len(pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, rename))).entries) == 112


def test_rows_of_one_minute_that_nothing_divides_are_an_error(sandbox: NotionSandbox, api: Api) -> None:
    all_at_once(sandbox)
    without(sandbox, api, "unique_id", "select", "status")
    sandbox.state.query_cap = 30
    pulled = pull_all(adapter_of(sandbox))
    assert {(one.where, one.severity) for one in pulled.notices} == {("Tasks", Severity.ERROR)}
    assert "of the minute" in pulled.notices[0].what
    assert "ID property" in pulled.notices[0].next_step
    assert pulled.cursor is not None
    assert api.source("tasks") not in pulled.cursor


def test_a_cursor_that_comes_twice_is_an_error_and_no_loop(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.fail(Fault(kind="repeat-cursor", path=f"*{api.source('tasks')}/query", times=-1))
    pulled = pull_all(adapter_of(sandbox))
    assert [one.where for one in pulled.errors] == ["Tasks"]
    assert "one cursor came twice" in pulled.errors[0].what
    assert len([row for row in sandbox.ledger if api.source("tasks") in row.path]) < 5


def test_a_page_that_comes_twice_gives_each_row_once(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.fail(Fault(kind="repeat-cursor", path=f"*{api.source('tasks')}/query"))
    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.errors
    assert len(pulled.entries) == len(pulled.by_id) == 112


def test_an_empty_page_does_not_end_the_list(sandbox: NotionSandbox, api: Api) -> None:
    for key in ("tasks", "roadmap", "sprints"):
        sandbox.fail(Fault(kind="empty-page", path=f"*{api.source(key)}/query"))
    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.errors
    assert len(pulled.entries) == 112


@pytest.mark.parametrize("left", [0, 1, 50])
def test_a_list_that_ends_too_early_goes_on_after_a_second_look(
    sandbox: NotionSandbox, api: Api, left: int
) -> None:
    """An answer that was cut short on its way says `has_more: false`: nothing is gone by that."""
    cut: list[str] = []

    def short(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.source('tasks')}/query") and not cut:
            cut.append(path)
            return answer | {"results": answer["results"][:left], "has_more": False, "next_cursor": None}
        return answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, short)))
    assert cut
    assert not pulled.errors
    assert len(pulled.entries) == len(pulled.by_id) == 112


def test_rows_that_come_while_the_list_is_read_come_with_it(sandbox: NotionSandbox, api: Api) -> None:
    made: list[str] = []

    def make(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.source('tasks')}/query") and not made:
            late = replace(sandbox.state.pages[api.page("t-lazy")], id="00000000-0000-4000-8000-000000000001")
            late.created = late.edited = sandbox.now()
            sandbox.state.pages[late.id] = late
            made.append(late.id)
        return answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, make)))
    assert made[0] in pulled.by_id


def test_an_end_that_is_not_the_same_twice_is_an_error(sandbox: NotionSandbox, api: Api) -> None:
    """The second look gives nothing, though the last row is still there: one of the answers is wrong."""
    asked: list[str] = []

    def forget(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.source('tasks')}/query"):
            asked.append(path)
            return answer | {"results": []} if len(asked) > 1 else answer
        return answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, forget)))
    assert [one.where for one in pulled.errors] == ["Tasks"]
    assert "not the same twice" in pulled.errors[0].what
    assert len(pulled.entries) == 112


def test_a_last_row_that_was_trashed_meanwhile_is_no_error(sandbox: NotionSandbox, api: Api) -> None:
    asked: list[str] = []

    def trash(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.source('tasks')}/query"):
            asked.append(path)
            if len(asked) == 1:
                sandbox.state.pages[answer["results"][-1]["id"]].in_trash = True
        return answer

    assert not pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, trash))).errors


def batches(sandbox: NotionSandbox, api: Api, at: Position | None = None, **wanted: Any) -> Iterator[Batch]:
    schema = parse(api.ok("GET", f"/v1/data_sources/{api.source('tasks')}"))
    rows = Rows(Client(context_of(sandbox)), cap=sandbox.state.query_cap)
    return rows.read(Wanted(source=schema.id, schema=schema, confirmed=True, **wanted), at)


@pytest.mark.parametrize("cap", [30, 40, 10_000])
def test_a_list_goes_on_at_any_of_its_positions(sandbox: NotionSandbox, api: Api, cap: int) -> None:
    sandbox.state.query_cap = cap
    whole = list(batches(sandbox, api))
    ids = [str(row["id"]) for batch in whole for row in batch.rows]
    assert len(ids) == len(set(ids)) == 86
    for count, batch in enumerate(whole, start=1):
        if batch.after is None:
            continue
        before = {str(row["id"]) for one in whole[:count] for row in one.rows}
        rest = {str(row["id"]) for one in batches(sandbox, api, batch.after) for row in one.rows}
        assert before | rest == set(ids)


def test_a_position_whose_cursor_is_not_valid_any_more_goes_on_by_time(
    sandbox: NotionSandbox, api: Api
) -> None:
    rows = [row for batch in batches(sandbox, api) for row in batch.rows]
    at = Position(cursor="00000000-0000-4000-8000-000000000000", count=50, last=rows[49]["created_time"])
    rest = [row["id"] for batch in batches(sandbox, api, at) for row in batch.rows]
    assert {row["id"] for row in rows[50:]} <= set(rest)
    assert len(rest) < 45
