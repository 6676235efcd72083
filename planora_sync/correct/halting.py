"""Stops a kind of write whose side effects repeat: an automation of the tracker answers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from planora_sync.change import Change, Field
from planora_sync.correct.effects import Effects
from planora_sync.correct.proposal import Correction

STOP_AFTER = 3
"""So many side effects on one field of one connection stop the writes that caused them."""

WIDTH = 10
"""So many entries are read at once and then written: nobody's edit is older than these few writes."""


class Halting:
    """What one connection's writes have set off so far in a run."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = defaultdict(int)
        self._causes: dict[str, frozenset[Field]] = defaultdict(frozenset)
        self._learnt = 0

    @property
    def width(self) -> int:
        """Return how many corrections may be on their way at once.

        Few until some were read back, and never more than would make the third side effect of a kind: what
        fires on our writes is seen before more of them are made.
        """
        worst = max(self._counts.values(), default=0)
        if worst or self._learnt < STOP_AFTER:
            return max(1, STOP_AFTER - worst)
        return WIDTH

    def learn(self, changes: Sequence[Change], effects: Effects) -> None:
        """Take in what one write set off."""
        self._learnt += 1
        for effect in effects.fired:
            self._counts[effect.field] += 1
            self._causes[effect.field] |= {change.field for change in changes}

    def why(self, correction: Correction) -> str:
        """Return why a correction is not written any more; empty where it may be."""
        fields = {change.field for change in correction.changes}
        for name, count in sorted(self._counts.items()):
            if count >= STOP_AFTER and self._causes[name] & fields:
                return (
                    f"After {count} writes of this kind something else set {name}: an automation of the tracker"
                    " answers to them. Look at it, then propose again."
                )
        return ""
