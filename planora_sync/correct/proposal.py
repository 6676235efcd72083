"""A proposal: an immutable, hashed list of corrections. Making one has no side effects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from planora_sync.change import Change, Field, Value
from planora_sync.model import Frozen, Instant, Layer, Ref

SCHEMA = "planora-sync/proposal/1"


class Safety(StrEnum):
    """Who may let a correction be applied, mildest first."""

    SAFE = "safe"
    """One write undoes it and nothing is lost; a policy may approve it."""
    REVIEW = "review"
    """A person approves it after seeing its cascades."""
    MANUAL = "manual"
    """Words, never a call."""


class Alternative(Frozen):
    """Another way to resolve the same findings, for the person who decides."""

    words: str
    changes: tuple[Change, ...] = ()


class Relied(Frozen):
    """A value that a correction does not change, but would not be right without."""

    field: Field
    value: Value


class Correction(Frozen):
    """The changes that resolve an entry's findings."""

    id: str
    """Stable for the same entry, codes and changes, so that a rejection is remembered."""
    ref: Ref
    key: str
    title: str
    url: str
    place: str
    codes: tuple[str, ...]
    layer: Layer | None
    """The layer that it changes: who answers for that layer approves it."""
    safety: Safety
    words: str
    """What it does, in one sentence; for a manual one, what to do or to decide."""
    changes: tuple[Change, ...] = ()
    """A change whose before is its after carries a value along that a move would lose."""
    relies: tuple[Relied, ...] = ()
    """What else must still hold when it is applied: work that somebody began meanwhile is not put back."""
    cascades: tuple[str, ...] = ()
    """What else happens: children that stay, points that leave the sprint, mails that go out."""
    losses: tuple[str, ...] = ()
    """Values that the target cannot hold."""
    alternatives: tuple[Alternative, ...] = ()
    calls: int = 0
    """HTTP calls that applying it costs, the fresh read and the read-back apart."""
    confidence: float | None = None
    """How sure the judgement behind it is, 0 to 1; None where none was asked."""


class Proposal(Frozen):
    """What would be written, exactly; approved by digest, applied as it is or not at all."""

    id: str
    digest: str
    """sha256 over the corrections, the day it expires and what it undoes."""
    created: Instant
    expires: Instant
    corrections: tuple[Correction, ...]
    notes: tuple[str, ...] = ()
    """What to know before approving: caps that are exceeded, findings without a correction."""
    undoes: str | None = None
    """Id of the proposal, run or correction that this one undoes."""

    def correction(self, id: str) -> Correction | None:
        """Return a correction by id, or None."""
        return next((item for item in self.corrections if item.id == id), None)


def correction_id(ref: Ref, codes: Iterable[str], changes: Iterable[Change]) -> str:
    """Return the stable id of a correction: `c-` and ten hex digits."""
    body = "\n".join([str(ref), ",".join(sorted(codes)), *(change.model_dump_json() for change in changes)])
    return "c-" + hashlib.sha256(body.encode()).hexdigest()[:10]


def digest_of(corrections: tuple[Correction, ...], expires: Instant, undoes: str | None) -> str:
    """Return the sha256 that an approval names."""
    body = "\n".join(
        [expires.isoformat(), undoes or "", *(correction.model_dump_json() for correction in corrections)]
    )
    return hashlib.sha256(body.encode()).hexdigest()


def seal(
    corrections: tuple[Correction, ...],
    *,
    created: Instant,
    expires: Instant,
    notes: tuple[str, ...] = (),
    undoes: str | None = None,
) -> Proposal:
    """Return the proposal of these corrections, hashed; its id is `p-` and the digest's first ten digits."""
    digest = digest_of(corrections, expires, undoes)
    return Proposal(
        id=f"p-{digest[:10]}",
        digest=digest,
        created=created,
        expires=expires,
        corrections=corrections,
        notes=notes,
        undoes=undoes,
    )
