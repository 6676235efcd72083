"""PS108 critical-bug-not-in-plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.classify.facts import Facts
from planora_sync.classify.policies import fresh_critical, large_bug
from planora_sync.model import Filed, Layer
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding


class CriticalBugNotInPlan(Rule):
    """A critical bug is not in the plan.

    What it finds
        A bug whose severity or priority is critical, raised within the last month, outside the plan. An old
        "Highest" is a stale priority and no critical bug.
    Why it matters
        Bugs go in the backlog, but a critical one jumps straight to the plan.
    Example
        mapping = "jira-scrum"
        [entry]
        title = "Booking page shows the patients of another clinic"
        kind = "bug"
        level = 0
        severity = "critical"
        created = -1
    Correction
        The tech lead hears of it first. With an owner it joins the active sprint.
    Safety
        review with an owner; manual without one: who takes it?
    """

    code: ClassVar[str] = "PS108"
    name: ClassVar[str] = "critical-bug-not-in-plan"
    level: ClassVar[Level] = Level.ERROR

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        if case.filing.filed not in (Filed.BACKLOG, Filed.ROADMAP):
            return
        facts = Facts(entry=case.entry, snapshot=case.snapshot, masked=case.judgement.masked)
        if not fresh_critical(facts, thresholds.critical_days) or large_bug(facts):
            return
        owners = ", ".join(person.name for person in case.entry.owners)
        if owners:
            remedy = Remedy(layer=Layer.PLAN, words=f"Put it into the active sprint; {owners} has it.")
        else:
            remedy = Remedy(layer=Layer.PLAN, words="Tell the tech lead: who takes it, now?", ask=True)
        yield finding(
            self,
            case,
            f"A critical bug, {facts.age_days} days old, is not in the plan ({case.filing.reason}).",
            evidence=(
                "critical by severity or priority",
                f"raised {facts.age_days} days ago",
                owners or "nobody has it",
            ),
            remedy=remedy,
        )
