"""Where a tracker takes several entries in one call, a batch goes together and keeps every promise."""

from __future__ import annotations

from collections import deque

import pytest

from planora_sync.change import Change, Field
from planora_sync.correct.journal import State
from planora_sync.correct.lane import cut
from planora_sync.correct.proposal import Correction, Proposal
from planora_sync.model import Entry, Named
from planora_sync.testing import NOW, MemoryFault
from planora_sync.testing.builders import make_person
from tests.correct.adapters import BatchBreaksOff, Batched, BatchForgets, BatchIsKilled, BatchStumbles
from tests.correct.test_apply import changed, handmade, wishes
from tests.correct.world import World, only, result_of, scene, wish


def batched(world: World, kind: type[Batched] = Batched) -> Batched:
    """Return an adapter over a world's tracker that takes a batch in one call."""
    return kind(world.adapter.context, world.workspace, world.journal)


def test_a_batch_is_one_call_and_all_its_intents_are_committed_before_it() -> None:
    world, _, proposal = wishes(23)
    adapter = batched(world)
    assert world.apply(proposal, adapter=adapter).counts() == {"confirmed": 23}
    assert [len(call) for call in adapter.calls] == [3, 10, 10]
    assert adapter.open_before == [3, 10, 10]


def test_one_alone_is_written_as_ever() -> None:
    world, (entry,), proposal = wishes(1)
    adapter = batched(world)
    assert result_of(world.apply(proposal, adapter=adapter), entry).outcome is State.CONFIRMED
    assert adapter.calls == []


def test_what_changed_since_is_left_out_of_the_call() -> None:
    world, (first, second, third), proposal = wishes(3)
    edited = world.workspace.edit(second.ref.id, due=NOW.date())
    adapter = batched(world)
    report = world.apply(proposal, adapter=adapter)
    assert adapter.calls == [(first.ref.id, third.ref.id)]
    assert result_of(report, second).outcome is State.CONFLICT
    assert world.entry(second) == edited


@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (MemoryFault.REFUSE, State.REFUSED, "The workspace refuses this write."),
        (MemoryFault.UNKNOWN_BEFORE, State.REFUSED, "It did not take effect: The workspace answered 503."),
        (MemoryFault.UNKNOWN_AFTER, State.CONFIRMED, "A look shows that it was written."),
    ],
)
def test_the_fault_of_one_is_no_fault_of_the_others(fault: MemoryFault, outcome: State, says: str) -> None:
    world, (first, second, third), proposal = wishes(3)
    world.workspace.fail(fault, target=second.ref.id)
    report = world.apply(proposal, adapter=batched(world))
    assert result_of(report, second).outcome is outcome
    assert says in result_of(report, second).detail
    assert {result_of(report, one).outcome for one in (first, third)} == {State.CONFIRMED}
    assert len(world.workspace.writes) == 3, "nothing was repeated"
    assert {row.ref.id: row.state for row in world.journal.rows()}[second.ref.id] is outcome


def test_a_batch_that_breaks_off_is_resolved_by_reading_and_ends_the_connection() -> None:
    world, entries, proposal = wishes(5)
    report = world.apply(proposal, adapter=batched(world, BatchBreaksOff))
    outcomes = [result_of(report, entry).outcome for entry in entries]
    assert outcomes == [State.CONFIRMED, State.REFUSED, State.REFUSED, State.SKIPPED, State.SKIPPED]
    assert "does not answer" in result_of(report, entries[4]).detail
    assert len(world.workspace.writes) == 1


def test_a_batch_that_the_adapter_stumbles_over_is_resolved_by_reading() -> None:
    world, _, proposal = wishes(3)
    report = world.apply(proposal, adapter=batched(world, BatchStumbles))
    assert report.counts() == {"confirmed": 3}
    assert len(world.workspace.writes) == 3


def test_what_the_adapter_says_nothing_of_is_looked_up() -> None:
    world, entries, proposal = wishes(3)
    report = world.apply(proposal, adapter=batched(world, BatchForgets))
    assert [result_of(report, entry).outcome for entry in entries] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.REFUSED,
    ]
    assert "said nothing" in result_of(report, entries[2]).detail


def test_a_batch_that_was_killed_leaves_intents_that_the_next_apply_looks_up() -> None:
    world, _, proposal = wishes(3)
    with pytest.raises(KeyboardInterrupt):
        world.apply(proposal, adapter=batched(world, BatchIsKilled))
    assert [row.state for row in world.journal.rows()] == [State.INTENDED] * 3
    world.clock.forward(minutes=5)
    assert world.apply(proposal, adapter=batched(world)).counts() == {"confirmed": 3}
    assert len(world.workspace.writes) == 3, "the one that had landed was not written twice"


def test_a_wrong_token_refuses_nothing_and_writes_nothing() -> None:
    world, _, proposal = wishes(3)
    report = world.apply(
        proposal, adapter=Batched(world.again(token="wrong").context, world.workspace, world.journal)
    )
    assert report.counts() == {"skipped": 3}
    assert world.journal.rows() == []


def test_side_effects_stop_the_kind_between_two_batches() -> None:
    world, _, proposal = wishes(12)
    world.workspace.automations.append(
        lambda entry: entry.model_copy(update={"assignees": (make_person("Robot"),)})
    )
    adapter = batched(world)
    report = world.apply(proposal, adapter=adapter)
    assert report.counts() == {"confirmed": 3, "skipped": 9}
    assert [len(call) for call in adapter.calls] == [3]


# -- order ----------------------------------------------------------------------------------------------------


def family() -> tuple[World, Entry, Entry, Entry]:
    """Return a world of a parent-to-be, a child-to-be and a stranger."""
    of = scene()
    parent, child, stranger = wish(of), wish(of), wish(of)
    return World(of), parent, child, stranger


def correction(entry: Entry, *changes: Change, id: str) -> Correction:
    (found,) = handmade(entry, *changes, id=id).corrections
    return found


def leaves(entry: Entry, id: str) -> Correction:
    return correction(entry, changed(entry, Field.SPRINT), id=id)


def named(entry: Entry) -> Named:
    return Named(id=entry.ref.id, name=entry.key)


@pytest.mark.parametrize("child_first", [False, True])
def test_a_child_and_its_parent_are_never_in_one_call(child_first: bool) -> None:
    _, parent, child, stranger = family()
    ones = [leaves(parent, "c-1"), correction(child, changed(child, Field.PARENT, named(parent)), id="c-2")]
    order = [*(reversed(ones) if child_first else ones), leaves(stranger, "c-3")]
    waiting = deque(order)
    assert [cut(waiting, 10, together=True), cut(waiting, 10, together=True)] == [order[:1], order[1:]]
    assert cut(deque(order), 10) == order, "one by one their order is kept anyway"


def test_who_leaves_a_parent_is_not_in_its_call_either() -> None:
    _, parent, child, _ = family()
    leaving = Change(field=Field.PARENT, before=(named(parent),), after=())
    order = [correction(child, leaving, id="c-1"), leaves(parent, "c-2")]
    assert cut(deque(order), 10, together=True) == order[:1]


def test_an_undo_of_a_batch_is_a_batch() -> None:
    world, entries, proposal = wishes(3)
    adapter = batched(world)
    world.apply(proposal, adapter=adapter)
    undoing: Proposal = world.undo(proposal.id)
    assert world.apply(undoing, adapter=adapter).counts() == {"confirmed": 3}
    assert [len(call) for call in adapter.calls] == [3, 3]
    for entry in entries:
        assert world.entry(entry).sprint == entry.sprint
        assert only(undoing, entry).changes
