"""PS101 initiative-in-plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import facts_for


class InitiativeInPlan(Rule):
    """An initiative stands in the plan.

    What it finds
        An entry in the active or next sprint (or on a board of planned work) whose evidence says initiative.
    Why it matters
        A plan is one or two weeks deep. What runs for months never gets done there: it is carried over, hides
        the tasks that move it, and makes the sprint's numbers meaningless.
    Example
        mapping = "jira-scrum"
        [entry]
        title = "Redesign the patient profile"
        kind = "epic"
        level = 1
        sprint = "active"
        start = -25
        target = 75
        children = 3
    Correction
        An epic leaves the sprint and its children stay. A story is promoted to an initiative or split.
    Safety
        review: an issue leaves the active sprint. Manual where the hierarchy level would have to change.
    """

    code: ClassVar[str] = "PS101"
    name: ClassVar[str] = "initiative-in-plan"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed is not Filed.PLAN or case.judgement.nature is not Nature.INITIATIVE:
            return
        facts = facts_for(case, Nature.INITIATIVE)
        if facts:
            yield finding(
                self,
                case,
                f"This is an initiative, but it stands in the plan ({case.filing.reason}): {facts[0]}.",
                evidence=facts,
                remedy=Remedy(
                    layer=Layer.ROADMAP, words="Move it to the roadmap; the tasks that serve it stay."
                ),
            )
