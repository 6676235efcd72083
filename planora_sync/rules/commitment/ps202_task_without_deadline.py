"""PS202 task-without-deadline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planora_sync.mapping.preset import WorkStyle
from planora_sync.model import Filed
from planora_sync.rules.base import Case, Finding, Level, Remedy, Rule, Thresholds, finding


class TaskWithoutDeadline(Rule):
    """A planned task has no deadline.

    What it finds
        An entry of the plan without any of the deadlines that the mapping knows: a due date, a release, the end
        of its sprint. In a flow no card needs a date: there the rule is silent.
    Why it matters
        A task is a commitment: an owner and a deadline. Without one it can never be late, only forgotten.
    Example
        mapping = "notion-one-database"
        [entry]
        place = "Work"
        title = "Snippet for WordPress sites"
        kind = "task"
        status = "doing"
        owner = "developer"
    Correction
        A person says until when.
    Safety
        manual: a date is never guessed.
    """

    code: ClassVar[str] = "PS202"
    name: ClassVar[str] = "task-without-deadline"
    level: ClassVar[Level] = Level.WARNING

    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""
        entry = case.entry
        if case.filing.filed is not Filed.PLAN or case.snapshot.style(entry) is WorkStyle.FLOW:
            return
        if case.snapshot.deadline(entry) is None:
            where = f"and {entry.sprint.name} has no end" if entry.sprint else "and it is in no sprint"
            yield finding(
                self,
                case,
                f"It is planned, but until when? It has no due date {where}.",
                evidence=("no due date, no release, no end of a sprint",),
                remedy=Remedy(words="By when?", ask=True),
            )
