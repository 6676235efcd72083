"""PS104 idea-on-roadmap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.model import Filed, Kind, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding
from planora_sync.rules.filing.evidence import facts_for


class IdeaOnRoadmap(Rule):
    """An idea or request stands on the roadmap though nobody decided on it.

    What it finds
        An entry of the roadmap that is an idea or request by type or label, or was filed by a user of the
        product, and has neither owner, dates nor work below it. "Later" is a horizon: it asks for no more.
    Why it matters
        What stands on a roadmap is read as a promise.
    Example
        mapping = "notion-projects-tasks-sprints"
        [entry]
        place = "Product Roadmap"
        title = "Dark mode, please"
        kind = "idea"
        reporter = "customer"
    Correction
        It moves to the backlog.
    Safety
        review: another place names each value it cannot hold. Manual where the hierarchy level would change.
    """

    code: ClassVar[str] = "PS104"
    name: ClassVar[str] = "idea-on-roadmap"
    level: ClassVar[Level] = Level.WARNING

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        entry = case.entry
        if case.filing.filed is not Filed.ROADMAP or case.judgement.nature is not Nature.BACKLOG:
            return
        if entry.kind is Kind.BUG or (entry.horizon is not None and entry.horizon.bucket == "later"):
            return
        positive = {"filed-as-idea", "labelled-as-idea", "asked-for-by-a-user"}
        if positive & {signal.name for signal in case.judgement.evidence}:
            facts = facts_for(case, Nature.BACKLOG)
            yield finding(
                self,
                case,
                f"This is an idea that nobody decided on, but it stands on the roadmap: {facts[0]}.",
                evidence=facts,
                remedy=Remedy(
                    layer=Layer.BACKLOG, words="Move it to the backlog until somebody decides on it."
                ),
            )
