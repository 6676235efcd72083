"""The census: what the tracker names is compared with what is known, so that nothing is missing unnoticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from planora_sync.adapter import Absence, Notice, Severity
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry, Ref
from planora_sync.runs.absent import ask_after, at_most, stands_in
from planora_sync.runs.pulled import Census
from planora_sync.runs.pulling import Pulling, keep_pause
from planora_sync.store import PullState, Verdict

AGAIN = "Run `planora-sync pull` again."


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a census came to."""

    census: Census | None = None
    notices: tuple[Notice, ...] = ()
    """With an error the pull is incomplete."""
    left: dict[Ref, Absence] = field(default_factory=dict)
    """Known entries that the tracker did not name and said to be absent."""
    note: str = ""
    taken: bool = False
    """Whether the next one is due an interval from now: it was taken, and all that it named was read.

    One that names far fewer entries than are known counts, lest it be taken again with every pull: they may be gone
    indeed, though nobody can tell.
    """


def is_due(state: PullState | None, interval: timedelta | None, now: datetime) -> bool:
    """Return whether it is time to look for entries that left without a word."""
    if interval is None:
        return False
    times = [at for at in (state.last_full, state.last_census) if at is not None] if state else []
    return not times or now - max(times) >= interval


def compare(pulling: Pulling, *, full: bool) -> Compared:
    """Take a census, read what it names and nobody brought, and ask after what is known and it does not name.

    A census that is empty, short, torn or fails shows nothing to be gone: only what the tracker then says for
    certain of an entry counts. After a full pull what is known was just
    compared: then it is only asked whether the pull brought everything.
    """
    try:
        torn = _take(pulling)
    except ConnectionFailed as failure:
        keep_pause(pulling.workspace, pulling.name, failure)
        return Compared(notices=(_error(pulling, f"The census failed: {failure.message}"),))
    if torn:
        return Compared(notices=torn)
    censuses, name = pulling.store.censuses, pulling.name
    if full and (doubt := censuses.is_short_of_pull(name)):
        return Compared(notices=(_error(pulling, f"{doubt} It was not believed."),))
    verdict = censuses.judge(name)
    said = verdict.note.replace("The pull", "The census")
    doubts = (_error(pulling, said),) if verdict.short and not full else ()
    brought, notices = _read_unbrought(pulling, full=full)
    left, more = ({}, ()) if full else _ask_after_unnamed(pulling, verdict)
    counted = censuses.counted(pulling.adapter.tracker, name)
    return Compared(
        census=Census(named=counted.named, met=counted.met),
        notices=(*doubts, *notices, *more),
        left=left,
        taken=not (notices or more),
        note=" ".join(filter(None, (_said_of(brought), "" if full or verdict.short else said))),
    )


def _take(pulling: Pulling) -> tuple[Notice, ...]:
    """Note what the tracker names and return the errors that it met. Raises ConnectionFailed."""
    pulling.store.censuses.begin(pulling.name)
    errors: list[Notice] = []
    for page in pulling.adapter.census():
        pulling.store.censuses.name(pulling.name, page.ids, run=pulling.run, at=pulling.now())
        errors += [notice for notice in page.notices if notice.severity is Severity.ERROR]
    return tuple(dict.fromkeys(errors))


def _read_unbrought(pulling: Pulling, *, full: bool) -> tuple[int, tuple[Notice, ...]]:
    """Read and store what was named and not brought, and return how many; what is absent has left meanwhile."""
    places = pulling.store.places.ids(pulling.name)
    tracker, name = pulling.adapter.tracker, pulling.name
    brought = 0
    for ids in pulling.store.censuses.not_brought(tracker, name, by_pull=full):
        try:
            answers = pulling.adapter.read(ids)
        except ConnectionFailed as failure:
            keep_pause(pulling.workspace, name, failure)
            what = f"{len(ids)} entries or more that the census named were not brought: {failure.message}"
            return brought, (_error(pulling, what),)
        found = [one for one in answers.values() if isinstance(one, Entry) and stands_in(one, places)]
        pulling.store.under_way.keep_read(name, found, run=pulling.run, at=pulling.now())
        brought += len(found)
    return brought, ()


def _said_of(brought: int) -> str:
    if not brought:
        return ""
    noun = "entry" if brought == 1 else "entries"
    return f"The census named {brought} {noun} that no page had brought: read one by one."


def _ask_after_unnamed(pulling: Pulling, verdict: Verdict) -> tuple[dict[Ref, Absence], tuple[Notice, ...]]:
    censuses, name, limit = pulling.store.censuses, pulling.name, at_most(pulling)
    certain = censuses.not_named(name, verdict.missing, limit=limit)
    doubtful = censuses.not_named(name, verdict.doubtful, limit=max(0, limit - len(certain)))
    asked = ask_after(pulling, (*certain, *doubtful), doubtful=frozenset(doubtful))
    if asked.failure is None:
        return asked.absent, ()
    keep_pause(pulling.workspace, name, asked.failure)
    what = f"Entries that the census did not name could not be asked after: {asked.failure.message}"
    return asked.absent, (_error(pulling, what),)


def _error(pulling: Pulling, what: str) -> Notice:
    return Notice(severity=Severity.ERROR, where=pulling.name, what=what, next_step=AGAIN)
