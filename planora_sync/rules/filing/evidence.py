"""Facts for and against a filing, in words: what PS1xx findings show people."""

from __future__ import annotations

from planora_sync.classify.facts import Facts
from planora_sync.model import Nature
from planora_sync.rules.base import Case, Thresholds


def facts_for(case: Case, nature: Nature) -> tuple[str, ...]:
    """Return the named signals for a nature, strongest first; a finding about filing needs at least one."""
    return tuple(signal.text for signal in case.judgement.speaks_for(nature))


def commitments(case: Case) -> tuple[str, ...]:
    """Return the facts for a commitment: an owner, a deadline within the plan's horizon, work begun.

    They count even where the filing was read from them: that work has begun is a fact, wherever it is filed.
    """
    entry, snapshot = case.entry, case.snapshot
    facts = Facts(entry=entry, snapshot=snapshot, masked=frozenset())
    found = []
    if facts.owned:
        found.append(f"{', '.join(person.name for person in snapshot.owners(entry))} has it")
    if facts.due_soon:
        found.append(f"it is due {entry.due}")
    if snapshot.begun(entry) and entry.status:
        found.append(f"work has begun ({entry.status.name})")
    return tuple(found)


def doubts(case: Case, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the facts against a commitment; what is merely missing is none."""
    entry = case.entry
    facts = Facts(entry=entry, snapshot=case.snapshot, masked=frozenset())
    found = [
        signal.text
        for signal in case.judgement.evidence
        if signal.name in {"filed-as-idea", "labelled-as-idea", "parked"}
    ]
    if entry.horizon is not None and entry.horizon.bucket in ("next", "later"):
        found.append(f"meant for {entry.horizon.text or entry.horizon.bucket}")
    begun = case.snapshot.begun(entry)
    if entry.carried >= thresholds.carried and not begun:
        found.append(f"carried over {entry.carried} times and never begun")
    days = facts.untouched_days
    if days is not None and days >= thresholds.untouched_days and not begun:
        found.append(f"not begun, and nobody has touched it for {days} days")
    return tuple(found)
