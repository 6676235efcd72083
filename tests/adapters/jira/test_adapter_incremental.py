"""Incremental pulls: a close is seen, nothing is lost to the index, the clock or the time zone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Severity
from planora_sync.change import Change, Field, day, words
from planora_sync.model import Category, Named
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import (
    DEPLOYMENTS,
    Tampered,
    adapter_of,
    expected_keys,
    make,
)
from tests.adapters.jira.site import Clock


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_incremental_pull_sees_a_close_and_costs_one_search(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    first = pull_all(adapter)
    clock.forward(hours=2)
    entry = first.by_id[str(sandbox.site.issue("CARE-56").id)]
    assert entry.status is not None
    done = Change(field=Field.STATUS, before=(entry.status,), after=(Named(id="10002", name="Done"),))
    adapter.apply(entry, [done])
    clock.forward(hours=1)
    sandbox.ledger.clear()
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    assert second.by_id[entry.ref.id].category is Category.DONE
    # What changed in the minute of the first pull's newest change, or later, comes again.
    assert {entry.key for entry in second.entries} == {"CARE-56", "CARE-58"}
    searches = [row for row in sandbox.ledger if "/search" in row.path]
    # Data Center names parents by key; nothing is noted of them here.
    assert len(searches) == (1 if deployment == "cloud" else 2)


def test_the_search_index_lags_and_nothing_is_lost(clock: Clock) -> None:
    sandbox = make(clock, search_lag=timedelta(minutes=4))
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    writer = adapter_of(sandbox)
    for key in ("CARE-52", "CARE-54"):
        entry = first.by_id[str(sandbox.site.issue(key).id)]
        writer.apply(entry, [Change(field=Field.DUE, before=(), after=day(clock().date()))])
        clock.forward(minutes=2)
    # The index shows the first write and not yet the second.
    clock.forward(minutes=1)
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    clock.forward(minutes=10)
    third = pull_all(adapter_of(sandbox), since=second.cursor)
    assert third.by_id[str(sandbox.site.issue("CARE-54").id)].due == clock().date()


def test_our_own_writes_are_seen_past_the_index(clock: Clock) -> None:
    sandbox = make(clock, search_lag=timedelta(minutes=10))
    adapter = adapter_of(sandbox)
    entry = pull_all(adapter).by_id[str(sandbox.site.issue("CARE-52").id)]
    adapter.apply(entry, [Change(field=Field.LABELS, before=(), after=words(("ours",)))])
    assert pull_all(adapter).by_id[entry.ref.id].labels == ("ours",)
    assert pull_all(adapter_of(sandbox)).by_id[entry.ref.id].labels == ()


@pytest.mark.parametrize("cursor", ["garbage", '{"v":1,"site":"https://other.example","marks":{"10000":1}}'])
def test_a_strange_cursor_reads_everything_and_says_so(clock: Clock, cursor: str) -> None:
    sandbox = make(clock)
    pulled = pull_all(adapter_of(sandbox), since=cursor)
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    (notice,) = pulled.notices
    assert notice.severity is Severity.OK


def test_data_center_reads_the_literal_in_the_accounts_zone(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    sandbox.site.time_zone = "America/New_York"
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    sandbox.site.issue("CARE-52").updated = clock()
    clock.forward(minutes=1)
    app = Tampered(sandbox.app)
    second = pull_all(adapter_of(sandbox, app=app), since=first.cursor)
    assert "CARE-52" in {entry.key for entry in second.entries}
    (body, *_) = app.bodies_of("POST", "/rest/api/2/search")
    mark = datetime.fromtimestamp(json.loads(str(first.cursor))["marks"]["10000"]["at"] / 1000, UTC)
    assert f'"{(mark - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M")}"' in body["jql"]


def sprint_states(sandbox: JiraSandbox, since: str | None) -> dict[str, str | None]:
    """Return the state of the open sprint of each issue that an incremental pull gives."""
    entries = pull_all(adapter_of(sandbox), since=since).entries
    return {entry.key: entry.sprint.state.value if entry.sprint else None for entry in entries}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_sprint_that_starts_or_ends_updates_no_issue_and_is_seen_all_the_same(
    clock: Clock, deployment: str
) -> None:
    sandbox = make(clock, deployment)
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=1)
    sandbox.site.sprints[23].state = "closed"
    sandbox.site.sprints[23].complete = clock()
    sandbox.site.sprints[24].state = "active"
    found = sprint_states(sandbox, first.cursor)
    members = {issue.key for issue in sandbox.site.issues.values() if {23, 24} & set(issue.sprints)}
    assert members <= set(found)
    assert found["CARE-84"] == "active"
    assert found["CARE-52"] is None
    # And only once.
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    assert "CARE-84" not in sprint_states(sandbox, second.cursor)


def test_a_renamed_sprint_is_read_again(clock: Clock) -> None:
    sandbox = make(clock)
    first = pull_all(adapter_of(sandbox))
    sandbox.site.sprints[24].name = "Waiting list"
    (entry,) = [
        one for one in pull_all(adapter_of(sandbox), since=first.cursor).entries if one.key == "CARE-84"
    ]
    assert entry.sprint is not None
    assert entry.sprint.name == "Waiting list"


def test_a_deleted_sprint_cannot_be_asked_for_so_all_is_read(clock: Clock) -> None:
    sandbox = make(clock)
    first = pull_all(adapter_of(sandbox))
    del sandbox.site.sprints[25]
    for issue in sandbox.site.issues.values():
        issue.sprints = [number for number in issue.sprints if number != 25]
    pulled = pull_all(adapter_of(sandbox), since=first.cursor)
    assert not pulled.notices
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)


def test_a_site_without_issues_is_no_other_site(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.site.issues.clear()
    first = pull_all(adapter_of(sandbox))
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    assert not first.notices
    assert not second.notices


def test_sprints_that_could_not_be_read_have_not_ended(clock: Clock) -> None:
    sandbox = make(clock)
    first = pull_all(adapter_of(sandbox))
    sandbox.fail(Fault(kind="403", path="*/board/12/sprint", times=1))
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    assert [notice.where for notice in second.errors] == ["board 12"]
    assert len(second.entries) < 5
    before, after = (json.loads(str(one.cursor))["marks"]["10000"]["sprints"] for one in (first, second))
    assert before == after
    assert before


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_issue_that_the_index_shows_later_than_a_newer_one_is_not_lost(
    clock: Clock, deployment: str
) -> None:
    sandbox = make(clock, deployment, search_lag=timedelta(minutes=20))
    site = sandbox.site
    first = pull_all(adapter_of(sandbox))
    clock.forward(hours=1)
    late, quick = site.issue("CARE-52"), site.issue("CARE-54")
    site.remember(late)
    late.summary = "Shown late"
    site.touch(late)
    clock.forward(minutes=10)
    quick.summary = "Shown at once"
    site.touch(quick)
    clock.forward(minutes=1)
    second = pull_all(adapter_of(sandbox), since=first.cursor)
    assert second.by_id[str(quick.id)].title == "Shown at once"
    assert str(late.id) not in second.by_id
    clock.forward(minutes=15)
    third = pull_all(adapter_of(sandbox), since=second.cursor)
    assert third.by_id[str(late.id)].title == "Shown late"
