"""The adapter contract itself: what every adapter does.

Terms. A *connection* is one account and scope in one tracker. A *page* is what one answer of the tracker
gives, translated. A *step* is one HTTP call that a set of changes costs. Public methods guard (read-only,
capabilities); subclasses write the private ones, which do the I/O. Adapters load by entry point
(`planora_sync.adapters`) and are proven by `planora_sync.testing.contract_suite`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from planora_sync.adapter.absence import ReadResult
from planora_sync.adapter.capabilities import Capabilities
from planora_sync.adapter.context import AdapterContext
from planora_sync.adapter.hints import Delivery, Hint
from planora_sync.adapter.history import Event
from planora_sync.adapter.outcome import Outcome, Refused, Step, Unknown, Write, Written
from planora_sync.adapter.page import Census, Notice, Page
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import NotApplied, ReadOnlyConnection, Unsupported
from planora_sync.model import Entry, Place


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
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the entries page by page: all that count, or those changed since a cursor.

        A full pull gives every open entry and those done within `context.done_days`; an incremental one has
        no status filter, so that a close is seen as a change. The last page carries the next cursor. With
        `resume`, from a page of an earlier pull with the same `since`, it goes on after that page, and its last
        cursor is one that loses nothing of what changed since that pull began. An answer that is short, empty
        where it must not be, truncated or repeats itself is an `error` notice or raises. Raises
        ConnectionFailed where the connection as a whole fails; a failure of one place is a notice.
        """

    @abstractmethod
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some entries fresh from the tracker, by external id, for comparison before a write.

        Every id asked for is a key of the answer. Raises ConnectionFailed.
        """

    def census(self) -> Iterator[Census]:
        """Return the ids of all that a full pull would bring, page by page, at less cost. Raises ConnectionFailed.

        Called only with `capabilities.census`. Where ids cost as much as entries, a full pull is the census, and
        checks its own end.
        """
        raise Unsupported(f"{self.tracker} has no census.", instead="Pull everything.")

    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return what changed on some entries, the oldest first, by external id; raises ConnectionFailed.

        Called only with `capabilities.history`. What the tracker has forgotten, or never tells, is not there.
        """
        raise Unsupported(f"{self.tracker} tells no history.", instead="Look at the entry in the tracker.")

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return what a webhook's request says is to be read again; asks the tracker nothing.

        Raises SignatureRefused where it is not signed with `context.webhook_secret`, and AnswerUnreadable for
        what is no event of this tracker. Events that concern no entry give no hint.
        """
        raise Unsupported(f"{self.tracker} sends no webhooks.", instead="Pull on a schedule.")

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

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        """Write the changes of several entries and return what became of each, by external id.

        An entry stands in `writes` once. Where the tracker takes several in one call (`capabilities.batch_write`)
        they go together; the refusal of one is no refusal of the others. What the adapter cannot write is
        Refused. Raises ReadOnlyConnection.
        """
        self._guard()
        outcomes: dict[str, Outcome] = {}
        for write in writes:
            try:
                outcomes[write.entry.ref.id] = self.apply(write.entry, write.changes)
            except NotApplied as refusal:
                outcomes[write.entry.ref.id] = Refused(reason=str(refusal))
        return outcomes

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

    def finish(self) -> None:
        """Write what an earlier process left out between two calls of one change, where it is still lacking.

        Called before an apply, for what took effect is not written again by it. Nothing where a change is one call,
        or where all that follows is seen by reading. Raises ConnectionFailed and ReadOnlyConnection.
        """
        self._guard()

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
