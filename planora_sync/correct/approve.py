"""What a person's approval covers: exactly one digest, and of it exactly these corrections (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from planora_sync.correct.proposal import Correction, Proposal, Safety, digest_of
from planora_sync.errors import NotApproved, UnknownReference
from planora_sync.model import Frozen, Instant, Layer

Roles = Mapping[Layer, Collection[str]]
"""`[approval]`: layer -> roles that may approve its corrections; a layer that is absent is open to everybody."""


class Approval(Frozen):
    """Who let which corrections of which proposal be applied."""

    proposal: str
    digest: str
    corrections: tuple[str, ...]
    """Ids, in the proposal's order."""
    by: str
    at: Instant
    left: tuple[str, ...] = ()
    """What it does not cover, and why, a sentence each."""


def approve(
    proposal: Proposal,
    *,
    by: str,
    at: datetime,
    digest: str | None = None,
    only: Collection[str] = (),
    except_: Collection[str] = (),
    roles: Roles | None = None,
    role: str | None = None,
) -> Approval:
    """Return the approval of a proposal's safe and review corrections; manual ones are said, never covered.

    Args:
        proposal: what is approved.
        by: who approves, as people know them.
        at: aware UTC.
        digest: what the person saw; None where the proposal at hand is what they saw.
        only: ids of corrections; empty for all.
        except_: ids of corrections that are left out.
        roles: who may approve what, where that is set.
        role: the role of `by`.

    Raises NotApproved where the digest is another one, the proposal has expired, or `only` names what cannot be
    approved, and UnknownReference for ids that are not in the proposal.
    """
    check_digest(proposal, digest if digest is not None else proposal.digest)
    check_open(proposal, at)
    _check_ids(proposal, (*only, *except_))
    wanted = [one for one in proposal.corrections if (not only or one.id in only) and one.id not in except_]
    barred = {one.id: why for one in wanted if (why := _barred(one, roles or {}, role))}
    named = [barred[id] for id in only if id in barred]
    if named:
        raise NotApproved(
            f"{' '.join(named)}",
            next_step="Approve the others, or ask who may decide on it; a manual one is done by hand.",
        )
    return Approval(
        proposal=proposal.id,
        digest=proposal.digest,
        corrections=tuple(one.id for one in wanted if one.id not in barred),
        by=by,
        at=at,
        left=tuple(barred.values()),
    )


class Covering(Protocol):
    """What an approval must tell, however it is kept."""

    @property
    def proposal(self) -> str:
        """Id of the proposal."""
        ...

    @property
    def digest(self) -> str:
        """Digest of what the person saw."""
        ...

    @property
    def corrections(self) -> tuple[str, ...]:
        """Ids of what it covers."""
        ...


def approved_ids(proposal: Proposal, approvals: Iterable[Covering]) -> frozenset[str]:
    """Return the corrections that approvals of exactly this proposal cover; those of another digest count not."""
    covering = (a for a in approvals if a.proposal == proposal.id and a.digest == proposal.digest)
    return frozenset(id for approval in covering for id in approval.corrections)


def check_digest(proposal: Proposal, digest: str) -> None:
    """Raise NotApproved where the proposal is not what `digest` was made of."""
    made = digest_of(proposal.corrections, proposal.expires, proposal.undoes)
    if not made == proposal.digest == digest:
        raise NotApproved(
            f"Proposal {proposal.id} is not what was approved: its digest is {made[:12]}, not {digest[:12]}.",
            next_step="Look at it again with `propose`, and approve what you see.",
        )


def check_open(proposal: Proposal, at: datetime) -> None:
    """Raise NotApproved where the proposal has expired."""
    if at > proposal.expires:
        raise NotApproved(
            f"Proposal {proposal.id} expired on {proposal.expires:%Y-%m-%d %H:%M} UTC.",
            next_step="Run `propose` again: it will speak of what is there today.",
        )


def _check_ids(proposal: Proposal, ids: Collection[str]) -> None:
    unknown = [id for id in ids if proposal.correction(id) is None]
    if unknown:
        raise UnknownReference(
            f"Proposal {proposal.id} has no correction {', '.join(unknown)}.",
            next_step=f"`propose` lists its {len(proposal.corrections)} corrections with their ids.",
        )


def _barred(correction: Correction, roles: Roles, role: str | None) -> str:
    return next(_bars(correction, roles, role), "")


def _bars(correction: Correction, roles: Roles, role: str | None) -> Iterator[str]:
    """Yield why a correction cannot be approved, by this person or at all."""
    name = f"{correction.id} ({correction.key})"
    if correction.safety is Safety.MANUAL or not correction.changes:
        yield f"{name} is done by hand: {correction.words}"
    allowed = roles.get(correction.layer, ()) if correction.layer else ()
    if allowed and role not in allowed:
        who = " or ".join(sorted(allowed))
        yield f"{name} changes the {correction.layer}: {who} approves it, not {role or 'somebody without a role'}."
