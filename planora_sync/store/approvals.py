"""What people said to proposals: approved, by digest, or rejected, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from planora_sync.correct.proposal import Proposal
from planora_sync.errors import NotApproved, UnknownReference
from planora_sync.model import Frozen, Instant
from planora_sync.store import tables
from planora_sync.store.database import Database
from planora_sync.store.documents import from_document, from_json, to_json

_A = tables.approvals.c
_R = tables.rejections.c


class Approval(Frozen):
    """One approval of one proposal or a part of it."""

    proposal: str
    digest: str
    corrections: tuple[str, ...]
    """Ids of the corrections that may be applied."""
    by: str
    how: str
    """In words: `whole`, `only c-1f0a...`, `policy`."""
    at: Instant


class Rejection(Frozen):
    """A correction that somebody does not want."""

    correction: str
    by: str
    because: str
    at: Instant


class Approvals:
    """The approvals and rejections of a store; they are added to, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def approve(
        self, proposal: str, digest: str, corrections: Iterable[str], *, by: str, at: datetime, how: str
    ) -> Approval:
        """Keep and return an approval of some of a kept proposal's corrections.

        Raises UnknownReference where the proposal or one of its corrections is not there, NotApproved where
        `digest` is not that of the proposal that is kept.
        """
        approval = Approval(
            proposal=proposal, digest=digest, corrections=tuple(corrections), by=by, how=how, at=at
        )
        with self._database.write("approvals") as db:
            query = select(tables.proposals.c.body).where(tables.proposals.c.id == proposal)
            _check(approval, db.execute(query).scalar())
            row = approval.model_dump(exclude={"corrections"})
            db.execute(insert(tables.approvals), {**row, "corrections": to_json(approval.corrections)})
        return approval

    def of(self, proposal: str) -> Sequence[Approval]:
        """Return the approvals of a proposal, in the order in which they were given."""
        query = select(tables.approvals).where(_A.proposal == proposal).order_by(_A.id)
        with self._database.read() as db:
            return [_approval(row) for row in db.execute(query)]

    def reject(self, correction: str, *, by: str, because: str, at: datetime) -> Rejection:
        """Keep and return the rejection of a correction, which then is not to be proposed again."""
        rejection = Rejection(correction=correction, by=by, because=because, at=at)
        with self._database.write("approvals") as db:
            db.execute(insert(tables.rejections), rejection.model_dump())
        return rejection

    def rejected(self) -> frozenset[str]:
        """Return the ids of all rejected corrections."""
        with self._database.read() as db:
            return frozenset(db.execute(select(_R.correction).distinct()).scalars())

    def rejections(self) -> Sequence[Rejection]:
        """Return all rejections, in the order in which they were made."""
        query = select(_R.correction, _R.by, _R.because, _R.at).order_by(_R.id)
        with self._database.read() as db:
            return [Rejection.model_validate(dict(row._mapping)) for row in db.execute(query)]


def _check(approval: Approval, body: str | None) -> None:
    if body is None:
        raise UnknownReference(
            f"There is no proposal {approval.proposal!r}.", next_step="`planora-sync propose` makes one."
        )
    kept = from_document(Proposal, body, name=f"Proposal {approval.proposal}")
    if kept.digest != approval.digest:
        raise NotApproved(
            f"Proposal {kept.id} has another digest than the one approved.",
            next_step=f"Look at it again; its digest is {kept.digest}.",
        )
    strangers = [id for id in approval.corrections if kept.correction(id) is None]
    if strangers:
        raise UnknownReference(
            f"Proposal {kept.id} has no correction {', '.join(strangers)}.",
            next_step=f"It has {', '.join(item.id for item in kept.corrections[:10]) or 'none'}.",
        )


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        proposal=row.proposal,
        digest=row.digest,
        corrections=tuple(from_json(row.corrections)),
        by=row.by,
        how=row.how,
        at=row.at,
    )
