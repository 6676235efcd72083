"""Acts on what a tracker's webhook said: reads again what it hints at. A hint is never the truth itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from planora_sync.adapter import Absence, Adapter, Delivery, Hint, ReadResult
from planora_sync.errors import ConnectionFailed, UnknownReference
from planora_sync.model import Entry, Ref
from planora_sync.runs.absent import stands_in
from planora_sync.runs.pull import Pulled, PullStatus, pull_all
from planora_sync.runs.pulling import keep_pause, paused
from planora_sync.runs.workspace import Workspace
from planora_sync.store import RunStatus, Saved

logger = logging.getLogger(__name__)

SEEN = "webhooks.seen"
"""The note that holds the deliveries that were acted on."""
REMEMBERED = 1000
"""So many deliveries are remembered; what is older is read again, which does no harm."""


class Now(StrEnum):
    """How an entry that was read again stands."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    """As the store knew it."""
    ELSEWHERE = "elsewhere"
    """In a place that this connection does not read."""
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class Reread:
    """One entry that was read again."""

    ref: Ref
    now: Now
    entry: Entry | None = None
    absence: Absence | None = None
    """Why it is not there, where it is absent."""


@dataclass(frozen=True, kw_only=True)
class Acted:
    """What came of a delivery."""

    connection: str
    hints: tuple[Hint, ...]
    """All that it said, acted on or not."""
    reread: tuple[Reread, ...] = ()
    pulled: Pulled | None = None
    """Where places themselves changed, or nothing was ever pulled: what a pull brought."""
    repeated: tuple[str, ...] = ()
    """Deliveries that were acted on before."""

    @property
    def complete(self) -> bool:
        """Return whether all of it could be read."""
        return self.pulled is None or self.pulled.status is PullStatus.OK

    @property
    def handshakes(self) -> tuple[str, ...]:
        """Return what a person must paste back to the tracker."""
        return tuple(hint.handshake for hint in self.hints if hint.handshake)


def hear(workspace: Workspace, connection: str, delivery: Delivery) -> tuple[Hint, ...]:
    """Return what a webhook's request says is to be read again; asks the tracker nothing and keeps nothing.

    Raises SignatureRefused, AnswerUnreadable, Unsupported where the tracker has no webhooks, UnknownReference.
    """
    (name,) = workspace.connections([connection])
    return workspace.adapter(name).hear(delivery)


def act_on(workspace: Workspace, connection: str, hints: Sequence[Hint]) -> Acted:
    """Read again what hints name, store what differs, and return what came of it.

    Entries are read by id; where a place itself changed, what changed in the connection is pulled, as it is
    where nothing was ever pulled. What this account wrote itself is read like everything else, for it may be a
    person's. A delivery is remembered once all of it was read. Raises ConnectionFailed (RateLimited, without asking,
    while the tracker wants to be left alone), and UsageError where another run is at work on the connection: the
    next pull brings it then.
    """
    notes = workspace.notes(connection)
    seen = _seen(notes.get(SEEN))
    repeated = [hint.delivery for hint in hints if hint.delivery and hint.delivery in seen]
    fresh = [hint for hint in hints if hint.delivery not in repeated]
    ids = list(dict.fromkeys(id for hint in fresh for id in hint.ids))
    places = any(hint.places for hint in fresh)
    if (ids or places) and (pause := paused(workspace, connection)):
        raise pause
    never = workspace.store.pulls.get(connection) is None
    reread, pulled = (
        _act(workspace, connection, [] if never else ids, pull=places or (never and bool(ids)))
        if ids or places
        else ((), None)
    )
    acted = Acted(
        connection=connection,
        hints=tuple(hints),
        reread=reread,
        pulled=pulled,
        repeated=tuple(dict.fromkeys(repeated)),
    )
    if acted.complete:
        notes.put(SEEN, _remembered(seen, (hint.delivery for hint in fresh)))
        notes.flush()
    return acted


def _act(
    workspace: Workspace, name: str, ids: Sequence[str], *, pull: bool
) -> tuple[tuple[Reread, ...], Pulled | None]:
    run = workspace.store.runs.begin("webhook", (name,), workspace.now())
    status, told = RunStatus.FAILED, dict[str, object]()
    try:
        reread = _reread(workspace, workspace.adapter(name), ids, run) if ids else ()
        pulled = pull_all(workspace, (name,), run=run)[0] if pull else None
        complete = pulled is None or pulled.status is PullStatus.OK
        status = RunStatus.OK if complete else RunStatus.INCOMPLETE
        told = {"reread": {str(one.ref): one.now.value for one in reread}}
    finally:
        workspace.store.runs.finish(run, status, told, workspace.now())
    return reread, pulled


def _reread(workspace: Workspace, adapter: Adapter, ids: Sequence[str], run: str) -> tuple[Reread, ...]:
    name = adapter.context.name
    try:
        answers = adapter.read(ids)
    except ConnectionFailed as failure:
        keep_pause(workspace, name, failure)
        raise
    places = workspace.store.places.ids(name)
    there = [one for one in answers.values() if isinstance(one, Entry) and stands_in(one, places)]
    saved = workspace.store.entries.save(name, there, full=False, complete=True, run=run, at=workspace.now())
    found = tuple(_row(adapter, id, answers.get(id, Absence.UNKNOWN), places, saved) for id in ids)
    for one in found:
        if one.absence is not None:
            _mark(workspace, one.ref, one.absence)
    return found


def _mark(workspace: Workspace, ref: Ref, absence: Absence) -> None:
    """Note why an entry is not there, where the store knows it at all."""
    try:
        workspace.store.entries.mark_absent(ref, absence, workspace.now())
    except UnknownReference:
        logger.info("never known here: ref=%s absence=%s", ref, absence)


def _row(adapter: Adapter, id: str, answer: ReadResult, places: Collection[str], saved: Saved) -> Reread:
    ref = Ref(tracker=adapter.tracker, connection=adapter.context.name, id=id)
    if isinstance(answer, Absence):
        return Reread(ref=ref, now=Now.ABSENT, absence=answer)
    if not stands_in(answer, places):
        return Reread(ref=ref, now=Now.ELSEWHERE, entry=answer, absence=Absence.MOVED)
    states: Mapping[Now, Collection[Ref]] = {Now.NEW: saved.added, Now.CHANGED: saved.changed}
    now = next((now for now, refs in states.items() if answer.ref in refs), Now.SAME)
    return Reread(ref=answer.ref, now=now, entry=answer)


# -- deliveries -------------------------------------------------------------------------------------------


def _seen(note: str | None) -> tuple[str, ...]:
    """Return the deliveries that were acted on, the latest last; none where the note is not ours."""
    try:
        kept = json.loads(note or "[]")
    except ValueError:
        return ()
    return tuple(one for one in kept if isinstance(one, str)) if isinstance(kept, list) else ()


def _remembered(seen: Iterable[str], further: Iterable[str]) -> str:
    known = dict.fromkeys((*seen, *(one for one in further if one)))
    return json.dumps(list(known)[-REMEMBERED:])
