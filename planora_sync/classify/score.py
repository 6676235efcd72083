"""Adds up signals to probabilities: a softmax over the three natures, with no prior."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from planora_sync.classify.facts import Facts
from planora_sync.classify.judgement import Signal
from planora_sync.classify.signals import DIMENSIONS
from planora_sync.classify.weights import Weights
from planora_sync.model import Nature

NATURES = (Nature.INITIATIVE, Nature.BACKLOG, Nature.TASK)


def evidence(facts: Facts, weights: Weights) -> tuple[Signal, ...]:
    """Return every signal that speaks about an entry, strongest first."""
    found = []
    for dimension in DIMENSIONS:
        for fact in dimension.signals(facts):
            row = weights.signals[fact.name]
            found.append(
                Signal(
                    name=fact.name,
                    dimension=row.dimension,
                    toward=row.toward,
                    weight=round(row.weight * fact.scale, 3),
                    text=fact.text,
                    reads=fact.reads,
                )
            )
    return tuple(sorted(found, key=lambda signal: (-abs(signal.weight), signal.name)))


def probabilities(signals: Iterable[Signal]) -> Mapping[Nature, float]:
    """Return the probability of each nature; they sum to 1."""
    scores = dict.fromkeys(NATURES, 0.0)
    for signal in signals:
        scores[signal.toward] += signal.weight
    total = sum(math.exp(score) for score in scores.values())
    return {nature: round(math.exp(score) / total, 4) for nature, score in scores.items()}
