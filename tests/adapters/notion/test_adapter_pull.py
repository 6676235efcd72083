"""Full pulls of the sandbox's workspaces: what comes, in which requests, and what is left out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import NAMELESS_TOKEN
from planora_notion.sandbox.state import Prop

from planora_sync.adapter import FieldSource, Severity, Vocabulary
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Audience, Category, Kind, SprintState
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, read
from tests.adapters.notion.wrapping import Listening, Rewriting


def test_the_messy_workspace_costs_eight_requests(sandbox: NotionSandbox) -> None:
    pulled = pull_all(adapter_of(sandbox))
    assert calls(sandbox) == [
        "POST /v1/search",
        "POST /v1/data_sources/ID/query",  # the sprints, once
        "POST /v1/data_sources/ID/query",
        "POST /v1/data_sources/ID/query",  # the end, looked at again
        "GET /v1/users",
        "GET /v1/users/ID",  # a guest, whom the list does not hold
        "POST /v1/data_sources/ID/query",
        "POST /v1/data_sources/ID/query",
    ]
    assert Counter(entry.place.name for entry in pulled.entries) == {"Tasks": 84, "Product Roadmap": 28}
    assert not pulled.notices


def test_the_one_database_costs_four(clock: Clock) -> None:
    sandbox = NotionSandbox("one-database", now=clock)
    pulled = pull_all(adapter_of(sandbox))
    query = "POST /v1/data_sources/ID/query"
    assert calls(sandbox) == ["POST /v1/search", query, query, "GET /v1/users"]
    assert len(pulled.entries) == 62
    kinds = Counter(entry.kind for entry in pulled.entries)
    assert kinds[Kind.INITIATIVE] == 9
    assert {entry.level for entry in pulled.entries} == {0, 1}


def test_an_empty_workspace_is_no_error(clock: Clock) -> None:
    sandbox = NotionSandbox("empty", now=clock)
    pulled = pull_all(adapter_of(sandbox))
    assert (pulled.entries, pulled.places, pulled.notices) == ((), (), ())
    assert pulled.cursor


def test_what_every_expected_entry_is_called(sandbox: NotionSandbox) -> None:
    by_id = pull_all(adapter_of(sandbox)).by_id
    assert sandbox.expected()
    for expected in sandbox.expected():
        assert by_id[expected.id].title == expected.title
        if expected.key != expected.title:
            assert by_id[expected.id].key == expected.key


def test_open_rows_and_those_done_lately_and_no_archived_ones(sandbox: NotionSandbox, api: Api) -> None:
    by_id = pull_all(adapter_of(sandbox)).by_id
    there = {
        slug
        for slug in ("z-hours", "z-fax", "b-ie", "z-old", "z-archived", "r-stripe", "r-trashed")
        if api.page(slug) in by_id
    }
    assert there == {"z-hours", "z-fax", "b-ie"}
    longer = pull_all(adapter_of(sandbox, done_days=300)).by_id
    assert api.page("z-old") in longer
    assert api.page("z-older") not in longer


def test_rows_done_long_ago_are_left_out_by_notion_itself(sandbox: NotionSandbox, api: Api) -> None:
    listening = Listening(sandbox.app)
    pull_all(adapter_of(sandbox, app=listening, scope=("Tasks",)))
    wanted = listening.bodies("POST", f"{api.source('tasks')}/query")[0]["filter"]
    rows = {row["id"] for row in api.rows("tasks", filter=wanted)}
    assert api.page("z-older") not in rows
    assert {api.page("z-hours"), api.page("b-ie"), api.page("t-lazy")} <= rows


def test_an_option_renamed_meanwhile_loses_no_row(sandbox: NotionSandbox, api: Api) -> None:
    """The filter names what is done, not what is open; what it lets through is looked at again here."""
    status = prop(sandbox, api, "tasks", "Status")

    def rename(path: str, answer: Any) -> Any:
        if path.endswith("/search"):
            for option in status.options:
                option.name = f"{option.name} (2026)"
        return answer

    whole = set(pull_all(adapter_of(sandbox)).by_id)
    renamed = set(pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, rename))).by_id)
    assert whole == renamed


def test_rows_without_a_status_are_not_lost_by_the_filter(sandbox: NotionSandbox, api: Api) -> None:
    status = prop(sandbox, api, "tasks", "Status")
    status.type, status.groups = "select", []
    sandbox.state.pages[api.page("b-dictate")].values[status.id] = None
    entry = pull_all(adapter_of(sandbox)).by_id[api.page("b-dictate")]
    assert entry.status is None
    assert entry.is_open


def test_sprints_are_read_once_and_are_no_entries(sandbox: NotionSandbox, api: Api) -> None:
    pulled = pull_all(adapter_of(sandbox))
    assert [page.left_out for page in pulled.pages if page.left_out] == [{"sprint": 6}]
    assert api.page("s31") not in pulled.by_id
    alert = pulled.by_id[api.page("t-alert")]
    assert alert.sprint is not None
    assert (alert.sprint.name, alert.sprint.state) == ("Sprint 31", SprintState.ACTIVE)
    assert (alert.sprint.start, alert.sprint.end) == (date(2026, 11, 20), date(2026, 12, 3))
    assert ([one.name for one in alert.earlier_sprints], alert.carried) == (["Sprint 30"], 1)
    ledger = pulled.by_id[api.page("n-ledger")]
    assert ledger.sprint is not None
    assert (ledger.sprint.state, ledger.sprint.rank, ledger.sprint.end) == (SprintState.FUTURE, 1, None)


def test_sprints_count_though_nobody_named_their_data_source(sandbox: NotionSandbox, api: Api) -> None:
    pulled = pull_all(adapter_of(sandbox, scope=("Tasks",)))
    assert pulled.by_id[api.page("t-alert")].sprint is not None
    assert not any(page.left_out for page in pulled.pages)
    assert {(one.kind, one.path) for one in pulled.places} >= {("sprint", "Sprints/Sprint 32")}


def test_the_sprint_query_asks_for_three_properties_only(sandbox: NotionSandbox, api: Api) -> None:
    """Ids go out decoded: an encoded one would be encoded twice, and Notion would not know it."""
    pull_all(adapter_of(sandbox))
    query = next(row for row in sandbox.ledger if api.source("sprints") in row.path)
    assert query.query.count("filter_properties=") == 3
    assert "%25" not in query.query
    assert query.status == 200


def test_the_next_sprint_comes_first_whatever_its_dates(sandbox: NotionSandbox, api: Api) -> None:
    dates = prop(sandbox, api, "sprints", "Dates")
    sandbox.state.pages[api.page("s33")].values[dates.id] = {"start": "2026-11-25", "end": None}
    opened = [p.sprint for p in pull_all(adapter_of(sandbox)).places if p.kind == "sprint" and p.sprint]
    ranks = {one.name: one.rank for one in opened}
    assert ranks == {"Sprint 31": 0, "Sprint 32": 1, "Sprint 33": 2}


def test_sprint_states_by_the_mapping_by_group_and_by_date(sandbox: NotionSandbox, api: Api) -> None:
    words = Vocabulary(sprint_states={"cur*": "closed"})
    names = {p.sprint.name for p in pull_all(adapter_of(sandbox, vocabulary=words)).places if p.sprint}
    assert names == {"Sprint 32", "Sprint 33"}
    source = sandbox.state.sources[api.source("sprints")]
    status = prop(sandbox, api, "sprints", "Sprint status")
    for position, option in enumerate(status.options):
        option.name = f"Zustand {position}"
    states = {p.sprint.name: p.sprint.state for p in pull_all(adapter_of(sandbox)).places if p.sprint}
    assert states["Sprint 31"] is SprintState.ACTIVE
    del source.props[status.id]
    states = {p.sprint.name: p.sprint.state for p in pull_all(adapter_of(sandbox)).places if p.sprint}
    assert states == {
        "Sprint 31": SprintState.ACTIVE,
        "Sprint 32": SprintState.FUTURE,
        "Sprint 33": SprintState.FUTURE,
    }


def test_sprints_that_are_not_shared_make_the_pull_incomplete(sandbox: NotionSandbox, api: Api) -> None:
    """Otherwise every task would seem to be out of its sprint."""
    sandbox.state.sources[api.source("sprints")].shared = False
    pulled = pull_all(adapter_of(sandbox, scope=("Tasks", "Product Roadmap")))
    assert [(one.where, one.severity) for one in pulled.notices] == [("Tasks", Severity.ERROR)]
    assert "sprints" in pulled.notices[0].what
    assert "Connections" in pulled.notices[0].next_step
    assert pulled.entries


def test_sprints_that_fail_keep_their_tasks_unread_and_stop_no_other(
    sandbox: NotionSandbox, api: Api
) -> None:
    """Read without its sprints, a task would be kept as one of no sprint."""
    sandbox.fail(Fault(kind="500", path=f"*{api.source('sprints')}/query", times=-1))
    adapter = adapter_of(sandbox)
    pulled = pull_all(adapter)
    assert [(one.where, one.severity) for one in pulled.notices] == [("Tasks", Severity.ERROR)]
    assert {entry.place.name for entry in pulled.entries} == {"Product Roadmap"}
    with pytest.raises(ConnectionFailed):
        adapter.read([api.page("t-lazy")])
    assert pulled.cursor is not None
    assert api.source("tasks") not in pulled.cursor


def test_parents_children_and_levels(sandbox: NotionSandbox, api: Api) -> None:
    by_id = pull_all(adapter_of(sandbox)).by_id
    part = by_id[api.page("t-refund-role")]
    assert (part.parent and part.parent.name, part.level, part.kind) == (
        "Refund button for receptionists", -1, Kind.SUBTASK,
    )  # fmt: skip
    story = by_id[api.page("t-calsync-google")]
    assert (story.parent and story.parent.id, story.level) == (api.page("t-calsync"), 0)
    task = by_id[api.page("t-lazy")]
    assert (task.parent and task.parent.name, task.level) == ("Booking widget that clinics can embed", 0)
    assert by_id[api.page("r-onboarding")].children == (api.page("t-checklist"), api.page("z-signup"))
    assert by_id[api.page("t-refund")].children == (api.page("t-refund-role"), api.page("t-refund-text"))


def test_a_parent_that_comes_later_or_not_at_all_is_found(sandbox: NotionSandbox, api: Api) -> None:
    """Rows come by creation; a parent may be younger than its child, archived, or in another data source."""
    parent = sandbox.state.pages[api.page("t-refund")]
    parent.created = sandbox.now()
    sandbox.state.pages[api.page("t-calsync")].is_archived = True
    pulled = pull_all(adapter_of(sandbox, scope=("Tasks",)))
    assert pulled.by_id[api.page("t-refund-role")].level == -1
    above = pulled.by_id[api.page("t-calsync-map")].parent
    assert above is not None
    assert above.name == "Rebuild the calendar sync"
    project = pulled.by_id[api.page("t-lazy")].parent
    assert project is not None
    assert project.name == "Booking widget that clinics can embed"
    asked = Counter(row.path for row in sandbox.ledger if row.path.startswith("/v1/pages/"))
    assert set(asked.values()) == {1}, "a page above was asked for twice"


def test_places_know_what_a_status_can_be(sandbox: NotionSandbox) -> None:
    places = {place.path: place for place in pull_all(adapter_of(sandbox)).places}
    tasks = places["Tasks"]
    assert (tasks.kind, tasks.has_sprints, tasks.audience) == ("data_source", True, Audience.TEAM)
    assert {one.name: one.category for one in tasks.statuses} == {
        "Backlog": Category.TODO,
        "Not started": Category.TODO,
        "In review": Category.DOING,
        "In progress": Category.DOING,
        "Blocked": Category.DOING,
        "Done": Category.DONE,
        "Won't do": Category.DONE,
    }
    fields = {one.name: one for one in tasks.fields}
    assert fields["Priority"].type == "select"
    assert [option.name for option in fields["Priority"].options] == ["Critical", "High", "Medium", "Low"]
    assert places["Product Roadmap"].has_sprints is False


def test_guests_are_known_and_a_token_without_users_knows_nobody(sandbox: NotionSandbox, api: Api) -> None:
    by_id = pull_all(adapter_of(sandbox)).by_id
    wish, task = by_id[api.page("r-darkmode")], by_id[api.page("t-lazy")]
    assert wish.reporter is not None
    assert (wish.reporter.name, wish.reporter_external) == ("Dr. Lena Hofmann (Praxis Hofmann)", True)
    assert task.reporter is not None
    assert (task.reporter.email, task.reporter_external) == ("priya.nair@fernway.example", False)
    nameless = pull_all(adapter_of(sandbox, token=NAMELESS_TOKEN))
    assert not nameless.errors
    other = nameless.by_id[api.page("t-lazy")]
    assert [(one.id, one.name, one.email) for one in other.assignees] == [
        (api.user("linh"), api.user("linh"), None)
    ]
    assert other.reporter_external is None
    assert calls(sandbox).count("GET /v1/users") == 2, "a refused list was asked for again"


def test_a_place_may_have_a_vocabulary_of_its_own(sandbox: NotionSandbox, api: Api) -> None:
    own = {"product *": Vocabulary(fields={"target": FieldSource(name=("Timeline",))})}
    by_id = pull_all(adapter_of(sandbox, place_vocabularies=own)).by_id
    widget = by_id[api.page("r-widget")]
    assert (widget.start, widget.due) == (None, None)
    assert widget.horizon is not None
    assert (widget.horizon.bucket, widget.horizon.end) == ("now", date(2027, 1, 18))
    assert by_id[api.page("t-optin")].due == date(2026, 11, 30)


def test_one_bad_row_stops_nothing_and_is_not_taken_for_gone(sandbox: NotionSandbox, api: Api) -> None:
    due = prop(sandbox, api, "tasks", "Due")
    sandbox.state.pages[api.page("t-optin")].values[due.id] = {"start": "soon", "end": None}
    pulled = pull_all(adapter_of(sandbox))
    assert [(one.severity, one.where) for one in pulled.notices] == [(Severity.ERROR, "Tasks")]
    assert api.page("t-optin") in pulled.notices[0].what
    assert len(pulled.entries) == 111


def test_a_data_source_inside_a_wiki_is_left_out(sandbox: NotionSandbox, api: Api) -> None:
    def add(path: str, answer: Any) -> Any:
        if path.endswith("/query") and api.source("roadmap") in path:
            answer["results"].append({"object": "data_source", "id": api.source("old")})
        return answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, add)))
    assert {"data source": 1} in [page.left_out for page in pulled.pages]
    assert len(pulled.entries) == 112


def test_reading_gives_the_same_from_a_fresh_adapter(sandbox: NotionSandbox, api: Api) -> None:
    pulled = pull_all(adapter_of(sandbox)).by_id
    for slug in ("t-refund-role", "t-alert", "r-widget", "t-lazy", "b-blank"):
        alone = read(adapter_of(sandbox), api.page(slug))
        assert alone.content_hash == pulled[api.page(slug)].content_hash


def prop(sandbox: NotionSandbox, api: Api, source: str, name: str) -> Prop:
    found = sandbox.state.sources[api.source(source)].prop(name)
    assert found is not None
    return found
