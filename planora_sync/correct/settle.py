"""Sees to it that a proposal settles: the state it leads to has no fault that was not there before (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from planora_sync.correct.decide import Context, Decision, as_manual
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Ref
from planora_sync.rules.base import Finding

Audit = Callable[[Snapshot], Iterable[Finding]]
"""Gives the findings of a snapshot, under the team's own selection of rules."""

FAULTS = ("PS1", "PS2", "PS6")
"""Families of which a correction may bring up none. Others (no horizon, no theme) were there before, unasked
because the entry stood in the wrong layer: they are said beside the correction."""


def settle(
    decisions: Sequence[Decision], groups: Mapping[Ref, Sequence[Finding]], context: Context, audit: Audit
) -> tuple[Decision, ...]:
    """Return the decisions, those that would bring up a fault turned into words for a person.

    Each round turns at least one into words, so that it ends.
    """
    kept = tuple(decisions)
    while True:
        news = _news(kept, groups, context, audit)
        blamed = _blamed(news, kept, context.snapshot)
        if not blamed:
            return tuple(_asking(decision, news) for decision in kept)
        kept = tuple(
            as_manual(decision, groups[ref], blamed[ref], context)
            if (ref := decision.correction.ref) in blamed
            else decision
            for decision in kept
        )


def state_after(snapshot: Snapshot, decisions: Iterable[Decision]) -> Snapshot:
    """Return the snapshot as it will be once all corrections that write are applied."""
    for decision in decisions:
        if decision.found is None:
            continue
        snapshot = snapshot.refiled(decision.found.entry)
        for ref in decision.found.orphans:
            snapshot = snapshot.refiled(snapshot.entries[ref].model_copy(update={"parent": None}))
    return snapshot


def _news(
    decisions: Sequence[Decision],
    groups: Mapping[Ref, Sequence[Finding]],
    context: Context,
    audit: Audit,
) -> tuple[Finding, ...]:
    """Return the findings on entries that are not there yet and would be."""
    if all(decision.found is None for decision in decisions):
        return ()
    known = {finding.identity for found in groups.values() for finding in found}
    known |= {finding.identity for finding in audit(context.snapshot)}
    after = state_after(context.snapshot, decisions)
    return tuple(f for f in audit(after) if f.ref is not None and f.identity not in known)


def _blamed(news: Iterable[Finding], decisions: Iterable[Decision], snapshot: Snapshot) -> Mapping[Ref, str]:
    """Return the entries whose correction brings up a fault, with that fault in words."""
    writing = {decision.correction.ref for decision in decisions if decision.found is not None}
    found: dict[Ref, str] = {}
    for finding in news:
        if finding.ref is None or not finding.code.startswith(FAULTS):
            continue
        causes = {finding.ref} & writing or _family(finding.ref, snapshot) & writing
        for ref in causes:
            found.setdefault(ref, f"{finding.code} would then be found on {finding.key}: {finding.message}")
    return found


def _family(ref: Ref, snapshot: Snapshot) -> set[Ref]:
    entry = snapshot.entries[ref]
    parent = snapshot.parent(entry)
    return {child.ref for child in snapshot.children(entry)} | ({parent.ref} if parent else set())


def _asking(decision: Decision, news: Iterable[Finding]) -> Decision:
    """Return the decision with what its entry will be asked for in the layer it comes to."""
    if decision.found is None:
        return decision
    ours = sorted((one for one in news if one.ref == decision.correction.ref), key=lambda one: one.code)
    asked = (f"Then {one.code} is to be answered: {one.message}" for one in ours)
    cascades = (*decision.correction.cascades, *asked)
    return replace(decision, correction=decision.correction.model_copy(update={"cascades": cascades}))
