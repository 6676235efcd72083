"""An adapter that keeps everything in memory: the first to pass the contract, and what tests of the core use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from planora_sync.adapter import (
    Absence,
    Adapter,
    AdapterContext,
    Capabilities,
    Census,
    Delivery,
    Event,
    Hint,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Refused,
    Severity,
    Step,
    Unknown,
    Written,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import CredentialsRefused, RateLimited, Unreachable
from planora_sync.model import Category, Entry, Place
from planora_sync.testing.builders import CONNECTION, TRACKER
from planora_sync.testing.memory_hooks import hear
from planora_sync.testing.position import Position
from planora_sync.testing.setting import Impossible
from planora_sync.testing.workspace import TOKEN, MemoryFault, MemoryWorkspace

WRITE_FAULTS = (MemoryFault.REFUSE, MemoryFault.UNKNOWN_BEFORE, MemoryFault.UNKNOWN_AFTER)


def memory_context(**fields: Any) -> AdapterContext:
    """Return the context of a connection to a workspace in memory, read-write; `fields` are its fields."""
    given: dict[str, Any] = {"name": CONNECTION, "url": "", "token": TOKEN, "read_only": False}
    return AdapterContext(**{**given, **fields})


class MemoryAdapter(Adapter):
    """Reads and writes a `MemoryWorkspace`; all fields of a correction can be set."""

    tracker: ClassVar[str] = TRACKER
    capabilities: ClassVar[Capabilities] = Capabilities(
        incremental=True,
        sprints=True,
        levels=True,
        writes=frozenset(Field),
        create=True,
        link=True,
        batch_read=50,
        resume=True,
        census=True,
        history=True,
        hints=True,
    )

    def __init__(self, context: AdapterContext, workspace: MemoryWorkspace) -> None:
        super().__init__(context)
        self.workspace = workspace

    # -- reading ------------------------------------------------------------------------------------------

    def check(self) -> tuple[Notice, ...]:
        """Return that the connection works, and which places of its scope do not exist."""
        self._request("/check")
        works = Notice(severity=Severity.OK, where=self.context.name, what="The workspace answers.")
        return (works, *self._absent_places())

    def places(self) -> tuple[Place, ...]:
        """Return all places."""
        self._request("/places")
        return tuple(self.workspace.places.values())

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the entries page by page, each as it stands when its page is asked for.

        A cursor is the number of the workspace's last revision when the pull began.
        """
        started = Position.parse(resume) if resume else Position(revision=self.workspace.revision)
        position, first = started, True
        while True:
            self._request("/entries", "pull", query=f"since={since or ''}&after={position.after or ''}")
            notices = list(self._absent_places())
            ahead = position.ahead(self._wanted(since, notices))
            given = ahead[: self.workspace.page_size]
            position = position.moved(given)
            last = len(given) == len(ahead) or self.workspace.strikes([MemoryFault.PULL_SHORT]) is not None
            yield Page(
                entries=tuple(self._shown(entry) for entry in given),
                places=tuple(self.workspace.places.values()) if first and not resume else (),
                notices=tuple(notices) if first else (),
                whole=tuple(self._whole()) if last else (),
                resume=None if last else str(position),
                cursor=str(position.revision) if last else None,
            )
            if last:
                return
            first = False

    def census(self) -> Iterator[Census]:
        """Return the ids of what a full pull would bring."""
        self._request("/census", "census")
        ids = [entry.ref.id for entry in self._in_scope() if self._recent(entry)]
        if self.workspace.strikes([MemoryFault.CENSUS_EMPTY]):
            ids = []
        if self.workspace.strikes([MemoryFault.CENSUS_SHORT]):
            del ids[1:]
        failed = self.workspace.strikes([MemoryFault.CENSUS_TORN]) is not None
        torn = Notice(severity=Severity.ERROR, where="census", what="It was torn.", next_step="Run again.")
        for start in range(0, max(1, len(ids)), 2 * self.workspace.page_size):
            yield Census(
                ids=tuple(ids[start : start + 2 * self.workspace.page_size]),
                notices=(torn,) if failed else (),
            )

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return the entries as they stand now."""
        wanted = list(dict.fromkeys(ids))
        answer: dict[str, ReadResult] = {}
        for start in range(0, len(wanted), self.capabilities.batch_read):
            batch = wanted[start : start + self.capabilities.batch_read]
            self._request("/entries", *batch, query=f"ids={','.join(batch)}")
            for id in batch:
                found = self.workspace.entries.get(id)
                answer[id] = self._shown(found) if found else self.workspace.absent.get(id, Absence.UNKNOWN)
        return answer

    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return what was changed since the entries were put in."""
        if not ids:
            return {}
        self._request("/history", *ids)
        events = self.workspace.events
        return {id: tuple(events[id]) for id in dict.fromkeys(ids) if id in events}

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return which entries a signed request names."""
        return hear(delivery, connection=self.context.name, secret=self.context.webhook_secret)

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the entry that was created with this marker."""
        self._request(f"/markers/{marker}")
        found = self.workspace.entries.get(self.workspace.markers.get(marker, ""))
        return found.ref.id if found and found.place.id == place else None

    # -- writing ------------------------------------------------------------------------------------------

    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        groups = [(one,) for one in changes] if self.workspace.step_per_field else [changes]
        return tuple(
            Step(
                method="PATCH",
                path=f"/entries/{entry.ref.id}",
                body={"changes": [change.model_dump(mode="json") for change in group]},
                fields=tuple(change.field for change in group),
            )
            for group in groups
        )

    def _send(self, step: Step) -> Outcome:
        id = step.path.rpartition("/")[2]
        changes = [Change.model_validate(change) for change in (step.body or {})["changes"]]
        return self._write(step.method, step.path, id, lambda: self.workspace.change(id, changes))

    def _create(self, draft: Draft) -> Outcome:
        return self._write(
            "POST",
            "/entries",
            draft.place.id,
            lambda: self.workspace.create(draft, self.tracker, self.context.name),
            creates=True,
        )

    def _link(self, draft: LinkDraft) -> Outcome:
        path = f"/entries/{draft.source.id}/links"
        return self._write("POST", path, draft.source.id, lambda: self.workspace.link(draft))

    def _write(
        self, method: str, path: str, target: str, act: Callable[[], Entry], *, creates: bool = False
    ) -> Outcome:
        self._let_in()
        self.workspace.arrive()
        fault = self.workspace.strikes(WRITE_FAULTS, target)
        if fault is MemoryFault.REFUSE:
            self.workspace.log(method, path, 403)
            return Refused(reason="The workspace refuses this write.")
        if fault is MemoryFault.UNKNOWN_BEFORE:
            self.workspace.log(method, path, 503)
            return Unknown(reason="The workspace answered 503.")
        try:
            made = act()
        except Impossible as failure:
            self.workspace.log(method, path, 400)
            return Refused(reason=f"The workspace says: {failure}.")
        self.workspace.log(method, path, 200 if fault is None else 504)
        if fault is MemoryFault.UNKNOWN_AFTER:
            return Unknown(reason="The connection was cut.")
        return Written(id=made.ref.id if creates else None)

    # -- both ---------------------------------------------------------------------------------------------

    def _request(self, path: str, *targets: str, query: str = "") -> None:
        self._let_in()
        if self.workspace.strikes([MemoryFault.BLOCKED], *targets):
            self.workspace.log("GET", path, 429, query)
            raise RateLimited(
                "The workspace says: not now.",
                connection=self.context.name,
                until=self.workspace.blocked_until,
            )
        failed = self.workspace.strikes([MemoryFault.READ_FAILS], *targets)
        self.workspace.log("GET", path, 503 if failed else 200, query)
        if failed:
            raise Unreachable(
                "The workspace does not answer.", connection=self.context.name, next_step="Run again later."
            )

    def _let_in(self) -> None:
        if self.context.token != TOKEN:
            raise CredentialsRefused(
                "The workspace refuses the token.",
                connection=self.context.name,
                next_step=f"Put the right token under [connections.{self.context.name}].",
            )

    def _absent_places(self) -> tuple[Notice, ...]:
        known = {word for place in self.workspace.places.values() for word in (place.id, place.path)}
        return tuple(
            Notice(
                severity=Severity.ERROR,
                where=word,
                what=f"There is no place {word!r}.",
                next_step="Correct its name in the scope, or have it shared with these credentials.",
            )
            for word in self.context.scope
            if word not in known
        )

    def _wanted(self, since: str | None, notices: list[Notice]) -> list[Entry]:
        if self.workspace.strikes([MemoryFault.PULL_EMPTY]):
            return []
        whole = self._whole() if since is not None else ()
        wanted = [
            entry
            for entry in self._in_scope()
            if (self._recent(entry) if since is None else self._newer(entry, since))
            or (entry.place.id in whole and entry.is_open)
        ]
        for place in tuple(self.workspace.places.values()):
            if self.workspace.strikes([MemoryFault.PLACE_FAILS], place.id):
                wanted = [entry for entry in wanted if entry.place.id != place.id]
                notices.append(
                    Notice(
                        severity=Severity.ERROR,
                        where=place.path,
                        what=f"{place.path} could not be read.",
                        next_step="Run again later.",
                    )
                )
        return wanted

    def _in_scope(self) -> Iterator[Entry]:
        scope = {*self.context.scope}
        for entry in self.workspace.entries.values():
            if not scope or {entry.place.id, entry.place.name} & scope:
                yield entry

    def _whole(self) -> tuple[str, ...]:
        return tuple(id for id in self.workspace.reread if id in self.workspace.places)

    def _newer(self, entry: Entry, since: str) -> bool:
        return self.workspace.revisions[entry.ref.id] > int(since)

    def _recent(self, entry: Entry) -> bool:
        oldest = self.workspace.now() - timedelta(days=self.context.done_days)
        finished = entry.category is Category.DONE and entry.done is not None and entry.done < oldest
        return not entry.archived and not finished

    def _shown(self, entry: Entry) -> Entry:
        if not self.context.keep_raw:
            return entry.model_copy(update={"raw": None})
        return entry.model_copy(update={"raw": entry.raw or entry.model_dump(mode="json", exclude={"raw"})})
