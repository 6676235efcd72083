"""A tracker in memory with a scene in it, and the loop over it: what the tests of corrections stand on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from planora_sync.adapter import Adapter
from planora_sync.correct.apply import apply_proposal
from planora_sync.correct.approve import approve
from planora_sync.correct.proposal import Correction, Proposal, Safety
from planora_sync.correct.propose import propose
from planora_sync.correct.results import ApplyReport, Result
from planora_sync.correct.undo import undo_proposal
from planora_sync.mapping.loading import load_preset
from planora_sync.mapping.preset import ConnectionMapping, Preset
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Kind
from planora_sync.rules.base import Finding
from planora_sync.rules.engine import audit
from planora_sync.testing import NOW, MemoryAdapter, MemoryWorkspace, memory_context, pull_all
from planora_sync.testing.builders import CONNECTION, TRACKER
from planora_sync.testing.journal import MemoryJournal
from planora_sync.testing.scene import Scene, SceneRoles


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def scene(preset: str | Preset = "jira-scrum", **fields: Any) -> Scene:
    """Return an empty scene of a tracker in memory."""
    loaded = load_preset(preset) if isinstance(preset, str) else preset
    return Scene(loaded, tracker=TRACKER, **fields)


def wish(of: Scene, **fields: Any) -> Entry:
    """Add a wish that stands in the active sprint: PS106, to be put back into the backlog."""
    given = {"type": "request", "sprint": "active", "kind": Kind.REQUEST, "reporter_external": True}
    return of.add("Dark mode, please", **{**given, **fields})


def promise(of: Scene, **fields: Any) -> Entry:
    """Add promised work in no sprint: PS105, to be put into the active sprint."""
    return of.add(
        "Update the insurer list",
        **{"type": "story", "status": "In Progress", "assignees": ["Linh"], "due": 3, **fields},
    )


def epic(of: Scene, **fields: Any) -> Entry:
    """Add an epic with its own sprint field set: PS101, to leave the sprint."""
    given: dict[str, Any] = {"type": "epic", "sprint": "active", "start": -25, "due": 75}
    found = of.add("Redesign the patient profile", **{**given, **fields})
    of.add_children(found, 3, type="story", sprint="active", assignees=["Linh"])
    return found


class World:
    """A scene in a tracker, with a journal beside it; `act` is the whole loop."""

    def __init__(self, of: Scene, *, read_only: bool = False, **workspace: Any) -> None:
        self.mapping: ConnectionMapping = of.mapping
        self.clock = Clock()
        self.workspace = MemoryWorkspace(now=self.clock, **workspace)
        self.workspace.put(*of.places, *of.entries)
        self.adapter = MemoryAdapter(memory_context(read_only=read_only), self.workspace)
        self.journal = MemoryJournal()
        self.runs = 0

    def entry(self, entry: Entry) -> Entry:
        """Return an entry as the tracker holds it."""
        return self.workspace.entries[entry.ref.id]

    def snapshot(self) -> Snapshot:
        """Return what a pull shows."""
        pulled = pull_all(self.adapter)
        return Snapshot(
            entries=pulled.entries,
            places=pulled.places,
            mappings={CONNECTION: self.mapping},
            people=SceneRoles(),
            now=self.clock(),
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return what an audit finds."""
        return audit(self.snapshot()).findings

    def propose(self, **options: Any) -> Proposal:
        """Return the proposal of an audit."""
        snapshot = self.snapshot()
        found = audit(snapshot)
        given: dict[str, Any] = {"judgements": found.judgements, "now": self.clock(), "audit": findings_of}
        return propose(snapshot, (*found.findings, *found.folded), **{**given, **options})

    def apply(
        self,
        proposal: Proposal,
        ids: Collection[str] | None = None,
        *,
        adapter: Adapter | None = None,
        **options: Any,
    ) -> ApplyReport:
        """Apply a proposal as a run of its own; all that may be approved is, unless ids are given."""
        self.runs += 1
        approved = approve(proposal, by="Ana", at=self.clock()).corrections if ids is None else ids
        return apply_proposal(
            proposal,
            approved,
            adapters={CONNECTION: adapter or self.adapter},
            journal=self.journal,
            run=f"r-{self.runs}",
            now=self.clock,
            **options,
        )

    def undo(self, word: str) -> Proposal:
        """Return the proposal that undoes what `word` names."""
        adapters = {CONNECTION: self.adapter}
        return undo_proposal(word, adapters=adapters, journal=self.journal, now=self.clock).proposal

    def again(self, **context: Any) -> MemoryAdapter:
        """Return another adapter over the same tracker."""
        return MemoryAdapter(replace(self.adapter.context, **context), self.workspace)


def findings_of(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return what an audit of a snapshot finds."""
    return audit(snapshot).findings


def writing(proposal: Proposal) -> tuple[Correction, ...]:
    """Return the corrections that write."""
    return tuple(one for one in proposal.corrections if one.safety is not Safety.MANUAL)


def only(proposal: Proposal, entry: Entry) -> Correction:
    """Return the one correction of an entry."""
    (found,) = (one for one in proposal.corrections if one.ref == entry.ref)
    return found


def result_of(report: ApplyReport, entry: Entry) -> Result:
    """Return the one result of an entry."""
    (found,) = (one for one in report.results if one.ref == entry.ref)
    return found


def stops_after(calls: int) -> Callable[[], bool]:
    """Return a `stop` that says no so many times, and then yes."""
    left = iter([False] * calls)
    return lambda: next(left, True)
