"""Makes a proposal of findings: one correction an entry, sealed. Nothing is read or written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from planora_sync.adapter import Capabilities
from planora_sync.change import Change
from planora_sync.classify.judgement import Judgement
from planora_sync.correct.caps import Caps, DefaultCaps, open_entries
from planora_sync.correct.decide import Context, Cost, Losses, decide
from planora_sync.correct.notes import notes
from planora_sync.correct.proposal import Proposal, seal
from planora_sync.correct.settle import Audit, settle
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Ref
from planora_sync.rules.base import Finding

EXPIRES = timedelta(days=7)
"""A proposal older than this speaks of a state that is gone."""


def at_most(entry: Entry, changes: Sequence[Change]) -> int:
    """Return the most calls that changes can cost: one a field."""
    return len(changes)


def as_far_as_known(entry: Entry, place: str, changes: Sequence[Change]) -> None:
    """Return None: what a move loses is read off the fields of both places alone."""


def propose(
    snapshot: Snapshot,
    findings: Iterable[Finding],
    *,
    judgements: Mapping[Ref, Judgement],
    now: datetime,
    expires: timedelta = EXPIRES,
    rejected: Collection[str] = frozenset(),
    caps: Caps | None = None,
    read_only_connections: Collection[str] = frozenset(),
    capabilities: Mapping[str, Capabilities] | None = None,
    strict: bool = False,
    audit: Audit | None = None,
    cost: Cost = at_most,
    losses: Losses = as_far_as_known,
) -> Proposal:
    """Return the proposal that resolves the findings, as far as anything may be written.

    Args:
        snapshot: what the findings speak of.
        findings: those that stand, and those folded under them if they are to be named too.
        judgements: of the entries.
        now: aware UTC.
        expires: how long it may be approved and applied.
        rejected: ids of corrections that a person rejected or moved back; they are not offered again.
        caps: thresholds; what exceeds them is said in the notes.
        read_only_connections: names of those that `apply` will refuse to write.
        capabilities: connection -> what its adapter can write.
        strict: raise Unsupported in place of turning a correction into words.
        audit: gives the findings of a snapshot; with it no correction is offered that brings up a new fault.
        cost: gives the calls that changes cost; without it the most they can cost is said.
        losses: gives what a move to another place loses, as the adapter knows it; asked for entries that move.
    """
    found = tuple(findings)
    groups = _groups(found, snapshot)
    context = Context(
        snapshot=snapshot,
        judgements=judgements,
        capabilities=capabilities or {},
        strict=strict,
        cost=cost,
        losses=losses,
    )
    decided = [one for ref, ours in groups.items() if (one := decide(snapshot.entries[ref], ours, context))]
    offered = [one for one in decided if one.correction.id not in rejected]
    settled = settle(offered, groups, context, audit) if audit else offered
    corrections = tuple(one.correction for one in settled if one.correction.id not in rejected)
    said = notes(
        corrections,
        findings=found,
        rejected=len(decided) - len(corrections),
        caps=caps or DefaultCaps(),
        sizes=open_entries(snapshot),
        read_only=read_only_connections,
    )
    return seal(corrections, created=now, expires=now + expires, notes=said)


def _groups(findings: Iterable[Finding], snapshot: Snapshot) -> Mapping[Ref, Sequence[Finding]]:
    """Return the findings by entry, both in a stable order; those on places and unknown entries left out."""
    groups: dict[Ref, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.ref is not None and finding.ref in snapshot.entries:
            groups[finding.ref].append(finding)
    order = sorted(groups, key=lambda ref: (ref.connection, snapshot.entries[ref].place.name, *_natural(ref)))
    return {ref: sorted(groups[ref], key=lambda f: (f.under is not None, f.code)) for ref in order}


def _natural(ref: Ref) -> tuple[int, str]:
    """Return what puts 9 before 10."""
    return (len(ref.id), ref.id)
