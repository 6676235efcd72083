"""What the evidence says an entry is: a nature, how sure, and every signal that spoke."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from planora_sync.model import Frozen, Nature


class Dimension(StrEnum):
    """The six dimensions in which roadmap, backlog and plan differ."""

    HORIZON = "horizon"
    SPECIFICITY = "specificity"
    COMMITMENT = "commitment"
    AUDIENCE = "audience"
    OWNER = "owner"
    CADENCE = "cadence"


class Signal(Frozen):
    """One fact that speaks for a nature."""

    name: str
    """Stable kebab-case name: `span-of-months`."""
    dimension: Dimension
    toward: Nature
    """`initiative`, `backlog` or `task`."""
    weight: float
    """Log-odds; below zero it speaks against."""
    text: str
    """The fact in words: `runs 96 days, from 2026-10-01 to 2027-01-05`."""
    reads: frozenset[str] = frozenset()
    """Fields of the entry it was read from."""


class Judgement(Frozen):
    """The nature of one entry."""

    nature: Nature
    confidence: float
    """0 to 1: the probability of the nature; of `unsure`, that of the likeliest one."""
    probabilities: Mapping[Nature, float]
    """Of `initiative`, `backlog` and `task`; they sum to 1. Empty where the nature is `none`."""
    evidence: tuple[Signal, ...] = ()
    """Strongest first."""
    silent: tuple[Dimension, ...] = ()
    """Dimensions without a fact."""
    masked: frozenset[str] = frozenset()
    """Fields that say nothing here, because the filing was read from them."""
    decided_by: str = "evidence"
    """`evidence`, `pin`, `filing`, or a policy: `policy bug-outside-plan`."""
    question: str | None = None
    """For `unsure`: the one question whose answer would settle it."""

    def speaks_for(self, nature: Nature) -> tuple[Signal, ...]:
        """Return the signals for a nature, strongest first."""
        return tuple(signal for signal in self.evidence if signal.toward is nature and signal.weight > 0)
