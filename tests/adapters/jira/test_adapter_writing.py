"""Writes. What would hurt a user first: a call sent twice, or one reported as done that was not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from jira import JIRA

from planora_sync.adapter import Refused, Written
from planora_sync.change import Field, day, words
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, named, read, to
from tests.adapters.jira.site import Clock
from tests.adapters.serving import served

DUE = to(Field.DUE, day(date(2026, 12, 4)))
NOW = named("3", "In Progress")


# -- fewest calls -------------------------------------------------------------------------------------------


def test_all_plain_fields_go_in_one_edit(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    linh = sandbox.site.users["linh"].account_id
    changes = [
        DUE,
        to(Field.STATUS, NOW),
        to(Field.SPRINT, named("24")),
        to(Field.ASSIGNEES, named(linh)),
        to(Field.START, day(date(2026, 11, 25))),
        to(Field.LABELS, words(("a", "b")), before=words(("c",))),
        to(Field.PARENT, named(str(sandbox.site.issue("CARE-5").id))),
        to(Field.PROPERTY, named("10301", "Payments"), prop=Named(id="customfield_10041", name="Theme")),
        to(Field.TYPE, named("10002", "Task")),
    ]
    edit, move, sprint = adapter.steps(entry, changes)
    assert (edit.method, edit.path) == ("PUT", f"/rest/api/3/issue/{entry.ref.id}?notifyUsers=false")
    assert edit.body == {
        "fields": {
            "issuetype": {"id": "10002"},
            "parent": {"id": str(sandbox.site.issue("CARE-5").id)},
            "customfield_10041": {"id": "10301"},
            "assignee": {"accountId": linh},
            "customfield_10015": "2026-11-25",
            "duedate": "2026-12-04",
        },
        "update": {"labels": [{"add": "a"}, {"add": "b"}, {"remove": "c"}]},
    }
    assert move.body == {"transition": {"id": "21"}}
    assert (sprint.path, sprint.body) == ("/rest/agile/1.0/sprint/24/issue", {"issues": [entry.ref.id]})
    assert adapter.apply(entry, changes) == Written()
    after = read(adapter, sandbox, "CARE-52")
    assert (after.due, after.start, after.labels) == (date(2026, 12, 4), date(2026, 11, 25), ("a", "b"))
    assert after.status is not None
    assert after.sprint is not None
    assert after.type is not None
    assert (after.status.name, after.sprint.id, after.type.name) == ("In Progress", "24", "Task")


def test_clearing(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-53")
    changes = [
        to(field, ()) for field in (Field.DUE, Field.SPRINT, Field.ASSIGNEES, Field.PARENT, Field.START)
    ]
    edit, sprint = adapter.steps(entry, changes)
    # Null would be a 400: a parent is cleared by a verb.
    assert edit.body == {
        "fields": {"assignee": None, "customfield_10015": None, "duedate": None},
        "update": {"parent": [{"set": {"none": True}}]},
    }
    assert sprint.path == "/rest/agile/1.0/backlog/issue"
    assert adapter.apply(entry, changes) == Written()
    after = read(adapter, sandbox, "CARE-53")
    assert (after.due, after.sprint, after.assignees, after.parent) == (None, None, (), None)


def test_what_is_so_already_costs_no_transition(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-56")
    assert adapter.steps(entry, [to(Field.STATUS, NOW)]) == ()


def test_several_options_are_added_and_removed_never_set(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    regions = {
        "id": "customfield_10043",
        "name": "Regions",
        "custom": True,
        "schema": {"type": "array", "items": "option", "custom": "x:multiselect"},
    }
    app.on("GET", "*/field", lambda asked, rows: [*rows, regions])
    adapter = adapter_of(sandbox, app=app)
    entry = read(adapter, sandbox, "CARE-52")
    prop = Named(id="customfield_10043", name="Regions")
    (step,) = adapter.steps(entry, [to(Field.PROPERTY, named("2", "US"), before=named("1", "EU"), prop=prop)])
    assert step.body == {"update": {"customfield_10043": [{"add": {"id": "2"}}, {"remove": {"id": "1"}}]}}


def test_labels_that_somebody_adds_meanwhile_stay(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.site.issue("CARE-52").labels = ["theirs"]
    adapter.apply(entry, [to(Field.LABELS, words(("ours",)))])
    assert read(adapter, sandbox, "CARE-52").labels == ("ours", "theirs")


# -- mails --------------------------------------------------------------------------------------------------


def test_without_the_right_mails_are_not_switched_off(clock: Clock) -> None:
    sandbox = make(clock, project_admin=False)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    assert adapter.steps(entry, [DUE])[0].path == f"/rest/api/3/issue/{entry.ref.id}"
    assert adapter.apply(entry, [DUE]) == Written()
    assert [row.path for row in sandbox.ledger].count("/rest/api/3/mypermissions") == 1


@pytest.mark.parametrize("asks", ["may not ask", "is told yes"])
def test_a_refused_silence_is_dropped_once_for_the_project(clock: Clock, asks: str) -> None:
    # notifyUsers=false without the right rejects the whole edit.
    sandbox = make(clock, project_admin=False)
    app = Tampered(sandbox.app)
    held = {"permissions": {"ADMINISTER_PROJECTS": {"havePermission": True}}}
    app.on(
        "GET", "*/mypermissions", lambda asked, answer: (403, {}, b"{}") if asks == "may not ask" else held
    )
    adapter = adapter_of(sandbox, app=app)
    entry = read(adapter, sandbox, "CARE-52")
    assert adapter.apply(entry, [DUE]) == Written()
    assert adapter.apply(entry, [to(Field.DUE, day(date(2026, 12, 5)))]) == Written()
    puts = [(row.query, row.status) for row in sandbox.ledger if row.method == "PUT"]
    assert puts == [("notifyUsers=false", 403), ("", 204), ("", 204)]


def test_a_refusal_for_another_reason_is_not_sent_again(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind="403", method="PUT"))
    outcome = adapter.apply(entry, [DUE])
    assert isinstance(outcome, Refused)
    assert "permission" in outcome.reason
    assert [row.status for row in sandbox.ledger if row.method == "PUT"] == [403]


# -- status -------------------------------------------------------------------------------------------------


def test_of_several_ways_the_free_one_is_taken(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    asking = {"resolution": {"required": True, "name": "Resolution"}}
    filled = {"resolution": {"required": True, "hasDefaultValue": True}}

    def ways(asked: Any, answer: Any) -> Any:
        done = {"id": "10002", "name": "Done"}
        return {
            "transitions": [
                {"id": "1", "name": "Done", "to": {"id": "7", "name": "Done"}},
                {"id": "2", "name": "Done", "to": done, "isAvailable": False},
                {"id": "3", "name": "Done", "to": done, "fields": asking},
                {"id": "4", "name": "Erledigt", "to": done, "fields": filled},
            ]
        }

    app.on("GET", "*/transitions", ways)
    adapter = adapter_of(sandbox, app=app)
    (step,) = adapter.steps(read(adapter, sandbox, "CARE-52"), [to(Field.STATUS, named("10002", "Done"))])
    # Names are not unique: the status is told by its id.
    assert step.body == {"transition": {"id": "4"}}


# -- credentials, deployments, other eyes -------------------------------------------------------------------


def test_a_second_credential_writes_and_only_writes(clock: Clock) -> None:
    sandbox = make(clock)
    reader = adapter_of(sandbox, token="sandbox-read-only")
    entry = read(reader, sandbox, "CARE-52")
    refused = reader.apply(entry, [DUE])
    assert isinstance(refused, Refused)
    both = adapter_of(sandbox, token="sandbox-read-only", write_token="sandbox-token")
    assert both.apply(entry, [DUE, to(Field.STATUS, NOW)]) == Written()
    both.close()


def test_data_center_edits_by_its_own_names(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    adapter = adapter_of(sandbox)
    story, epic = read(adapter, sandbox, "CARE-52"), read(adapter, sandbox, "CARE-7")
    new = sandbox.site.issue("CARE-5")
    (step,) = adapter.steps(
        story, [to(Field.PARENT, named(str(new.id), "CARE-5")), to(Field.ASSIGNEES, named("linh"))]
    )
    assert step.body == {"fields": {"customfield_10101": "CARE-5", "assignee": {"name": "linh"}}}
    # An epic hangs on Parent Link, and a parent that is known by id alone is asked for its key.
    (step,) = adapter.steps(epic, [to(Field.PARENT, named("10001"))])
    assert step.body == {"fields": {"customfield_10111": "CARE-1"}}
    (step,) = adapter.steps(story, [to(Field.PARENT, ())])
    assert step.body == {"fields": {"customfield_10101": None}}
    with pytest.raises(Unsupported, match="sub-task"):
        adapter.steps(read(adapter, sandbox, "CARE-61"), [to(Field.PARENT, named("10053", "CARE-53"))])


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_the_vendors_library_sees_what_was_written(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    with served(sandbox) as url:
        adapter = adapter_of(sandbox, url)
        entry = read(adapter, sandbox, "CARE-52")
        changes = [
            DUE,
            to(Field.STATUS, NOW),
            to(Field.SPRINT, named("24")),
            to(Field.LABELS, words(("planned",))),
        ]
        assert adapter.apply(entry, changes) == Written()
        auth: dict[str, Any] = (
            {"basic_auth": ("planora@fernway.example", "sandbox-token")}
            if deployment == "cloud"
            else {"token_auth": "sandbox-token"}
        )
        fields = JIRA(url, max_retries=0, timeout=10, **auth).issue("CARE-52").raw["fields"]
        adapter.close()
    assert (fields["duedate"], fields["status"]["name"], fields["labels"]) == (
        "2026-12-04",
        "In Progress",
        ["planned"],
    )
    sprint = next(
        value for name, value in fields.items() if name in ("customfield_10020", "customfield_10104")
    )
    assert "CARE Sprint 24" in str(sprint)
