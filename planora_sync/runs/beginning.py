"""Begins a pull, or goes on with one that was interrupted, and stores its pages as they come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from planora_sync import __version__
from planora_sync.adapter import Adapter
from planora_sync.runs.pulling import Pulling
from planora_sync.store import UnderWay

STILL_FULL = timedelta(hours=24)
"""A full pull that was interrupted longer ago is none any more for whoever asks for one."""
STILL_GOOD = timedelta(days=7)
"""A pull that was interrupted longer ago begins anew: trackers forget where it stood."""
TRIES = 3
"""So often a pull is taken up again without a page stored; then it begins anew."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A pull whose pages can come."""

    under_way: UnderWay
    note: str = ""
    """What became of a pull that was interrupted, in words."""


def begin(pulling: Pulling, *, full: bool, asked: bool) -> Begun:
    """Return the pull to make: the one that was interrupted, where it may go on, else a new one.

    An interrupted pull is ended before another is begun. Where a person asks for a full one (`asked`), only a full
    one goes on, and only for a day: what was read longer ago must be read anew.
    """
    store, name, now = pulling.store, pulling.name, pulling.now()
    since = None if full else known_cursor(pulling)
    found = store.under_way.get(name)
    hindrance = _hindrance(found, pulling, since=since, asked=asked, now=now) if found else ""
    if found is not None and not hindrance:
        taken_up = store.under_way.take_up(found, run=pulling.run, at=now)
        return Begun(under_way=taken_up, note=f"Went on with {_called(found)}, after page {found.pages}.")
    begun = store.under_way.begin(
        name, full=since is None, since=since, mark=mark(pulling.adapter), run=pulling.run, at=now
    )
    note = f"Begun anew: {_called(found)} {hindrance}." if found is not None and found.pages else ""
    return Begun(under_way=begun, note=note)


def store_pages(pulling: Pulling, under_way: UnderWay) -> UnderWay:
    """Store what comes, page by page, and return the pull with all pages stored. Raises ConnectionFailed."""
    if under_way.ended:
        return under_way
    notes = pulling.notes
    for page in pulling.adapter.pull(under_way.since, under_way.resume):
        waiting = notes.waiting()
        under_way = pulling.store.under_way.keep(
            under_way, page, notes=waiting, run=pulling.run, at=pulling.now()
        )
        notes.written(waiting)
        pulling.progress(pulling.name, under_way.tally.entries)
    return pulling.store.under_way.end(under_way, run=pulling.run, at=pulling.now())


def known_cursor(pulling: Pulling) -> str | None:
    """Return where an incremental pull may begin; None where another configuration has left the cursor.

    Entries are kept as they were translated: with another mapping or scope all of them must be read again.
    """
    if not pulling.adapter.capabilities.incremental:
        return None
    kept = pulling.store.cursors.get(pulling.name)
    found, _, cursor = (kept or "").partition(" ")
    return cursor if cursor and found == mark(pulling.adapter) else None


def marked(adapter: Adapter, cursor: str) -> str:
    """Return a cursor with the mark of the configuration that left it."""
    return f"{mark(adapter)} {cursor}"


def mark(adapter: Adapter) -> str:
    """Return a mark of all that says what is read and how it is translated."""
    context = adapter.context
    body = (
        __version__,
        context.url,
        context.deployment,
        context.scope,
        context.boards,
        context.done_days,
        context.page_text,
        context.vocabulary,
        sorted(context.place_vocabularies.items()),
    )
    return hashlib.sha256(repr(body).encode()).hexdigest()[:16]


def _hindrance(found: UnderWay, pulling: Pulling, *, since: str | None, asked: bool, now: datetime) -> str:
    """Return why an interrupted pull cannot go on, in words; nothing where it can."""
    age = now - found.began
    cannot = not (pulling.adapter.capabilities.resume or found.ended) or not found.can_go_on
    hindrances = {
        "was begun with another configuration": found.mark != mark(pulling.adapter),
        "cannot go on": cannot,
        f"is more than {STILL_GOOD.days} days old": age > STILL_GOOD,
        "is no full one": asked and not found.full,
        f"is more than {STILL_FULL.total_seconds() / 3600:.0f} hours old": asked and age >= STILL_FULL,
        "began where a later pull has ended": not found.full and found.since != known_cursor(pulling),
        f"was taken up {TRIES} times in vain": found.tries >= TRIES,
    }
    return next((words for words, hinders in hindrances.items() if hinders), "")


def _called(found: UnderWay) -> str:
    sort = "full pull" if found.full else "pull"
    return f"the {sort} of {found.began:%Y-%m-%d %H:%M} UTC"
