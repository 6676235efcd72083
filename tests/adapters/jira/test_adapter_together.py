"""Sprint moves of several issues in one call. What would hurt a user first: one bad issue that sinks forty-nine others,
a move that nobody knows of reported as done, and a refusal told of the wrong issue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Outcome, Refused, Unknown, Write, Written
from planora_sync.change import Field, day
from planora_sync.model import Entry
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, named, to
from tests.adapters.jira.site import Clock

INTO, OUT = to(Field.SPRINT, named("24", "CARE Sprint 24")), to(Field.SPRINT, ())
DUE = to(Field.DUE, day(date(2026, 12, 4)))


def movable(sandbox: JiraSandbox, count: int) -> list[str]:
    """Return ids of issues that can go into a sprint and are in none."""
    site = sandbox.site
    found = [
        str(issue.id)
        for issue in site.issues.values()
        if site.level(issue) == 0 and not issue.sprints and not issue.archived
    ]
    assert len(found) >= count
    return found[:count]


def writes(adapter: JiraAdapter, ids: list[str], *changes: Any) -> list[Write]:
    found = adapter.read(ids)
    entries = [found[id] for id in ids]
    return [Write(entry=one, changes=changes or (INTO,)) for one in entries if isinstance(one, Entry)]


def posts(sandbox: JiraSandbox) -> list[tuple[str, int]]:
    rows = (row for row in sandbox.ledger if row.method == "POST" and row.path.startswith("/rest/agile"))
    return [(row.path.partition("1.0/")[2], row.status) for row in rows]


def in_sprint(sandbox: JiraSandbox, number: int = 24) -> set[str]:
    return {str(issue.id) for issue in sandbox.site.issues.values() if number in issue.sprints}


def kinds(outcomes: Mapping[str, Outcome]) -> dict[str, type]:
    return {id: type(outcome) for id, outcome in outcomes.items()}


# -- fewest calls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_fifty_issues_go_in_one_call_and_the_others_in_the_next(clock: Clock, deployment: str) -> None:
    # Jira refuses all of them where there are more than fifty.
    sandbox = make(clock, deployment)
    site = sandbox.site
    for number in range(60):
        copied = type(site.issue("CARE-52"))(**vars(site.issue("CARE-52")) | {"id": 90000 + number})
        site.issues[copied.id] = copied
        copied.key, copied.sprints = f"CARE-{9000 + number}", []
    ids = [str(90000 + number) for number in range(60)]
    adapter = adapter_of(sandbox)
    wanted = writes(adapter, ids)
    assert set(adapter.apply_many(wanted).values()) == {Written()}
    assert posts(sandbox) == [("sprint/24/issue", 204)] * 2
    assert in_sprint(sandbox) >= set(ids)
    assert adapter.capabilities.batch_write == 50


def test_moves_go_together_by_where_they_go_and_edits_stay_one_an_issue(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 3)
    inside = [str(sandbox.site.issue(key).id) for key in ("CARE-53", "CARE-58")]
    wanted = [*writes(adapter, ids, INTO, DUE), *writes(adapter, inside, OUT)]
    outcomes = adapter.apply_many(wanted)
    assert list(outcomes) == [*ids, *inside]
    assert set(outcomes.values()) == {Written()}
    assert posts(sandbox) == [("sprint/24/issue", 204), ("backlog/issue", 204)]
    assert len([row for row in sandbox.ledger if row.method == "PUT"]) == 3


def test_an_entry_that_needs_no_move_is_written_beside_the_others(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 2)
    wanted = [*writes(adapter, ids[:1], DUE), *writes(adapter, ids[1:])]
    assert set(adapter.apply_many(wanted).values()) == {Written()}
    assert sandbox.site.issues[int(ids[0])].duedate == date(2026, 12, 4)


# -- one bad issue ------------------------------------------------------------------------------------------


def test_one_bad_issue_sinks_no_other(clock: Clock) -> None:
    # Jira answers 400 to the whole call, and moves none.
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 8)
    wanted = writes(adapter, ids)
    sandbox.site.issues[int(ids[4])].archived = True
    outcomes = adapter.apply_many(wanted)
    assert [id for id, outcome in outcomes.items() if outcome != Written()] == [ids[4]]
    refused = outcomes[ids[4]]
    assert isinstance(refused, Refused)
    assert "does not exist" in refused.reason
    assert in_sprint(sandbox) >= {*ids} - {ids[4]}
    # Halves, not one by one; and each issue moved once. Whether the sprint is shut is asked once.
    assert len(posts(sandbox)) == 7
    assert [row.path for row in sandbox.ledger].count("/rest/agile/1.0/sprint/24") == 1
    assert [len(sandbox.site.issues[int(id)].history) for id in ids if id != ids[4]]


def test_a_sub_task_is_refused_before_the_call(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    part = str(sandbox.site.issue("CARE-61").id)
    ids = movable(sandbox, 2)
    outcomes = adapter.apply_many(writes(adapter, [ids[0], part, ids[1]]))
    assert kinds(outcomes) == {ids[0]: Written, part: Refused, ids[1]: Written}
    assert posts(sandbox) == [("sprint/24/issue", 204)]


def test_a_sprint_that_was_closed_meanwhile_is_asked_once_and_no_issue_tried(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    wanted = writes(adapter, movable(sandbox, 6))
    sandbox.site.sprints[24].state = "closed"
    outcomes = adapter.apply_many(wanted)
    assert {type(outcome) for outcome in outcomes.values()} == {Refused}
    assert all("active or future" in str(outcome) for outcome in outcomes.values())
    assert posts(sandbox) == [("sprint/24/issue", 400)]


def test_what_was_written_before_a_refused_move_is_told(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 2)
    wanted = writes(adapter, ids, INTO, DUE)
    sandbox.fail(Fault(kind="403", method="POST", path="/rest/agile/*", times=-1))
    for outcome in adapter.apply_many(wanted).values():
        assert isinstance(outcome, Refused)
        assert outcome.done == (Field.DUE,)


def test_a_refused_edit_keeps_its_entry_out_of_the_move(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 2)
    wanted = writes(adapter, ids, INTO, DUE)
    sandbox.fail(Fault(kind="400", method="PUT", path=f"*/{ids[0]}"))
    outcomes = adapter.apply_many(wanted)
    assert kinds(outcomes) == {ids[0]: Refused, ids[1]: Written}
    assert ids[0] not in in_sprint(sandbox)


# -- what nobody knows --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "cut-before", "cut-after", "hang", "html"])
def test_a_call_without_a_clear_answer_is_unknown_for_all_that_were_in_it(clock: Clock, kind: str) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 3)
    inside = [str(sandbox.site.issue("CARE-53").id)]
    wanted = [*writes(adapter, ids), *writes(adapter, inside, OUT)]
    sandbox.fail(Fault(kind=kind, method="POST", path="*/sprint/24/issue"))
    outcomes = adapter.apply_many(wanted)
    assert kinds(outcomes) == dict.fromkeys(ids, Unknown) | dict.fromkeys(inside, Written)
    assert [path for path, _ in posts(sandbox)] == ["sprint/24/issue", "backlog/issue"]


def test_half_of_a_split_call_that_nobody_answers_is_unknown_by_itself(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 4)
    wanted = writes(adapter, ids)
    for kind in ("400", "503"):
        sandbox.fail(Fault(kind=kind, method="POST", path="*/sprint/24/issue"))
    outcomes = adapter.apply_many(wanted)
    assert kinds(outcomes) == dict.fromkeys(ids[:2], Unknown) | dict.fromkeys(ids[2:], Written)
    assert [status for _, status in posts(sandbox)] == [400, 503, 204]


ENTRIES: list[dict[str, Any]] = [
    {"issueId": 0, "status": 200},
    {"issueId": 1, "status": 403, "errors": ["no right"]},
    {"issueId": 2, "status": 503, "errors": ["JIRA Agile cannot execute the rank operation at this time."]},
]


def test_a_207_is_read_entry_by_entry(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    ids = movable(sandbox, 4)
    rows = [row | {"issueId": int(ids[row["issueId"]])} for row in ENTRIES]
    app.on(
        "POST", "*/sprint/24/issue", lambda asked, answer: (207, {}, json.dumps({"entries": rows}).encode())
    )
    outcomes = adapter.apply_many(writes(adapter, ids))
    # Of the fourth it says nothing.
    assert [type(outcomes[id]) for id in ids] == [Written, Refused, Unknown, Unknown]
    assert "no right" in str(outcomes[ids[1]])
    assert "does not say" in str(outcomes[ids[3]])


@pytest.mark.parametrize("body", [b"", b"{}", b'{"entries": 1}', b'{"entries": [{"status": "x"}]}', b"[1]"])
def test_a_207_that_says_nothing_is_unknown(clock: Clock, body: bytes) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    adapter = adapter_of(sandbox, app=app)
    app.on("POST", "*/sprint/24/issue", lambda asked, answer: (207, {}, body))
    outcomes = adapter.apply_many(writes(adapter, movable(sandbox, 2)))
    assert {type(outcome) for outcome in outcomes.values()} == {Unknown}


def test_a_connection_that_breaks_is_not_asked_for_each_entry_anew(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 5)
    wanted = writes(adapter, ids, to(Field.STATUS, named("3", "In Progress")))
    sandbox.fail(Fault(kind="cut-before", method="GET", path="*/transitions", times=-1))
    outcomes = adapter.apply_many(wanted)
    assert {type(outcome) for outcome in outcomes.values()} == {Refused}
    asked = {row.path for row in sandbox.ledger if row.path.endswith("/transitions")}
    assert len(asked) == 1


def test_what_was_moved_is_found_past_the_search_index(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    ids = movable(sandbox, 3)
    adapter.apply_many(writes(adapter, ids))
    assert adapter._fresh == ids
