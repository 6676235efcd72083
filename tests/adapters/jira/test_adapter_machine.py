"""People work while we read: at the end an incremental pull and a census leave exactly what the tracker has.

Pulls are full, incremental, killed and gone on with; the search index lags, our clock is wrong, and between any
two pages somebody creates, edits, moves, closes or deletes issues and starts, ends or renames sprints.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.records import Issue
from planora_jira.sandbox.workflow import move_status, move_to_sprint

from planora_sync.adapter import Notes, NotesInMemory, Page
from planora_sync.model import Entry
from tests.adapters.jira.setups import Tampered, adapter_of
from tests.adapters.jira.site import Clock

NUMBERS = st.integers(min_value=0, max_value=10_000)
PROJECTS = {"20000": "BOOK", "30000": "OPS"}
SETTINGS = settings(
    max_examples=30,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    database=None,
    suppress_health_check=list(HealthCheck),
)


def two_projects(clock: Clock, deployment: str, lag: timedelta) -> JiraSandbox:
    """Return a site with two projects, of which the second is empty."""
    sandbox = JiraSandbox("scrum", now=clock, deployment=deployment, search_lag=lag, page_cap=5)
    site = sandbox.site
    linked = {end for link in site.links.values() for end in (link.source, link.target)}
    for issue in list(site.issues.values()):
        if issue.id % 3 and issue.id not in linked and not site.children(issue):
            del site.issues[issue.id]
    project = copy.deepcopy(sandbox.site.projects["20000"])
    project.id, project.key, project.name, project.last = "30000", "OPS", "Operations", 0
    sandbox.site.projects["30000"] = project
    return sandbox


class People:
    """What people do in a tracker, through the site's own rules."""

    def __init__(self, sandbox: JiraSandbox) -> None:
        self.sandbox = sandbox
        self.site = sandbox.site

    def _one(self, number: int, test: Callable[[Issue], bool] = lambda issue: True) -> Issue | None:
        fitting = [issue for issue in self.site.issues.values() if not issue.archived and test(issue)]
        return fitting[number % len(fitting)] if fitting else None

    def _lonely(self, issue: Issue) -> bool:
        ends = {end for link in self.site.links.values() for end in (link.source, link.target)}
        return not self.site.children(issue) and issue.id not in ends and self.site.level(issue) >= 0

    def edit(self, number: int) -> None:
        if issue := self._one(number):
            self.site.remember(issue)
            issue.summary = f"Edited {number} {self.site.next_id()}"
            self.site.touch(issue)
            if number % 2:
                # Not every write takes the index as long.
                self.site.stale.pop(issue.id, None)

    def create(self, number: int) -> None:
        model = self._one(number, lambda issue: self.site.level(issue) == 0)
        if model is None:
            return
        issue, project = copy.deepcopy(model), self.site.projects[model.project]
        project.last = max(project.last, 500) + 1
        issue.id, issue.key = 90_000 + self.site.next_id(), f"{project.key}-{project.last}"
        issue.created = issue.updated = self.site.now()
        issue.former_keys, issue.history, issue.sprints = [], [], []
        self.site.issues[issue.id] = issue
        self.site.remember_new(issue)

    def move(self, number: int) -> None:
        if issue := self._one(number, self._lonely):
            self.site.remember(issue)
            other = self.site.projects["30000" if issue.project == "20000" else "20000"]
            other.last = max(other.last, 500) + 1
            issue.former_keys.append(issue.key)
            issue.project, issue.key = other.id, f"{other.key}-{other.last}"
            self.site.touch(issue)

    def close(self, number: int) -> None:
        if issue := self._one(number):
            done = self.site.category(issue) == "done"
            statuses = [
                status.id
                for status in self.site.statuses.values()
                if (status.category == "done") is not done
                and status.id in self.site.projects[issue.project].statuses
            ]
            move_status(self.site, issue, statuses[0])

    def delete(self, number: int) -> None:
        if issue := self._one(number, self._lonely):
            del self.site.issues[issue.id]
            self.site.stale.pop(issue.id, None)

    def archive(self, number: int) -> None:
        if issue := self._one(number, self._lonely):
            issue.archived = True
            self.site.stale.pop(issue.id, None)

    def plan(self, number: int) -> None:
        opened = [sprint for sprint in self.site.sprints.values() if sprint.state != "closed"]
        issue = self._one(number, lambda issue: self.site.level(issue) == 0)
        if issue:
            move_to_sprint(
                self.site, opened[number % len(opened)] if opened and number % 3 else None, [issue]
            )

    def run_sprint(self, number: int) -> None:
        rows = [sprint for sprint in self.site.sprints.values() if sprint.state != "closed"]
        if not rows:
            return
        sprint = rows[number % len(rows)]
        match number % 4:
            case 0:
                sprint.name = f"Sprint {self.site.next_id()}"
            case 1:
                sprint.end = (sprint.end or self.site.now()) + timedelta(days=1)
            case 2 if sprint.state == "active":
                sprint.state, sprint.complete = "closed", self.site.now()
            case _:
                sprint.state = "active"


ACTS = ("edit", "edit", "edit", "create", "move", "close", "delete", "archive", "plan", "run_sprint")
WORK = st.lists(st.tuples(st.sampled_from(ACTS), NUMBERS), min_size=3, max_size=8)
SELDOM = st.sampled_from([False, False, False, False, True])
"""A full pull mends what an incremental one lost: so it must not come too often here."""


class Reading(RuleBasedStateMachine):
    """Reads as the core does: pages are stored as they come, cursors after a whole pull."""

    deployment: ClassVar[str]

    @initialize(lag=st.sampled_from([0, 3, 20]), skew=st.sampled_from([-120, 0, 120]), acts=WORK)
    def begin(self, lag: int, skew: int, acts: list[tuple[str, int]]) -> None:
        self.clock = Clock()
        self.sandbox = two_projects(self.clock, self.deployment, timedelta(minutes=lag))
        self.people = People(self.sandbox)
        self.skew = timedelta(minutes=skew)
        self.notes: Notes = NotesInMemory()
        self.store: dict[str, Entry] = {}
        self.cursor: str | None = None
        self.killed: tuple[str | None, str, set[str]] | None = None
        self.meanwhile: list[Callable[[], None]] = []
        self.app = Tampered(self.sandbox.app)
        self.app.on("POST", "*/search*", self._between)
        self.meanwhile = self._work(acts)
        self._pull(True, None)

    def _between(self, asked: Any, page: Any) -> Any:
        """Let somebody work after a page was made and before it is read."""
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return page

    def adapter(self, app: Any = None) -> JiraAdapter:
        return adapter_of(
            self.sandbox,
            app=app or self.app,
            scope=("BOOK", "OPS"),
            parallel=1,
            notes=self.notes,
            now=lambda: self.clock() + self.skew,
        )

    # -- people -------------------------------------------------------------------------------------------

    def _work(self, acts: list[tuple[str, int]]) -> list[Callable[[], None]]:
        def work(act: str, number: int) -> Callable[[], None]:
            def now() -> None:
                self.clock.forward(minutes=number % 13)
                getattr(self.people, act)(number)

            return now

        return [work(act, number) for act, number in acts]

    @rule(acts=WORK)
    def people_work(self, acts: list[tuple[str, int]]) -> None:
        for act in self._work(acts):
            act()

    @rule(acts=WORK, most=st.sampled_from([None, 1, 3]), full=SELDOM)
    def people_work_while_we_read(self, acts: list[tuple[str, int]], most: int | None, full: bool) -> None:
        self.meanwhile = self._work(acts)
        self._pull(full, most)

    @rule(minutes=st.sampled_from([0.5, 2, 31, 240]))
    def time_goes_by(self, minutes: float) -> None:
        self.clock.forward(minutes=minutes)

    # -- pulls --------------------------------------------------------------------------------------------

    @rule(full=SELDOM)
    def pull(self, full: bool) -> None:
        self._pull(full, None)

    def _pull(self, full: bool, most: int | None) -> None:
        since = None if full else self.cursor
        self._take(self.adapter().pull(since), since, set(), most)

    @precondition(lambda self: self.killed is not None)
    @rule(pages=st.sampled_from([None, 1]))
    def go_on(self, pages: int | None) -> None:
        assert self.killed is not None
        since, resume, given = self.killed
        self.killed = None
        self._take(self.adapter().pull(since, resume), since, given, pages)

    def _take(
        self, pages: Iterator[Page], since: str | None, given: set[str], most: int | None = None
    ) -> None:
        """Store pages as they come; at the end of a full pull ask after whatever did not come."""
        for number, page in enumerate(pages, 1):
            assert not [notice for notice in page.notices if notice.next_step], page.notices
            self.store |= {entry.ref.id: entry for entry in page.entries}
            given |= {entry.ref.id for entry in page.entries}
            if page.cursor:
                self.cursor = page.cursor
            elif number == most:
                assert page.resume is not None
                self.killed = (since, page.resume, given)
                return
        if since is None:
            self._ask_after(set(self.store) - given)

    @rule()
    def census(self) -> None:
        if self.cursor is None:
            return
        # What moves while it is counted may be named twice or not at all: each is asked after.
        found = {id for page in self.adapter().census() for id in page.ids}
        self._ask_after(found ^ set(self.store))

    def _ask_after(self, ids: set[str]) -> None:
        for id, found in self.adapter().read(sorted(ids)).items():
            if isinstance(found, Entry):
                self.store[id] = found
            else:
                self.store.pop(id, None)

    # -- the end ------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "sandbox"):
            return
        self.meanwhile.clear()
        self.clock.forward(minutes=25)
        self.pull(full=False)
        self.census()
        fresh = self.adapter(self.sandbox.app)
        truth = fresh.read(sorted(self.store))
        wrong = {
            entry.key: (shown(found), shown(entry))
            for id, entry in self.store.items()
            if not isinstance(found := truth[id], Entry) or shown(found) != shown(entry)
        }
        assert wrong == {}
        counted = {id for page in fresh.census() for id in page.ids}
        assert counted <= set(self.store)


def shown(entry: Any) -> Any:
    """Return what must be equal: all but the key of a parent, which changes when that one moves."""
    if not isinstance(entry, Entry):
        return entry
    parent = entry.parent.id if entry.parent else None
    return entry.model_copy(update={"raw": None, "rank": None, "parent": None}).model_dump(), parent


@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_whatever_people_do_while_we_read_nothing_is_lost(deployment: str) -> None:
    machine = type("Machine", (Reading,), {"deployment": deployment})
    run_state_machine_as_test(machine, settings=SETTINGS)
