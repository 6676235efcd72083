"""Every writing call with every fault: what nobody knows is never called done or refused, and nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Outcome, Refused, Unknown, Write, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, words
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import adapter_of, add_project, make, named, read, to
from tests.adapters.jira.site import Clock

State = Callable[[JiraSandbox], object]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One writing call: how it comes to be made, and what it changes."""

    method: str
    path: str
    make: Callable[[JiraAdapter, JiraSandbox], Outcome]
    state: State
    bodiless: bool = True
    """Whether Jira answers without a body, so that half of it is all of it."""


def change(change: Change) -> Callable[[JiraAdapter, JiraSandbox], Outcome]:
    return lambda adapter, sandbox: adapter.apply(read(adapter, sandbox, "CARE-52"), [change])


def together(adapter: JiraAdapter, sandbox: JiraSandbox) -> Outcome:
    into = to(Field.SPRINT, named("24"))
    writes = [Write(entry=read(adapter, sandbox, key), changes=(into,)) for key in ("CARE-52", "CARE-54")]
    outcomes = set(adapter.apply_many(writes).values())
    assert len(outcomes) == 1
    return outcomes.pop()


def create(adapter: JiraAdapter, sandbox: JiraSandbox) -> Outcome:
    care, story = Named(id="10000", name="CARE"), Named(id="10001", name="Story")
    return adapter.create(Draft(place=care, title="Referrals", type=story, marker="m"))


def link(target: str) -> Callable[[JiraAdapter, JiraSandbox], Outcome]:
    def make(adapter: JiraAdapter, sandbox: JiraSandbox) -> Outcome:
        source = Ref(tracker="jira", connection="work", id=str(sandbox.site.issue("CARE-52").id))
        end = target or str(sandbox.site.issue("CARE-8").id)
        return adapter.link(LinkDraft(source=source, target=end, kind="relates", marker="m"))

    return make


def of_issue(name: str) -> State:
    return lambda sandbox: str(getattr(sandbox.site.issue("CARE-52"), name))


CALLS = {
    "edit": Call(
        method="PUT", path="*/issue/*", make=change(to(Field.LABELS, words(("x",)))), state=of_issue("labels")
    ),
    "transition": Call(
        method="POST",
        path="*/transitions",
        make=change(to(Field.STATUS, named("3", "In Progress"))),
        state=of_issue("status"),
    ),
    "sprint": Call(
        method="POST",
        path="*/sprint/24/issue",
        make=change(to(Field.SPRINT, named("24"))),
        state=of_issue("sprints"),
    ),
    "backlog": Call(
        method="POST", path="*/backlog/issue", make=change(to(Field.SPRINT, ())), state=of_issue("sprints")
    ),
    "together": Call(method="POST", path="*/sprint/24/issue", make=together, state=of_issue("sprints")),
    "move": Call(
        method="POST",
        path="*/bulk/issues/move",
        make=change(to(Field.PLACE, named("20000", "OPS"))),
        state=lambda sandbox: len(sandbox.site.tasks),
        bodiless=False,
    ),
    "create": Call(
        method="POST",
        path="/rest/api/*/issue",
        make=create,
        state=lambda sandbox: len(sandbox.site.issues),
        bodiless=False,
    ),
    "link": Call(
        method="POST", path="*/issueLink", make=link(""), state=lambda sandbox: len(sandbox.site.links)
    ),
    "remote link": Call(
        method="POST",
        path="*/remotelink",
        make=link("https://notion.example/1"),
        state=lambda sandbox: len(sandbox.site.issue("CARE-52").remote_links),
        bodiless=False,
    ),
}
DONE = frozenset({"cut-after", "saved-503"})
UNCLEAR = ("408", "425", "500", "502", "503", "504", "302", "html", "hang", "cut-before", *sorted(DONE))
CLEAR = ("400", "403", "404", "409", "410", "413", "415", "422")


def met(clock: Clock, call: Call, kind: str, times: int = 1) -> tuple[Outcome, bool, list[int]]:
    """Return the outcome of a call that meets a fault, whether it took effect, and how it was answered."""
    sandbox = make(clock)
    add_project(sandbox)
    sandbox.site.issue("CARE-52").sprints = [23] if call.path == "*/backlog/issue" else []
    adapter = adapter_of(sandbox)
    before = call.state(sandbox)
    sandbox.fail(Fault(kind=kind, method=call.method, path=call.path, times=times))
    outcome = call.make(adapter, sandbox)
    tail = call.path.rpartition("/")[2]
    rows = [
        r.status for r in sandbox.ledger if r.method == call.method and (tail == "*" or r.path.endswith(tail))
    ]
    return outcome, call.state(sandbox) != before, rows


@pytest.mark.parametrize("kind", UNCLEAR)
@pytest.mark.parametrize("name", CALLS)
def test_what_nobody_knows_is_unknown_and_sent_once(clock: Clock, name: str, kind: str) -> None:
    outcome, changed, sent = met(clock, CALLS[name], kind)
    assert isinstance(outcome, Unknown), outcome
    assert outcome.reason
    assert changed == (kind in DONE)
    assert len(sent) == 1


@pytest.mark.parametrize("kind", CLEAR)
@pytest.mark.parametrize("name", CALLS)
def test_a_refusal_changed_nothing_and_says_why(clock: Clock, name: str, kind: str) -> None:
    outcome, changed, _ = met(clock, CALLS[name], kind, times=-1)
    assert isinstance(outcome, Refused), outcome
    assert kind in outcome.reason
    assert outcome.done == ()
    assert not changed


@pytest.mark.parametrize("name", CALLS)
def test_bad_credentials_are_a_refusal(clock: Clock, name: str) -> None:
    outcome, changed, _ = met(clock, CALLS[name], "401", times=-1)
    assert isinstance(outcome, Refused)
    assert not changed


@pytest.mark.parametrize("name", CALLS)
def test_half_an_answer_is_no_proof_where_the_answer_says_what_was_made(clock: Clock, name: str) -> None:
    call = CALLS[name]
    outcome, changed, sent = met(clock, call, "half-json")
    expected = Unknown if name in ("create", "move") else Written
    assert isinstance(outcome, expected)
    assert changed
    assert len(sent) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_limit_is_waited_for(clock: Clock, name: str) -> None:
    outcome, changed, sent = met(clock, CALLS[name], "429")
    assert isinstance(outcome, Written)
    assert changed
    assert sent[0] == 429
    assert len(sent) == 2


@pytest.mark.parametrize("name", ["edit", "transition", "sprint"])
def test_a_conflict_is_compared_and_then_sent_once_more(clock: Clock, name: str) -> None:
    outcome, changed, sent = met(clock, CALLS[name], "409")
    assert isinstance(outcome, Written)
    assert changed
    assert len(sent) == 2


def test_a_conflict_with_a_persons_edit_is_never_overwritten(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.site.issue("CARE-52").labels = ["theirs"]
    sandbox.fail(Fault(kind="409", method="PUT"))
    outcome = adapter.apply(entry, [to(Field.LABELS, words(("ours",)))])
    assert isinstance(outcome, Refused)
    assert "Meanwhile somebody changed labels" in outcome.reason
    assert sandbox.site.issue("CARE-52").labels == ["theirs"]


def test_no_issue_is_written_too_often(clock: Clock) -> None:
    # Jira allows 20 writes of one issue in two seconds, and 100 in thirty: we wait before it refuses.
    sandbox = make(clock)
    adapter = adapter_of(sandbox, sleep=lambda seconds: clock.forward(seconds=seconds))
    entry = read(adapter, sandbox, "CARE-52")
    for number in range(22):
        assert adapter.apply(entry, [to(Field.LABELS, words((f"l{number}",)))]) == Written()
    statuses = [row.status for row in sandbox.ledger if row.method == "PUT"]
    assert (statuses.count(429), statuses.count(204)) == (0, 22)


def test_a_503_with_retry_after_repeats_no_write(clock: Clock) -> None:
    # The library sends it again: the first may have taken effect.
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    sandbox.fail(Fault(kind="503", method="PUT", retry_after="1"))
    assert isinstance(adapter.apply(entry, [to(Field.LABELS, words(("x",)))]), Unknown)
    assert [row.status for row in sandbox.ledger if row.method == "PUT"] == [503]
