"""PS107 bug-on-roadmap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.classify.facts import Facts
from planora_sync.classify.policies import fresh_critical, large_bug
from planora_sync.model import Filed, Kind, Layer, Nature
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding


class BugOnRoadmap(Rule):
    """A bug stands on the roadmap though it is not large enough to be an initiative.

    What it finds
        A bug, by type or label, on the roadmap without three open children and without a span over a month.
        Words of a title make no bug.
    Why it matters
        Bugs go in the backlog. A bug fix is on the roadmap only when it is large enough to be an initiative.
    Example
        mapping = "notion-projects-tasks-sprints"
        [entry]
        place = "Product Roadmap"
        title = "Login page crashes on Safari 15"
        kind = "bug"
    Correction
        It moves to the backlog, or to the plan where it is already promised.
    Safety
        review: another place names each value it cannot hold.
    """

    code: ClassVar[str] = "PS107"
    name: ClassVar[str] = "bug-on-roadmap"
    level: ClassVar[Level] = Level.WARNING

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed is not Filed.ROADMAP or case.entry.kind is not Kind.BUG:
            return
        facts = Facts(entry=case.entry, snapshot=case.snapshot, masked=case.judgement.masked)
        if case.judgement.nature is Nature.INITIATIVE or large_bug(facts):
            return
        if fresh_critical(facts, thresholds.critical_days):
            return  # PS108 speaks
        promised = case.judgement.nature is Nature.TASK
        layer, words = (
            (Layer.PLAN, "Move it to the plan.") if promised else (Layer.BACKLOG, "Move it to the backlog.")
        )
        called = case.entry.type.name if case.entry.type else "its label"
        yield finding(
            self,
            case,
            f"This bug is not large enough for the roadmap ({case.filing.reason}).",
            evidence=(f"a bug by {called}", "no three open children and no span over a month"),
            remedy=Remedy(layer=layer, words=words),
        )
