"""Finds the entry that a person means: by reference, key, address or id."""

from __future__ import annotations

from planora_sync.errors import UnknownReference
from planora_sync.model import Entry
from planora_sync.runs.workspace import Workspace
from planora_sync.safe_text import one_line


def find_entry(opened: Workspace, text: str) -> Entry:
    """Return the one entry that `text` names; raises UnknownReference where it is none or several."""
    found = opened.store.entries.find(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownReference(
            f"There is no entry {one_line(text, 80)!r} in the store.",
            next_step="Take a reference or key from `planora-sync entries`, or pull first.",
        )
    several = ", ".join(f"{entry.ref} ({one_line(entry.title, 40)})" for entry in found[:5])
    raise UnknownReference(
        f"{one_line(text, 80)!r} names several entries.", next_step=f"Say which: {several}."
    )
