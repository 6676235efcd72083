"""Judges the nature of an entry: from evidence that can disagree with where it is filed."""

from __future__ import annotations

from collections.abc import Mapping

from planora_sync.classify.facts import Facts, masked_by
from planora_sync.classify.judgement import Dimension, Judgement
from planora_sync.classify.policies import bug_policy
from planora_sync.classify.score import evidence, probabilities
from planora_sync.classify.weights import Weights, load_weights
from planora_sync.mapping.filed import Filing
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Kind, Nature, Ref

THRESHOLD = 0.7
POLICY_CONFIDENCE = 0.9
"""Of a nature that a law gives: the law is sure, the tracker's type or label may be wrong."""

QUESTIONS: Mapping[frozenset[Nature], str] = {
    frozenset(
        {Nature.INITIATIVE, Nature.TASK}
    ): "Is it one person's work of a week or two, or a direction of months?",
    frozenset({Nature.BACKLOG, Nature.TASK}): "Who owns it, and by when?",
    frozenset(
        {Nature.INITIATIVE, Nature.BACKLOG}
    ): "Is it decided that this will happen, and in which quarter?",
}


def judge_all(snapshot: Snapshot, threshold: float = THRESHOLD) -> Mapping[Ref, Judgement]:
    """Return the judgement of every open entry."""
    return {
        entry.ref: judge(entry, snapshot.filing(entry), snapshot, threshold)
        for entry in snapshot.entries.values()
        if entry.is_open
    }


def judge(
    entry: Entry,
    filing: Filing,
    snapshot: Snapshot,
    threshold: float = THRESHOLD,
    weights: Weights | None = None,
) -> Judgement:
    """Return what the evidence says an entry is.

    The fields that the matched filing rule read say nothing. `none` for what is no work and for goals;
    `unsure` where no nature reaches the threshold.
    """
    if filing.filed is Filed.NONE:
        return _none(f"filing: {filing.reason}")
    if entry.kind is Kind.GOAL:
        return _none("kind goal")
    masked = masked_by(filing, entry.ref.tracker)
    facts = Facts(entry=entry, snapshot=snapshot, masked=masked)
    signals = evidence(facts, weights or load_weights())
    odds = probabilities(signals)
    spoke = {signal.dimension for signal in signals}
    found = Judgement(
        nature=Nature.UNSURE,
        confidence=max(odds.values()),
        probabilities=odds,
        evidence=signals,
        silent=tuple(dimension for dimension in Dimension if dimension not in spoke),
        masked=masked,
    )
    likeliest, second = sorted(odds, key=lambda nature: -odds[nature])[:2]
    sure = odds[likeliest] >= threshold
    policy = bug_policy(facts, filing)
    # Evidence that is sure of a task is not outvoted by where the bug lies: re-filing it makes it nothing else.
    if policy is not None and not (sure and likeliest is Nature.TASK):
        nature, name = policy
        return found.model_copy(
            update={"nature": nature, "confidence": POLICY_CONFIDENCE, "decided_by": name}
        )
    if sure:
        return found.model_copy(update={"nature": likeliest})
    return found.model_copy(update={"question": QUESTIONS[frozenset({likeliest, second})]})


def _none(why: str) -> Judgement:
    return Judgement(nature=Nature.NONE, confidence=1.0, probabilities={}, decided_by=why)
