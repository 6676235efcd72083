"""The weights of the signals: a readable, versioned file."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from planora_sync.classify.judgement import Dimension
from planora_sync.model import Nature


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What one signal weighs."""

    dimension: Dimension
    toward: Nature
    weight: float


@dataclass(frozen=True, kw_only=True)
class Weights:
    """All weights of one version."""

    version: int
    signals: Mapping[str, Weight]


@functools.cache
def load_weights() -> Weights:
    """Return the weights that ship with the product."""
    table = tomllib.loads((files("planora_sync.classify") / "weights.toml").read_text("utf-8"))
    version = table.pop("version")
    signals = {
        name: Weight(
            dimension=Dimension(row["dimension"]), toward=Nature(row["toward"]), weight=float(row["weight"])
        )
        for name, row in table.items()
    }
    return Weights(version=version, signals=signals)
