"""The promises of proposal, apply and undo, by their numbers; each is tested in depth in the files beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from planora_sync.correct.caps import open_entries
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Proposal
from planora_sync.errors import CapsExceeded, NotApproved
from planora_sync.model import Entry
from planora_sync.testing import MemoryFault, differing
from planora_sync.testing.builders import STATUSES
from planora_sync.testing.scene import Scene
from tests.correct.adapters import Watched
from tests.correct.world import World, epic, promise, result_of, scene, wish, writing


@pytest.fixture
def team() -> tuple[Scene, World]:
    """Return a scene with something to correct of each sort."""
    of = scene()
    wish(of), promise(of), epic(of)
    return of, World(of)


def test_promise_1_nothing_is_written_unless_it_stands_in_an_approved_proposal(
    team: tuple[Scene, World],
) -> None:
    _, world = team
    proposal = world.propose()
    world.apply(proposal, ())
    world.apply(proposal, dry_run=True)
    other = proposal.model_copy(update={"corrections": proposal.corrections[:1]})
    with pytest.raises(NotApproved):
        world.apply(other, [one.id for one in proposal.corrections])
    assert world.workspace.writes == []
    world.apply(proposal, [proposal.corrections[0].id])
    assert [row.path for row in world.workspace.writes] == [f"/entries/{proposal.corrections[0].ref.id}"]


def test_promise_2_what_changed_since_is_a_conflict_and_the_others_go_on(team: tuple[Scene, World]) -> None:
    of, world = team
    proposal = world.propose()
    edited = world.workspace.edit("1", sprint=of.sprints["next"])
    report = world.apply(proposal)
    assert result_of(report, of.entries[0]).outcome is State.CONFLICT
    assert world.entry(edited) == edited
    assert report.counts()["confirmed"] == len(writing(proposal)) - 1


def test_promise_3_the_intent_is_committed_before_the_call_and_the_outcome_after(
    team: tuple[Scene, World],
) -> None:
    _, world = team
    adapter = Watched(world.adapter.context, world.workspace)
    adapter.journal, adapter.ahead = world.journal, []
    proposal = world.propose()
    world.apply(proposal, adapter=adapter)
    assert adapter.ahead == [True] * len(writing(proposal))
    assert all(row.settled is not None for row in world.journal.rows())


@pytest.mark.parametrize("fault", [MemoryFault.UNKNOWN_BEFORE, MemoryFault.UNKNOWN_AFTER])
def test_promise_4_an_unknown_outcome_is_resolved_by_reading(
    team: tuple[Scene, World], fault: MemoryFault
) -> None:
    of, world = team
    world.workspace.fail(fault, target="1")
    proposal = world.propose()
    world.apply(proposal)
    world.apply(proposal)
    sent = [row for row in world.workspace.writes if row.path == "/entries/1"]
    landed_at_once = fault is MemoryFault.UNKNOWN_AFTER
    assert len(sent) == (1 if landed_at_once else 2)
    assert world.entry(of.entries[0]).sprint is None


def edit_and_apply(world: World, proposal: Proposal) -> None:
    world.apply(proposal)


def edit_and_undo(world: World, proposal: Proposal) -> None:
    world.apply(world.undo(proposal.id))


@pytest.mark.parametrize("then", [edit_and_apply, edit_and_undo])
def test_promise_5_a_later_edit_is_overwritten_neither_by_apply_nor_by_undo(
    team: tuple[Scene, World], then: Callable[[World, Proposal], None]
) -> None:
    of, world = team
    proposal = world.propose()
    world.apply(proposal)
    edited = [
        world.workspace.edit("1", sprint=of.sprints["next"]),
        world.workspace.edit("2", sprint=of.sprints["next"], status=STATUSES[1]),
        world.workspace.edit("3", sprint=of.sprints["next"]),
    ]
    then(world, proposal)
    assert [world.entry(one) for one in edited] == edited


def test_promise_6_nothing_is_deleted_and_no_title_or_text_is_touched(team: tuple[Scene, World]) -> None:
    of, world = team
    world.apply(world.propose())
    after = {
        entry.ref: (entry.title, entry.text, entry.archived) for entry in world.workspace.entries.values()
    }
    assert after == {entry.ref: (entry.title, entry.text, entry.archived) for entry in of.entries}


def test_promise_7_what_cannot_be_read_is_not_taken_for_gone(team: tuple[Scene, World]) -> None:
    _, world = team
    proposal = world.propose()
    world.workspace.fail(MemoryFault.READ_FAILS)
    report = world.apply(proposal)
    details = {one.detail for one in report.results if one.wanted}
    assert len(details) == 1
    assert "does not answer" in details.pop()
    assert world.workspace.writes == []


def test_promise_8_above_the_caps_the_whole_proposal_stops() -> None:
    of = scene()
    for _ in range(4):
        wish(of)
    for _ in range(6):
        of.add(type="story", sprint="active", assignees=["Linh"])
    world = World(of)
    proposal = world.propose()
    assert any("mem:PLAN: 40% of its open entries (4/10)" in note for note in proposal.notes)
    sizes = open_entries(world.snapshot())
    with pytest.raises(CapsExceeded, match=r"4/10"):
        world.apply(proposal, open_entries=sizes)
    assert world.workspace.writes == []
    assert world.apply(proposal, open_entries=sizes, force_caps=True).complete


def test_promise_9_one_bad_entry_stops_no_other(team: tuple[Scene, World]) -> None:
    of, world = team
    proposal = world.propose()
    world.workspace.fail(MemoryFault.REFUSE, target="1")
    world.workspace.remove("2")
    report = world.apply(proposal)
    assert [result_of(report, entry).outcome for entry in of.entries[:3]] == [
        State.REFUSED,
        State.CONFLICT,
        State.CONFIRMED,
    ]


def test_promise_10_a_correction_is_one_call_and_reading_is_shared(team: tuple[Scene, World]) -> None:
    _, world = team
    proposal = world.propose()
    asked = len(world.workspace.ledger)
    world.apply(proposal)
    assert len(world.workspace.ledger) - asked == len(writing(proposal)) + 2


def test_promise_12_a_proposal_settles(team: tuple[Scene, World]) -> None:
    _, world = team
    before = {finding.identity for finding in world.findings()}
    proposal = world.propose()
    world.apply(proposal)
    after = {finding.identity for finding in world.findings()}
    assert after - before == set()
    assert {one.ref for one in writing(proposal)}.isdisjoint(
        {finding.ref for finding in world.findings() if finding.code.startswith("PS1")}
    )
    assert writing(world.propose()) == ()


def test_undo_brings_every_field_back(team: tuple[Scene, World]) -> None:
    _, world = team
    before: dict[str, Entry] = dict(world.workspace.entries)
    proposal = world.propose()
    world.apply(proposal)
    world.apply(world.undo(proposal.id))
    assert all(
        differing(entry, world.workspace.entries[id]) <= {"updated", "rank", "since"}
        for id, entry in before.items()
    )


def test_a_read_only_connection_is_never_written(team: tuple[Scene, World]) -> None:
    _, world = team
    read_only = type(world.adapter)(replace(world.adapter.context, read_only=True), world.workspace)
    world.apply(world.propose(), adapter=read_only)
    assert world.workspace.writes == []
