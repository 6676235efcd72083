"""Histories that nobody would write down: people edit, trackers fail, runs crash, and the promises hold.

A person's later edit is never overwritten, neither by apply nor by undo. Every write has its intent in the
journal. What landed is never sent again. A read-only connection is never written. Undo brings all back, and what
was applied settles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planora_sync.adapter import Outcome, Refused, Step
from planora_sync.change import Change, Field, current, same
from planora_sync.correct.approve import approve
from planora_sync.correct.journal import JournalRow, State
from planora_sync.correct.proposal import Proposal
from planora_sync.correct.rejected import moved_back
from planora_sync.correct.takeover import take_over
from planora_sync.testing import MemoryAdapter, MemoryFault, differing
from planora_sync.testing.builders import CONNECTION, STATUSES, make_person
from planora_sync.testing.scene import Scene
from tests.correct.world import World, epic, promise, scene, wish, writing

TROUBLE = (
    "none",
    "refused",
    "unknown, not landed",
    "unknown, landed",
    "landed, then no answer",
    "lost, then no answer",
    "unreadable",
    "ctrl-c before",
    "ctrl-c after",
)
FAULTS = (MemoryFault.REFUSE, MemoryFault.UNKNOWN_BEFORE, MemoryFault.UNKNOWN_AFTER, MemoryFault.READ_FAILS)
ALWAYS = {"updated", "rank", "since", "done"}
EDITS: Mapping[str, tuple[str, Any]] = {
    "into the sprint": ("sprint", "active"),
    "into the next sprint": ("sprint", "next"),
    "out of the sprint": ("sprint", None),
    "to do": ("status", STATUSES[1]),
    "begun": ("status", STATUSES[2]),
    "taken": ("assignees", (make_person("Linh"),)),
    "left": ("assignees", ()),
}
LATEST = st.integers(min_value=0, max_value=3)
"""How many proposals, or writes, ago."""
IDS = ("1", "2", "3", "4")


class Checking(MemoryAdapter):
    """Sees each write on its way: what stood there, whether it was written ahead, and whether it landed."""

    machine: LoopMachine
    crash_after = False

    def _send(self, step: Step) -> Outcome:
        id = step.path.rpartition("/")[2]
        changes = [Change.model_validate(change) for change in (step.body or {})["changes"]]
        self.machine.check_write(id, changes)
        outcome = super()._send(step)
        self.machine.learn(id, changes, outcome)
        if self.crash_after:
            self.crash_after = False
            raise KeyboardInterrupt
        return outcome


def teams() -> Scene:
    """Return a scene with something to correct of each sort."""
    of = scene()
    wish(of), promise(of), promise(of, assignees=[]), epic(of)
    return of


class LoopMachine(RuleBasedStateMachine):
    """People and planora-sync at work on the same tracker."""

    def __init__(self) -> None:
        super().__init__()
        of = teams()
        self.sprints = of.sprints
        self.world = World(of)
        self.adapter = Checking(self.world.adapter.context, self.world.workspace)
        self.adapter.machine = self
        self.world.adapter = self.adapter
        self.proposals: list[Proposal] = []
        self.violations: list[str] = []
        self.landed: dict[tuple[str, str, Field], Change] = {}
        self.last: dict[tuple[str, Field], str] = {}
        """Entry and field -> the proposal that wrote it last, or `somebody`."""

    # -- what each write is held against ----------------------------------------------------------------------

    def row(self, id: str) -> JournalRow | None:
        """Return the intent that a write on an entry must have."""
        rows = [row for row in self.world.journal.rows() if row.ref.id == id and row.settled is None]
        return rows[-1] if rows else None

    def check_write(self, id: str, changes: Sequence[Change]) -> None:
        # Noted and not raised: an apply survives whatever an adapter raises.
        row, entry = self.row(id), self.world.workspace.entries[id]
        if row is None:
            self.violations.append(f"{id} is written without an intent")
            return
        for change in changes:
            held = current(entry, change.field)
            if not same(held, change.before) and not same(held, change.after):
                self.violations.append(f"{change.field} of {id} was edited")
            if (row.proposal, row.correction, change.field) in self.landed:
                self.violations.append(f"{change.field} of {id} had been written before")

    def learn(self, id: str, changes: Sequence[Change], outcome: Outcome) -> None:
        row, entry = self.row(id), self.world.workspace.entries[id]
        if row is not None and not isinstance(outcome, Refused):
            for change in changes:
                if same(current(entry, change.field), change.after):
                    self.landed[row.proposal, row.correction, change.field] = change
                    self.last[id, change.field] = row.proposal

    @invariant()
    def every_write_was_right(self) -> None:
        assert self.violations == []

    # -- people -----------------------------------------------------------------------------------------------

    @rule(id=st.sampled_from(IDS), what=st.sampled_from(sorted(EDITS)))
    def somebody_edits(self, id: str, what: str) -> None:
        field, value = EDITS[what]
        self.edit(id, **{field: self.sprints[value] if field == "sprint" and value else value})

    @precondition(lambda self: self.landed)
    @rule(back=LATEST)
    def somebody_sets_it_back(self, back: int) -> None:
        proposal, id, field = list(self.landed)[-1 - back % len(self.landed)]
        change = self.landed[proposal, id, field]
        found = next(p for p in self.proposals if p.id == proposal).correction(id)
        assert found is not None
        if field is Field.SPRINT:
            sprints = {one.id: one for one in self.sprints.values()}
            self.edit(found.ref.id, sprint=sprints[change.before[0].id] if change.before else None)

    def edit(self, id: str, **fields: Any) -> None:
        self.world.clock.forward(minutes=1)
        self.world.workspace.edit(id, **fields)
        for name in fields:
            self.last[id, Field(name)] = "somebody"

    # -- trouble ----------------------------------------------------------------------------------------------

    def trouble(self, what: str) -> None:
        """Let something go wrong with the next writes."""
        space = self.world.workspace

        def ctrl_c() -> None:
            raise KeyboardInterrupt

        match what:
            case "refused":
                space.fail(MemoryFault.REFUSE)
            case "unknown, not landed":
                space.fail(MemoryFault.UNKNOWN_BEFORE)
            case "unknown, landed":
                space.fail(MemoryFault.UNKNOWN_AFTER)
            case "landed, then no answer":
                space.meanwhile(lambda: space.fail(MemoryFault.READ_FAILS, times=2))
            case "lost, then no answer":
                space.fail(MemoryFault.UNKNOWN_BEFORE)
                space.meanwhile(lambda: space.fail(MemoryFault.READ_FAILS, times=2))
            case "unreadable":
                space.fail(MemoryFault.READ_FAILS)
            case "ctrl-c before":
                space.meanwhile(ctrl_c)
            case "ctrl-c after":
                self.adapter.crash_after = True
            case _:
                pass

    def calm(self) -> None:
        """Use up whatever was to go wrong."""
        while self.world.workspace.strikes(FAULTS, *IDS):
            pass
        with suppress(KeyboardInterrupt):
            self.world.workspace.arrive()
        self.adapter.crash_after = False

    # -- the loop ---------------------------------------------------------------------------------------------

    def latest(self, back: int) -> Proposal:
        return self.proposals[-1 - back % len(self.proposals)]

    def propose(self) -> Proposal:
        self.calm()
        self.world.clock.forward(minutes=1)
        return self.world.propose()

    @initialize()
    def we_begin(self) -> None:
        self.proposals.append(self.propose())

    @rule()
    def we_propose(self) -> None:
        self.proposals.append(self.propose())

    @precondition(lambda self: self.proposals)
    @rule(back=LATEST, what=st.sampled_from(TROUBLE))
    def we_apply(self, back: int, what: str) -> None:
        proposal = self.latest(back)
        self.trouble(what)
        self.apply(proposal)
        self.calm()

    @precondition(lambda self: self.world.journal.rows())
    @rule(back=LATEST)
    def we_undo(self, back: int) -> None:
        self.calm()
        self.world.clock.forward(minutes=1)
        known = list(dict.fromkeys(row.proposal for row in self.world.journal.rows()))
        word = known[-1 - back % len(known)]
        undoing = self.world.undo(word)
        self.check_undo(word, undoing)
        self.proposals.append(undoing)

    def check_undo(self, word: str, undoing: Proposal) -> None:
        """Hold an undo against what really landed: all that is still ours comes back, and nothing else."""
        offered = {(one.ref.id, change.field) for one in undoing.corrections for change in one.changes}
        ours = set()
        for (proposal, correction, field), change in self.landed.items():
            found = next(p for p in self.proposals if p.id == proposal).correction(correction)
            assert found is not None
            real = proposal == word and not same(change.before, change.after)
            if real and self.last[found.ref.id, field] == word:
                ours.add((found.ref.id, field))
        assert ours <= offered

    def a_read_only_connection_is_never_written(self) -> None:
        before = len(self.world.workspace.writes)
        for proposal in self.proposals:
            self.world.apply(proposal, adapter=self.world.again(read_only=True))
        assert len(self.world.workspace.writes) == before

    def apply(self, proposal: Proposal) -> None:
        self.world.clock.forward(minutes=1)
        approved = approve(proposal, by="Ana", at=self.world.clock()).corrections
        with suppress(KeyboardInterrupt):
            report = self.world.apply(proposal, approved)
            for found in report.results:
                correction = proposal.correction(found.id)
                assert correction is not None
                entry = self.world.workspace.entries[found.ref.id]
                if found.done:
                    assert all(same(current(entry, c.field), c.after) for c in correction.changes)

    # -- what must be so in calm weather ----------------------------------------------------------------------

    def applied_and_undone_all_is_as_before(self) -> None:
        proposal = self.propose()
        self.proposals.append(proposal)
        before = dict(self.world.workspace.entries)
        report = self.world.apply(proposal)
        assert report.complete
        self.world.clock.forward(minutes=1)
        if writing(proposal):
            self.proposals.append(self.world.undo(proposal.id))
            assert self.world.apply(self.proposals[-1]).complete
        for id, entry in before.items():
            assert differing(entry, self.world.workspace.entries[id]) <= ALWAYS
        rejected = moved_back(self.world.journal.rows(), self.world.snapshot().entries)
        assert {one.id for one in writing(proposal)} <= rejected

    def what_was_applied_settles(self) -> None:
        first = self.propose()
        self.proposals.append(first)
        before = {finding.identity for finding in self.world.findings()}
        self.world.apply(first)
        after = {finding.identity for finding in self.world.findings()}
        new = {identity for identity in after - before if identity.startswith(("PS1", "PS2"))}
        assert new == set()
        assert writing(self.propose()) == ()

    def what_was_left_open_is_known_after_a_look(self) -> None:
        adapters = {CONNECTION: self.adapter}
        for proposal in self.proposals:
            take_over(proposal.id, adapters=adapters, journal=self.world.journal, now=self.world.clock)
        assert [row for row in self.world.journal.rows() if row.state is State.INTENDED] == []

    def teardown(self) -> None:
        """Ask in calm weather, wherever the history led."""
        self.calm()
        self.a_read_only_connection_is_never_written()
        self.what_was_left_open_is_known_after_a_look()
        self.applied_and_undone_all_is_as_before()
        self.what_was_applied_settles()
        self.every_write_was_right()


TestLoop = LoopMachine.TestCase
TestLoop.settings = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
