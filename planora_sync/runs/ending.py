"""Ends a pull whose pages are all stored: is anything missing, what has left and why, where the next one begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from planora_sync.adapter import Absence, Notice, Severity
from planora_sync.model import Ref
from planora_sync.runs.absent import ask_after, at_most
from planora_sync.runs.beginning import marked
from planora_sync.runs.census import Compared, compare
from planora_sync.runs.pulled import Pulled, PullStatus
from planora_sync.runs.pulling import Pulling, keep_pause
from planora_sync.store import Missing, UnderWay

Left = Counter[Absence | None]


def end(pulling: Pulling, under_way: UnderWay, *, census: bool, note: str) -> Pulled:
    """Return what the pull brought.

    A cursor is moved on only when everything before it was read. What a census adds or misses moves none: it stays
    due until one is taken whole.
    """
    tally, full = under_way.tally, under_way.full
    compared = compare(pulling, full=full) if census and tally.complete else Compared()
    at = pulling.now()
    left, doubt = _what_left(pulling, under_way, at)
    left.update(compared.left.values())
    incomplete = _incomplete((*tally.notices, *compared.notices))
    if under_way.cursor and tally.complete:
        pulling.store.cursors.set(pulling.name, marked(pulling.adapter, under_way.cursor), at)
    pulling.store.pulls.record(pulling.name, full=full, incomplete=incomplete, census=compared.taken, at=at)
    pulling.notes.flush()
    pulling.store.under_way.forget(pulling.name, run=pulling.run, at=at)
    return Pulled(
        connection=pulling.name,
        status=PullStatus.INCOMPLETE if incomplete else PullStatus.OK,
        full=full,
        entries=tally.entries,
        added=tally.added,
        changed=tally.changed,
        missing=left.total(),
        left={why: count for why, count in left.items() if count},
        census=compared.census,
        left_out=tally.left_out,
        notices=(*tally.notices, *compared.notices),
        more_notices=tally.more,
        note=" ".join(filter(None, (note, doubt, compared.note))),
    )


def _what_left(pulling: Pulling, under_way: UnderWay, at: datetime) -> tuple[Left, str]:
    """Return what is not there any more, by why, and what is in doubt, in words."""
    store, name, limit = pulling.store, pulling.name, at_most(pulling)
    complete = under_way.tally.complete
    shown = store.absences.judge(name, full=under_way.full, complete=complete, run=pulling.run, at=at)
    left: Left = Counter({None: shown.missing})
    if not complete:
        return left, shown.verdict.note
    unexplained = store.absences.unexplained(name, limit=limit)
    rest = max(0, limit - len(unexplained))
    doubtful = store.absences.unseen(name, shown.verdict.doubtful, limit=rest)
    refs = (*(one.ref for one in unexplained), *doubtful)
    asked = ask_after(pulling, refs, doubtful=frozenset(doubtful))
    if asked.failure is not None:
        keep_pause(pulling.workspace, name, asked.failure)
    _explain(left, _new(unexplained, at), frozenset(doubtful), asked.there, asked.absent)
    return left, shown.verdict.note


def _new(missing: Iterable[Missing], at: datetime) -> frozenset[Ref]:
    return frozenset(one.ref for one in missing if one.since == at)


def _explain(
    left: Left,
    new: frozenset[Ref],
    doubtful: frozenset[Ref],
    there: frozenset[Ref],
    absent: dict[Ref, Absence],
) -> None:
    """Move what was asked after from "nobody knows" to what the tracker said; what left before counts no more."""
    left[None] -= len(new & there)
    for ref, why in absent.items():
        if ref in new:
            left[None] -= 1
        if ref in new or ref in doubtful:
            left[why] += 1


def _incomplete(notices: Iterable[Notice]) -> str:
    errors = [notice for notice in notices if notice.severity is Severity.ERROR]
    return "; ".join(f"{notice.where}: {notice.what}" for notice in errors[:3])
