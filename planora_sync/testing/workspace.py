"""The workspace behind the in-memory adapter: it keeps state, and goes wrong when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from planora_sync.adapter import Absence, Event
from planora_sync.change import Change, Draft, Field, LinkDraft, current, same
from planora_sync.model import Entry, Link, Place
from planora_sync.sandbox import LedgerRow
from planora_sync.testing.builders import NOW, make_entry, make_place
from planora_sync.testing.setting import Impossible, with_change

TOKEN = "memory-t0ken"  # noqa: S105 - nobody's
"""What the workspace lets in."""


class MemoryFault(StrEnum):
    """What can go wrong on purpose."""

    REFUSE = "refuse"
    """A write is refused and changes nothing."""
    UNKNOWN_BEFORE = "unknown-before"
    """A write gets no answer, and was not done."""
    UNKNOWN_AFTER = "unknown-after"
    """A write gets no answer, and was done."""
    READ_FAILS = "read-fails"
    """A read or a page of a pull gets no answer."""
    PULL_EMPTY = "pull-empty"
    """A pull gives no entry, as if there were none."""
    PULL_SHORT = "pull-short"
    """A pull gives its first page only, as if that were all."""
    PLACE_FAILS = "place-fails"
    """A pull leaves out the entries of a place (`target`) and says so."""
    BLOCKED = "blocked"
    """A read is told to wait until `blocked_until`."""
    CENSUS_EMPTY = "census-empty"
    """A census names nothing, as if there were nothing."""
    CENSUS_SHORT = "census-short"
    """A census names one entry, as if that were all."""
    CENSUS_TORN = "census-torn"
    """A census names all and says that it may not be all."""


@dataclass
class _Armed:
    fault: MemoryFault
    times: int
    target: str | None


class MemoryWorkspace:
    """Entries, places and their history, as a tracker keeps them.

    Every write moves `updated` forward, so that it serves as a version. `ledger` holds every request in order.
    """

    def __init__(self, *, now: Callable[[], datetime] = lambda: NOW, page_size: int = 50) -> None:
        self.now = now
        self.page_size = page_size
        self.step_per_field = False
        """Whether each field costs a call of its own."""
        self.places: dict[str, Place] = {}
        self.entries: dict[str, Entry] = {}
        self.absent: dict[str, Absence] = {}
        self.revisions: dict[str, int] = {}
        self.revision = 0
        self.markers: dict[str, str] = {}
        self.ledger: list[LedgerRow] = []
        self.events: dict[str, list[Event]] = {}
        """What was changed on each entry, the oldest first."""
        self.reread: set[str] = set()
        """Ids of places that every pull brings whole, an incremental one too."""
        self.blocked_until: datetime | None = None
        self.automations: list[Callable[[Entry], Entry]] = []
        """Run over an entry after each write to it, as the tracker's own automations are."""
        self._meanwhile: list[Callable[[], object]] = []
        self._armed: list[_Armed] = []
        self._latest: datetime | None = None

    # -- what a test sets up ------------------------------------------------------------------------------

    def put(self, *things: Entry | Place) -> None:
        """Put entries and places in as they are; the place of an entry comes with it."""
        for thing in things:
            if isinstance(thing, Place):
                self.places[thing.id] = thing
                continue
            if thing.place.id not in self.places:
                ref = thing.place
                self.put(make_place(ref.name, id=ref.id, connection=thing.ref.connection))
            self.entries[thing.ref.id] = thing
            self.absent.pop(thing.ref.id, None)
            self._revise(thing.ref.id)

    def edit(self, id: str, **fields: Any) -> Entry:
        """Change fields of an entry as a person does in the tracker's own screens, and return it."""
        return self._store(self.entries[id].model_copy(update=fields))

    def remove(self, id: str, absence: Absence = Absence.UNKNOWN) -> None:
        """Take an entry away; a read of it then answers so."""
        del self.entries[id]
        self.absent[id] = absence

    def meanwhile(self, act: Callable[[], object]) -> None:
        """Let something happen just before the next write reaches the tracker, once."""
        self._meanwhile.append(act)

    def fail(self, fault: MemoryFault, *, times: int = 1, target: str | None = None) -> None:
        """Make the next `times` matching requests go wrong (-1: all).

        `target` is an entry's or a place's id; of reads also `pull` or `census`.
        """
        self._armed.append(_Armed(fault, times, target))

    @property
    def writes(self) -> Sequence[LedgerRow]:
        """Return the requests that wrote, the failed ones too."""
        return [row for row in self.ledger if row.method != "GET"]

    # -- what the adapter uses ----------------------------------------------------------------------------

    def strikes(self, faults: Iterable[MemoryFault], *targets: str) -> MemoryFault | None:
        """Return the first armed fault of these that hits one of the targets, and use it up by one."""
        wanted = frozenset(faults)
        for armed in self._armed:
            if armed.fault in wanted and (armed.target is None or armed.target in targets):
                armed.times -= 1
                if armed.times == 0:
                    self._armed.remove(armed)
                return armed.fault
        return None

    def log(self, method: str, path: str, status: int = 200, query: str = "") -> None:
        """Write a request into the ledger."""
        self.ledger.append(LedgerRow(method=method, path=path, query=query, status=status))

    def arrive(self) -> None:
        """Let what waits for a write happen."""
        waiting, self._meanwhile = self._meanwhile, []
        for act in waiting:
            act()

    def change(self, id: str, changes: Sequence[Change]) -> Entry:
        """Write changes to an entry and return it; raises Impossible, and then writes nothing."""
        if id not in self.entries:
            raise Impossible(f"there is no entry {id}")
        entry = self.entries[id]
        for change in changes:
            entry = with_change(entry, change, self.places, self.entries, self.now())
        return self._store(entry, automated=True)

    def create(self, draft: Draft, tracker: str, connection: str) -> Entry:
        """Make an entry from a draft and return it; raises Impossible, and then makes nothing."""
        if draft.place.id not in self.places:
            raise Impossible(f"there is no place {draft.place.id}")
        number = 1 + max((int(id) for id in {*self.entries, *self.absent} if id.isdecimal()), default=0)
        moment = self._moment()
        entry = make_entry(
            number,
            draft.title,
            place=self.places[draft.place.id],
            text=draft.text,
            type=draft.type.name if draft.type else None,
            tracker=tracker,
            connection=connection,
            created=moment,
            updated=moment,
            since=moment,
        )
        for change in draft.changes:
            entry = with_change(entry, change, self.places, self.entries, moment)
        self.markers[draft.marker] = entry.ref.id
        return self._store(entry, automated=True)

    def link(self, draft: LinkDraft) -> Entry:
        """Link an entry and return it; a link that is there already stays alone. Raises Impossible."""
        target, address = draft.target, draft.target.startswith(("http://", "https://"))
        if draft.source.id not in self.entries or not (address or target in self.entries):
            raise Impossible(f"{draft.source.id} and {target} cannot be linked: one of them is not there")
        entry = self.entries[draft.source.id]
        if any(link.target == target for link in entry.links):
            return entry
        links = (*entry.links, Link(kind=draft.kind, target=target))
        return self._store(entry.model_copy(update={"links": links}), automated=True)

    def _store(self, entry: Entry, *, automated: bool = False) -> Entry:
        for automation in self.automations if automated else ():
            entry = automation(entry)
        held = self.entries.get(entry.ref.id)
        if held is not None and held.content_hash == entry.content_hash:
            return held
        moment = self._moment()
        if held is not None:
            self._remember(held, entry, moment)
        entry = entry.model_copy(update={"updated": moment})
        self.entries[entry.ref.id] = entry
        self._revise(entry.ref.id)
        return entry

    def _remember(self, before: Entry, after: Entry, at: datetime) -> None:
        for field in Field:
            old, new = current(before, field), current(after, field)
            if not same(old, new):
                event = Event(at=at, field=field.value, before=old, after=new)
                self.events.setdefault(after.ref.id, []).append(event)

    def _revise(self, id: str) -> None:
        self.revision += 1
        self.revisions[id] = self.revision

    def _moment(self) -> datetime:
        # Two writes at one time of the clock are two versions all the same.
        now = self.now()
        if self._latest is not None and now <= self._latest:
            now = self._latest + timedelta(microseconds=1)
        self._latest = now
        return now
