"""Sends what the package logs to stderr."""

from __future__ import annotations

import logging


def log_to_stderr(verbose: int) -> None:
    """Show warnings; with `verbose` 1 what is done, with 2 every request."""
    # Only the package's own logger: the libraries' debug logs hold whole bodies.
    logger = logging.getLogger("planora_sync")
    logger.setLevel({0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG))
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.handlers[:] = [handler]
