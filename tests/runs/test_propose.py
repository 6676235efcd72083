"""A proposal is made from the store; trackers are only asked what a move would lose."""

from __future__ import annotations

from pathlib import Path

from planora_sync.runs.audit import audit_store
from planora_sync.runs.propose import make
from planora_sync.runs.pull import pull_all
from planora_sync.sandbox import Fault
from tests.runs.team import START, Clock, workspace


def test_a_tracker_that_does_not_answer_is_waited_for_once(tmp_path: Path) -> None:
    with workspace(tmp_path, ("product",)) as (opened, sandboxes):
        assert isinstance(opened.now, Clock)
        pull_all(opened)
        audited = audit_store(opened)
        opened.now.at = START
        sandboxes["product"].fail(Fault(kind="cut-before", times=-1))
        proposal = make(opened, audited)
        assert len([one for one in proposal.corrections if one.changes]) > 10
        assert (opened.now.at - START).total_seconds() < 60
