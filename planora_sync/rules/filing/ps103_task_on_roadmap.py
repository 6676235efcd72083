"""PS103 task-on-roadmap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Kind, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import facts_for


class TaskOnRoadmap(Rule):
    """A task stands on the roadmap.

    What it finds
        An entry of the roadmap whose evidence says planned task: small, owned by who does it, due in days.
    Why it matters
        A roadmap is read by the whole company and by customers. Work of an afternoon on it hides direction.
    Example
        mapping = "notion-projects-tasks-sprints"
        [entry]
        place = "Product Roadmap"
        title = "Fix typo in the confirmation mail"
        kind = "task"
        owner = "developer"
        start = 0
        due = 3
    Correction
        It moves to the plan, with its owner and deadline.
    Safety
        review: another place names each value it cannot hold. Manual where the hierarchy level would change.
    """

    code: ClassVar[str] = "PS103"
    name: ClassVar[str] = "task-on-roadmap"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed is not Filed.ROADMAP or case.judgement.nature is not Nature.TASK:
            return
        if case.entry.kind is Kind.BUG:
            return  # PS107 and PS108 speak of bugs
        facts = facts_for(case, Nature.TASK)
        if facts:
            yield finding(
                self,
                case,
                f"This is a planned task, but it stands on the roadmap ({case.filing.reason}): {facts[0]}.",
                evidence=facts,
                remedy=Remedy(
                    layer=Layer.PLAN, words="Move it to the plan; it keeps its owner and deadline."
                ),
            )
