"""What an adapter is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from planora_sync.adapter.notes import Notes, NotesInMemory
from planora_sync.adapter.vocabulary import Vocabulary
from planora_sync.http.inprocess import ASGIApp


@dataclass(frozen=True, kw_only=True)
class AdapterContext:
    """All that an adapter is given: who it is, where it reads, how fast, with which clock."""

    name: str
    """The connection's name."""
    url: str
    """Base address, without a trailing slash; empty for the vendor's own."""
    deployment: str = "cloud"
    user: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    write_token: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    """With which the tracker signs what its webhooks send."""
    read_only: bool = True
    scope: tuple[str, ...] = ()
    """Projects, data sources or boards: ids, keys, names, globs or addresses; empty for all that is visible."""
    boards: tuple[str, ...] = ()
    """Jira: ids or names of boards to read; empty for all boards of the projects."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    place_vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    """Place path or glob -> vocabulary, where a place has a mapping of its own."""
    done_days: int = 180
    """Full pulls read entries done within so many days."""
    keep_raw: bool = True
    page_text: bool = False
    """Read texts that cost a request an entry, such as the content of Notion's pages."""
    timeout: float = 30.0
    """Seconds a tracker may be silent; its whole answer may take four times as long."""
    rate_share: float = 0.5
    """Share of the tracker's allowance that is used."""
    parallel: int = 4
    """How many requests may be under way at once; 1 reads everything in one order."""
    app: ASGIApp | None = field(default=None, repr=False)
    """In place of a network: an ASGI app that answers in process."""
    notes: Notes = field(default_factory=NotesInMemory, repr=False, compare=False)
    """What the adapter remembers between two runs."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] | None = field(default=None, repr=False)
    """Called to wait; None waits in real time."""
