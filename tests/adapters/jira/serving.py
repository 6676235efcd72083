"""Hands on the helper that all sandboxes share."""

from __future__ import annotations

from tests.adapters.serving import served

__all__ = ["served"]
