"""What the report shows people, in the order in which they read it: plain values, no markup."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from planora_sync.change import same, show
from planora_sync.correct.proposal import Correction, Proposal, Safety
from planora_sync.model import Filed, Nature
from planora_sync.report.audited import Audited
from planora_sync.report.score import Separation
from planora_sync.rules.base import Finding
from planora_sync.rules.catalog import rule
from planora_sync.rules.documentation import documentation

FIRST = 10
"""The first page shows so many findings, one a cause, surest first."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One finding, ready to be shown."""

    code: str
    name: str
    level: str
    key: str
    title: str
    url: str
    place: str
    theme: str
    filed: str
    nature: str
    confidence: str
    message: str
    evidence: tuple[str, ...]
    folded: tuple[str, ...]
    cure: str
    """What would resolve it, in words."""
    steps: tuple[str, ...]
    """Changes as `field: before -> after`."""
    safety: str
    new: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Findings of one rule."""

    code: str
    name: str
    level: str
    summary: str
    why: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """An entry of which the evidence does not say what it is."""

    key: str
    title: str
    url: str
    place: str
    filed: str
    question: str
    odds: str


@dataclass(frozen=True, kw_only=True)
class View:
    """The whole report."""

    at: datetime
    run: str
    connections: tuple[str, ...]
    score: Separation
    first: tuple[Line, ...]
    groups: tuple[Group, ...]
    matrix: Mapping[str, Mapping[str, int]]
    """Filed -> nature -> open entries."""
    misfiled_by_place: tuple[tuple[str, int, int], ...]
    misfiled_by_theme: tuple[tuple[str, int, int], ...]
    doubts: tuple[Doubt, ...]
    skipped: tuple[tuple[str, str], ...]
    findings: int
    new: int
    resolved: int
    proposal: str
    by_safety: Mapping[str, int]
    history: tuple[float, ...] = ()
    """Scores of former audits, oldest first, this one last."""


def view(
    audited: Audited, proposal: Proposal | None = None, history: Iterable[float] = (), *, kept: bool = True
) -> View:
    """Return what the report shows of an audit and the proposal made from it, named only where it is kept."""
    corrections = {correction.ref: correction for correction in proposal.corrections} if proposal else {}
    lines = [
        _line(found, audited, corrections.get(found.ref) if found.ref else None)
        for found in audited.audit.findings
    ]
    return View(
        at=audited.at,
        run=audited.run,
        connections=tuple(sorted({entry.ref.connection for entry in audited.snapshot.entries.values()})),
        score=audited.score,
        first=_first(lines),
        groups=_groups(lines),
        matrix=_matrix(audited),
        misfiled_by_place=_worst(audited.score, "place"),
        misfiled_by_theme=_worst(audited.score, "theme"),
        doubts=_doubts(audited),
        skipped=tuple((skipped.code, skipped.reason) for skipped in audited.audit.skipped),
        findings=len(lines),
        new=len(audited.new),
        resolved=audited.resolved,
        proposal=proposal.id if proposal and kept else "",
        by_safety=Counter(c.safety.value for c in proposal.corrections) if proposal else {},
        history=tuple(history),
    )


def _first(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return what to begin with: the surest finding of each rule, then the surest of the rest."""
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_code[line.code].append(line)
    heads = [members[0] for members in by_code.values()]
    rest = [line for members in by_code.values() for line in members[1:]]
    return tuple((*heads, *rest)[:FIRST])


def _line(found: Finding, audited: Audited, correction: Correction | None) -> Line:
    entry = audited.snapshot.entries.get(found.ref) if found.ref else None
    remedy = found.remedy.words if found.remedy else ""
    return Line(
        code=found.code,
        name=found.name,
        level=found.level.value,
        key=found.key or found.place,
        title=found.title,
        url=web_address(found.url),
        place=found.place,
        theme=(entry.theme if entry else None) or "",
        filed=found.filed.value if found.filed else "",
        nature=found.nature.value if found.nature else "",
        confidence=f"{found.confidence:.0%}" if found.confidence is not None else "",
        message=found.message,
        evidence=found.evidence,
        folded=tuple(
            f"{one.code} {one.key if not found.ref else ''} {one.message}" for one in audited.under(found)
        ),
        cure=correction.words if correction else remedy,
        steps=steps(correction) if correction else (),
        safety=correction.safety.value if correction else Safety.MANUAL.value,
        new=found.identity in audited.new,
    )


def steps(correction: Correction) -> tuple[str, ...]:
    """Return the changes of a correction in the tracker's own words."""
    found = []
    for change in correction.changes:
        before, after = show(change.before, change.field), show(change.after, change.field)
        if same(change.before, change.after) or before == after:
            continue  # carried along, so that a move does not lose it
        name = change.property.name if change.property else change.field.value
        found.append(f"{name}: {_word(before)} → {_word(after)}")
    return tuple(found)


def _word(value: str | list[str] | None) -> str:
    return (", ".join(value) if isinstance(value, list) else value) or "none"


def web_address(url: str) -> str:
    """Return an address if it is one of the web, else nothing: no tracker may plant another scheme."""
    return url if url.startswith(("https://", "http://")) else ""


def _groups(lines: Iterable[Line]) -> tuple[Group, ...]:
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_code[line.code].append(line)
    found = []
    for code, members in sorted(by_code.items()):
        doc = documentation(rule(code))
        found.append(
            Group(
                code=code,
                name=members[0].name,
                level=rule(code).level.value,
                summary=doc.summary,
                why=doc.sections.get("Why it matters", ""),
                lines=tuple(members),
            )
        )
    return tuple(found)


def _matrix(audited: Audited) -> Mapping[str, Mapping[str, int]]:
    counted: dict[str, Counter[str]] = {filed.value: Counter() for filed in Filed if filed is not Filed.NONE}
    for entry in audited.snapshot.entries.values():
        judgement = audited.audit.judgements.get(entry.ref)
        if judgement is None or entry.is_part or judgement.nature is Nature.NONE:
            continue
        filed = audited.snapshot.filing(entry).filed.value
        counted[filed][judgement.nature.value] += 1
    return {filed: dict(natures) for filed, natures in counted.items()}


def _worst(score: Separation, by: str) -> tuple[tuple[str, int, int], ...]:
    shares = score.by_place if by == "place" else score.by_theme
    rows = [(name, share.misfiled, share.entries) for name, share in shares.items()]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _doubts(audited: Audited) -> tuple[Doubt, ...]:
    found = []
    for ref in audited.audit.unsure:
        entry, judgement = audited.snapshot.entries[ref], audited.audit.judgements[ref]
        odds = sorted(judgement.probabilities.items(), key=lambda pair: -pair[1])[:2]
        found.append(
            Doubt(
                key=entry.key,
                title=entry.title,
                url=web_address(entry.url),
                place=entry.place.name,
                filed=audited.snapshot.filing(entry).filed.value,
                question=judgement.question or "",
                odds=", ".join(f"{nature.value} {value:.0%}" for nature, value in odds),
            )
        )
    return tuple(found)
