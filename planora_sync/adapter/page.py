"""What comes from a tracker, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planora_sync.model import Entry, Place


class Severity(StrEnum):
    """How bad something that `check` or `pull` noticed is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing noticed: where, what, and what to do."""

    severity: Severity
    where: str
    what: str
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a pull, translated."""

    entries: tuple[Entry, ...] = ()
    places: tuple[Place, ...] = ()
    """Places seen with this page; all of them by the end of the pull."""
    notices: tuple[Notice, ...] = ()
    """An entry that could not be translated, a place that is absent: the others go on. An `error` about a
    place makes the pull incomplete, so that nothing in that place is ever taken for gone."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Things that are no entries, counted by reason: `template`, `separator`, `mirror` ..."""
    whole: tuple[str, ...] = ()
    """Ids of places (or of boards that hold them) of which this pull, with this page, has brought every open
    entry, be it a full one or not: what the store knows there and this pull did not bring has left."""
    resume: str | None = None
    """Opaque: where a pull that is killed after this page was stored goes on. What was given before is not
    given again, its `places`, `left_out` and `whole` neither; `notices` may be."""
    cursor: str | None = None
    """Opaque; on the last page: where an incremental pull may begin next time."""


@dataclass(frozen=True, kw_only=True)
class Census:
    """One page of a census: ids of what is there, without the entries themselves."""

    ids: tuple[str, ...] = ()
    """External ids of what a full pull would bring."""
    notices: tuple[Notice, ...] = ()
    """An `error` makes the census incomplete: it then shows that entries are there, and none to be gone."""
