"""A batch of corrections goes to Jira in one call where it takes several issues in one, and is undone likewise."""

from __future__ import annotations

from pathlib import Path

from planora_sync.change import Field
from planora_sync.correct.proposal import Safety
from planora_sync.runs.apply import apply_approved, approve_proposal, propose_undo
from planora_sync.runs.cycle import cycle
from planora_sync.sandbox import Fault, Sandbox
from tests.runs.team import workspace

MOVES = ("/backlog/issue", "/issue")


def moves(sandbox: Sandbox) -> int:
    """Return how many calls moved issues into or out of sprints since the last look."""
    rows = [row for row in sandbox.ledger if row.method == "POST" and "/rest/agile/" in row.path]
    sandbox.ledger.clear()
    return len([row for row in rows if row.path.endswith(MOVES)])


def test_sprint_moves_of_a_batch_are_few_calls_and_so_is_their_undo(tmp_path: Path) -> None:
    with workspace(tmp_path, ["work"]) as (opened, sandboxes):
        proposal = cycle(opened).proposal
        writing = [one for one in proposal.corrections if one.safety is not Safety.MANUAL]
        sprints = [one for one in writing if any(change.field is Field.SPRINT for change in one.changes)]
        assert len(sprints) > 5
        approve_proposal(opened, proposal, by="Ana Ruiz")
        sandboxes["work"].ledger.clear()
        assert apply_approved(opened, proposal).report.complete
        assert moves(sandboxes["work"]) < len(sprints) / 2
        undoing = propose_undo(opened, proposal.id).proposal
        approve_proposal(opened, undoing, by="Ana Ruiz")
        sandboxes["work"].ledger.clear()
        assert apply_approved(opened, undoing).report.complete
        assert moves(sandboxes["work"]) < len(sprints)


def test_a_batch_whose_answer_is_lost_is_confirmed_by_reading_and_never_sent_again(tmp_path: Path) -> None:
    with workspace(tmp_path, ["work"]) as (opened, sandboxes):
        proposal = cycle(opened).proposal
        approve_proposal(opened, proposal, by="Ana Ruiz")
        sandboxes["work"].fail(Fault(kind="cut-after", method="POST", path="/rest/agile/*/issue"))
        applied = apply_approved(opened, proposal)
        assert applied.report.complete
        looked = [one for one in applied.report.results if "A look shows that it was written." in one.detail]
        assert len(looked) > 1, "the batch was of several"
