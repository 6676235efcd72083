"""PS201 task-without-owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.mapping.preset import WorkStyle
from planora_sync.model import Filed, SprintState
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding


def half_passed(case: Case) -> bool:
    """Return whether half of the entry's sprint has passed; without dates it has not."""
    sprint = case.entry.sprint
    if sprint is None or sprint.start is None or sprint.end is None:
        return False
    return case.snapshot.today - sprint.start > (sprint.end - sprint.start) / 2


class TaskWithoutOwner(Rule):
    """A planned task has no owner.

    What it finds
        An entry of the active sprint without owner or assignee; in a flow or a weekly plan, one that is begun.
        It is info until work has begun or half the sprint has passed: many teams take work when they begin it.
    Why it matters
        A task is a commitment: an owner and a deadline. Without an owner nobody will say that it is late.
    Example
        mapping = "jira-scrum"
        [entry]
        title = "Consent log for the auditor"
        kind = "task"
        level = 0
        sprint = "active"
        status = "doing"
    Correction
        A person says who owns it.
    Safety
        manual: an owner is never guessed.
    """

    code: ClassVar[str] = "PS201"
    name: ClassVar[str] = "task-without-owner"
    level: ClassVar[Level] = Level.WARNING

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        entry = case.entry
        if case.filing.filed is not Filed.PLAN or entry.owners:
            return
        begun = case.snapshot.begun(entry)
        sprint = entry.sprint
        if case.snapshot.style(entry) is WorkStyle.SPRINT:
            if sprint is None or sprint.state is not SprintState.ACTIVE:
                return  # a coming sprint is still being filled
            late = half_passed(case)
        elif begun:
            late = True
        else:
            return
        level = self.level if begun or late else Level.INFO
        what = (
            "Work has begun, but nobody owns it" if begun else f"Nobody has taken it ({case.filing.reason})"
        )
        yield finding(
            self,
            case,
            f"{what}.",
            level=level,
            evidence=("no owner and no assignee",),
            remedy=Remedy(words="Who owns it?", ask=True),
        )
