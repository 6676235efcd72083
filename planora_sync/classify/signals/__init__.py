"""Named facts that speak for a nature: one module a dimension, weights in `weights.toml`."""

from planora_sync.classify.signals import audience, cadence, commitment, horizon, owner, specificity

DIMENSIONS = (horizon, specificity, commitment, audience, owner, cadence)

__all__ = ["DIMENSIONS"]
