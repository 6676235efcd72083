"""The journal in the store: each intent is committed before its call, each outcome once and for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, insert, select, update

from planora_sync.change import Change
from planora_sync.correct.journal import JournalRow, State
from planora_sync.errors import UnknownReference, UsageError
from planora_sync.model import Ref
from planora_sync.store import tables
from planora_sync.store.database import Database
from planora_sync.store.documents import from_json, to_json
from planora_sync.store.runs import require_not_ended

_J = tables.journal.c
_CHANGES = TypeAdapter(tuple[Change, ...])


class StoreJournal:
    """Keeps the protocol of `planora_sync.correct.journal.Journal` in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(
        self, *, run: str, proposal: str, correction: str, ref: Ref, changes: tuple[Change, ...], at: datetime
    ) -> int:
        """Return the id of a new intent, which has reached the disk; it is a sign of life of its run.

        Raises UsageError where the run has ended or was taken over: another one may be writing by now.
        """
        row = {
            "run": run,
            "proposal": proposal,
            "correction": correction,
            "ref": str(ref),
            "changes": to_json(changes),
            "state": State.INTENDED,
            "detail": "",
            "side_effects": "[]",
            "intended": at,
        }
        with self._database.write("journal") as db:
            require_not_ended(db, run, at)
            return int(db.execute(insert(tables.journal).returning(_J.id), row).scalar_one())

    def settle(
        self, id: int, state: State, *, detail: str, side_effects: tuple[str, ...] = (), at: datetime
    ) -> None:
        """Write the outcome of an intent.

        Raises UnknownReference for an intent that is not there, UsageError for one that has its outcome: what
        was written down is never written anew.
        """
        if state is State.INTENDED:
            raise ValueError("an outcome is no intent")
        values = {"state": state, "detail": detail, "side_effects": to_json(side_effects), "settled": at}
        with self._database.write("journal") as db:
            settled = db.execute(
                update(tables.journal)
                .where(_J.id == id, _J.settled.is_(None))
                .values(values)
                .returning(_J.id)
            ).scalar()
            if settled is None:
                raise _refusal(id, db.execute(select(_J.state).where(_J.id == id)).scalar())

    def open_rows(self, proposal: str) -> Sequence[JournalRow]:
        """Return the intents of a proposal that have no outcome: what a crash left behind."""
        return self._read(select(tables.journal).where(_J.proposal == proposal, _J.settled.is_(None)))

    def rows(
        self, *, proposal: str | None = None, run: str | None = None, correction: str | None = None
    ) -> Sequence[JournalRow]:
        """Return rows in the order in which they were intended, all of them unless something is given."""
        query = select(tables.journal)
        for column, wanted in ((_J.proposal, proposal), (_J.run, run), (_J.correction, correction)):
            if wanted is not None:
                query = query.where(column == wanted)
        return self._read(query)

    def _read(self, query: Select[Any]) -> Sequence[JournalRow]:
        with self._database.read() as db:
            return [_row(row) for row in db.execute(query.order_by(_J.id))]


def _row(row: Row[Any]) -> JournalRow:
    return JournalRow(
        id=row.id,
        run=row.run,
        proposal=row.proposal,
        correction=row.correction,
        ref=Ref.parse(row.ref),
        changes=_CHANGES.validate_python(from_json(row.changes)),
        state=State(row.state),
        detail=row.detail,
        side_effects=tuple(from_json(row.side_effects)),
        intended=row.intended,
        settled=row.settled,
    )


def _refusal(id: int, state: str | None) -> UsageError:
    if state is None:
        return UnknownReference(f"There is no intent {id} in the journal.", next_step="Intend it first.")
    return UsageError(
        f"Intent {id} in the journal has its outcome already: {state}.",
        next_step="What was written down stays; try again as a new intent.",
    )
