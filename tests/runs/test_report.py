"""Reports as files: what they say of former audits."""

from __future__ import annotations

from pathlib import Path

from planora_sync.runs.audit import audit_store
from planora_sync.runs.pull import pull_all
from planora_sync.runs.report import history
from tests.runs.team import Clock, workspace


def test_a_report_knows_no_audit_that_came_after_its_own(tmp_path: Path) -> None:
    with workspace(tmp_path, ("growth",), {"growth": "kanban"}) as (opened, _):
        pull_all(opened)
        first = audit_store(opened)
        assert isinstance(opened.now, Clock)
        opened.now.wait(60)
        second = audit_store(opened)
        assert len(history(opened, first.at)) == 1
        assert len(history(opened, second.at)) == 2
