"""A signal as a dimension says it, before the weights are looked up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spoken:
    """One fact: which signal, in which words, read from which fields."""

    name: str
    text: str
    reads: frozenset[str]
    scale: float = 1.0
    """Share of the full weight, where the fact is weaker."""


def spoken(name: str, text: str, *reads: str, scale: float = 1.0) -> Spoken:
    """Return a fact."""
    return Spoken(name=name, text=text, reads=frozenset(reads), scale=scale)
