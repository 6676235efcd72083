"""Finds the entry that a person means: by reference, key, address or id."""

from __future__ import annotations

from planora_sync.correct.compare import gone
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


def why_not_there(opened: Workspace, entry: Entry) -> UnknownReference:
    """Return the error for an entry that the store remembers and the last pull no longer shows."""
    key = one_line(entry.key, 80)
    if entry.ref.connection not in opened.config.connections:
        return UnknownReference(
            f"{key} belongs to the connection {entry.ref.connection!r}, which is not configured any more.",
            next_step="Configure it again, or leave the entry be: no report counts it.",
        )
    missing = opened.store.entries.missing((entry.ref.connection,))
    found = next((one for one in missing if one.ref == entry.ref), None)
    since = f" since {found.since:%Y-%m-%d %H:%M} UTC" if found else ""
    why = gone(found.absence) if found and found.absence else "nobody has asked the tracker why yet"
    return UnknownReference(
        f"{key} is not there any more{since}: {why}.",
        next_step="`planora-sync pull` brings it back once its tracker shows it again.",
    )
