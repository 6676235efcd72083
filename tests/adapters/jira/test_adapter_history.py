"""What changed on issues: the same events from Cloud's bulk changelog and from Data Center's single ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from planora_jira.translation.events import Fields, told

from planora_sync.adapter import Event
from planora_sync.change import Field, day, words
from planora_sync.errors import AnswerUnreadable
from planora_sync.model import Entry, Named
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import DEPLOYMENTS, Answer, Tampered, adapter_of, make, named, read, to
from tests.adapters.jira.site import RECORDED, Clock

FIELDS = Fields(by_id={"customfield_10020": "sprint"}, by_name={"iteration": "sprint"})


def row(created: Any = "2026-11-20T09:00:00.000+0100", **item: Any) -> dict[str, Any]:
    """Return an entry of a changelog with one change."""
    return {
        "id": "1",
        "author": {"accountId": "5b", "displayName": "Ana"},
        "created": created,
        "items": [item],
    }


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_our_own_writes_are_events_with_canonical_fields(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    before = adapter.history([entry.ref.id])[entry.ref.id]
    clock.forward(hours=1)
    linh = sandbox.site.users["linh"]
    account = linh.account_id if deployment == "cloud" else linh.key
    changes = [
        to(Field.STATUS, named("3", "In Progress")),
        to(Field.SPRINT, named("24", "CARE Sprint 24")),
        to(Field.ASSIGNEES, named(account, "Linh Tran")),
        to(Field.DUE, day(clock().date())),
        to(Field.LABELS, words(("planned",))),
        to(Field.PARENT, named(str(sandbox.site.issue("CARE-4").id), "CARE-4")),
    ]
    adapter.apply(entry, changes)
    after = adapter.history([entry.ref.id])[entry.ref.id][len(before) :]
    found = {event.field: event for event in after}
    assert {"status", "sprint", "assignees", "due", "labels", "parent"} <= set(found)
    assert all(event.at == clock() and event.by and event.by.name == "planora-sync" for event in after)
    assert [one.id for one in found["status"].after] == ["3"]
    assert "24" in [one.id for one in found["sprint"].after]
    assert [one.name for one in found["assignees"].after] == ["Linh Tran"]
    assert found["due"].after == day(clock().date())
    assert found["labels"].after[-1].id == "planned"
    assert found["parent"].after == (Named(id=str(sandbox.site.issue("CARE-4").id), name="CARE-4"),)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_events_come_oldest_first_whatever_the_deployment_says(clock: Clock, deployment: str) -> None:
    # Cloud lists the newest first, Data Center the oldest.
    sandbox = make(clock, deployment)
    ids = [str(issue.id) for issue in sandbox.site.issues.values() if not issue.archived]
    found = adapter_of(sandbox).history(ids)
    assert list(found) == ids
    assert sum(len(events) for events in found.values()) > 50
    assert all([one.at for one in events] == sorted(one.at for one in events) for events in found.values())


@pytest.mark.parametrize("created", [1e30, -1e30, 10**400, float("inf"), "9999-99-99", True, None, {}])
def test_a_change_of_no_moment_is_passed_over_and_hides_no_other(created: Any) -> None:
    rows = [row(created, field="summary", toString="Later"), row(field="summary", toString="Bills")]
    assert [event.after for event in told(rows, FIELDS)] == [words(("Bills",))]


def test_a_thousand_issues_cost_one_request_on_cloud(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    sandbox.ledger.clear()
    adapter.history([str(issue.id) for issue in sandbox.site.issues.values()])
    assert [row.path for row in sandbox.ledger] == ["/rest/api/3/changelog/bulkfetch"]


def test_changes_of_one_issue_may_go_on_on_the_next_page(clock: Clock) -> None:
    sandbox = make(clock)
    ids = [str(issue.id) for issue in sandbox.site.issues.values() if not issue.archived]
    whole = adapter_of(sandbox).history(ids)
    app = Tampered(sandbox.app)
    app.on("POST", "*/changelog/bulkfetch", lambda asked, page: page)
    adapter = adapter_of(sandbox, app=app)

    async def small(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        body = json.loads(message["body"] or b"{}")
        if "maxResults" in body and scope["path"].endswith("/changelog/bulkfetch"):
            message = {**message, "body": json.dumps({**body, "maxResults": 7}).encode()}

        async def again() -> Any:
            return message

        await sandbox.app(scope, again, send)

    adapter.close()
    assert adapter_of(sandbox, app=small).history(ids) == whole


@pytest.mark.parametrize("answer", [{}, {"issueChangeLogs": None}, {"issueChangeLogs": ["x"]}])
def test_an_answer_without_changes_is_no_empty_history(clock: Clock, answer: Any) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", "*/changelog/bulkfetch", lambda asked, page: answer)
    with pytest.raises(AnswerUnreadable):
        adapter_of(sandbox, app=app).history(["10001"])


def test_a_history_that_gives_the_same_page_again_is_an_error(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    again: Answer = (200, {}, b'{"issueChangeLogs":[],"nextPageToken":"again"}')
    app.on("POST", "*/changelog/bulkfetch", lambda asked, page: again)
    with pytest.raises(AnswerUnreadable, match="circle"):
        adapter_of(sandbox, app=app).history(["10001"])


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_issue_that_is_not_there_has_no_history(clock: Clock, deployment: str) -> None:
    assert adapter_of(make(clock, deployment)).history(["987654"]) == {"987654": ()}


@pytest.mark.parametrize(
    "created",
    ["2017-04-13T12:43:49.000+0200", "2017-04-13T10:43:49.000Z", 1_492_080_229, 1_492_080_229_000],
)
def test_instants_are_texts_seconds_or_milliseconds(created: Any) -> None:
    # The description's example counts seconds, the service sends milliseconds.
    (event,) = told([row(created, field="status", to="3", toString="Doing")], FIELDS)
    assert event.at == datetime(2017, 4, 13, 10, 43, 49, tzinfo=UTC)


def test_sprints_have_their_ids_though_a_name_may_hold_commas() -> None:
    (plain,) = told([row(field="Sprint", to="3, 4", toString="S3, S4")], FIELDS)
    assert plain.field == "sprint"
    assert plain.after == (Named(id="3", name="S3"), Named(id="4", name="S4"))
    (odd,) = told([row(field="Iteration", to="3, 4", toString="Now, or never, S4")], FIELDS)
    assert (odd.field, [one.id for one in odd.after]) == ("sprint", ["3", "4"])


@pytest.mark.parametrize(
    ("item", "field", "after"),
    [
        ({"field": "Key", "toString": "OPS-3"}, "key", "OPS-3"),
        ({"field": "project", "to": "20000", "toString": "Operations"}, "place", "20000"),
        ({"field": "IssueParentAssociation", "to": "10004", "toString": "CARE-4"}, "parent", "10004"),
        ({"field": "Epic Link", "to": "10004", "toString": "CARE-4"}, "parent", "10004"),
        ({"field": "duedate", "to": "2026-12-01", "toString": "2026-12-01 00:00:00.0"}, "due", "2026-12-01"),
        ({"field": "resolution", "to": "10000", "toString": "Done"}, "resolution", "10000"),
        ({"field": "priority", "to": "2", "toString": "High"}, "priority", "2"),
        ({"field": "Fix Version", "to": "7", "toString": "Autumn"}, "release", "7"),
        ({"field": "Workflow", "to": "9", "toString": "Simplified"}, "Workflow", "9"),
    ],
)
def test_each_field_has_its_canonical_name(item: dict[str, Any], field: str, after: str) -> None:
    (event,) = told([row(**item)], FIELDS)
    assert (event.field, [one.id for one in event.after], event.before) == (field, [after], ())


def test_a_change_without_a_moment_is_passed_over() -> None:
    assert told([row(None, field="status"), row("yesterday", field="status")], FIELDS) == ()


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside this checkout")
def test_recorded_changelogs() -> None:
    rows = json.loads((RECORDED / "devlake" / "issue_changelogs.json").read_text("utf-8"))
    found: list[Event] = [event for one in rows for event in told([one["data"]], FIELDS)]
    assert len(found) == sum(len(one["data"]["items"]) for one in rows)
    sprints = [event for event in found if event.field == "sprint"]
    assert len(sprints) == 12
    assert all(one.id.isdigit() for event in sprints for one in (*event.before, *event.after))
    assert {event.by.name for event in found if event.by} >= {"Runjuu"}
    assert {event.field for event in found} >= {"status", "resolution", "priority", "links", "rank", "text"}


def test_a_pulled_entry_and_its_history_agree(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entries: list[Entry] = list(pull_all(adapter).entries)
    histories = adapter.history([entry.ref.id for entry in entries])
    moves = {id: [event for event in told if event.field == "status"] for id, told in histories.items()}
    ends = {id: events[-1].after[0].id for id, events in moves.items() if events}
    assert len(ends) > 10
    assert ends == {one.ref.id: one.status.id for one in entries if one.status and one.ref.id in ends}
