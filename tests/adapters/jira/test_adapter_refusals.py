"""What Jira cannot do or will not do, and what nobody knows: said before the call where it can be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planora_sync.adapter import Refused, Unknown, Written
from planora_sync.change import Change, Field, day, words
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, named, read, to
from tests.adapters.jira.site import Clock

DUE = to(Field.DUE, day(date(2026, 12, 4)))
NOW = named("3", "In Progress")


# -- what Jira cannot do ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("CARE-61", to(Field.SPRINT, named("23")), "sub-task"),
        ("CARE-12", to(Field.SPRINT, named("22", "CARE Sprint 22")), "closed"),
        ("CARE-52", to(Field.SPRINT, named("next")), "no sprint"),
        ("CARE-52", to(Field.TYPE, named("10003", "Sub-task")), "cannot become Sub-task without a parent"),
        ("CARE-52", to(Field.TYPE, ()), "without a type"),
        ("CARE-52", to(Field.STATUS, ()), "without a status"),
        ("CARE-61", to(Field.PARENT, ()), "sub-task"),
        ("CARE-52", to(Field.LABELS, words(("two words",))), "no spaces"),
        ("CARE-52", to(Field.ASSIGNEES, (*named("a"), *named("b"))), "one value"),
        (
            "CARE-52",
            to(Field.PROPERTY, named("1"), prop=Named(id="summary", name="Summary")),
            "no field of plain",
        ),
        ("CARE-52", to(Field.PROPERTY, named("1")), "without a name"),
        ("CARE-52", to(Field.PLACE, named("20000", "OPS")), "no project"),
        ("CARE-52", to(Field.ARCHIVED, named("archived")), "archive"),
        ("CARE-52", to(Field.OWNER, named("x")), "owner"),
    ],
)
def test_it_says_what_and_what_instead(clock: Clock, key: str, change: Change, words: str) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match=words) as caught:
        adapter.apply(read(adapter, sandbox, key), [change])
    assert key in caught.value.message or words in ("no spaces", "no sprint", "no project")
    assert caught.value.help()
    assert not [row for row in sandbox.ledger if row.method in ("PUT", "DELETE")]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_date_that_is_not_on_the_edit_screen(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    sandbox.site.projects["10000"].off_screen.add("start")
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="Start date"):
        adapter.steps(read(adapter, sandbox, "CARE-52"), [to(Field.START, day(date(2026, 12, 1)))])


def test_a_refused_edit_names_the_fields_as_people_know_them(clock: Clock) -> None:
    # The library joins the messages and drops the names.
    sandbox = make(clock)
    sandbox.site.projects["10000"].off_screen |= {"theme", "duedate"}
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    theme = to(Field.PROPERTY, named("10301"), prop=Named(id="customfield_10041", name="Theme"))
    outcome = adapter.apply(entry, [DUE, theme, to(Field.STATUS, NOW)])
    assert isinstance(outcome, Refused)
    assert "Theme (customfield_10041): Field" in outcome.reason
    assert "Due date (duedate)" in outcome.reason
    # All of an edit or nothing, and nothing after it.
    assert outcome.done == ()
    assert read(adapter, sandbox, "CARE-52").status == entry.status


def test_what_was_done_before_a_refusal_is_told(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind="400", method="POST", path="/rest/agile/*"))
    outcome = adapter.apply(entry, [DUE, to(Field.STATUS, NOW), to(Field.SPRINT, named("24"))])
    assert isinstance(outcome, Refused)
    assert outcome.done == (Field.DUE, Field.STATUS)


def test_a_question_that_fails_before_the_first_call_is_a_refusal(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind="500", path="*/transitions", times=-1))
    outcome = adapter.apply(entry, [to(Field.STATUS, NOW), DUE])
    assert isinstance(outcome, Refused)
    assert not [row for row in sandbox.ledger if row.method == "PUT"]


# -- what nobody knows --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "cut-before", "cut-after", "hang", "html"])
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once(clock: Clock, kind: str) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind=kind, method="PUT"))
    assert isinstance(adapter.apply(entry, [DUE]), Unknown)
    assert len([row for row in sandbox.ledger if row.method == "PUT"]) == 1


def test_an_accepted_edit_that_changed_nothing_is_for_the_read_back(clock: Clock) -> None:
    # Data Center answers 204 to a type of another workflow: `Written` only says that the call was accepted.
    sandbox = make(clock, "data_center")
    app = Tampered(sandbox.app)
    app.on("GET", "*/alternatives", lambda asked, rows: [*rows, {"id": "10010", "name": "Initiative"}])
    adapter = adapter_of(sandbox, app=app)
    entry = read(adapter, sandbox, "CARE-52")
    assert adapter.apply(entry, [to(Field.TYPE, named("10010", "Initiative"))]) == Written()
    assert read(adapter, sandbox, "CARE-52").type == entry.type


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        ([{"issueId": 10053, "status": 200}], Written),
        ([{"issueKey": "10053", "status": 403, "errors": ["no right"]}], Refused),
        ([{"issueId": 10053, "status": 503, "errors": ["Please try again later."]}], Unknown),
        ([{"issueId": 1, "status": 200}], Unknown),
        ([], Unknown),
        (None, Unknown),
    ],
)
def test_a_207_is_no_success_by_itself(clock: Clock, entries: Any, outcome: type) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", "*/backlog/issue", lambda asked, answer: (207, {}, b"{}"))
    if entries is not None:
        app.on("POST", "*/backlog/issue", lambda asked, answer: {"entries": entries})
    adapter = adapter_of(sandbox, app=app)
    entry = read(adapter, sandbox, "CARE-53")
    assert entry.ref.id == "10053"
    assert isinstance(adapter.apply(entry, [to(Field.SPRINT, ())]), outcome)


def test_a_limit_on_a_write_is_waited_for_and_a_long_one_is_a_refusal(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind="429", method="PUT", retry_after="2"))
    assert adapter.apply(entry, [DUE]) == Written()
    sandbox.fail(Fault(kind="429", method="PUT", retry_after="3600", times=-1))
    outcome = adapter.apply(entry, [to(Field.DUE, ())])
    assert isinstance(outcome, Refused)
    assert "until 2026-11-24 11:00 UTC" in outcome.reason
