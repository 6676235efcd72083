"""What changed on an entry, as its tracker remembers it."""

from __future__ import annotations

from planora_sync.change import Value
from planora_sync.model import Frozen, Instant, Person


class Event(Frozen):
    """One change of one field at one moment."""

    at: Instant
    by: Person | None = None
    """None where the tracker does not say."""
    field: str
    """The canonical field (`status`, `sprint`, `assignees`, `due`, `labels`, `parent`, `place`, `archived`,
    `created` ...), else the tracker's own name of it."""
    before: Value = ()
    after: Value = ()
