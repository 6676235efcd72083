"""Makes the proposal that takes written corrections back, from the journal (pure, but for `undo_proposal`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planora_sync.adapter import Adapter, ReadResult
from planora_sync.change import Change, current, same
from planora_sync.correct.cascades import words_of
from planora_sync.correct.compare import MOVES, Slot, gone, named, said, slot
from planora_sync.correct.journal import Journal, JournalRow, State
from planora_sync.correct.proposal import Correction, Proposal, Safety, correction_id, seal
from planora_sync.correct.reading import read_fresh
from planora_sync.correct.takeover import take_over, unresolved
from planora_sync.errors import ConnectionFailed, UnknownReference
from planora_sync.model import Entry, Layer, Ref

EXPIRES = timedelta(days=7)
CODE = "UNDO"
"""Stands where a correction names the rules it answers to."""

Answering = Mapping[Ref, Layer | None]
"""Entry -> the layer whose owner approved the change, and so its undoing."""


def rows_of(word: str, journal: Journal) -> Sequence[JournalRow]:
    """Return the journal's rows of a proposal, a run or a correction; raises UnknownReference for none."""
    for rows in (journal.rows(proposal=word), journal.rows(run=word), journal.rows(correction=word)):
        if rows:
            return rows
    raise UnknownReference(
        f"The journal knows no proposal, run or correction {word!r}.",
        next_step="Only what was applied can be undone; `apply` prints the ids.",
    )


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """The proposal that undoes, and which connections could not be read for it."""

    proposal: Proposal
    failures: tuple[ConnectionFailed, ...] = ()
    """Nothing of these is undone; the proposal's notes say so."""


def undo_proposal(
    word: str,
    *,
    adapters: Mapping[str, Adapter],
    journal: Journal,
    now: Callable[[], datetime],
    expires: timedelta = EXPIRES,
    layers: Answering | None = None,
) -> Undoing:
    """Return the proposal that undoes a proposal, a run or a correction; reads the entries, writes to no tracker.

    What a broken-off apply left open is looked up first. Raises UnknownReference where nothing was applied under
    that word, and ConnectionFailed where not one of the connections could be read.
    """
    for proposal in dict.fromkeys(row.proposal for row in rows_of(word, journal)):
        take_over(proposal, adapters=adapters, journal=journal, now=now)
    rows = rows_of(word, journal)
    found, failures = _read(rows, adapters)
    if not found:
        raise _nothing_readable(word, failures)
    notes = [f"{failure} Nothing of this connection is undone now." for failure in failures]
    made = undo(rows, found, undoes=word, now=now(), expires=expires, layers=layers, notes=notes)
    return Undoing(proposal=made, failures=failures)


def _read(
    rows: Iterable[JournalRow], adapters: Mapping[str, Adapter]
) -> tuple[Mapping[Ref, ReadResult], tuple[ConnectionFailed, ...]]:
    """Return the entries of the rows as they stand, and which connections could not be read."""
    wanted: dict[str, list[Ref]] = defaultdict(list)
    for ref in dict.fromkeys(row.ref for row in rows):
        wanted[ref.connection].append(ref)
    found: dict[Ref, ReadResult] = {}
    failures: list[ConnectionFailed] = []
    for connection, refs in wanted.items():
        adapter = adapters.get(connection)
        fresh = read_fresh(adapter, [ref.id for ref in refs]) if adapter else _not_open(connection)
        if isinstance(fresh, ConnectionFailed):
            fresh.connection = fresh.connection or connection
            failures.append(fresh)
        else:
            found |= {ref: fresh[ref.id] for ref in refs}
    return found, tuple(failures)


def _not_open(connection: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"Connection {connection!r} is not open: its configuration or start failed.",
        connection=connection,
        next_step="Configure it as it was when the corrections were applied.",
    )


def _nothing_readable(word: str, failures: Iterable[ConnectionFailed]) -> ConnectionFailed:
    causes = " ".join(f"[{failure.connection}] {failure.message}" for failure in failures)
    return ConnectionFailed(
        f"Nothing of {word} can be undone now, for no tracker that it wrote to can be read: {causes}",
        next_step=f"`planora-sync check` says more. Then undo {word} again: what was written stands in the journal.",
    )


def undo(
    rows: Sequence[JournalRow],
    found: Mapping[Ref, ReadResult],
    *,
    undoes: str,
    now: datetime,
    expires: timedelta = EXPIRES,
    layers: Answering | None = None,
    notes: Iterable[str] = (),
) -> Proposal:
    """Return the proposal that brings back what the rows changed, last written first.

    Only fields that still hold what we wrote are brought back; those that somebody changed since are left and
    named in the notes.

    Args:
        rows: of one proposal, run or correction, in the journal's order.
        found: the entries, fresh.
        undoes: what the user named.
        now: aware UTC.
        expires: how long it may be approved and applied.
        layers: who answers for which entry's change.
        notes: further notes.
    """
    left: list[str] = [*notes, *_open_ends(rows)]
    corrections: list[Correction] = []
    for ref, changes in _written(rows).items():
        entry = found.get(ref)
        if isinstance(entry, Entry):
            back, changed = _back(entry, changes)
            corrections += _corrections(entry, back, (layers or {}).get(ref))
            left += changed
        elif entry is not None:
            left.append(f"{ref} is left as it is: {gone(entry)}.")
    # What a child names as its parent must stand where it stood, before the child names it again.
    corrections.sort(key=lambda one: not any(change.field in MOVES for change in one.changes))
    return seal(tuple(corrections), created=now, expires=now + expires, notes=tuple(left), undoes=undoes)


def _open_ends(rows: Sequence[JournalRow]) -> Iterator[str]:
    for row in unresolved(rows):
        yield (
            f"{row.ref} is left as it is: nobody knows yet whether {row.correction} was written. Undo again once"
            " its connection can be read."
        )


def _written(rows: Sequence[JournalRow]) -> Mapping[Ref, Sequence[Change]]:
    """Return what the rows changed, entry by entry, the one written last first; several writes are one."""
    found: dict[Ref, dict[Slot, Change]] = {}
    for row in rows:
        if row.state is not State.CONFIRMED:
            continue
        slots = found.pop(row.ref, {})
        for change in row.changes:
            former = slots.get(slot(change))
            # Where somebody else wrote between two of ours, only our last write is taken back.
            if former is not None and same(former.after, change.before):
                change = change.model_copy(update={"before": former.before})
            slots[slot(change)] = change
        found[row.ref] = slots
    return {ref: tuple(slots.values()) for ref, slots in reversed(found.items())}


def _back(entry: Entry, changes: Iterable[Change]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Return the changes that bring the former values back, and what is left because somebody changed it."""
    back, left = [], []
    for change in changes:
        now = current(entry, change.field, change.property)
        if same(now, change.after):
            back.append(change.inverse())
        elif not same(now, change.before):
            left.append(
                f"{entry.key}: {named(change)} is left at {said(now, change.field)}, which somebody set since."
            )
    return tuple(sorted(back, key=Change.sort_key)), tuple(left)


def _corrections(entry: Entry, back: tuple[Change, ...], layer: Layer | None) -> Iterator[Correction]:
    """Yield the corrections of an entry: one, or two where it also moves back.

    What becomes empty comes after the move, in a look of its own: most of it stays behind by itself, and the
    place where the entry stood may have no such field.
    """
    moves = any(change.field in MOVES and not same(change.before, change.after) for change in back)
    later = [change for change in back if moves and not change.after]
    for part in (tuple(change for change in back if change not in later), tuple(later)):
        if any(not same(change.before, change.after) for change in part):
            yield _correction(entry, part, layer)


def _correction(entry: Entry, changes: tuple[Change, ...], layer: Layer | None) -> Correction:
    return Correction(
        id=correction_id(entry.ref, (CODE,), changes),
        ref=entry.ref,
        key=entry.key,
        title=entry.title,
        url=entry.url,
        place=entry.place.name,
        codes=(CODE,),
        layer=layer,
        safety=Safety.REVIEW,
        words=words_of(entry, changes),
        changes=changes,
        calls=len(changes),
    )
