"""The whole loop on the three messy workspaces, measured against what their authors wrote down, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from planora_sync.correct.proposal import Proposal, Safety
from planora_sync.model import LAYER_OF_NATURE, Entry, Filed, Nature
from planora_sync.report.audited import Audited
from planora_sync.runs.apply import apply_approved, approve_proposal, propose_undo
from planora_sync.runs.audit import audit_store
from planora_sync.runs.cycle import cycle
from planora_sync.runs.pull import pull_all
from planora_sync.runs.workspace import Workspace
from planora_sync.sandbox import Sandbox
from tests.cli.team import NAMES
from tests.runs.team import workspace

Opened = tuple[Workspace, Mapping[str, Sandbox]]
BESIDE = {"updated", "rank", "since", "raw"}
"""Fields that no undo brings back: they follow from the writing itself."""


@pytest.fixture
def fernway(tmp_path: Path) -> Iterator[Opened]:
    with workspace(tmp_path) as opened:
        yield opened


def found_on(audited: Audited) -> set[tuple[str, str, str]]:
    """Return the findings on entries: connection, id and code."""
    return {
        (found.ref.connection, found.ref.id, found.code)
        for found in audited.audit.findings
        if found.ref is not None
    }


def written_down(sandboxes: Mapping[str, Sandbox], which: str) -> set[tuple[str, str, str]]:
    """Return what the authors wrote down: `codes` before the corrections, `after` them."""
    return {
        (name, expected.id, code)
        for name, sandbox in sandboxes.items()
        for expected in sandbox.expected()
        for code in getattr(expected, which)
    }


def state(opened: Workspace) -> dict[str, dict[str, Any]]:
    """Return all entries as a full pull sees them, without what follows from writing."""
    pull_all(opened, full=True)
    return {
        str(entry.ref): entry.model_dump(mode="json", exclude=BESIDE)
        | {"children": sorted(entry.children)}  # trackers keep no order among them
        for entry in opened.store.entries.load()
    }


def correct(opened: Workspace, proposal: Proposal) -> Any:
    approve_proposal(opened, proposal, by="Ana Ruiz")
    return apply_approved(opened, proposal)


def test_first_audit_finds_exactly_what_is_written_down(fernway: Opened) -> None:
    opened, sandboxes = fernway
    done = cycle(opened)
    assert found_on(done.audited) == written_down(sandboxes, "codes")
    assert not [found for found in done.audited.audit.findings if found.ref is None]


def test_natures_are_those_written_down(fernway: Opened) -> None:
    opened, sandboxes = fernway
    done = cycle(opened)
    judged = {(ref.connection, ref.id): one.nature for ref, one in done.audited.audit.judgements.items()}
    wrong = {
        (name, expected.title): (expected.nature, judged[name, expected.id].value)
        for name, sandbox in sandboxes.items()
        for expected in sandbox.expected()
        if expected.nature and (name, expected.id) in judged
        if judged[name, expected.id].value != expected.nature
    }
    assert wrong == {}


def test_corrected_trackers_leave_only_what_needs_a_person_and_undo_brings_all_back(fernway: Opened) -> None:
    opened, sandboxes = fernway
    first = cycle(opened)
    before = state(opened)
    applied = correct(opened, first.proposal)
    assert applied.report.complete
    writing = [one.id for one in first.proposal.corrections if one.safety is not Safety.MANUAL]
    outcomes = {one.id: one.outcome.value for one in applied.report.results}
    assert {outcomes[id] for id in writing} == {"confirmed"}
    second = cycle(opened)
    assert found_on(second.audited) == written_down(sandboxes, "after")
    assert all(one.safety is Safety.MANUAL for one in second.proposal.corrections)
    undone = correct(opened, propose_undo(opened, first.proposal.id).proposal)
    assert undone.report.complete
    listed = {str(one.ref): " ".join(one.losses) for one in first.proposal.corrections}
    left = differences(before, state(opened))
    assert {
        ref: sorted(fields) for ref, fields in left.items() if not said(fields, listed.get(ref, ""))
    } == {}
    again = {found for found in found_on(audit_store(opened)) ^ written_down(sandboxes, "codes")}
    assert {id for _, id, _ in again} <= {ref.rpartition("/")[2] for ref in left}


LISTED = {"key": "number"}
"""Field that a move cannot bring back -> the word by which the proposal lists it."""


def differences(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """Return the fields that are others, by reference."""
    assert before.keys() == after.keys()
    return {
        ref: {field for field in row if row[field] != after[ref][field]}
        for ref, row in before.items()
        if row != after[ref]
    }


def said(fields: set[str], losses: str) -> bool:
    """Return whether the proposal listed all these fields among what would be lost."""
    return all(field in LISTED and LISTED[field] in losses for field in fields)


def test_what_was_moved_back_is_not_offered_again(tmp_path: Path) -> None:
    with workspace(tmp_path, ["growth"]) as (opened, _):
        first = cycle(opened)
        correct(opened, first.proposal)
        correct(opened, propose_undo(opened, first.proposal.id).proposal)
        again = cycle(opened)
        assert found_on(again.audited) == found_on(first.audited)
        assert [one for one in again.proposal.corrections if one.safety is not Safety.MANUAL] == []
        assert any("moved back" in note for note in again.proposal.notes)


def test_applying_twice_writes_once(fernway: Opened) -> None:
    opened, sandboxes = fernway
    proposal = cycle(opened).proposal
    correct(opened, proposal)
    before = state(opened)
    marks = {name: len(sandbox.ledger) for name, sandbox in sandboxes.items()}
    again = apply_approved(opened, proposal)
    assert again.report.complete
    later = [row for name, sandbox in sandboxes.items() for row in sandbox.ledger[marks[name] :]]
    assert not [row for row in later if row.method in {"PUT", "PATCH", "DELETE"}]
    assert not [
        row for row in later if row.path.endswith(("/move", "/backlog/issue")) or "/sprint/" in row.path
    ]
    assert state(opened) == before


@pytest.mark.parametrize(
    ("name", "healthy"),
    [("work", "scrum"), ("work", "kanban"), ("product", "one-database"), ("growth", "kanban")],
)
def test_healthy_workspaces_are_left_in_peace(tmp_path: Path, name: str, healthy: str) -> None:
    with workspace(tmp_path, [name], {name: healthy}) as (opened, _):
        audited = cycle(opened).audited
        assert not [found for found in audited.audit.findings if found.code.startswith("PS1")]
        counted = sum(audited.audit.counts.values())
        assert len(audited.audit.findings) <= 3 * counted / 100


@pytest.mark.parametrize("name", NAMES)
def test_empty_workspaces_give_an_empty_audit(tmp_path: Path, name: str) -> None:
    with workspace(tmp_path, [name], {name: "empty"}) as (opened, _):
        audited = cycle(opened).audited
        assert audited.audit.findings == ()
        assert audited.score.total.score == 100


def test_a_second_run_writes_nothing_and_finds_the_same(fernway: Opened) -> None:
    opened, _ = fernway
    first, second = cycle(opened), cycle(opened)
    assert found_on(first.audited) == found_on(second.audited)
    assert second.audited.new == frozenset()
    assert [one.id for one in first.proposal.corrections] == [one.id for one in second.proposal.corrections]
    assert all(pulled.changed == 0 for pulled in second.pulled)


def test_refiling_any_entry_never_turns_it_into_what_it_was_filed_as(fernway: Opened) -> None:
    from planora_sync.classify.judge import judge
    from planora_sync.correct.refile import Refiled, refile
    from planora_sync.model import Layer

    opened, _ = fernway
    audited = cycle(opened).audited
    snapshot = audited.snapshot
    tried = 0
    for entry in snapshot.entries.values():
        nature = _nature(audited, entry)
        if not entry.is_open or nature is Nature.NONE:
            continue
        for layer in Layer:
            found = refile(entry, layer, snapshot)
            if not isinstance(found, Refiled):
                continue
            tried += 1
            there = snapshot.refiled(found.entry)
            placed = there.entries[entry.ref]
            filing = there.filing(placed)
            judgement = judge(placed, filing, there)
            became = judgement.nature
            if judgement.decided_by.startswith("policy"):
                continue  # a law speaks of bugs by where they are: outside the plan
            if became is not nature:
                assert LAYER_OF_NATURE.get(became, Filed.NONE) is not filing.filed, (
                    entry.key,
                    entry.title,
                    nature,
                    became,
                )
    assert tried > 100


def _nature(audited: Audited, entry: Entry) -> Nature:
    judgement = audited.audit.judgements.get(entry.ref)
    return judgement.nature if judgement else Nature.NONE
