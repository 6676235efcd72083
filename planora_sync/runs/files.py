"""Writes files whole or not at all: nobody reads half a report."""

from __future__ import annotations

import os
from pathlib import Path

from planora_sync.errors import UsageError


def write_whole(path: Path, text: str, what: str) -> None:
    """Write a text to a file; raises UsageError, which says `what` cannot be written, and leaves no part of it."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)
    except OSError as failure:
        raise UsageError(
            f"The {what} cannot be written to {path}: {failure.strerror}.",
            next_step="Name a file in a folder that exists and may be written.",
        ) from failure
