"""Measures an audit against what a stand-in's author wrote down beside the data (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planora_sync.rules.base import Finding
from planora_sync.sandbox import Expected

Written = Mapping[str, tuple[Expected, ...]]
"""Connection -> what is written down beside its data."""


@dataclass(frozen=True, kw_only=True, order=True)
class Mark:
    """One code on one entry; of a finding on a place, `id` is the place's path."""

    connection: str
    code: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What an audit found beside what it should have found."""

    wanted: frozenset[Mark]
    found: frozenset[Mark]

    @property
    def hits(self) -> frozenset[Mark]:
        """Return what was found and should be."""
        return self.wanted & self.found

    @property
    def missed(self) -> tuple[Mark, ...]:
        """Return what should have been found and was not."""
        return tuple(sorted(self.wanted - self.found))

    @property
    def unexpected(self) -> tuple[Mark, ...]:
        """Return what was found and is not written down."""
        return tuple(sorted(self.found - self.wanted))

    @property
    def exact(self) -> bool:
        """Return whether everything written down was found, and nothing else."""
        return self.wanted == self.found

    @property
    def precision(self) -> float:
        """Return which share of what was found should be found, 0 to 1; 1 where nothing was."""
        return len(self.hits) / len(self.found) if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return which share of what should be found was found, 0 to 1; 1 where nothing should be."""
        return len(self.hits) / len(self.wanted) if self.wanted else 1.0


def measure(findings: Iterable[Finding], written: Written, *, after: bool = False) -> Measured:
    """Return how the findings compare with what is written down.

    Args:
        findings: those that stand; what is folded under another one is not counted.
        written: what each connection's author says.
        after: whether the corrections that the tool may make were applied: then only what is for people stays.
    """
    return Measured(
        wanted=frozenset(
            Mark(connection=connection, code=code, id=one.id)
            for connection, rows in written.items()
            for one in rows
            for code in (one.after if after else one.codes)
        ),
        found=frozenset(
            Mark(connection=one.connection, code=one.code, id=one.ref.id if one.ref else one.place)
            for one in findings
        ),
    )
