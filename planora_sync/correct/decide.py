"""Decides what one entry's findings come to: changes for a person to approve, or words (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from planora_sync.adapter import Capabilities
from planora_sync.change import Change, Field, current
from planora_sync.classify.judgement import Judgement
from planora_sync.correct.after import sprint_of_place
from planora_sync.correct.cascades import Loads, cascades, words_of
from planora_sync.correct.proposal import Alternative, Correction, Relied, Safety, correction_id
from planora_sync.correct.refile import NotFileable, Refiled, refile
from planora_sync.errors import Unsupported
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Layer, Ref
from planora_sync.rules.base import Finding, Remedy

Losses = Callable[[Entry, str, Sequence[Change]], Sequence[str] | None]
"""What a move of an entry to a place (by id) loses, as the adapter tells it exactly; None where it cannot."""

Cost = Callable[[Entry, Sequence[Change]], int]
"""How many calls a set of changes costs."""

ALWAYS_RELIED = (Field.TYPE, Field.PLACE, Field.STATUS, Field.SPRINT)
COMMITMENT = (Field.ASSIGNEES, Field.OWNER, Field.DUE)
"""What makes or breaks a commitment: relied upon wherever an entry enters or leaves the plan for the backlog."""

DIRECTION = (Field.TARGET,)
"""What makes it direction: relied upon wherever an entry leaves the roadmap."""

ANSWERS_FOR = (Layer.PLAN, Layer.ROADMAP, Layer.BACKLOG)
"""Of two layers that a correction touches, the first here is the one whose owner decides."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every decision may look at."""

    snapshot: Snapshot
    judgements: Mapping[Ref, Judgement]
    capabilities: Mapping[str, Capabilities]
    """Connection -> what its adapter can write; a connection that is absent is taken to write everything."""
    strict: bool
    cost: Cost
    losses: Losses

    def able(self, entry: Entry) -> frozenset[Field]:
        """Return the fields that can be written where an entry is kept."""
        known = self.capabilities.get(entry.ref.connection)
        return known.writes if known is not None else frozenset(Field)

    @cached_property
    def loads(self) -> Loads:
        """Return what the sprints hold."""
        return Loads(self.snapshot)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A correction with what the whole must know to see whether it settles."""

    correction: Correction
    found: Refiled | None = None
    """What would be, where the correction writes."""


def decide(entry: Entry, findings: Sequence[Finding], context: Context) -> Decision | None:
    """Return the one correction that an entry's findings come to, or None where none has a remedy.

    A PS1xx decides; what else was found is said beside it. What only stands under a question about the place is
    answered there. Raises Unsupported where `strict` and the adapter
    cannot write what is needed.
    """
    deciding = _deciding(findings)
    if deciding is None or deciding.remedy is None or all(one.under for one in findings):
        return None
    remedy = deciding.remedy
    if remedy.layer is None:
        return _manual(entry, findings, context, remedy.words)
    found = refile(entry, remedy.layer, context.snapshot, able=context.able(entry))
    if remedy.ask:
        return _manual(entry, findings, context, remedy.words, alternatives=_once_answered(entry, found))
    if isinstance(found, NotFileable):
        return _manual(entry, findings, context, _by_hand(entry, remedy, found.reason))
    obstacle = next(_obstacles(entry, remedy.layer, found, context), None)
    if obstacle is not None:
        words = _by_hand(entry, remedy, obstacle)
        return _manual(entry, findings, context, words, losses=_lost(entry, found, context))
    return _review(entry, findings, deciding, found, context)


def as_manual(decision: Decision, findings: Sequence[Finding], reason: str, context: Context) -> Decision:
    """Return the same decision as words, because writing it would lead to what `reason` says."""
    entry = context.snapshot.entries[decision.correction.ref]
    deciding = _deciding(findings)
    remedy = deciding.remedy if deciding and deciding.remedy else Remedy(words=decision.correction.words)
    return _manual(entry, findings, context, _by_hand(entry, remedy, reason))


def _deciding(findings: Sequence[Finding]) -> Finding | None:
    with_remedy = [one for one in findings if one.remedy is not None]
    order = sorted(with_remedy, key=lambda f: (not f.code.startswith("PS1"), f.under is not None, f.code))
    return order[0] if order else None


def _obstacles(entry: Entry, layer: Layer, found: Refiled, context: Context) -> Iterator[str]:
    """Yield why the changes are left to a person."""
    snapshot = context.snapshot
    leaves = entry.sprint is not None and (
        found.entry.sprint is None or found.entry.sprint.id != entry.sprint.id
    )
    # An epic's own sprint field is no work: what is under way below it stays in the sprint.
    if leaves and snapshot.begun(entry) and not (layer is Layer.ROADMAP and snapshot.children(entry)):
        yield f"work on it has begun, and begun work never leaves {entry.sprint.name if entry.sprint else ''}"
    gone = [loss.words for loss in found.losses if not loss.restorable]
    if gone:
        where = found.target.path if found.target else "the target"
        yield f"{where} cannot hold {', '.join(gone)}, and no undo could bring it back"
    if layer is Layer.PLAN and found.far and _loses_commitment(entry, found):
        yield "its owner or date would get lost on the way"
    unable = sorted({change.field for change in found.changes} - context.able(entry))
    if unable:
        what = f"{entry.ref.tracker} cannot set {', '.join(unable)} of {entry.key}"
        if context.strict:
            raise Unsupported(
                f"{what}.", instead="Do it in the tracker by hand, or propose without `strict`."
            )
        yield what


def _loses_commitment(entry: Entry, found: Refiled) -> bool:
    lost_owner = bool(entry.owners) and not found.entry.owners
    return lost_owner or (entry.due is not None and found.entry.due is None)


def _lost(entry: Entry, found: Refiled, context: Context) -> tuple[str, ...]:
    target = found.target if found.far else None
    told = context.losses(entry, target.id, found.changes) if target else None
    if told is None:
        return tuple(loss.words for loss in found.losses)
    return (*told, *(loss.words for loss in found.losses if not loss.of_values))


def _by_hand(entry: Entry, remedy: Remedy, reason: str) -> str:
    """Return what a person is asked to do, and why it is not done for them."""
    small = entry.level is not None and entry.level <= 0
    if remedy.layer is Layer.ROADMAP and small:
        doing = "Promote it to an initiative of its own with this one below it, or split it."
    else:
        doing = remedy.words
    return f"{doing} By hand: {reason.rstrip('.')}."


def _once_answered(entry: Entry, found: Refiled | NotFileable) -> tuple[Alternative, ...]:
    if isinstance(found, NotFileable):
        return ()
    return (Alternative(words=f"Once that is said: {words_of(entry, found.changes)}", changes=found.changes),)


# -- corrections ------------------------------------------------------------------------------------------


def _manual(
    entry: Entry,
    findings: Sequence[Finding],
    context: Context,
    words: str,
    *,
    alternatives: tuple[Alternative, ...] = (),
    losses: tuple[str, ...] = (),
) -> Decision:
    codes = _codes(findings)
    return Decision(
        correction=Correction(
            id=correction_id(entry.ref, codes, ()),
            ref=entry.ref,
            key=entry.key,
            title=entry.title,
            url=entry.url,
            place=entry.place.name,
            codes=codes,
            layer=_answering(entry, findings, context.snapshot),
            safety=Safety.MANUAL,
            words=" ".join((words, *_others(findings))),
            losses=losses,
            alternatives=alternatives,
            confidence=_confidence(entry, context),
        )
    )


def _review(
    entry: Entry, findings: Sequence[Finding], deciding: Finding, found: Refiled, context: Context
) -> Decision:
    layer = deciding.remedy.layer if deciding.remedy else None
    correction = Correction(
        # Not all codes: a question that comes or goes beside it does not bring a rejected one back.
        id=correction_id(entry.ref, (deciding.code,), found.changes),
        ref=entry.ref,
        key=entry.key,
        title=entry.title,
        url=entry.url,
        place=entry.place.name,
        codes=_codes(findings),
        layer=_answering(entry, findings, context.snapshot),
        safety=Safety.REVIEW,
        words=" ".join((words_of(entry, found.changes), *_others(findings))),
        changes=found.changes,
        relies=_relies(entry, layer, found, context.snapshot),
        cascades=cascades(entry, found, context.snapshot, context.loads),
        losses=_lost(entry, found, context),
        alternatives=_alternatives(entry, layer, found, context.snapshot, context.able(entry)),
        calls=context.cost(entry, found.changes),
        confidence=_confidence(entry, context),
    )
    return Decision(correction=correction, found=found)


def _codes(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.code for finding in findings}))


def _others(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what else was found on the entry and is left to people."""
    deciding = _deciding(findings)
    for finding in findings:
        if finding is not deciding and finding.remedy is not None and finding.under is None:
            yield f"{finding.code}: {finding.remedy.words}"


def _answering(entry: Entry, findings: Sequence[Finding], snapshot: Snapshot) -> Layer | None:
    deciding = _deciding(findings)
    wanted = deciding.remedy.layer if deciding and deciding.remedy else None
    filed = snapshot.filing(entry).filed
    touched = {wanted, Layer(filed.value) if filed not in (Filed.UNMAPPED, Filed.NONE) else None}
    return next((layer for layer in ANSWERS_FOR if layer in touched), None)


def _confidence(entry: Entry, context: Context) -> float | None:
    judged = context.judgements.get(entry.ref)
    return judged.confidence if judged else None


def _relies(entry: Entry, layer: Layer | None, found: Refiled, snapshot: Snapshot) -> tuple[Relied, ...]:
    """Return what must still be so: who began or took the work meanwhile has changed what is right."""
    changed = {change.field for change in found.changes}
    in_plan = snapshot.filing(entry).filed is Filed.PLAN
    commits = layer is Layer.PLAN or (in_plan and layer is Layer.BACKLOG)
    directs = layer is not Layer.ROADMAP and snapshot.filing(entry).filed is Filed.ROADMAP
    fields = (*ALWAYS_RELIED, *(COMMITMENT if commits else ()), *(DIRECTION if directs else ()))
    derived = {Field.SPRINT} if sprint_of_place(entry) else set()
    return tuple(
        Relied(field=field, value=current(entry, field))
        for field in fields
        if field not in changed and field not in derived
    )


def _alternatives(
    entry: Entry, layer: Layer | None, found: Refiled, snapshot: Snapshot, able: frozenset[Field]
) -> tuple[Alternative, ...]:
    """Return the next sprint beside the active one: the plan's owner chooses."""
    if layer is not Layer.PLAN:
        return ()
    other = refile(entry, layer, snapshot, sprint="next", able=able)
    if isinstance(other, NotFileable) or other.changes == found.changes:
        return ()
    return (Alternative(words=words_of(entry, other.changes), changes=other.changes),)
