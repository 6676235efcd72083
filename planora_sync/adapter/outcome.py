"""What writing costs, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planora_sync.change import Change, Field
from planora_sync.model import Entry


@dataclass(frozen=True, kw_only=True)
class Step:
    """One HTTP call that a set of changes costs."""

    method: str
    path: str
    """The path on the wire, from the host on, without secrets."""
    body: Mapping[str, Any] | None = None
    fields: tuple[Field, ...] = ()
    """The changes that this call makes."""


@dataclass(frozen=True, kw_only=True)
class Write:
    """The changes of one entry, to be written together with those of others."""

    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Written:
    """The tracker accepted the call; whether it did what was wanted is for the read-back to see."""

    id: str | None = None
    """External id of what was created."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The tracker refused the call and changed nothing more; `done` says what was written before it."""

    reason: str
    done: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Nobody knows whether the call took effect: a time-out, a cut, a 5xx. Resolve it by reading."""

    reason: str


Outcome = Written | Refused | Unknown
