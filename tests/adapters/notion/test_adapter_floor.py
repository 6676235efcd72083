"""What reading costs, by the ledger: the floor of a pull in which nothing changed, and of one of many rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.state import Option, User

from planora_sync.adapter import AdapterContext, NotesInMemory
from planora_sync.model import Category
from planora_sync.testing import Pulled, pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls

QUERY = "POST /v1/data_sources/ID/query"
SCHEMA = "GET /v1/data_sources/ID"


@pytest.fixture
def notes() -> NotesInMemory:
    return NotesInMemory()


class Runs:
    """Pulls one after the other, each by an adapter of its own, as processes do; notes and cursor stay."""

    def __init__(self, sandbox: NotionSandbox, notes: NotesInMemory, **changes: Any) -> None:
        self.sandbox = sandbox
        self.notes = notes
        self.changes = changes
        self.cursor: str | None = None
        self.asked: list[str] = []

    def __call__(self, *, full: bool = False) -> Pulled:
        before = len(self.sandbox.ledger)
        adapter = adapter_of(self.sandbox, notes=self.notes, **self.changes)
        pulled = pull_all(adapter, since=None if full else self.cursor)
        adapter.close()
        self.cursor = pulled.cursor
        self.asked = calls(self.sandbox, before)
        return pulled


@pytest.fixture
def runs(sandbox: NotionSandbox, notes: NotesInMemory) -> Runs:
    return Runs(sandbox, notes)


def test_a_pull_in_which_nothing_changed_costs_one_request_a_data_source(runs: Runs, clock: Clock) -> None:
    runs()
    for _ in range(3):
        clock.forward(minutes=15)
        pulled = runs()
        # The sprints are a data source like the two others; search, people and schemas are remembered.
        assert runs.asked == [QUERY] * 3
        assert not pulled.errors
        assert {place.path for place in pulled.places} >= {"Tasks", "Product Roadmap", "Sprints/Sprint 31"}


def test_archived_rows_are_asked_for_once_after_an_edit_though_reading_takes_time(
    sandbox: NotionSandbox, notes: NotesInMemory, api: Api, clock: Clock
) -> None:
    class Slow:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            clock.forward(seconds=1)
            await sandbox.app(scope, receive, send)

    runs = Runs(sandbox, notes, app=Slow())
    runs()
    clock.forward(minutes=15)
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 8}}})
    costs = []
    for _ in range(3):
        runs()
        costs.append(runs.asked)
        clock.forward(minutes=15)
    # What was edited last lies later than the moment to which rows are known to be read, and comes again each time.
    assert costs == [[QUERY] * 4, [QUERY] * 3, [QUERY] * 3]


def test_a_schema_over_an_hour_old_is_asked_anew(runs: Runs, clock: Clock) -> None:
    runs()
    clock.forward(minutes=61)
    runs()
    assert Counter(runs.asked) == {QUERY: 3, SCHEMA: 3}
    clock.forward(minutes=30)
    runs()
    assert runs.asked == [QUERY] * 3


def test_data_sources_and_people_over_a_day_old_are_asked_anew(runs: Runs, clock: Clock, api: Api) -> None:
    runs()
    clock.forward(hours=25)
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 8}}})
    runs()
    assert Counter(runs.asked)["POST /v1/search"] == 1
    assert Counter(runs.asked)["GET /v1/users"] == 1


def test_full_pulls_and_checks_ask_everything_anew(runs: Runs, sandbox: NotionSandbox) -> None:
    runs()
    first = runs.asked
    runs(full=True)
    assert runs.asked == first
    before = len(sandbox.ledger)
    adapter = adapter_of(sandbox, notes=runs.notes)
    adapter.check()
    adapter.places()
    assert calls(sandbox, before).count("POST /v1/search") == 2
    assert calls(sandbox, before).count("GET /v1/users") == 1


@pytest.mark.parametrize(("rows", "requests"), [(0, 1), (100, 1), (101, 2), (250, 3)])
def test_n_rows_cost_a_request_a_hundred(
    sandbox: NotionSandbox, api: Api, runs: Runs, clock: Clock, rows: int, requests: int
) -> None:
    """Counted apart: the search that gives the schema, the people, and the second look at the end."""
    for page in list(sandbox.state.pages.values()):
        if page.source == api.source("tasks"):
            del sandbox.state.pages[page.id]
    for number in range(rows):
        title = {"title": [{"text": {"content": str(number)}}]}
        body = {"parent": {"data_source_id": api.source("tasks")}, "properties": {"Task name": title}}
        api.ok("POST", "/v1/pages", body)
        clock.forward(minutes=1)
    runs.changes = {"scope": (api.source("tasks"),)}
    pulled = runs()
    assert len(pulled.entries) == rows
    asked = [row for row in runs.asked if row == QUERY]
    sprints, again = 1, 1
    assert len(asked) == requests + sprints + again
    assert Counter(runs.asked)[SCHEMA] == 2


def test_an_option_we_do_not_know_asks_for_the_schema_at_once(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """Somebody adds a status within the hour in which the schema is remembered, and uses it."""
    runs()
    clock.forward(minutes=10)
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    status.options.append(Option(id="nEw1", name="Shipped to stores"))
    status.groups[2].option_ids.append("nEw1")
    change = {"properties": {"Status": {"status": {"id": "nEw1"}}}}
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", change)
    pulled = runs()
    assert pulled.by_id[api.page("t-lazy")].category is Category.DONE
    assert "Shipped to stores" in {one.name for place in pulled.places for one in place.statuses}
    assert [page.left_out for page in pulled.pages if page.left_out] == [{"sprint": 6}]


def test_a_property_we_do_not_know_asks_for_the_schema_at_once(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    runs()
    clock.forward(minutes=10)
    source = sandbox.state.sources[api.source("tasks")]
    due = source.prop("Due")
    assert due is not None
    due.name = "Wanted by"
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 8}}})
    fields = {field.name for place in runs().places if place.path == "Tasks" for field in place.fields}
    assert "Wanted by" in fields


def test_a_sprint_made_since_is_asked_for_by_itself(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    runs()
    clock.forward(minutes=10)
    made = api.ok("POST", "/v1/pages", {"parent": {"data_source_id": api.source("sprints")}, "properties": {
        "Sprint name": {"title": [{"text": {"content": "Sprint 34"}}]},
        "Sprint status": {"status": {"name": "Future"}}}})["id"]  # fmt: skip
    api.ok(
        "PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Sprint": {"relation": [{"id": made}]}}}
    )
    pulled = runs()
    sprint = pulled.by_id[api.page("t-lazy")].sprint
    assert sprint is not None
    assert sprint.name == "Sprint 34"


def test_an_archived_sprint_is_known_though_no_list_holds_it(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    sandbox.state.pages[api.page("s30")].is_archived = True
    alert = runs().by_id[api.page("t-alert")]
    assert ([one.name for one in alert.earlier_sprints], alert.carried) == (["Sprint 30"], 1)
    asked = runs.asked.count("GET /v1/pages/ID")
    assert asked == 1
    clock.forward(minutes=10)
    api.ok("PATCH", f"/v1/pages/{api.page('t-alert')}", {"properties": {"Estimate": {"number": 8}}})
    assert runs().by_id[api.page("t-alert")].carried == 1
    assert "GET /v1/pages/ID" not in runs.asked


def test_a_sprint_begins_by_its_date_though_nobody_touched_it(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """Without a status the day says what state a sprint is in: what is remembered are its dates."""
    source = sandbox.state.sources[api.source("sprints")]
    status, dates = source.prop("Sprint status"), source.prop("Dates")
    assert status is not None
    assert dates is not None
    del source.props[status.id]
    sandbox.state.pages[api.page("s32")].values[dates.id] = {"start": "2026-11-26", "end": "2026-12-10"}
    runs()
    clock.forward(days=3)
    ledger = runs().by_id[api.page("n-ledger")]
    assert ledger.sprint is not None
    assert ledger.sprint.state.value == "active"


def test_a_member_who_joined_today_is_no_guest(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    runs()
    clock.forward(minutes=10)
    new = "00000000-0000-4000-8000-000000000077"
    sandbox.state.users[new] = User(id=new, name="Nia New")
    page = sandbox.state.pages[api.page("t-lazy")]
    page.author = new
    sandbox.state.touch(page)
    entry = runs().by_id[page.id]
    assert entry.reporter is not None
    assert (entry.reporter.name, entry.reporter_external) == ("Nia New", False)


def test_the_pages_above_are_remembered(runs: Runs, api: Api, clock: Clock) -> None:
    """A child that is edited alone needs the name and the kind of its parent."""
    whole = runs().by_id[api.page("t-refund-role")]
    clock.forward(minutes=10)
    body = {"properties": {"Estimate": {"number": 2}}}
    api.ok("PATCH", f"/v1/pages/{api.page('t-refund-role')}", body)
    alone = runs().by_id[api.page("t-refund-role")]
    assert "GET /v1/pages/ID" not in runs.asked
    assert (alone.parent, alone.level, alone.kind) == (whole.parent, whole.level, whole.kind)


def test_when_a_page_above_changes_its_children_come_though_none_was_edited(
    runs: Runs, api: Api, clock: Clock
) -> None:
    runs()
    clock.forward(minutes=10)
    title = {"title": [{"text": {"content": "Refunds by receptionists"}}]}
    change = {"Task name": title, "Type": {"select": {"name": "Epic"}}}
    api.ok("PATCH", f"/v1/pages/{api.page('t-refund')}", {"properties": change})
    pulled = runs()
    part = pulled.by_id[api.page("t-refund-role")]
    assert part.parent is not None
    assert (part.parent.name, part.level) == ("Refunds by receptionists", 0)
    clock.forward(minutes=10)
    runs()
    assert runs.asked.count(QUERY) == 3


@pytest.mark.parametrize("spoilt", ["", "null", "[]", "{", '{"v":1}', '{"v":1,"of":" ","at":"x","is":3}'])
def test_notes_that_nobody_can_read_are_asked_anew(runs: Runs, clock: Clock, spoilt: str) -> None:
    whole = runs()
    for name in list(runs.notes._texts):
        runs.notes.put(name, spoilt)
    clock.forward(minutes=10)
    assert not runs().errors
    assert set(runs(full=True).by_id) == set(whole.by_id)


def test_notes_of_another_shape_inside_are_asked_anew(runs: Runs, clock: Clock) -> None:
    runs()
    for name, text in list(runs.notes._texts.items()):
        runs.notes.put(name, json.dumps(json.loads(text) | {"is": {"rows": 7, "listed": [1], "x": None}}))
    clock.forward(minutes=10)
    assert not runs().errors


def test_notes_hold_no_credentials(runs: Runs, sandbox: NotionSandbox) -> None:
    runs()
    token = str(sandbox.connection("http://notion.test")["token"])
    assert not [name for name, text in runs.notes._texts.items() if token in text]


def test_notes_from_the_future_are_none(runs: Runs, clock: Clock) -> None:
    """Somebody set the clock back: what was asked then may be of any age."""
    clock.forward(days=3)
    runs()
    clock.forward(days=-2)
    runs()
    assert "POST /v1/search" in runs.asked


def test_a_data_source_that_is_no_longer_shared_is_looked_for_again(
    runs: Runs, sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    runs()
    clock.forward(minutes=10)
    source = sandbox.state.sources[api.source("roadmap")]
    source.shared = False
    runs.changes = {"scope": ("Tasks", "Product Roadmap")}
    runs()
    source.shared = True
    runs()
    clock.forward(minutes=10)
    source.shared = False
    assert [one.where for one in runs().errors] == ["Product Roadmap"]
    clock.forward(minutes=10)
    again = runs()
    assert [one.where for one in again.errors] == ["Product Roadmap"]
    assert "is shared with the integration" in again.errors[0].what


def test_single_reads_ask_no_schema_again(
    runs: Runs, sandbox: NotionSandbox, api: Api, notes: NotesInMemory
) -> None:
    runs()
    before = len(sandbox.ledger)
    adapter_of(sandbox, notes=notes).read([api.page("t-lazy")])
    assert calls(sandbox, before) == [QUERY, "GET /v1/pages/ID"]


def test_another_address_shares_no_notes(runs: Runs, sandbox: NotionSandbox) -> None:
    runs()
    context: AdapterContext = replace(adapter_of(sandbox).context, url="http://other.test", notes=runs.notes)
    before = len(sandbox.ledger)
    pull_all(type(adapter_of(sandbox))(context))
    assert "POST /v1/search" in calls(sandbox, before)
