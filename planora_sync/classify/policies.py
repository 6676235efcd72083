"""Policies from the laws: they come after the scores and are named in the judgement.

Bugs go in the backlog; a critical bug jumps straight to the plan; a bug fix is on the roadmap only when it is
large enough to be an initiative. About a bug in the plan the policy is silent: it moves none out.
"""

from __future__ import annotations

from planora_sync.classify.facts import Facts
from planora_sync.classify.signals.horizon import MONTH
from planora_sync.mapping.filed import Filing
from planora_sync.model import Filed, Kind, Nature

CRITICAL_WITHIN_DAYS = 30
"""A critical bug raised longer ago has a stale priority."""


def large_bug(facts: Facts) -> bool:
    """Return whether a bug is large enough to be an initiative: by level, three open children, or its span."""
    span = facts.span
    return (
        (facts.entry.level is not None and facts.entry.level >= 1 and facts.may("level"))
        or len(facts.snapshot.open_children(facts.entry)) >= 3
        or (span is not None and span.stated and span.days > MONTH)
    )


def fresh_critical(facts: Facts, within_days: int = CRITICAL_WITHIN_DAYS) -> bool:
    """Return whether an entry is a critical bug that was raised lately."""
    age = facts.age_days
    return facts.entry.kind is Kind.BUG and facts.critical and age is not None and age <= within_days


def bug_policy(facts: Facts, filing: Filing) -> tuple[Nature, str] | None:
    """Return the nature that the laws give a bug outside the plan, with the policy's name; None for others."""
    if facts.entry.kind is not Kind.BUG or filing.filed not in (Filed.BACKLOG, Filed.ROADMAP):
        return None
    if large_bug(facts):
        return None
    if fresh_critical(facts):
        return Nature.TASK, "policy critical-bug"
    if facts.snapshot.begun(facts.entry) or (facts.owned and facts.due_soon):
        return Nature.TASK, "policy committed-bug"
    return Nature.BACKLOG, "policy bug-outside-plan"
