"""What a rule is and what it finds. Rules are listed in `catalog.py`; this module imports none of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from planora_sync.classify.judgement import Judgement
from planora_sync.mapping.filed import Filing
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Filed, Frozen, Layer, Nature, Ref


class Level(StrEnum):
    """How bad a finding is, mildest first."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Return 0 for info, 1 for warning, 2 for error."""
        return list(Level).index(self)


class Remedy(Frozen):
    """What would resolve a finding, before anybody looked at how the tracker can do it."""

    layer: Layer | None = None
    """File the entry in this layer; None where nothing is moved."""
    words: str
    """What to do, in words; for a question, the question: `Who owns it?`."""
    ask: bool = False
    """Only a person can say it: an owner, a date, a priority."""


class Finding(Frozen):
    """One broken rule on one entry, place or connection."""

    code: str
    name: str
    """The rule's name, the fault: `initiative-in-plan`."""
    level: Level
    connection: str
    place: str
    """Path of the place."""
    ref: Ref | None = None
    """None for a finding on a place or connection."""
    key: str = ""
    url: str = ""
    title: str = ""
    filed: Filed | None = None
    nature: Nature | None = None
    confidence: float | None = None
    message: str
    """One sentence in plain words."""
    evidence: tuple[str, ...] = ()
    """Facts, strongest first."""
    remedy: Remedy | None = None
    under: str | None = None
    """Code of the finding on the same entry that this one is folded under."""

    @property
    def identity(self) -> str:
        """Return what makes two findings of two runs the same one."""
        return f"{self.code}:{self.ref or f'{self.connection}/{self.place}'}"


class Skipped(Frozen):
    """A rule that could not be asked, and why."""

    code: str
    place: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One open entry with all that a rule may ask about it."""

    entry: Entry
    filing: Filing
    judgement: Judgement
    snapshot: Snapshot


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Numbers of `[rules]`; the defaults are the design's."""

    critical_days: int = 30
    """A critical bug raised longer ago has a stale priority."""
    untouched_days: int = 14
    """Work in the plan that nobody began or touched for so long is no commitment."""
    carried: int = 3
    """Carried over so often without being begun is no commitment."""
    settle_hours: float = 4.0
    """What was created less than so long ago gives at most info."""


class Rule(ABC):
    """One rule, one file, one code. The class docstring is the documentation, with fixed headings.

    What it finds / Why it matters / Example / Correction / Safety. The example is TOML that a test runs.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    """The fault in kebab-case, so that "allow initiative-in-plan" reads well."""
    level: ClassVar[Level]

    @abstractmethod
    def check(self, case: Case, thresholds: Thresholds) -> Iterator[Finding]:
        """Yield what is wrong with one entry."""


def finding(rule: Rule, case: Case, message: str, *, level: Level | None = None, **more: object) -> Finding:
    """Return a finding on an entry, with the facts that every one carries."""
    entry = case.entry
    body: Mapping[str, object] = {
        "code": rule.code,
        "name": rule.name,
        "level": level or rule.level,
        "connection": entry.ref.connection,
        "place": entry.place.name,
        "ref": entry.ref,
        "key": entry.key,
        "url": entry.url,
        "title": entry.title,
        "filed": case.filing.filed,
        "nature": case.judgement.nature,
        "confidence": case.judgement.confidence,
        "message": message,
        **more,
    }
    return Finding.model_validate(body)
