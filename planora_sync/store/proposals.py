"""Proposals, kept as they were made: what was approved is what is read back."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from planora_sync.correct.proposal import Proposal
from planora_sync.errors import UnknownReference, UsageError
from planora_sync.store import tables
from planora_sync.store.database import Database
from planora_sync.store.documents import from_document, to_document

_P = tables.proposals.c


class Proposals:
    """The proposals of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, proposal: Proposal) -> None:
        """Keep a proposal; once kept it never changes, and saving it again does nothing.

        Raises UsageError where another proposal has its id.
        """
        with self._database.write("proposals") as db:
            digest = db.execute(select(_P.digest).where(_P.id == proposal.id)).scalar()
            if digest == proposal.digest:
                return
            if digest is not None:
                raise UsageError(f"Another proposal is kept as {proposal.id}.", next_step="Propose again.")
            number = (db.execute(select(func.max(_P.number))).scalar() or 0) + 1
            row = {
                "id": proposal.id,
                "number": number,
                "digest": proposal.digest,
                "created": proposal.created,
            }
            db.execute(insert(tables.proposals), {**row, "body": to_document(proposal)})

    def get(self, id: str) -> Proposal:
        """Return a proposal by its id or by as much of it as no other begins with; `p-` may be left out.

        Raises UnknownReference, which names those that are there, where none or more than one fits.
        """
        prefix = id.strip() if id.strip().startswith("p-") else f"p-{id.strip()}"
        with self._database.read() as db:
            query = select(_P.id, _P.body).where(func.substr(_P.id, 1, len(prefix)) == prefix)
            rows = db.execute(query.order_by(_P.number.desc())).all()
            exact = [row for row in rows if row.id == prefix]
            if len(exact or rows) != 1:
                raise _unknown(db, id, [row.id for row in rows])
            (row,) = exact or rows
        return _proposal(row.id, row.body)

    def latest(self) -> Proposal | None:
        """Return the proposal that was kept last, or None."""
        found = self.list(limit=1)
        return found[0] if found else None

    def list(self, limit: int = 50) -> tuple[Proposal, ...]:
        """Return proposals, the latest first."""
        with self._database.read() as db:
            rows = db.execute(select(_P.id, _P.body).order_by(_P.number.desc()).limit(limit)).all()
        return tuple(_proposal(row.id, row.body) for row in rows)


def _proposal(id: str, body: str) -> Proposal:
    return from_document(Proposal, body, name=f"Proposal {id}")


def _unknown(db: Connection, asked: str, candidates: list[str]) -> UnknownReference:
    if candidates:
        return UnknownReference(
            f"{asked!r} may be each of {', '.join(candidates[:5])}.", next_step="Write more of its id."
        )
    known = db.execute(select(_P.id).order_by(_P.number.desc()).limit(5)).scalars().all()
    step = f"The latest ones are {', '.join(known)}." if known else "`planora-sync propose` makes one."
    return UnknownReference(f"There is no proposal {asked!r}.", next_step=step)
