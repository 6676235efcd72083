"""The adapter contract: how planora-sync reads and writes one connection, whatever tracker is behind it.

Terms. A *connection* is one account and scope in one tracker. A *page* is what one answer of the tracker
gives, translated. A *step* is one HTTP call that a set of changes costs. Public methods guard (read-only,
capabilities); subclasses write the private ones, which do the I/O. Adapters load by entry point
(`planora_sync.adapters`) and are proven by `planora_sync.testing.contract_suite`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import ReadOnlyConnection, Unsupported
from planora_sync.http.inprocess import ASGIApp
from planora_sync.model import Entry, Place


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an adapter can do; whatever is not said is not possible."""

    incremental: bool = False
    """`pull(since=...)` reads only what changed."""
    sprints: bool = False
    """Entries know sprints."""
    levels: bool = False
    """Entries know a hierarchy level."""
    writes: frozenset[Field] = frozenset()
    """Fields that `apply` can set."""
    create: bool = False
    link: bool = False
    batch_read: int = 1
    """How many entries one read request gives."""


@dataclass(frozen=True, kw_only=True)
class FieldSource:
    """Where this workspace keeps a canonical field: by id, by schema, or by name (first that exists)."""

    id: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    """Jira: `schema.custom`; Notion and Trello: the property's or custom field's type."""
    name: tuple[str, ...] = ()
    """Names as people see them; compared without case and emoji."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How this workspace names things: the part of the mapping that translation needs.

    Keys of the name tables are lower-case globs without emoji; see `planora_sync.model` for the values.
    """

    fields: Mapping[str, FieldSource] = field(default_factory=dict)
    """Canonical field (`sprint`, `owner`, `due`, `horizon`, `theme`, `estimate` ...) -> where it is kept."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Type name (Trello: label) -> kind."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Status or list name -> todo | doing | done, where the tracker's own category is absent or wrong."""
    priorities: Mapping[str, str] = field(default_factory=dict)
    """Priority or label name -> critical | high | medium | low | none."""
    horizons: Mapping[str, str] = field(default_factory=dict)
    """Value of the horizon field (Trello roadmap boards: list name) -> now | next | later."""
    sprint_states: Mapping[str, str] = field(default_factory=dict)
    """Name of a sprint's status -> active | future | closed (Notion)."""


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
    timeout: float = 30.0
    """Seconds one request may take."""
    rate_share: float = 0.5
    """Share of the tracker's allowance that is used."""
    app: ASGIApp | None = field(default=None, repr=False)
    """In place of a network: an ASGI app that answers in process."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] | None = field(default=None, repr=False)
    """Called to wait; None is `time.sleep`."""


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
    cursor: str | None = None
    """Opaque; on the last page: where an incremental pull may begin next time."""


class Absence(StrEnum):
    """Why an entry that was asked for did not come back."""

    TRASHED = "trashed"
    MOVED = "moved"
    DELETED = "deleted"
    UNKNOWN = "unknown"
    """Deleted or no longer visible: the tracker does not tell which."""


ReadResult = Entry | Absence


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


class Adapter(ABC):
    """One connection to one tracker."""

    tracker: ClassVar[str]
    """The entry point's name."""
    capabilities: ClassVar[Capabilities]

    def __init__(self, context: AdapterContext) -> None:
        self.context = context

    # -- reading ------------------------------------------------------------------------------------------

    @abstractmethod
    def check(self) -> tuple[Notice, ...]:
        """Return what works and what does not: credentials, places, rights each correction would need.

        Raises ConnectionFailed where not even the credentials work.
        """

    @abstractmethod
    def places(self) -> tuple[Place, ...]:
        """Return the places that these credentials can see, for `init` and for scope errors."""

    @abstractmethod
    def pull(self, since: str | None = None) -> Iterator[Page]:
        """Return the entries page by page: all that count, or those changed since a cursor.

        A full pull gives every open entry and those done within `context.done_days`; an incremental one has
        no status filter, so that a close is seen as a change. The last page carries the next cursor. Raises
        ConnectionFailed where the connection as a whole fails; a failure of one place is a notice.
        """

    @abstractmethod
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some entries fresh from the tracker, by external id, for comparison before a write.

        Every id asked for is a key of the answer. Raises ConnectionFailed.
        """

    # -- writing ------------------------------------------------------------------------------------------

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls that `apply` would make for these changes, without making them.

        Raises Unsupported for a field that the adapter cannot set, or a value that the place cannot hold.
        """
        for change in changes:
            if change.field not in self.capabilities.writes:
                raise Unsupported(
                    f"{self.tracker} cannot set {change.field} of {entry.key}.",
                    instead="Set it in the tracker by hand.",
                )
        return self._steps(entry, tuple(sorted(changes, key=Change.sort_key)))

    def losses(self, entry: Entry, place: str, changes: Sequence[Change] = ()) -> tuple[str, ...] | None:
        """Return what an entry would lose by a move to a place, a sentence each; None where nobody can tell.

        What `changes` write in the same go is no loss. May read, never writes. Raises ConnectionFailed and
        Unsupported.
        """
        return None

    def apply(self, entry: Entry, changes: Sequence[Change]) -> Outcome:
        """Write the changes to one entry in the fewest calls and return what the tracker said.

        Raises ReadOnlyConnection, Unsupported; never repeats a call whose outcome is unknown.
        """
        self._guard()
        done: list[Field] = []
        for step in self.steps(entry, changes):
            match self._send(step):
                case Written():
                    done.extend(step.fields)
                case Refused() as refused:
                    return Refused(reason=refused.reason, done=tuple(done))
                case Unknown() as unknown:
                    return unknown
        return Written()

    def create(self, draft: Draft) -> Outcome:
        """Create an entry that carries the draft's marker and return its id. Raises as `apply` does."""
        self._guard()
        if not self.capabilities.create:
            raise Unsupported(f"{self.tracker} cannot create entries.", instead="Create it by hand.")
        return self._create(draft)

    def link(self, draft: LinkDraft) -> Outcome:
        """Link an entry to another one or to an address. Raises as `apply` does."""
        self._guard()
        if not self.capabilities.link:
            raise Unsupported(f"{self.tracker} cannot link entries.", instead="Link them by hand.")
        return self._link(draft)

    @abstractmethod
    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        """Return the calls for supported, ordered changes; may read (transitions, options), never write."""

    @abstractmethod
    def _send(self, step: Step) -> Outcome:
        """Make one call."""

    @abstractmethod
    def _create(self, draft: Draft) -> Outcome:
        """Create an entry."""

    @abstractmethod
    def _link(self, draft: LinkDraft) -> Outcome:
        """Make a link."""

    @abstractmethod
    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the entry in `place` that a `create` with this marker made, or None."""

    def close(self) -> None:  # noqa: B027 - an adapter that holds nothing open need not say so
        """Give back what the adapter holds open."""

    def _guard(self) -> None:
        if self.context.read_only:
            raise ReadOnlyConnection(self.context.name)
