"""Moves to another project or type. What would hurt a user first: a move reported as done while it still runs, one that
is made twice, and a value that gets lost without having been named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.bulk import finish
from planora_jira.sandbox.records import Project, Transition

from planora_sync.adapter import Refused, Unknown, Write, Written
from planora_sync.change import Field, day
from planora_sync.errors import Unsupported
from planora_sync.http.stopping import Stop, Stopped
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import Tampered, adapter_of, add_project, make, named, read, to
from tests.adapters.jira.site import Clock

AWAY = to(Field.PLACE, named("20000", "OPS"))
MOVE = "/rest/api/3/bulk/issues/move"


def site_with_ops(clock: Clock, **changes: Any) -> tuple[JiraSandbox, Project]:
    sandbox = make(clock)
    return sandbox, add_project(sandbox, **changes)


def wrote(sandbox: JiraSandbox) -> list[tuple[str, int]]:
    reads = ("/search/jql", "/bulkfetch")
    return [
        (f"{row.method} {row.path.rpartition('/')[2]}", row.status)
        for row in sandbox.ledger
        if row.method != "GET" and not row.path.endswith(reads)
    ]


# -- there and back -----------------------------------------------------------------------------------------


def test_a_move_is_one_call_without_mails_and_waits_for_its_end(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    (step,) = adapter.steps(entry, [AWAY])
    assert (step.method, step.path) == ("POST", MOVE)
    assert step.body == {
        "sendBulkNotification": False,
        "targetToSourcesMapping": {
            "20000,10001": {
                "issueIdsOrKeys": [entry.ref.id],
                "inferClassificationDefaults": True,
                "inferFieldDefaults": True,
                "inferStatusDefaults": True,
                "inferSubtaskTypeDefault": True,
            }
        },
    }
    assert adapter.apply(entry, [AWAY]) == Written()
    issue = sandbox.site.issues[int(entry.ref.id)]
    assert (issue.key, issue.project, issue.former_keys) == ("OPS-1", "20000", ["CARE-52"])
    assert wrote(sandbox) == [("POST move", 201)]
    # The former key leads on to it.
    assert read(adapter, sandbox, "CARE-52").key == "OPS-1"


def test_a_wait_for_the_end_of_a_move_ends_with_its_thread(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    adapter = adapter_of(sandbox, sleep=None)
    entry = read(adapter, sandbox, "CARE-52")

    def told_to_end() -> object:
        stop = Stop()
        stop.enter()
        stop.tell()
        return adapter.apply(entry, [AWAY])

    with ThreadPoolExecutor(1) as pool, pytest.raises(Stopped):
        pool.submit(told_to_end).result()
    assert wrote(sandbox) == [("POST move", 201)]


def test_a_type_of_another_workflow_is_a_move_within_the_project(clock: Clock) -> None:
    # An edit would be refused, or accepted with 204 and nothing changed.
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    (step,) = adapter.steps(entry, [to(Field.TYPE, named("10010", "Initiative"))])
    assert step.path == MOVE
    assert step.body is not None
    assert list(step.body["targetToSourcesMapping"]) == ["10000,10010"]
    assert adapter.apply(entry, [to(Field.TYPE, named("10010", "Initiative"))]) == Written()
    assert sandbox.site.issue("CARE-52").type == "10010"
    # Among alternatives an edit does it, at once.
    other = read(adapter, sandbox, "CARE-58")
    assert adapter.steps(other, [to(Field.TYPE, named("10002", "Task"))])[0].method == "PUT"


def test_a_sub_task_is_made_under_the_parent_that_the_correction_names(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    parent = to(Field.PARENT, named(str(sandbox.site.issue("CARE-53").id), "CARE-53"))
    changes = [to(Field.TYPE, named("10003", "Sub-task")), parent]
    (step,) = adapter.steps(entry, changes)
    assert step.body is not None
    assert list(step.body["targetToSourcesMapping"]) == [f"10000,10003,{parent.after[0].id}"]
    assert adapter.apply(entry, changes) == Written()
    assert read(adapter, sandbox, "CARE-52").parent == parent.after[0]


def test_a_status_that_is_unknown_there_is_arrived_in_as_the_correction_says(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock)
    ops.statuses[:] = ["3", "10002"]
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    (step,) = adapter.steps(entry, [AWAY, to(Field.STATUS, named("10002", "Done"))])
    assert entry.status is not None
    assert step.body is not None
    (mapping,) = step.body["targetToSourcesMapping"].values()
    assert mapping["targetStatus"] == [{"statuses": {"10002": [entry.status.id]}}]
    assert mapping["inferStatusDefaults"] is False
    assert adapter.apply(entry, [AWAY, to(Field.STATUS, named("10002", "Done"))]) == Written()
    assert sandbox.site.issues[int(entry.ref.id)].status == "10002"


def test_after_a_move_the_way_is_the_other_projects(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock)
    ops.transitions[:] = [Transition(id="7", name="Straight", to="10002")]
    twin = sandbox.site.issue("CARE-53")
    twin.project, twin.key, twin.status, twin.type = (
        "20000",
        "OPS-1",
        "10000",
        sandbox.site.issue("CARE-52").type,
    )
    ops.last = 1
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    twin.status = sandbox.site.issue("CARE-52").status
    changes = [AWAY, to(Field.STATUS, named("10002", "Done")), to(Field.DUE, day(clock().date()))]
    steps = adapter.steps(entry, changes)
    assert [step.method for step in steps] == ["POST", "PUT", "POST"]
    assert adapter.apply(entry, changes) == Written()
    issue = sandbox.site.issues[int(entry.ref.id)]
    assert (issue.project, issue.status, issue.duedate) == ("20000", "10002", clock().date())


def test_types_of_team_managed_projects_are_found_by_name(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock, style="next-gen")
    site = sandbox.site
    story = site.types[site.issue("CARE-52").type]
    site.types["20001"] = type(story)(id="20001", name="Story", level=0)
    ops.types[:] = ["20001"]
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    (step,) = adapter.steps(entry, [AWAY])
    assert step.body is not None
    assert list(step.body["targetToSourcesMapping"]) == ["20000,20001"]
    assert adapter.apply(entry, [AWAY]) == Written()
    assert site.issues[int(entry.ref.id)].parent is None


# -- what cannot be -----------------------------------------------------------------------------------------


def test_what_has_no_place_there_is_said_before(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock)
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="sub-task"):
        adapter.steps(read(adapter, sandbox, "CARE-61"), [AWAY])
    with pytest.raises(Unsupported, match="without a project"):
        adapter.steps(read(adapter, sandbox, "CARE-52"), [to(Field.PLACE, ())])
    ops.types[:] = ["10002"]
    fresh = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="OPS has no type Story") as caught:
        fresh.steps(read(fresh, sandbox, "CARE-52"), [AWAY])
    assert "Task" in caught.value.help()
    ops.types[:], ops.statuses[:] = ["10001"], ["3"]
    fresh = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="no such status"):
        fresh.steps(read(fresh, sandbox, "CARE-52"), [AWAY, to(Field.STATUS, named("10002", "Done"))])


def test_data_center_moves_nothing_to_another_project(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    add_project(sandbox)
    adapter = adapter_of(sandbox)
    assert Field.PLACE not in adapter.capabilities.writes
    entry = read(adapter, sandbox, "CARE-52")
    for change in (AWAY, to(Field.TYPE, named("10010", "Initiative"))):
        with pytest.raises(Unsupported, match="Data Center") as caught:
            adapter.steps(entry, [change])
        assert "Move in Jira" in caught.value.help()


# -- the background -----------------------------------------------------------------------------------------


def test_a_move_that_does_not_end_is_unknown_and_not_made_again(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    sandbox.site.task_polls = 10_000
    waited: list[float] = []
    adapter = adapter_of(sandbox, sleep=waited.append)
    entry = read(adapter, sandbox, "CARE-52")
    outcome = adapter.apply(entry, [AWAY])
    assert isinstance(outcome, Unknown)
    assert "RUNNING" in outcome.reason
    assert 30 < sum(waited) < 120
    assert wrote(sandbox) == [("POST move", 201)]
    # It goes on by itself, and a later look finds it done.
    (task,) = sandbox.site.tasks.values()
    finish(task)
    assert read(adapter, sandbox, "CARE-52").place.name == "OPS"


@pytest.mark.parametrize("kind", ["500", "html", "half-json", "cut-before", "404"])
def test_a_look_that_fails_leaves_the_move_unknown(clock: Clock, kind: str) -> None:
    sandbox, _ = site_with_ops(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind=kind, method="GET", path="*/bulk/queue/*", times=-1))
    outcome = adapter.apply(entry, [AWAY])
    assert isinstance(outcome, Unknown)
    assert "as task" in outcome.reason


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (
            {"status": "COMPLETE", "failedAccessibleIssues": {"ID": ["Parent is gone"]}},
            Refused,
            "Parent is gone",
        ),
        ({"status": "COMPLETE", "failedAccessibleIssues": {"ID": "One word"}}, Refused, "One word"),
        ({"status": "COMPLETE", "processedAccessibleIssues": []}, Unknown, "says nothing of the issue"),
        ({"status": "COMPLETE", "invalidOrInaccessibleIssueCount": 1}, Unknown, "says nothing"),
        ({"status": "FAILED"}, Unknown, "FAILED"),
        ({"status": "CANCELLED"}, Unknown, "CANCELLED"),
        ({"status": "DEAD"}, Unknown, "DEAD"),
        ({}, Unknown, "None"),
    ],
)
def test_what_an_ended_task_says(clock: Clock, answer: Any, outcome: type, words: str) -> None:
    sandbox, _ = site_with_ops(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    entry = read(adapter, sandbox, "CARE-52")
    failed = answer.get("failedAccessibleIssues")
    told = answer | ({"failedAccessibleIssues": {entry.ref.id: failed["ID"]}} if failed else {})
    app.on("GET", "*/bulk/queue/*", lambda asked, page: told)
    found = adapter.apply(entry, [AWAY])
    assert isinstance(found, outcome)
    assert words in str(found)


def test_a_task_without_a_number_is_unknown(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    app = Tampered(sandbox.app)
    app.on("POST", MOVE, lambda asked, answer: {})
    adapter = adapter_of(sandbox, app=app)
    assert isinstance(adapter.apply(read(adapter, sandbox, "CARE-52"), [AWAY]), Unknown)


def test_what_the_other_project_demands_makes_the_move_a_refusal(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock, demands={"theme"})
    adapter = adapter_of(sandbox)
    sandbox.site.issue("CARE-52").theme = None
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [AWAY])
    assert isinstance(outcome, Refused)
    assert "theme is required in OPS" in outcome.reason


def test_more_than_five_at_once_and_a_missing_right_are_told_in_jiras_words(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    site = sandbox.site
    site.task_polls = 10_000
    adapter = adapter_of(sandbox)
    keys = ["CARE-52", "CARE-53", "CARE-54", "CARE-56", "CARE-57", "CARE-58"]
    outcomes = [adapter.apply(read(adapter, sandbox, key), [AWAY]) for key in keys]
    assert isinstance(outcomes[-1], Refused)
    assert "No more than 5 bulk operations" in outcomes[-1].reason
    site.bulk = False
    refused = adapter.apply(read(adapter, sandbox, "CARE-59"), [AWAY])
    assert isinstance(refused, Refused)
    assert "global permission" in refused.reason


def test_a_move_goes_beside_sprint_moves_that_share_a_call(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    adapter = adapter_of(sandbox)
    into = to(Field.SPRINT, named("24", "CARE Sprint 24"))
    first, second = read(adapter, sandbox, "CARE-52"), read(adapter, sandbox, "CARE-54")
    outcomes = adapter.apply_many(
        [Write(entry=first, changes=(AWAY, into)), Write(entry=second, changes=(into,))]
    )
    assert set(outcomes.values()) == {Written()}
    assert wrote(sandbox) == [("POST move", 201), ("POST issue", 204)]


# -- losses -------------------------------------------------------------------------------------------------


def test_losses_name_each_value_that_the_other_project_cannot_hold(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock, style="next-gen", off_screen={"theme", "points"})
    care, issue = sandbox.site.projects["10000"], sandbox.site.issue("CARE-52")
    care.components[:] = ["Booking", "Payments"]
    ops.components[:] = ["Payments"]
    ops.statuses[:] = ["10002"]
    issue.components, issue.versions, issue.theme = ["10000", "10001"], ["10101"], "Payments"
    issue.points, issue.security, issue.assignee = 5, "Internal", "linh"
    issue.parent = sandbox.site.issue("CARE-4").id
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    asked = len(sandbox.ledger)
    lost = adapter.losses(entry, "20000")
    assert lost is not None
    assert not wrote(sandbox)
    assert len(sandbox.ledger) - asked <= 8
    text = "\n".join(lost)
    for words in (
        "its key CARE-52",
        "the status To Do, which OPS does not know",
        "the component Booking",
        "the component Payments (OPS has one called so",
        "the release 2.15",
        "the security level Internal",
        "its parent CARE-4: a team-managed project keeps none",
        "Theme: Payments",
        "Story Points: 5",
    ):
        assert words in text
    # Linh can be assigned there.
    assert "assignee" not in text


def test_what_is_written_in_the_same_go_is_no_loss(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock)
    ops.statuses[:] = ["10002"]
    sandbox.site.issue("CARE-52").assignee = "linh"
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    lost = adapter.losses(entry, "20000", [AWAY, to(Field.STATUS, named("10002", "Done"))])
    assert lost is not None
    assert "status" not in "\n".join(lost)


def test_people_and_sub_tasks_are_named_too(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    app = Tampered(sandbox.app)
    app.on("GET", "*/assignable/search", lambda asked, rows: [])
    sandbox.site.issue("CARE-12").assignee = "linh"
    adapter = adapter_of(sandbox, app=app)
    lost = adapter.losses(read(adapter, sandbox, "CARE-12"), "20000")
    assert lost is not None
    assert any("Linh Tran, who cannot be assigned in OPS" in one for one in lost)
    assert any("sub-tasks, which go along" in one for one in lost)


def test_a_move_that_cannot_be_has_no_losses_but_a_reason(clock: Clock) -> None:
    sandbox, ops = site_with_ops(clock)
    ops.types[:] = ["10002"]
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="OPS has no type"):
        adapter.losses(read(adapter, sandbox, "CARE-52"), "20000")


def test_a_move_back_restores_the_place_and_names_what_it_does_not(clock: Clock) -> None:
    sandbox, _ = site_with_ops(clock)
    adapter = adapter_of(sandbox)
    before = read(adapter, sandbox, "CARE-52")
    there = AWAY.model_copy(update={"before": (Named(id=before.place.id, name=before.place.name),)})
    assert adapter.apply(before, [there]) == Written()
    clock.time += timedelta(minutes=1)
    away = read(adapter, sandbox, "OPS-1")
    lost = adapter.losses(away, before.place.id)
    assert lost is not None
    assert lost[0].startswith("its key OPS-1")
    assert adapter.apply(away, [there.inverse()]) == Written()
    assert read(adapter, sandbox, "CARE-52").place == before.place
