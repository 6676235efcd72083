"""What a pull of a connection brought, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planora_sync.adapter import Absence, Notice
from planora_sync.errors import PlanoraError
from planora_sync.store import RunStatus


class PullStatus(StrEnum):
    """How a pull of one connection ended."""

    OK = "ok"
    INCOMPLETE = "incomplete"
    """Some places or entries could not be read; nothing in them is taken for gone."""
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Census:
    """How what the tracker named and what is known compare, at the end of a pull."""

    named: int
    """How many entries the tracker named."""
    met: int
    """How many of them are known now."""


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What a pull of one connection brought."""

    connection: str
    status: PullStatus
    full: bool
    entries: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    """Entries that were open and there before this pull, and are not any more."""
    left: Mapping[Absence | None, int] = field(default_factory=dict)
    """The same by why; None where nobody could tell yet."""
    census: Census | None = None
    """None where none was due, or it could not be taken."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    more_notices: int = 0
    """How many there were beyond these."""
    error: PlanoraError | None = None
    note: str = ""


Progress = Callable[[str, int], None]
"""Told the connection and how many entries came so far."""


def outcome(results: Iterable[Pulled], *, done: bool = True) -> RunStatus:
    """Return how a run that pulled so ended."""
    states = {result.status for result in results}
    if not done or states == {PullStatus.FAILED}:
        return RunStatus.FAILED
    return RunStatus.OK if states <= {PullStatus.OK} else RunStatus.INCOMPLETE


def summary(results: Iterable[Pulled]) -> Mapping[str, object]:
    """Return what the store keeps of a pull."""
    return {"pulled": {result.connection: _summary(result) for result in results}}


def _summary(result: Pulled) -> Mapping[str, object]:
    return {
        "status": result.status.value,
        "entries": result.entries,
        "added": result.added,
        "changed": result.changed,
        "missing": result.missing,
        "left": by_why(result.left),
        "census": {"named": result.census.named, "met": result.census.met} if result.census else None,
        "error": result.error.code if result.error else None,
    }


def by_why(left: Mapping[Absence | None, int]) -> Mapping[str, int]:
    """Return counts of what left by a word for why, in a steady order."""
    order = [*Absence, None]
    return {(why.value if why else "unasked"): left[why] for why in order if left.get(why)}
