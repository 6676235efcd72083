"""PS105 committed-work-in-backlog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import commitments, facts_for


class CommittedWorkInBacklog(Rule):
    """Work that somebody promised lies in the backlog.

    What it finds
        An entry of the backlog with two of: an owner who is not the place's default assignee, a deadline within
        the plan's horizon, work begun.
    Why it matters
        Promised work outside the plan is work nobody sees: it eats the sprint from below.
    Example
        mapping = "jira-scrum"
        [entry]
        title = "Update the insurer list"
        kind = "task"
        level = 0
        status = "doing"
        owner = "developer"
        due = 3
    Correction
        It joins the active or the next sprint, as the plan's owner decides.
    Safety
        review: an issue enters the active sprint.
    """

    code: ClassVar[str] = "PS105"
    name: ClassVar[str] = "committed-work-in-backlog"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed is not Filed.BACKLOG or case.judgement.nature is not Nature.TASK:
            return
        facts = commitments(case)
        if len(facts) >= 2:
            yield finding(
                self,
                case,
                f"This is promised work, but it lies in the backlog ({case.filing.reason}): {' and '.join(facts)}.",
                evidence=(*facts, *facts_for(case, Nature.TASK)),
                remedy=Remedy(layer=Layer.PLAN, words="Put it into the plan, or take the promise back."),
            )
