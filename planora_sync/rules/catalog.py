"""The one table of rules, sorted by code. A new rule is a file and a line here."""

from __future__ import annotations

from planora_sync.errors import UnknownReference
from planora_sync.rules.base import Rule
from planora_sync.rules.commitment.ps201_task_without_owner import TaskWithoutOwner
from planora_sync.rules.commitment.ps202_task_without_deadline import TaskWithoutDeadline
from planora_sync.rules.filing.ps101_initiative_in_plan import InitiativeInPlan
from planora_sync.rules.filing.ps102_initiative_in_backlog import InitiativeInBacklog
from planora_sync.rules.filing.ps103_task_on_roadmap import TaskOnRoadmap
from planora_sync.rules.filing.ps104_idea_on_roadmap import IdeaOnRoadmap
from planora_sync.rules.filing.ps105_committed_work_in_backlog import CommittedWorkInBacklog
from planora_sync.rules.filing.ps106_uncommitted_work_in_plan import UncommittedWorkInPlan
from planora_sync.rules.filing.ps107_bug_on_roadmap import BugOnRoadmap
from planora_sync.rules.filing.ps108_critical_bug_not_in_plan import CriticalBugNotInPlan

CATALOG: tuple[Rule, ...] = (
    InitiativeInPlan(),
    InitiativeInBacklog(),
    TaskOnRoadmap(),
    IdeaOnRoadmap(),
    CommittedWorkInBacklog(),
    UncommittedWorkInPlan(),
    BugOnRoadmap(),
    CriticalBugNotInPlan(),
    TaskWithoutOwner(),
    TaskWithoutDeadline(),
)

CODES: tuple[str, ...] = tuple(rule.code for rule in CATALOG)


def rule(code: str) -> Rule:
    """Return the rule with this code or name; raises UnknownReference."""
    wanted = code.strip().casefold()
    for known in CATALOG:
        if wanted in (known.code.casefold(), known.name):
            return known
    raise UnknownReference(f"There is no rule {code!r}.", next_step=f"Known rules: {', '.join(CODES)}.")
