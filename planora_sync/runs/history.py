"""History: what changed on one entry, when and by whom, as its tracker remembers it or as pulls saw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from planora_sync.adapter import Event
from planora_sync.change import Field, current, same, words
from planora_sync.model import Entry, Named, Ref
from planora_sync.runs.workspace import Workspace


class Source(StrEnum):
    """Who tells it."""

    TRACKER = "tracker"
    PULLS = "pulls"
    """The tracker tells no history to programs: this is what one pull saw and the one before had not."""


@dataclass(frozen=True, kw_only=True)
class History:
    """What changed on an entry, the oldest first."""

    source: Source
    events: tuple[Event, ...]


def history_of(workspace: Workspace, ref: Ref) -> History:
    """Return what is known to have changed on an entry.

    Asks its tracker where that tells; else it is read off the versions in the store, whose times are those of the
    pulls. Raises ConnectionFailed, and UnknownReference where the connection is not configured any more.
    """
    (name,) = workspace.connections([ref.connection])
    adapter = workspace.adapter(name)
    if adapter.capabilities.history:
        return History(source=Source.TRACKER, events=adapter.history([ref.id]).get(ref.id, ()))
    versions = workspace.store.entries.versions(ref)
    events = (
        event
        for before, after in pairwise(versions)
        for event in _differences(before.entry, after.entry, after.at)
    )
    return History(source=Source.PULLS, events=tuple(events))


def _differences(before: Entry, after: Entry, at: datetime) -> Iterator[Event]:
    """Yield what is another one in the later version: the fields of corrections, and the title."""
    if before.title != after.title:
        yield Event(at=at, field="title", before=words((before.title,)), after=words((after.title,)))
    for field in Field:
        if field is not Field.PROPERTY and not same(current(before, field), current(after, field)):
            yield Event(at=at, field=field.value, before=current(before, field), after=current(after, field))
    for prop in dict.fromkeys((one.id, one.name) for one in (*before.properties, *after.properties)):
        named = Named(id=prop[0], name=prop[1])
        old, new = current(before, Field.PROPERTY, named), current(after, Field.PROPERTY, named)
        if not same(old, new):
            yield Event(at=at, field=named.name, before=old, after=new)
