"""Apply writes what was approved and nothing else, and never over somebody's later edit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from planora_sync.adapter import Absence
from planora_sync.change import Change, Field, current
from planora_sync.correct.apply import apply_proposal
from planora_sync.correct.journal import State
from planora_sync.correct.lane import cut
from planora_sync.correct.proposal import Correction, Proposal, Safety, seal
from planora_sync.correct.results import Result
from planora_sync.errors import NotApproved
from planora_sync.model import Entry, Horizon, Named
from planora_sync.testing import NOW, MemoryAdapter, MemoryFault, MemoryWorkspace, memory_context
from planora_sync.testing.builders import STATUSES, make_entry, make_person
from planora_sync.testing.journal import MemoryJournal
from tests.correct.adapters import Broken, Buggy, Deaf, Forgetful, Half, HalfUnknown, Narrow
from tests.correct.places import ROADMAP, notion_places
from tests.correct.world import World, epic, only, promise, result_of, scene, stops_after, wish


def wishes(count: int) -> tuple[World, list[Entry], Proposal]:
    """Return a world of wishes in the sprint, and the proposal that puts them back."""
    of = scene()
    entries = [wish(of) for _ in range(count)]
    world = World(of)
    return world, entries, world.propose()


def handmade(entry: Entry, *changes: Change, id: str = "c-1") -> Proposal:
    """Return a proposal of one correction that no rule would make."""
    correction = Correction(
        id=id,
        ref=entry.ref,
        key=entry.key,
        title=entry.title,
        url=entry.url,
        place=entry.place.name,
        codes=("PS106",),
        layer=None,
        safety=Safety.REVIEW,
        words="By hand of a test.",
        changes=changes,
    )
    return seal((correction,), created=NOW, expires=NOW + timedelta(days=7))


def changed(entry: Entry, field: Field, *after: Named) -> Change:
    return Change(field=field, before=current(entry, field), after=after)


def in_progress() -> Named:
    return Named(id=STATUSES[2].id, name=STATUSES[2].name)


# -- what is written ------------------------------------------------------------------------------------------


def test_what_was_approved_is_written_read_back_and_journalled() -> None:
    world, (entry,), proposal = wishes(1)
    report = world.apply(proposal)
    found = result_of(report, entry)
    assert (found.outcome, found.detail, found.done) == (State.CONFIRMED, "", True)
    assert report.complete
    assert world.entry(entry).sprint is None
    (row,) = world.journal.rows()
    assert (row.run, row.proposal, row.correction) == ("r-1", proposal.id, found.id)
    assert (row.state, row.changes) == (State.CONFIRMED, only(proposal, entry).changes)


def test_what_was_not_approved_is_left_alone() -> None:
    world, (first, second), proposal = wishes(2)
    report = world.apply(proposal, [only(proposal, first).id])
    assert result_of(report, second).outcome is State.SKIPPED
    assert result_of(report, second).detail == "Not approved."
    assert world.entry(second) == second
    assert report.complete, "nobody wanted the second one"


def test_a_manual_correction_is_never_written_even_if_its_id_is_given() -> None:
    of = scene()
    entry = of.add(type="story", sprint="active", status="In Progress")
    world = World(of)
    proposal = world.propose()
    report = world.apply(proposal, [one.id for one in proposal.corrections])
    assert result_of(report, entry).detail == "By hand: Who owns it?"
    assert world.workspace.writes == []


def test_a_proposal_that_was_touched_is_not_applied() -> None:
    world, (entry,), proposal = wishes(1)
    other = handmade(entry, changed(entry, Field.STATUS, in_progress()))
    touched = proposal.model_copy(update={"corrections": other.corrections})
    with pytest.raises(NotApproved, match="not what was approved"):
        world.apply(touched, ["c-1"])
    assert world.workspace.writes == []


def test_an_expired_proposal_is_not_applied() -> None:
    world, _, proposal = wishes(1)
    ids = [one.id for one in proposal.corrections]
    world.clock.forward(days=8)
    with pytest.raises(NotApproved, match="expired"):
        world.apply(proposal, ids)
    assert world.workspace.writes == []


def test_a_dry_run_says_the_calls_and_writes_nowhere() -> None:
    world, (first, second), proposal = wishes(2)
    world.workspace.edit(second.ref.id, due=NOW.date())
    report = world.apply(proposal, dry_run=True)
    assert [(call.connection, call.method, call.path) for call in report.calls] == [
        ("mem", "PATCH", "/entries/1")
    ]
    assert result_of(report, first).detail == "Dry run: 1 call."
    assert result_of(report, second).outcome is State.CONFLICT
    assert world.workspace.writes == []
    assert world.journal.rows() == []


def test_a_dry_run_needs_no_right_to_write() -> None:
    world, _, proposal = wishes(1)
    report = world.apply(proposal, dry_run=True, adapter=world.again(read_only=True))
    assert len(report.calls) == 1


def test_a_read_only_connection_refuses_and_costs_no_request() -> None:
    world, (entry,), proposal = wishes(1)
    asked = len(world.workspace.ledger)
    report = world.apply(proposal, adapter=world.again(read_only=True))
    assert result_of(report, entry).outcome is State.REFUSED
    assert "'mem' is read-only" in result_of(report, entry).detail
    assert len(world.workspace.ledger) == asked
    assert world.journal.rows() == []


def test_few_requests_are_made() -> None:
    world, _, proposal = wishes(23)
    asked = len(world.workspace.ledger)
    assert world.apply(proposal).counts() == {"confirmed": 23}
    assert len(world.workspace.writes) == 23
    # Batches of 3, 10, 10: one fresh read and one read-back each.
    assert len(world.workspace.ledger) - asked == 23 + 2 * 3


def test_progress_is_told_and_stopping_leaves_the_rest() -> None:
    world, _, proposal = wishes(8)
    told: list[tuple[State, int, int]] = []

    def tell(result: Result, count: int, total: int) -> None:
        told.append((result.outcome, count, total))

    report = world.apply(proposal, on_progress=tell, stop=stops_after(1))
    assert report.counts() == {"confirmed": 3, "skipped": 5}
    assert [count for _, count, _ in told] == list(range(1, 9))
    assert {total for *_, total in told} == {8}
    assert not report.complete
    assert world.apply(proposal).counts() == {"skipped": 3, "confirmed": 5}


def test_an_entry_is_in_a_batch_once() -> None:
    _, (first, second), proposal = wishes(2)
    ones = [only(proposal, one) for one in (first, second, first, second)]
    waiting = deque(ones)
    assert [cut(waiting, 10), cut(waiting, 10)] == [ones[:2], ones[2:]]


# -- what changed since ----------------------------------------------------------------------------------------


def test_what_is_as_wanted_already_costs_no_write() -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.edit(entry.ref.id, sprint=None)
    report = world.apply(proposal)
    assert (result_of(report, entry).outcome, result_of(report, entry).detail) == (
        State.SKIPPED,
        "Already as wanted.",
    )
    assert report.complete
    assert world.workspace.writes == []


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"sprint": "next"}, "sprint was Sprint 37 and is now Sprint 38"),
        ({"status": STATUSES[2]}, "status was To Do and is now In Progress"),
        ({"assignees": (make_person("Linh"),)}, "assignees was nothing and is now Linh"),
        ({"due": NOW.date()}, "due was nothing and is now 2026-11-24"),
        ({"archived": True}, "it was archived"),
    ],
)
def test_a_later_edit_is_a_conflict_that_is_named_and_the_others_go_on(
    edit: dict[str, Any], says: str
) -> None:
    of = scene()
    first, second = wish(of), wish(of)
    world = World(of)
    proposal = world.propose()
    if "sprint" in edit:
        edit = {"sprint": of.sprints["next"]}
    edited = world.workspace.edit(first.ref.id, **edit)
    report = world.apply(proposal)
    assert result_of(report, first).outcome is State.CONFLICT
    assert says in result_of(report, first).detail
    assert world.entry(first) == edited
    assert result_of(report, second).outcome is State.CONFIRMED
    assert not report.complete


@pytest.mark.parametrize(
    ("absence", "says"),
    [
        (Absence.DELETED, "it was deleted."),
        (Absence.TRASHED, "it lies in the trash"),
        (Absence.ARCHIVED, "it, or what holds it, is archived"),
        (Absence.HIDDEN, "it is there, but no longer shown to these credentials"),
        (Absence.MOVED, "it was moved to where"),
        (Absence.UNKNOWN, "no longer shown to these credentials"),
    ],
)
def test_an_entry_that_is_not_there_is_a_conflict_in_words(absence: Absence, says: str) -> None:
    world, (first, second), proposal = wishes(2)
    world.workspace.remove(first.ref.id, absence)
    report = world.apply(proposal)
    assert result_of(report, first).outcome is State.CONFLICT
    assert says in result_of(report, first).detail
    assert result_of(report, second).outcome is State.CONFIRMED


def test_an_edit_of_what_nobody_relies_on_is_no_conflict() -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.edit(entry.ref.id, title="Dark mode, pretty please", labels=("ui",))
    assert result_of(world.apply(proposal), entry).outcome is State.CONFIRMED
    assert world.entry(entry).labels == ("ui",)


def test_the_owner_of_an_epic_may_change_meanwhile() -> None:
    of = scene()
    entry = epic(of)
    world = World(of)
    proposal = world.propose()
    world.workspace.edit(entry.ref.id, assignees=(make_person("Ana"),))
    assert result_of(world.apply(proposal), entry).outcome is State.CONFIRMED


def test_applied_twice_is_applied_once() -> None:
    world, _, proposal = wishes(3)
    world.apply(proposal)
    written = len(world.workspace.writes)
    report = world.apply(proposal)
    assert report.counts() == {"skipped": 3}
    assert report.complete
    assert len(world.workspace.writes) == written


def test_what_a_person_set_back_is_not_written_again() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    back = world.workspace.edit(entry.ref.id, sprint=of.sprints["active"])
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is State.CONFLICT
    assert found.detail == "Changed since: sprint had been set to nothing and is now Sprint 37."
    assert world.entry(entry) == back


# -- what the tracker says -------------------------------------------------------------------------------------


def test_a_refusal_is_said_in_the_trackers_words_and_the_others_go_on() -> None:
    world, (first, second), proposal = wishes(2)
    world.workspace.fail(MemoryFault.REFUSE, target=first.ref.id)
    report = world.apply(proposal)
    assert result_of(report, first).outcome is State.REFUSED
    assert result_of(report, first).detail == "The workspace refuses this write."
    assert result_of(report, second).outcome is State.CONFIRMED
    assert world.entry(first).sprint is not None


@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (MemoryFault.UNKNOWN_BEFORE, State.REFUSED, "It did not take effect: The workspace answered 503."),
        (MemoryFault.UNKNOWN_AFTER, State.CONFIRMED, "A look shows that it was written."),
    ],
)
def test_an_unknown_outcome_is_looked_up_and_never_repeated(
    fault: MemoryFault, outcome: State, says: str
) -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.fail(fault)
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is outcome
    assert says in found.detail
    assert len(world.workspace.writes) == 1
    assert (world.entry(entry).sprint is None) is (outcome is State.CONFIRMED)


def test_what_cannot_be_read_back_is_unknown_until_the_next_apply_looks() -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.meanwhile(lambda: world.workspace.fail(MemoryFault.READ_FAILS))
    found = result_of(world.apply(proposal), entry)
    assert (found.outcome, "Reading it back failed" in found.detail) == (State.UNKNOWN, True)
    again = result_of(world.apply(proposal), entry)
    assert again.outcome is State.CONFIRMED
    assert len(world.workspace.writes) == 1
    assert [row.state for row in world.journal.rows()] == [State.UNKNOWN, State.CONFIRMED]


def test_a_yes_that_changed_nothing_is_a_refusal() -> None:
    world, (entry,), proposal = wishes(1)
    found = result_of(world.apply(proposal, adapter=Deaf(world.adapter.context, world.workspace)), entry)
    assert (found.outcome, found.detail) == (
        State.REFUSED,
        "The tracker accepted the call but changed nothing.",
    )


def test_what_an_adapter_cannot_do_is_refused_without_a_call() -> None:
    world, (entry,), proposal = wishes(1)
    narrow = Narrow(world.adapter.context, world.workspace)
    found = result_of(world.apply(proposal, adapter=narrow), entry)
    assert (found.outcome, "cannot set sprint" in found.detail) == (State.REFUSED, True)
    assert world.workspace.writes == []
    dry = result_of(world.apply(proposal, adapter=narrow, dry_run=True), entry)
    assert dry.outcome is State.REFUSED


def test_one_entry_that_makes_the_adapter_stumble_stops_no_other() -> None:
    world, (first, second), proposal = wishes(2)
    report = world.apply(proposal, adapter=Buggy(world.adapter.context, world.workspace))
    assert result_of(report, first).outcome is State.REFUSED
    assert "The adapter failed (KeyError)" in result_of(report, first).detail
    assert result_of(report, second).outcome is State.CONFIRMED


def two_fields() -> tuple[World, Entry, Proposal]:
    of = scene()
    entry = promise(of, status="To Do")
    world = World(of)
    world.workspace.step_per_field = True
    sprint = of.sprints["active"]
    return (
        world,
        entry,
        handmade(
            entry,
            changed(entry, Field.STATUS, in_progress()),
            changed(entry, Field.SPRINT, Named(id=sprint.id, name=sprint.name)),
        ),
    )


@pytest.mark.parametrize("adapter", [Half, HalfUnknown])
def test_half_a_correction_is_said_and_can_be_undone(adapter: type[Half]) -> None:
    world, entry, proposal = two_fields()
    found = result_of(
        world.apply(proposal, ["c-1"], adapter=adapter(world.adapter.context, world.workspace)), entry
    )
    assert found.outcome is State.REFUSED
    assert found.detail.endswith("Written: status; not written: sprint.")
    assert [change.field for change in found.changes] == [Field.STATUS]
    undoing = world.undo(proposal.id)
    assert [change.field for change in only(undoing, entry).changes] == [Field.STATUS]
    world.apply(undoing)
    assert world.entry(entry).status == entry.status


def test_half_a_correction_is_finished_by_the_next_apply() -> None:
    world, entry, proposal = two_fields()
    world.apply(proposal, ["c-1"], adapter=Half(world.adapter.context, world.workspace))
    found = result_of(world.apply(proposal, ["c-1"]), entry)
    assert found.outcome is State.CONFIRMED
    assert [change.field for change in found.changes] == [Field.SPRINT]


def test_an_automation_that_overrules_us_is_named() -> None:
    of = scene()
    entry, other = wish(of), of.sprints["next"]
    world = World(of)
    proposal = world.propose()
    world.workspace.automations.append(lambda one: one.model_copy(update={"sprint": other}))
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is State.CONFLICT
    assert "sprint is Sprint 38, not nothing: a person or an automation set it" in found.detail


# -- side effects ----------------------------------------------------------------------------------------------


def assigns(entry: Entry) -> Entry:
    return entry.model_copy(update={"assignees": (make_person("Marc"),)})


def test_what_else_changed_is_said_and_journalled() -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.automations.append(assigns)
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is State.CONFIRMED
    assert found.side_effects == ("assignees: nothing -> Marc",)
    (row,) = world.journal.rows()
    assert row.side_effects == found.side_effects


def test_three_side_effects_of_one_kind_stop_that_kind_and_no_other() -> None:
    of = scene()
    entries = [wish(of) for _ in range(6)]
    plain = of.add(type="story", assignees=["Linh"])
    world = World(of)
    proposal = world.propose()
    status = handmade(plain, changed(plain, Field.STATUS, in_progress()), id="c-9").corrections
    both = seal((*proposal.corrections, *status), created=NOW, expires=proposal.expires)
    world.workspace.automations.append(assigns)
    report = world.apply(both)
    assert len(world.workspace.writes) == 4
    assert [result_of(report, one).outcome for one in entries] == [State.CONFIRMED] * 3 + [State.SKIPPED] * 3
    assert "After 3 writes of this kind something else set assignees" in result_of(report, entries[5]).detail
    assert result_of(report, plain).outcome is State.CONFIRMED
    assert not report.complete


def test_a_side_effect_now_and_then_stops_at_the_third() -> None:
    world, _, proposal = wishes(12)
    world.workspace.automations.append(lambda one: assigns(one) if int(one.ref.id) % 2 else one)
    report = world.apply(proposal)
    fired = [one for one in report.results if one.side_effects]
    assert len(fired) == 3


# -- connections -----------------------------------------------------------------------------------------------


def two_connections() -> tuple[MemoryWorkspace, Callable[..., Any]]:
    spaces = {name: MemoryWorkspace() for name in ("bad", "good")}
    corrections: list[Correction] = []
    for name, space in spaces.items():
        for number in range(1, 6):
            entry = make_entry(number, connection=name)
            space.put(entry)
            change = changed(entry, Field.STATUS, in_progress())
            corrections += handmade(entry, change, id=f"c-{name}-{number}").corrections
    proposal = seal(tuple(corrections), created=NOW, expires=NOW + timedelta(days=1))
    journal = MemoryJournal()

    def apply(**adapters: MemoryAdapter) -> Any:
        given = {name: MemoryAdapter(memory_context(name=name), space) for name, space in spaces.items()}
        return apply_proposal(
            proposal,
            [one.id for one in corrections],
            adapters={**given, **adapters},
            journal=journal,
            run="r-1",
            now=lambda: NOW,
        )

    return spaces["bad"], apply


def test_one_bad_connection_stops_no_other() -> None:
    bad, apply = two_connections()
    bad.fail(MemoryFault.READ_FAILS, times=-1)
    report = apply()
    assert report.counts() == {"skipped": 5, "confirmed": 5}
    skipped = [one for one in report.results if one.ref.connection == "bad"]
    assert {one.detail for one in skipped} == {"[bad] The workspace does not answer. Run again later."}
    assert bad.writes == []


def test_a_connection_that_fails_half_way_keeps_what_was_written() -> None:
    bad, apply = two_connections()
    reads = iter([False, False, True])

    def cut() -> None:
        if next(reads, True):
            bad.fail(MemoryFault.READ_FAILS, times=-1)
        else:
            bad.meanwhile(cut)

    bad.meanwhile(cut)
    report = apply()
    outcomes = [one.outcome for one in report.results if one.ref.connection == "bad"]
    assert outcomes == [State.UNKNOWN] * 3 + [State.SKIPPED] * 2
    assert len(bad.writes) == 3


def test_an_adapter_that_breaks_while_reading_stops_its_own_connection_only() -> None:
    bad, apply = two_connections()
    report = apply(bad=Broken(memory_context(name="bad"), bad))
    assert report.counts() == {"skipped": 5, "confirmed": 5}
    skipped = [one for one in report.results if one.ref.connection == "bad"]
    assert "failed while reading (TypeError)" in skipped[0].detail
    assert bad.writes == []


def test_an_adapter_that_leaves_out_what_it_does_not_find_is_understood() -> None:
    world, (entry,), proposal = wishes(1)
    world.workspace.remove(entry.ref.id)
    found = result_of(world.apply(proposal, adapter=Forgetful(world.adapter.context, world.workspace)), entry)
    assert found.outcome is State.CONFLICT


def test_a_wrong_token_stops_its_own_connection_only() -> None:
    bad, apply = two_connections()
    report = apply(bad=MemoryAdapter(replace(memory_context(name="bad"), token="nobody's"), bad))
    assert report.counts() == {"skipped": 5, "confirmed": 5}
    assert all("token" in one.detail for one in report.results if one.ref.connection == "bad")


def test_a_connection_that_is_not_open_is_said() -> None:
    world, (entry,), proposal = wishes(1)
    report = apply_proposal(
        proposal,
        [one.id for one in proposal.corrections],
        adapters={},
        journal=world.journal,
        run="r-1",
        now=world.clock,
    )
    assert result_of(report, entry).detail.startswith("Connection 'mem' is not open")


def test_a_range_that_the_roadmaps_owner_gave_it_meanwhile_keeps_it_there() -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    row = of.add(
        "Update the insurer list",
        place=ROADMAP,
        status=ROADMAP.statuses[1],
        type="task",
        owner="Linh",
        start=0,
        due=3,
    )
    world = World(of)
    proposal = world.propose()
    edited = world.workspace.edit(row.ref.id, horizon=Horizon(end=NOW.date() + timedelta(days=120)))
    found = result_of(world.apply(proposal), row)
    assert found.outcome is State.CONFLICT
    assert found.detail == "Changed since: target was nothing and is now ... to 2027-03-24."
    assert world.entry(row) == edited
