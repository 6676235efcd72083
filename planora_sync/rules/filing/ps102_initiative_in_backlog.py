"""PS102 initiative-in-backlog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import facts_for


class InitiativeInBacklog(Rule):
    """An initiative lies in the backlog.

    What it finds
        An entry of the backlog whose evidence says initiative: it runs for months, has work below it, a theme
        and a product manager.
    Why it matters
        Direction that lies among ideas is seen by nobody, feeds no plan and is decided again every quarter.
    Example
        mapping = "notion-projects-tasks-sprints"
        [entry]
        place = "Tasks"
        title = "Group practices share one calendar"
        kind = "epic"
        level = 1
        start = -90
        target = 180
        children = 3
    Correction
        It moves to the roadmap; what is below it stays where it is.
    Safety
        review: a move names each value that the roadmap cannot hold. Manual where the level would change.
    """

    code: ClassVar[str] = "PS102"
    name: ClassVar[str] = "initiative-in-backlog"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed is not Filed.BACKLOG or case.judgement.nature is not Nature.INITIATIVE:
            return
        facts = facts_for(case, Nature.INITIATIVE)
        if facts:
            yield finding(
                self,
                case,
                f"This is an initiative, but it lies in the backlog ({case.filing.reason}): {facts[0]}.",
                evidence=facts,
                remedy=Remedy(layer=Layer.ROADMAP, words="Move it to the roadmap."),
            )
