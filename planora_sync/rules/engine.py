"""Audits a snapshot: asks every rule about every open entry, and keeps one finding a cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from planora_sync.classify.judge import THRESHOLD, judge_all
from planora_sync.classify.judgement import Judgement
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Nature, Ref
from planora_sync.rules.base import Case, Finding, Level, Rule, Skipped, Thresholds
from planora_sync.rules.catalog import CATALOG
from planora_sync.rules.practice import fold_practice


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rules are asked, and how loudly they speak."""

    select: tuple[str, ...] = ()
    """Codes or prefixes (`PS1`); empty for all."""
    ignore: Mapping[str, str] = field(default_factory=dict)
    """Code or prefix -> reason."""
    level: Mapping[str, Level] = field(default_factory=dict)
    """Code -> level in place of the rule's own."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    confidence: float = THRESHOLD
    """Below it the nature is `unsure`, and no finding about filing is raised."""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit found."""

    findings: tuple[Finding, ...]
    """One a cause, surest and worst first."""
    folded: tuple[Finding, ...]
    """What stands under another finding on the same entry or place."""
    skipped: tuple[Skipped, ...]
    judgements: Mapping[Ref, Judgement]
    """Of every open entry."""
    unsure: tuple[Ref, ...]
    """Open entries that stand on their own, and of which the evidence does not say what they are."""
    counts: Mapping[str, int]
    """Open entries by `filed`."""

    @property
    def misfiled(self) -> tuple[Finding, ...]:
        """Return the findings about filing."""
        return tuple(found for found in self.findings if found.code.startswith("PS1"))

    def worst(self) -> Level | None:
        """Return the highest level among the findings, or None where there are none."""
        return max((found.level for found in self.findings), key=lambda level: level.rank, default=None)


def audit(snapshot: Snapshot, selection: Selection | None = None, rules: Sequence[Rule] = CATALOG) -> Audit:
    """Return every broken rule on every open entry.

    Subtasks and what is no work are judged by no rule. Under a PS1xx the entry's other findings are folded;
    what is a place's practice becomes one finding on the place.
    """
    chosen = selection or Selection()
    judgements = judge_all(snapshot, chosen.confidence)
    chosen_rules = [rule for rule in rules if asked(rule.code, chosen)]
    found: list[Finding] = []
    for entry in snapshot.entries.values():
        if entry.is_open:
            found.extend(_findings(entry, snapshot, judgements[entry.ref], chosen_rules, chosen))
    top, under = _fold(found)
    top, practice = fold_practice(top, snapshot)
    return Audit(
        findings=tuple(sorted(top, key=_order)),
        folded=tuple(sorted((*under, *practice), key=_order)),
        skipped=tuple(_skipped(rules, chosen)),
        judgements=judgements,
        unsure=tuple(
            ref
            for ref, found in judgements.items()
            if found.nature is Nature.UNSURE and not snapshot.entries[ref].is_part
        ),
        counts=_counts(snapshot),
    )


def _findings(
    entry: Entry, snapshot: Snapshot, judgement: Judgement, rules: Iterable[Rule], chosen: Selection
) -> Iterable[Finding]:
    filing = snapshot.filing(entry)
    if entry.is_part or filing.filed in (Filed.NONE, Filed.UNMAPPED) or judgement.nature is Nature.NONE:
        return
    case = Case(entry=entry, filing=filing, judgement=judgement, snapshot=snapshot)
    for rule in rules:
        for found in rule.check(case, chosen.thresholds):
            yield _levelled(found, entry, snapshot, chosen)


def _levelled(found: Finding, entry: Entry, snapshot: Snapshot, chosen: Selection) -> Finding:
    level = chosen.level.get(found.code, found.level)
    # People are still typing: what was created a moment ago gives at most info.
    settle = timedelta(hours=chosen.thresholds.settle_hours)
    if entry.created is not None and snapshot.now - entry.created < settle:
        level = Level.INFO
    return found if level is found.level else found.model_copy(update={"level": level})


def _fold(found: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that stand, and those that stand under a PS1xx on the same entry."""
    by_entry: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        by_entry[str(one.ref)].append(one)
    top: list[Finding] = []
    under: list[Finding] = []
    for findings in by_entry.values():
        misfiled = next((one for one in reversed(findings) if one.code.startswith("PS1")), None)
        for one in findings:
            if misfiled is None or one is misfiled:
                top.append(one)
            else:
                under.append(one.model_copy(update={"under": misfiled.code}))
    return top, under


def asked(code: str, chosen: Selection) -> bool:
    """Return whether a rule is selected and not ignored."""
    wanted = not chosen.select or any(code.startswith(prefix) for prefix in chosen.select)
    return wanted and not any(code.startswith(prefix) for prefix in chosen.ignore)


def _skipped(rules: Iterable[Rule], chosen: Selection) -> Iterable[Skipped]:
    for rule in rules:
        reason = next((why for prefix, why in chosen.ignore.items() if rule.code.startswith(prefix)), None)
        if reason is not None:
            yield Skipped(code=rule.code, place="*", reason=reason)


def _counts(snapshot: Snapshot) -> Mapping[str, int]:
    counted = Counter(snapshot.filing(e).filed.value for e in snapshot.entries.values() if e.is_open)
    return {filed.value: counted.get(filed.value, 0) for filed in Filed}


def _order(found: Finding) -> tuple[int, float, str, str]:
    return (-found.level.rank, -(found.confidence or 0.0), found.code, str(found.ref))
