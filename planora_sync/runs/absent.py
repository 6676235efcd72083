"""Asks the tracker after entries that a pull did not bring: deleted, archived, moved away, or merely out of sight."""

from __future__ import annotations

from collections.abc import Collection

from planora_sync.adapter import Absence, Adapter
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry, Ref
from planora_sync.runs.workspace import Workspace
from planora_sync.store import Saved

AT_MOST = 200
"""So many entries are asked after in one pull; those that are left are asked after the next time."""


def ask_after(
    workspace: Workspace, adapter: Adapter, saved: Saved, places: Collection[str], *, run: str
) -> set[Ref]:
    """Note why entries are not there, as the tracker says, and return those that are there after all.

    What the save itself would not take for missing, because the pull was empty or short, is noted only where the
    tracker says for certain what became of it. An entry in a place that is not read any more stays missing, for no
    pull will bring it again. A tracker that does not answer leaves everything as it is: nothing is ever gone
    because reading failed.
    """
    asked = {ref.id: ref for ref in (*saved.missing, *saved.unseen)[:AT_MOST]}
    doubtful = {ref.id for ref in saved.unseen}
    if not asked:
        return set()
    try:
        answers = adapter.read(tuple(asked))
    except ConnectionFailed:
        return set()
    there: list[Entry] = []
    for id, answer in answers.items():
        if answer is Absence.UNKNOWN and id in doubtful:
            continue
        if isinstance(answer, Absence):
            workspace.store.entries.mark_absent(asked[id], answer, workspace.now())
        elif answer.place.id in places or answer.place.container in places:
            there.append(answer)
    name = adapter.context.name
    workspace.store.entries.save(name, there, full=False, complete=True, run=run, at=workspace.now())
    return {entry.ref for entry in there}
