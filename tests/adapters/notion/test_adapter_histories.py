"""Histories made by machine: people work while we page, pulls are killed and go on, and nothing is lost.

The store does what the real one does: it keeps each page as it comes, and after a full pull that is complete it asks
for what did not come. In the end it holds what the workspace holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Absence, NotesInMemory
from planora_sync.model import Entry
from planora_sync.testing import pull_all
from planora_sync.testing.pulled import differing
from tests.adapters.notion.conftest import Clock
from tests.adapters.notion.people import Act, Interrupted, People
from tests.adapters.notion.rig import adapter_of

NUMBER = st.integers(min_value=0, max_value=11)
KEY = st.sampled_from(["roadmap", "tasks"])
OF_OTHERS = frozenset({"children"})
"""The other side of a relation is shown without being edited: a full pull brings it."""


def acts(people: People, profile: str) -> st.SearchStrategy[Act]:
    """Return what somebody may do."""

    def some(act: Callable[..., None], *values: st.SearchStrategy[object]) -> st.SearchStrategy[Act]:
        return st.tuples(*values).map(lambda chosen: lambda: act(*chosen))

    retitle, create = some(people.retitle, NUMBER), some(people.create, KEY)
    status, under = some(people.set_status, NUMBER, NUMBER), some(people.put_under, NUMBER, NUMBER)
    sorts = {
        "families": [retitle, create, status, under, some(people.put_into_project, NUMBER, NUMBER)],
        "sprints": [
            some(people.put_into_sprint, NUMBER, NUMBER),
            some(people.turn_sprint, NUMBER, NUMBER),
            some(people.make_sprint, NUMBER),
        ],
        "schemas": [
            status,
            some(people.add_option, NUMBER),
            some(people.rename_option, KEY, NUMBER),
            some(people.drag_option, KEY, NUMBER),
            some(people.rename_property, NUMBER),
        ],
        "comings and goings": [
            retitle,
            create,
            some(people.trash, NUMBER),
            some(people.archive, NUMBER),
            some(people.delete, NUMBER),
            some(people.unshare, NUMBER),
            some(people.move, NUMBER),
        ],
    }
    return st.one_of(sorts.get(profile) or [act for sort in sorts.values() for act in sort])


class Histories(RuleBasedStateMachine):
    """One workspace, one store, and whoever works in it.

    Histories are of one sort of work each: where everything happens at once, a schema that changed has all read anew.
    """

    profile: ClassVar[str] = "all"

    @initialize()
    def begin(self) -> None:
        self.clock = Clock()
        self.sandbox = NotionSandbox("messy", now=self.clock)
        self.people = People(self.sandbox, self.clock)
        self.app = Interrupted(self.sandbox.app, self.clock)
        self.notes = NotesInMemory()
        self.reader = self.adapter(self.notes)
        """Lives as long as its process: until it is killed."""
        self.witness = self.adapter(NotesInMemory())
        self.store: dict[str, Entry] = {}
        self.cursor: str | None = None
        self.resume: str | None = None
        self.came: set[str] = set()
        self.full = True
        self.pull(full=True, pages=99, meanwhile=None)

    # -- people -------------------------------------------------------------------------------------------

    @rule(data=st.data(), seconds=st.sampled_from([1, 20, 61, 200, 4000]))
    def people_work(self, data: st.DataObject, seconds: int) -> None:
        for act in data.draw(st.lists(acts(self.people, self.profile), min_size=1, max_size=4)):
            act()
            self.clock.forward(seconds=seconds)

    # -- pulls --------------------------------------------------------------------------------------------

    @rule(
        data=st.data(),
        full=st.sampled_from([False, False, False, True]),
        pages=st.sampled_from([99, 1, 2, 4, 7]),
    )
    def we_pull(self, data: st.DataObject, full: bool, pages: int) -> None:
        meanwhile = data.draw(st.lists(acts(self.people, self.profile), max_size=4))
        self.pull(full=full, pages=pages, meanwhile=meanwhile)

    def pull(self, *, full: bool, pages: int, meanwhile: list[Act] | None) -> None:
        """Pull some pages, or go on with a pull that was killed, while people work."""
        if self.resume is None:
            self.full, self.came = full, set()
        self.app.acts.extend(meanwhile or ())
        stream = self.reader.pull(None if self.full else self.cursor, self.resume)
        for number, page in enumerate(stream):
            assert not [one for one in page.notices if one.severity.value == "error"], page.notices
            self.store |= {entry.ref.id: entry for entry in page.entries}
            self.came |= {entry.ref.id for entry in page.entries}
            if page.cursor is not None:
                self.complete(page.cursor)
            elif page.resume is not None and number + 1 >= pages:
                self.resume = page.resume
                break
        stream.close()  # type: ignore[attr-defined]
        self.app.acts.clear()
        if self.resume is not None:
            self.reader.close()
            self.reader = self.adapter(self.notes)

    def complete(self, cursor: str) -> None:
        """Do what the store does after the last page."""
        self.cursor, self.resume = cursor, None
        if self.full:
            missing = [id for id in self.store if id not in self.came]
            for id, found in self.reader.read(missing).items():
                if isinstance(found, Absence):
                    del self.store[id]
                else:
                    self.store[id] = found

    def adapter(self, notes: NotesInMemory) -> NotionAdapter:
        return adapter_of(self.sandbox, app=self.app, notes=notes)

    # -- what must hold -----------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        # Within the hour a schema is remembered, and only a row that shows it tells that it changed.
        self.clock.forward(minutes=62 if self.profile in ("schemas", "all") else 3)
        while self.resume is not None:
            self.pull(full=False, pages=99, meanwhile=None)
        self.pull(full=False, pages=99, meanwhile=None)
        truth = self.truth()
        self.changes_were_seen(truth)
        self.pull(full=True, pages=99, meanwhile=None)
        self.all_is_as_it_is(truth)
        self.reader.close()
        self.witness.close()

    def truth(self) -> dict[str, Entry]:
        pulled = pull_all(self.witness)
        assert not pulled.errors
        visible = {p.id for p in self.people.rows() if p.shared and not p.in_trash and not p.is_archived}
        assert set(pulled.by_id) == visible
        return dict(pulled.by_id)

    def changes_were_seen(self, truth: dict[str, Entry]) -> None:
        """An incremental pull brought all that was edited, begun, ended, renamed or made."""
        for id, entry in truth.items():
            known = self.store.get(id)
            if id in self.people.hidden or (entry.parent and entry.parent.id in self.people.hidden):
                continue
            assert known is not None, entry.title
            assert differing(known, entry) - OF_OTHERS - {"updated"} == frozenset(), entry.title

    def all_is_as_it_is(self, truth: dict[str, Entry]) -> None:
        """A full pull brought everything, and what is not there any more was told apart."""
        archived = {id: entry for id, entry in self.store.items() if entry.archived}
        assert {id: e.content_hash for id, e in self.store.items() if id not in archived} == {
            id: e.content_hash for id, e in truth.items()
        }
        assert set(archived) <= {page.id for page in self.people.rows() if page.is_archived and page.shared}


class OfFamilies(Histories):
    profile = "families"


class OfSprints(Histories):
    profile = "sprints"


class OfSchemas(Histories):
    profile = "schemas"


class OfComingsAndGoings(Histories):
    profile = "comings and goings"


def _settled(case: Any) -> Any:
    case.settings = settings(
        max_examples=9,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestFamilies = _settled(OfFamilies.TestCase)
TestSprints = _settled(OfSprints.TestCase)
TestSchemas = _settled(OfSchemas.TestCase)
TestComingsAndGoings = _settled(OfComingsAndGoings.TestCase)
TestAll = _settled(Histories.TestCase)
