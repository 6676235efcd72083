"""Why an entry is not there."""

from __future__ import annotations

from enum import StrEnum

from planora_sync.model import Entry


class Absence(StrEnum):
    """Why an entry that was asked for did not come back. What a tracker does not tell is `unknown`."""

    TRASHED = "trashed"
    ARCHIVED = "archived"
    """It, or the place that holds it, is archived, and such are not read by this tracker's API."""
    MOVED = "moved"
    """It stands in a place that is not read."""
    DELETED = "deleted"
    HIDDEN = "hidden"
    """It is there, but no longer visible to these credentials."""
    UNKNOWN = "unknown"
    """Deleted or no longer visible: the tracker does not tell which."""


ReadResult = Entry | Absence
