"""PS106 uncommitted-work-in-plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Kind, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import doubts


class UncommittedWorkInPlan(Rule):
    """Something nobody committed to stands in the plan.

    What it finds
        An entry of the plan with neither owner nor date of its own, about which a fact speaks against
        commitment: it is an idea or request, parked by label or status, meant for later, carried over three
        times and never begun, or not begun and untouched for two weeks.
    Why it matters
        A plan with wishes in it is no promise. A missing owner alone is PS201: it is asked for, not moved.
    Example
        mapping = "jira-scrum"
        [entry]
        title = "Could the calendar show moon phases?"
        kind = "request"
        level = 0
        sprint = "active"
        reporter = "customer"
    Correction
        It goes back to the backlog. Begun work never leaves a sprint.
    Safety
        review: an issue leaves a sprint.
    """

    code: ClassVar[str] = "PS106"
    name: ClassVar[str] = "uncommitted-work-in-plan"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        entry = case.entry
        if case.filing.filed is not Filed.PLAN or case.judgement.nature is not Nature.BACKLOG:
            return
        # The bug policy moves no bug out of the plan; who has an owner or a date is committed.
        if entry.kind is Kind.BUG or entry.owners or entry.due:
            return
        facts = doubts(case, thresholds)
        if facts:
            yield finding(
                self,
                case,
                f"Nobody committed to this, but it stands in the plan ({case.filing.reason}): {facts[0]}.",
                evidence=(*facts, "has neither owner nor date"),
                remedy=Remedy(
                    layer=Layer.BACKLOG, words="Put it back into the backlog, or say who does it by when."
                ),
            )
