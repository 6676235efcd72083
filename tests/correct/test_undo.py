"""Undo is a new proposal that brings back what is still ours, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planora_sync.adapter import Absence
from planora_sync.change import Change, Field, current
from planora_sync.correct.journal import JournalRow, State
from planora_sync.correct.proposal import Safety
from planora_sync.correct.rejected import moved_back
from planora_sync.correct.undo import undo, undo_proposal
from planora_sync.errors import ConnectionFailed, UnknownReference
from planora_sync.model import Entry, Horizon, Layer, Named, Person
from planora_sync.testing import NOW, MemoryFault, differing, make_entry, make_sprint
from planora_sync.testing.builders import CONNECTION, make_person
from planora_sync.testing.journal import MemoryJournal
from tests.correct.places import ROADMAP, TASKS, notion_places, prop
from tests.correct.test_apply import handmade
from tests.correct.world import World, epic, only, promise, result_of, scene, wish, writing

ALWAYS = {"updated", "rank", "since"}


def test_it_brings_every_field_back() -> None:
    of = scene()
    entries = [wish(of), promise(of), epic(of)]
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    undoing = world.undo(proposal.id)
    assert undoing.undoes == proposal.id
    assert {one.safety for one in undoing.corrections} == {Safety.REVIEW}
    assert world.apply(undoing).counts() == {"confirmed": 3}
    for entry in entries:
        assert differing(entry, world.entry(entry)) <= ALWAYS


@pytest.mark.parametrize("word", ["proposal", "run", "correction"])
def test_a_proposal_a_run_or_a_correction_can_be_undone(word: str) -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    named = {"proposal": proposal.id, "run": "r-1", "correction": only(proposal, entry).id}[word]
    assert [one.ref for one in world.undo(named).corrections] == [entry.ref]


def test_what_was_never_applied_cannot_be_undone() -> None:
    of = scene()
    wish(of)
    world = World(of)
    with pytest.raises(UnknownReference, match="p-nothing"):
        world.undo("p-nothing")


def test_what_a_person_changed_since_is_left_and_named() -> None:
    of = scene()
    first, second = wish(of), wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    edited = world.workspace.edit(first.ref.id, sprint=of.sprints["next"])
    undoing = world.undo(proposal.id)
    assert [one.ref for one in undoing.corrections] == [second.ref]
    assert undoing.notes == ("E-1: sprint is left at Sprint 38, which somebody set since.",)
    world.apply(undoing)
    assert world.entry(first) == edited


def test_a_later_edit_between_the_undo_proposal_and_its_apply_is_kept() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    undoing = world.undo(proposal.id)
    edited = world.workspace.edit(entry.ref.id, sprint=of.sprints["next"])
    assert result_of(world.apply(undoing), entry).outcome is State.CONFLICT
    assert world.entry(entry) == edited


def test_edits_of_other_fields_stay() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    world.workspace.edit(entry.ref.id, assignees=(make_person("Ana"),), title="Dark mode")
    world.apply(world.undo(proposal.id))
    assert (world.entry(entry).sprint, world.entry(entry).title) == (entry.sprint, "Dark mode")
    assert [one.name for one in world.entry(entry).assignees] == ["Ana"]


def test_what_is_back_already_needs_nothing() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    world.workspace.edit(entry.ref.id, sprint=entry.sprint)
    undoing = world.undo(proposal.id)
    assert (undoing.corrections, undoing.notes) == ((), ())


def test_what_was_refused_or_a_conflict_is_not_undone() -> None:
    of = scene()
    first, second = wish(of), wish(of)
    world = World(of)
    proposal = world.propose()
    world.workspace.fail(MemoryFault.REFUSE, target=first.ref.id)
    world.apply(proposal)
    # What we wanted, but somebody else did.
    world.workspace.edit(first.ref.id, sprint=None)
    assert [one.ref for one in world.undo(proposal.id).corrections] == [second.ref]


def test_an_entry_that_is_gone_is_said() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    world.workspace.remove(entry.ref.id, Absence.DELETED)
    undoing = world.undo(proposal.id)
    assert undoing.corrections == ()
    assert undoing.notes == ("memory.mem/1 is left as it is: it was deleted.",)


def test_a_tracker_that_cannot_be_read_is_an_error_and_makes_no_proposal() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    world.workspace.fail(MemoryFault.READ_FAILS, times=-1)
    with pytest.raises(ConnectionFailed, match="no tracker that it wrote to can be read") as failure:
        world.undo(proposal.id)
    assert failure.value.exit_status == 3
    assert "[mem] The workspace does not answer." in str(failure.value)
    assert world.entry(entry).sprint is None


def test_of_two_connections_the_one_that_answers_is_undone_and_the_other_said() -> None:
    of = scene()
    first, second = wish(of), wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    elsewhere = second.ref.model_copy(update={"connection": "other"})
    rows = world.journal.rows()
    stray = next(row for row in rows if row.ref == second.ref)
    journal = MemoryJournal()
    for row in (
        next(row for row in rows if row.ref == first.ref),
        stray.model_copy(update={"ref": elsewhere}),
    ):
        id = journal.intend(
            run=row.run,
            proposal=row.proposal,
            correction=row.correction,
            ref=row.ref,
            changes=row.changes,
            at=row.intended,
        )
        journal.settle(id, row.state, detail="", at=row.intended)
    undoing = undo_proposal(
        proposal.id, adapters={CONNECTION: world.adapter}, journal=journal, now=world.clock
    )
    assert [one.ref for one in undoing.proposal.corrections] == [first.ref]
    assert [failure.connection for failure in undoing.failures] == ["other"]
    (note,) = undoing.proposal.notes
    assert note.startswith("[other] Connection 'other' is not open")
    assert note.endswith("Nothing of this connection is undone now.")


def test_an_outcome_that_nobody_knows_is_said() -> None:
    of = scene()
    first, second = wish(of), wish(of)
    world = World(of)
    proposal = world.propose()
    world.workspace.meanwhile(lambda: world.workspace.fail(MemoryFault.READ_FAILS))
    world.apply(proposal)
    world.workspace.remove(first.ref.id, Absence.UNKNOWN)
    undoing = world.undo(proposal.id)
    assert [one.ref for one in undoing.corrections] == [second.ref]
    assert any("nobody knows yet whether" in note for note in undoing.notes)


def test_an_undo_can_be_undone() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    undoing = world.undo(proposal.id)
    world.apply(undoing)
    world.clock.forward(minutes=1)
    redoing = world.undo(undoing.id)
    assert world.apply(redoing).counts() == {"confirmed": 1}
    assert world.entry(entry).sprint is None


def test_what_was_undone_or_moved_back_counts_as_rejected() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    rows = world.journal.rows()
    assert moved_back(rows, world.snapshot().entries) == frozenset()
    world.apply(world.undo(proposal.id))
    rejected = moved_back(rows, world.snapshot().entries)
    assert rejected == {only(proposal, entry).id}
    assert writing(world.propose(rejected=rejected)) == ()
    assert [one.ref for one in writing(world.propose())] == [entry.ref]


def test_the_layers_owner_approves_the_undoing_too() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    world.apply(proposal)
    undoing = undo(
        world.journal.rows(),
        {entry.ref: world.entry(entry)},
        undoes=proposal.id,
        now=NOW,
        layers={entry.ref: Layer.PLAN},
    )
    assert only(undoing, entry).layer is Layer.PLAN


def wrote(number: int, *values: str, state: State = State.CONFIRMED) -> JournalRow:
    """Return a row of the journal that wrote a sprint."""
    before, after = ((Named(id=one, name=one),) if one else () for one in values)
    return JournalRow(
        id=number,
        run="r-1",
        proposal="p-1",
        correction=f"c-{number}",
        ref=make_entry(1).ref,
        changes=(Change(field=Field.SPRINT, before=before, after=after),),
        state=state,
        intended=NOW,
        settled=NOW,
    )


@pytest.mark.parametrize(
    ("rows", "restored"),
    [
        ([wrote(1, "a", "b"), wrote(2, "b", "now")], "a"),
        ([wrote(1, "a", "b"), wrote(2, "somebody's", "now")], "somebody's"),
        ([wrote(1, "a", "now"), wrote(2, "a", "now")], "a"),
        ([wrote(1, "a", "now"), wrote(2, "b", "now", state=State.REFUSED)], "a"),
    ],
)
def test_several_writes_are_taken_back_as_one_as_far_as_they_are_ours(
    rows: list[JournalRow], restored: str
) -> None:
    entry = make_entry(1, sprint=make_sprint("now"))
    (found,) = undo(rows, {entry.ref: entry}, undoes="r-1", now=NOW).corrections
    assert [change.after[0].id for change in found.changes] == [restored]


# -- moves ---------------------------------------------------------------------------------------------------


def test_what_a_move_dropped_comes_back_with_the_move() -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    tagged = prop("Region", "select", "North")
    row = of.add(
        place=ROADMAP,
        status=ROADMAP.statuses[0],
        due=3,
        labels=("a", "b"),
        owner=Person(id="linh", name="Linh"),
        properties=(tagged,),
    )
    of.add_children(row, 2, place=TASKS, status=TASKS.statuses[0])
    children = of.entries[1:]
    of.entries[0] = row = row.model_copy(update={"children": tuple(one.ref.id for one in children)})
    world = World(of)
    there = (Named(id=TASKS.id, name=TASKS.path),)
    proposal = handmade(row, Change(field=Field.PLACE, before=current(row, Field.PLACE), after=there))

    def drops(entry: Entry) -> Entry:
        """Do as a tracker does whose other place has fewer fields."""
        if entry.ref == row.ref and entry.place.id == TASKS.id:
            for child in children:
                world.workspace.edit(child.ref.id, parent=None)
            less = {
                "due": None,
                "labels": ("a",),
                "properties": (),
                "children": (),
                "status": TASKS.statuses[0],
            }
            swapped = {"owner": None, "assignees": entry.owners}
            return entry.model_copy(update={**less, **swapped})
        return entry

    world.workspace.automations.append(drops)
    found = result_of(world.apply(proposal, ["c-1"]), row)
    assert found.outcome is State.CONFIRMED
    assert found.side_effects == ("due: 2026-11-27 -> nothing", "labels: a, b -> a")
    undoing = world.undo(proposal.id)
    assert [[change.field for change in one.changes] for one in undoing.corrections] == [
        [Field.PLACE, Field.PROPERTY, Field.STATUS, Field.OWNER, Field.DUE, Field.LABELS],
        [Field.PARENT],
        [Field.PARENT],
        [Field.ASSIGNEES],
    ]
    world.apply(undoing)
    assert differing(row, world.entry(row)) <= {*ALWAYS, "children"}
    assert [world.entry(child).parent for child in children] == [child.parent for child in children]
    named_again = [row.ref.id for row in world.journal.rows(proposal=undoing.id) if row.ref.id != "1"]
    assert named_again == [child.ref.id for child in children], "in their old order"


def test_a_range_that_a_move_lost_comes_back_with_the_move() -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    aim = Horizon(start=NOW.date(), end=NOW.date() + timedelta(days=90))
    row = of.add(place=ROADMAP, status=ROADMAP.statuses[0], horizon=aim)
    world = World(of)
    there = (Named(id=TASKS.id, name=TASKS.path),)
    proposal = handmade(row, Change(field=Field.PLACE, before=current(row, Field.PLACE), after=there))

    def drops(entry: Entry) -> Entry:
        return entry.model_copy(update={"horizon": None}) if entry.place.id == TASKS.id else entry

    world.workspace.automations.append(drops)
    found = result_of(world.apply(proposal, ["c-1"]), row)
    assert found.side_effects == ("horizon: 2026-11-24 to 2027-02-22 -> nothing",)
    undoing = world.undo(proposal.id)
    assert [[change.field for change in one.changes] for one in undoing.corrections] == [
        [Field.PLACE, Field.TARGET]
    ]
    assert "set target to 2026-11-24 to 2027-02-22" in undoing.corrections[0].words
    assert world.apply(undoing).counts() == {"confirmed": 1}
    assert differing(row, world.entry(row)) <= ALWAYS


def test_a_range_that_somebody_gave_it_since_is_kept() -> None:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    aim = Horizon(start=NOW.date(), end=NOW.date() + timedelta(days=90))
    row = of.add(place=ROADMAP, status=ROADMAP.statuses[0], horizon=aim)
    world = World(of)
    there = (Named(id=TASKS.id, name=TASKS.path),)
    moved = Change(field=Field.PLACE, before=current(row, Field.PLACE), after=there)
    emptied = Change(field=Field.TARGET, before=current(row, Field.TARGET), after=())
    proposal = handmade(row, moved, emptied)
    world.apply(proposal, ["c-1"])
    theirs = Horizon(end=NOW.date() + timedelta(days=30))
    world.workspace.edit(row.ref.id, horizon=theirs)
    undoing = world.undo(proposal.id)
    assert undoing.notes == ("E-1: target is left at ... to 2026-12-24, which somebody set since.",)
    world.apply(undoing)
    assert (world.entry(row).horizon, world.entry(row).place.id) == (theirs, ROADMAP.id)
