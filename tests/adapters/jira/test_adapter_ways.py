"""Ways to a status. What would hurt a user first: an issue left standing half-way and called done, one that went
through a status it was never to be in, and a proposal that promises a way which is not there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.records import Transition

from planora_sync.adapter import Outcome, Refused, Unknown, Written
from planora_sync.change import Field, day
from planora_sync.errors import Unsupported
from planora_sync.sandbox import Fault
from tests.adapters.jira.setups import DEPLOYMENTS, Later, Tampered, adapter_of, make, named, read, to
from tests.adapters.jira.site import Clock

DONE, WONT = named("10002", "Done"), named("10012", "Won't Do")
TO_DONE = to(Field.STATUS, DONE)


def ids(sandbox: JiraSandbox) -> dict[str, str]:
    return {status.name: status.id for status in sandbox.site.statuses.values()}


def workflow(sandbox: JiraSandbox, *steps: Transition) -> None:
    sandbox.site.projects["10000"].transitions[:] = steps


def step(id: str, to: str, *sources: str, **more: Any) -> Transition:
    return Transition(id=id, name=f"go {id}", to=to, sources=sources, **more)


def stands(sandbox: JiraSandbox, key: str = "CARE-52") -> str:
    return sandbox.site.statuses[sandbox.site.issue(key).status].name


def moves(sandbox: JiraSandbox) -> list[int]:
    rows = (row for row in sandbox.ledger if row.method == "POST" and row.path.endswith("/transitions"))
    return [row.status for row in rows]


def apply(sandbox: JiraSandbox, key: str = "CARE-52", app: Any = None) -> Outcome:
    adapter = adapter_of(sandbox, **({"app": app} if app else {}))
    return adapter.apply(read(adapter, sandbox, key), [TO_DONE])


# -- finding a way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_way_of_two_transitions_is_found_told_and_walked(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    told = adapter.steps(entry, [TO_DONE])
    assert [one.body for one in told] == [{"transition": {"id": "21"}}, {"transition": {"id": "41"}}]
    assert moves(sandbox) == []
    assert adapter.apply(entry, [TO_DONE]) == Written()
    assert (stands(sandbox), moves(sandbox)) == ("Done", [204, 204])


def test_what_a_status_leads_to_is_asked_once_a_run(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    for key in ("CARE-52", "CARE-53"):
        adapter.steps(read(adapter, sandbox, key), [TO_DONE])
    asked = [row.path for row in sandbox.ledger if row.path.endswith("/transitions")]
    # One for each of the two issues, one for each of the two statuses between.
    assert len(asked) == 4


def test_no_way_leads_through_a_status_that_is_done(clock: Clock) -> None:
    # Closing mails people, sets a resolution and starts automations: nobody asked for that.
    sandbox = make(clock)
    at = ids(sandbox)
    workflow(sandbox, step("1", at["Won't Do"], at["To Do"]), step("2", at["Parked"], at["Won't Do"]))
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="No transition leads CARE-52 from To Do to Parked") as caught:
        adapter.steps(read(adapter, sandbox, "CARE-52"), [to(Field.STATUS, named(at["Parked"], "Parked"))])
    assert "it can go to Won't Do" in caught.value.help()


def test_a_way_of_more_than_four_transitions_is_left_to_people(clock: Clock) -> None:
    sandbox = make(clock)
    at, site = ids(sandbox), sandbox.site
    chain = ["To Do", "In Progress", "In Review", "Parked", "Backlog", "Done"]
    pairs = pairwise(chain)
    steps = [step(str(place), at[new], at[old]) for place, (old, new) in enumerate(pairs, 1)]
    workflow(sandbox, *steps)
    site.projects["10000"].statuses.append(at["Backlog"])
    for key, name in (
        ("CARE-53", "In Progress"),
        ("CARE-54", "In Review"),
        ("CARE-56", "Parked"),
        ("CARE-57", "Backlog"),
    ):
        site.issue(key).status, site.issue(key).type = at[name], site.issue("CARE-52").type
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported, match="No transition leads"):
        adapter.steps(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    # One hop less, and it is found.
    site.issue("CARE-52").status = at["In Progress"]
    assert len(adapter.steps(read(adapter, sandbox, "CARE-52"), [TO_DONE])) == 4


def test_where_nobody_stands_nobody_sees_where_it_leads(clock: Clock) -> None:
    sandbox = make(clock)
    at, site = ids(sandbox), sandbox.site
    workflow(sandbox, step("1", at["Parked"], at["To Do"]), step("2", at["Done"], at["Parked"]))
    kind = site.issue("CARE-52").type
    for issue in site.issues.values():
        if issue.status == at["Parked"] and issue.type == kind:
            issue.status = at["In Progress"]
    adapter = adapter_of(sandbox)
    with pytest.raises(Unsupported) as caught:
        adapter.steps(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    assert "Where Parked leads nobody sees" in caught.value.help()


def test_a_search_for_a_way_asks_no_more_than_it_may(clock: Clock) -> None:
    sandbox = make(clock)
    at = ids(sandbox)
    everywhere = [step(str(n), id) for n, (name, id) in enumerate(at.items(), 1) if name != "Done"]
    workflow(sandbox, *everywhere)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    asked = len(sandbox.ledger)
    with pytest.raises(Unsupported):
        adapter.steps(entry, [TO_DONE])
    assert len(sandbox.ledger) - asked <= 1 + 2 * 10


# -- screens ------------------------------------------------------------------------------------------------


def test_a_resolution_called_as_the_status_is_filled_in(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    (one,) = adapter.steps(entry, [to(Field.STATUS, WONT)])
    assert one.body == {"transition": {"id": "61"}, "fields": {"resolution": {"id": "10001"}}}
    assert adapter.apply(entry, [to(Field.STATUS, WONT)]) == Written()
    assert sandbox.site.issue("CARE-52").resolution == "10001"


def test_the_only_allowed_value_is_filled_in(clock: Clock) -> None:
    sandbox = make(clock)
    at = ids(sandbox)
    allows = {"resolution": ("Duplicate",)}
    workflow(sandbox, step("1", at["Done"], requires=("resolution",), allows=allows))
    assert apply(sandbox) == Written()
    assert sandbox.site.issue("CARE-52").resolution == "10002"


def test_a_demand_that_would_be_a_guess_names_the_field_and_its_values(clock: Clock) -> None:
    sandbox = make(clock)
    at = ids(sandbox)
    allows = {"resolution": ("Duplicate", "Cannot Reproduce")}
    workflow(sandbox, step("1", at["Done"], requires=("resolution",), allows=allows))
    adapter = adapter_of(sandbox)
    with pytest.raises(
        Unsupported, match=r"asks for Resolution \(one of: Duplicate, Cannot Reproduce\)"
    ) as caught:
        adapter.steps(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    assert "fill in Resolution" in caught.value.help()


def test_what_the_issue_holds_or_will_hold_answers_a_demand(clock: Clock) -> None:
    sandbox = make(clock)
    at = ids(sandbox)
    workflow(sandbox, step("1", at["Parked"], requires=("assignee", "duedate")))
    adapter = adapter_of(sandbox)
    sandbox.site.issue("CARE-52").assignee = "linh"
    park, due = to(Field.STATUS, named(at["Parked"])), to(Field.DUE, day(clock().date()))
    with pytest.raises(Unsupported, match="asks for Due date"):
        adapter.steps(read(adapter, sandbox, "CARE-52"), [park])
    assert adapter.apply(read(adapter, sandbox, "CARE-52"), [park, due]) == Written()
    assert (stands(sandbox), sandbox.site.issue("CARE-52").assignee) == ("Parked", "linh")


# -- walking ------------------------------------------------------------------------------------------------


def test_a_way_that_ends_half_way_is_walked_back(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    hidden = _hiding(sandbox, app, "Done", "CARE-52")
    adapter = adapter_of(sandbox, app=app)
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    assert isinstance(outcome, Refused)
    assert "come to In Progress" in outcome.reason
    assert "moved back to To Do" in outcome.reason
    # Nothing is left of it, so that nothing was done.
    assert (outcome.done, stands(sandbox), hidden) == ((), "To Do", [True])


def test_half_a_way_without_a_way_back_says_where_the_issue_stands(clock: Clock) -> None:
    sandbox = make(clock)
    at = ids(sandbox)
    workflow(sandbox, step("1", at["In Progress"], at["To Do"]), step("2", at["Done"], at["In Progress"]))
    app = Tampered(sandbox.app)
    _hiding(sandbox, app, "Done", "CARE-52")
    adapter = adapter_of(sandbox, app=app)
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    assert isinstance(outcome, Refused)
    assert "had come to In Progress" in outcome.reason
    assert "by hand" in outcome.reason
    assert (outcome.done, stands(sandbox)) == ((Field.STATUS,), "In Progress")


def _hiding(sandbox: JiraSandbox, app: Tampered, name: str, key: str) -> list[bool]:
    """Hide a status from the transitions of one issue, as a condition of the workflow does."""
    hidden: list[bool] = []
    path = f"*/issue/{sandbox.site.issue(key).id}/transitions"

    def hide(asked: Any, answer: Any) -> Any:
        rows = answer["transitions"]
        kept = [row for row in rows if row["to"]["name"] != name]
        hidden[:] = [True] if len(kept) < len(rows) else hidden
        return {"transitions": kept}

    app.on("GET", path, hide)
    return hidden


def test_a_person_who_moves_it_on_the_way_is_not_overruled(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    issue = sandbox.site.issue("CARE-52")

    def meddle(asked: Any, answer: Any) -> Any:
        issue.status = ids(sandbox)["Parked"]
        return (204, {}, b"")

    app.on("POST", "*/transitions", meddle)
    adapter = adapter_of(sandbox, app=app)
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [TO_DONE])
    assert isinstance(outcome, Refused)
    assert "stands in Parked, not in In Progress" in outcome.reason
    assert (outcome.done, stands(sandbox), len(moves(sandbox))) == ((Field.STATUS,), "Parked", 1)


@pytest.mark.parametrize("kind", ["503", "cut-after", "cut-before", "html"])
@pytest.mark.parametrize("hop", [0, 1])
def test_a_hop_without_a_clear_answer_ends_the_walk_as_unknown(clock: Clock, kind: str, hop: int) -> None:
    sandbox = make(clock)
    fault = Fault(kind=kind, method="POST", path="*/transitions")
    adapter = adapter_of(sandbox, app=Later(sandbox, fault, after=hop))
    entry = read(adapter, sandbox, "CARE-52")
    outcome = adapter.apply(entry, [TO_DONE])
    assert isinstance(outcome, Unknown)
    assert outcome.reason
    reached = ["To Do", "In Progress", "Done"][hop + (kind == "cut-after")]
    assert (stands(sandbox), len(moves(sandbox))) == (reached, hop + 1)


def test_a_failed_look_after_a_hop_is_unknown_and_nothing_follows(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    entry = read(adapter, sandbox, "CARE-52")
    steps = adapter.steps(entry, [TO_DONE])
    assert len(steps) == 2
    sandbox.fail(Fault(kind="500", method="GET", path=f"*/issue/{entry.ref.id}", times=-1))
    assert isinstance(adapter.apply(entry, [TO_DONE]), Unknown)
    assert (stands(sandbox), len(moves(sandbox))) == ("In Progress", 1)


def test_a_conflict_is_compared_before_it_is_sent_again(clock: Clock) -> None:
    sandbox = make(clock)
    adapter = adapter_of(sandbox)
    begin = to(Field.STATUS, named("3", "In Progress"))
    sandbox.fail(Fault(kind="409", method="POST", path="*/transitions"))
    assert adapter.apply(read(adapter, sandbox, "CARE-52"), [begin]) == Written()
    assert moves(sandbox) == [409, 204]


def test_a_conflict_at_the_first_of_several_hops_is_compared_too(clock: Clock) -> None:
    sandbox = make(clock)
    sandbox.fail(Fault(kind="409", method="POST", path="*/transitions"))
    assert apply(sandbox) == Written()
    assert (stands(sandbox), moves(sandbox)) == ("Done", [409, 204, 204])


def test_a_conflict_at_a_later_hop_is_not_sent_again(clock: Clock) -> None:
    sandbox = make(clock)
    later = Later(sandbox, Fault(kind="409", method="POST", path="*/transitions"), after=1)
    outcome = apply(sandbox, app=later)
    assert isinstance(outcome, Refused)
    assert moves(sandbox)[:2] == [204, 409]


def test_every_change_of_one_entry_says_what_was_done_before_a_stuck_walk(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    _hiding(sandbox, app, "Done", "CARE-52")
    adapter = adapter_of(sandbox, app=app)
    due = to(Field.DUE, day(clock().date()))
    outcome = adapter.apply(read(adapter, sandbox, "CARE-52"), [due, TO_DONE])
    assert isinstance(outcome, Refused)
    assert outcome.done == (Field.DUE,)
    assert replace(outcome, reason="") == Refused(reason="", done=(Field.DUE,))
