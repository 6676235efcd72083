"""After a crash the tracker is looked at before anything is repeated: nothing is lost, nothing done twice."""

from __future__ import annotations

import pytest

from planora_sync.adapter import Absence
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.takeover import take_over
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry
from planora_sync.testing import MemoryAdapter, MemoryFault
from planora_sync.testing.builders import CONNECTION
from planora_sync.testing.scene import Scene
from tests.correct.adapters import Interrupted
from tests.correct.world import World, only, result_of, scene, wish


def crashed(*, landed: bool) -> tuple[Scene, World, Entry, Proposal]:
    """Return a world whose first apply was broken off by Ctrl-C, before or after the write landed."""
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()
    if landed:
        adapter = Interrupted(world.adapter.context, world.workspace)
        with pytest.raises(KeyboardInterrupt):
            world.apply(proposal, adapter=adapter)
    else:

        def ctrl_c() -> None:
            raise KeyboardInterrupt

        world.workspace.meanwhile(ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            world.apply(proposal)
    (row,) = world.journal.rows()
    assert row.state is State.INTENDED
    world.clock.forward(minutes=5)
    return of, world, entry, proposal


def test_what_had_landed_is_confirmed_and_not_repeated() -> None:
    _, world, entry, proposal = crashed(landed=True)
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is State.CONFIRMED
    assert "it had been written" in found.detail
    assert len(world.workspace.writes) == 1
    assert [row.state for row in world.journal.rows()] == [State.CONFIRMED]


class Finishing(MemoryAdapter):
    """Counts how often it was asked to finish what an earlier process left out; may fail at it."""

    asked = 0
    failure: Exception | None = None

    def finish(self) -> None:
        super().finish()
        self.asked += 1
        if self.failure:
            raise self.failure


AWAY = ConnectionFailed("Away.", connection=CONNECTION, next_step="Wait.")


@pytest.mark.parametrize("failure", [None, AWAY, RuntimeError("a fault of the adapter")])
def test_adapters_finish_what_an_earlier_process_left_out_before_anything_is_looked_at(
    failure: Exception | None,
) -> None:
    _, world, entry, proposal = crashed(landed=True)
    adapter = Finishing(world.adapter.context, world.workspace)
    adapter.failure = failure
    assert not world.apply(proposal, adapter=adapter, dry_run=True).calls
    assert adapter.asked == 0
    assert result_of(world.apply(proposal, adapter=adapter), entry).outcome is State.CONFIRMED
    assert adapter.asked == 1


def test_what_had_not_landed_is_written_now() -> None:
    _, world, entry, proposal = crashed(landed=False)
    assert result_of(world.apply(proposal), entry).outcome is State.CONFIRMED
    assert len(world.workspace.writes) == 1
    assert [row.state for row in world.journal.rows()] == [State.REFUSED, State.CONFIRMED]
    assert world.entry(entry).sprint is None


def test_what_landed_and_was_set_back_by_a_person_is_not_written_again() -> None:
    of, world, entry, proposal = crashed(landed=True)
    back = world.workspace.edit(entry.ref.id, sprint=of.sprints["active"])
    found = result_of(world.apply(proposal), entry)
    assert found.outcome is State.CONFLICT
    assert "may have been written and set back" in found.detail
    assert world.entry(entry) == back


def test_it_stays_so_in_every_later_apply() -> None:
    of, world, entry, proposal = crashed(landed=True)
    back = world.workspace.edit(entry.ref.id, sprint=of.sprints["active"])
    world.undo(proposal.id)
    for dry_run in (True, False):
        assert result_of(world.apply(proposal, dry_run=dry_run), entry).outcome is State.CONFLICT
    assert world.entry(entry) == back


def test_what_somebody_set_to_a_third_value_is_a_conflict() -> None:
    of, world, entry, proposal = crashed(landed=True)
    moved = world.workspace.edit(entry.ref.id, sprint=of.sprints["next"])
    found = result_of(world.apply(proposal), entry)
    assert (found.outcome, "sprint is Sprint 38, not nothing" in found.detail) == (State.CONFLICT, True)
    assert world.entry(entry) == moved


def test_what_cannot_be_looked_at_stays_open_and_is_not_repeated() -> None:
    _, world, entry, proposal = crashed(landed=True)
    world.workspace.fail(MemoryFault.READ_FAILS)
    found = result_of(world.apply(proposal), entry)
    assert (found.outcome, "a look is not possible" in found.detail) == (State.UNKNOWN, True)
    assert len(world.journal.open_rows(proposal.id)) == 1
    assert len(world.workspace.writes) == 1
    assert result_of(world.apply(proposal), entry).outcome is State.CONFIRMED


def test_an_entry_that_is_gone_is_unknown() -> None:
    _, world, entry, proposal = crashed(landed=True)
    world.workspace.remove(entry.ref.id, Absence.DELETED)
    found = result_of(world.apply(proposal), entry)
    assert (found.outcome, "it was deleted" in found.detail) == (State.UNKNOWN, True)
    again = result_of(world.apply(proposal), entry)
    assert again.outcome is State.UNKNOWN
    assert [row.state for row in world.journal.rows()] == [State.UNKNOWN]


def test_undo_looks_first_too() -> None:
    of, world, entry, proposal = crashed(landed=True)
    undoing = world.undo(proposal.id)
    assert only(undoing, entry).changes[0].after[0].id == of.sprints["active"].id
    world.apply(undoing)
    assert world.entry(entry).sprint == entry.sprint


def test_a_dry_run_takes_nothing_over() -> None:
    _, world, _, proposal = crashed(landed=True)
    world.apply(proposal, dry_run=True)
    assert [row.state for row in world.journal.rows()] == [State.INTENDED]


def test_a_connection_that_is_not_open_leaves_the_intent_open() -> None:
    _, world, _, proposal = crashed(landed=True)
    found = take_over(proposal.id, adapters={}, journal=world.journal, now=world.clock)
    assert [state for state, _ in found.values()] == [State.UNKNOWN]
    assert f"Connection {CONNECTION!r} is not open" in next(iter(found.values()))[1]
    assert len(world.journal.open_rows(proposal.id)) == 1


def test_an_unknown_outcome_that_had_not_landed_is_settled_for_good() -> None:
    of = scene()
    entry = wish(of)
    world = World(of)
    proposal = world.propose()

    def both() -> None:
        world.workspace.fail(MemoryFault.UNKNOWN_BEFORE)
        world.workspace.fail(MemoryFault.READ_FAILS)

    world.workspace.meanwhile(both)
    assert result_of(world.apply(proposal), entry).outcome is State.UNKNOWN
    assert result_of(world.apply(proposal), entry).outcome is State.CONFIRMED
    assert [row.state for row in world.journal.rows()] == [State.UNKNOWN, State.REFUSED, State.CONFIRMED]
