"""Histories of corrections, of people who edit meanwhile and of bad weather: what may never happen does not.

No option comes into a schema, nothing is trashed or made, titles and texts stay, a set that somebody changed is not
overwritten, `Written` is there, `Refused` is not, and a correction that is undone brings back what was.
"""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.state import Page
from planora_notion.sandbox.values import set_value

from planora_sync.adapter import NotesInMemory, Outcome, Refused, Unknown, Written
from planora_sync.change import Change, Field, Value, current, same, words
from planora_sync.errors import NotApplied
from planora_sync.model import Entry, Named
from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import START
from tests.adapters.notion.rig import OWNED, adapter_of, change, one, read

ROWS = ("t-optin", "t-lazy", "t-vision", "b-ics", "b-bulk", "r-cookie", "r-typo")
SETS = {Field.LABELS: "Tags", Field.SPRINT: "Sprint", Field.ASSIGNEES: "Assignee"}
WEATHER = (
    "",
    "",
    "",
    "",
    "409",
    "429",
    "500",
    "503",
    "saved-503",
    "cut-before",
    "cut-after",
    "html",
    "half-json",
)
pick = st.integers(min_value=0, max_value=999)


class Team(RuleBasedStateMachine):
    """One adapter, several people, and a Notion that has its days."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.sandbox = NotionSandbox("messy", now=lambda: self.now)
        self.state = self.sandbox.state
        self.notes = NotesInMemory()
        self.adapter = adapter_of(self.sandbox, vocabulary=OWNED, notes=self.notes)
        self.schema = self._options()
        self.pages = {id: (page.values["title"], len(page.blocks)) for id, page in self.state.pages.items()}
        self.undo: list[tuple[str, Change]] = []

    def teardown(self) -> None:
        self.adapter.close()

    # -- what is chosen -----------------------------------------------------------------------------------

    def _options(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {
            (source.id, prop.id): tuple(option.name for option in prop.options)
            for source in self.state.sources.values()
            for prop in source.props.values()
        }

    def _page(self, n: int) -> str:
        return self.state.stable_id(f"page/{ROWS[n % len(ROWS)]}")

    def _wanted(self, entry: Entry, n: int) -> tuple[Field, Value]:
        source = self.state.sources[entry.place.id]
        people = sorted(id for id, user in self.state.users.items() if not user.bot)
        status = source.prop("Status")
        assert status is not None
        option = status.options[n % len(status.options)]
        other = next(s for s in ("tasks", "roadmap") if self.state.stable_id(f"source/{s}") != source.id)
        deeds: list[tuple[Field, Value]] = [
            (Field.STATUS, (Named(id=option.id, name=option.name),)),
            (Field.PLACE, one(self.state.stable_id(f"source/{other}"))),
            (Field.ARCHIVED, () if entry.archived else words(("archived",))),
            (Field.DUE, one(f"2027-01-{n % 28 + 1:02d}")),
        ]
        if source.name == "Tasks":
            tags = source.prop("Tags")
            assert tags is not None
            deeds += [
                (Field.LABELS, words(tuple(sorted({tags.options[n % 7].name, tags.options[n % 5].name})))),
                (Field.SPRINT, one(self.state.stable_id(f"page/s3{1 + n % 2}"))),
                (Field.ASSIGNEES, one(people[n % len(people)])),
            ]
        return deeds[n % len(deeds)]

    def _edit(self, page: Page, n: int) -> str:
        """Let a person set something, and return what."""
        source = self.state.sources[page.source or ""]
        people = sorted(id for id, user in self.state.users.items() if not user.bot)
        tags = source.prop("Tags")
        values: dict[str, Any] = {
            "Tags": [tags.options[n % 6].id] if tags else None,
            "Assignee": people[n % 5 : n % 5 + 2],
            "Sprint": [self.state.stable_id("page/s33")],
            "Estimate": float(n % 9),
        }
        name = list(values)[n % len(values)]
        prop = source.prop(name)
        if prop is None:
            return ""
        set_value(self.state, page, prop, values[name])
        self.state.touch(page, people[0])
        return name

    def _held(self, id: str) -> Any:
        page = self.state.pages[id]
        return copy.deepcopy((page.source, page.values, page.is_archived, page.in_trash))

    # -- what happens -------------------------------------------------------------------------------------

    @rule(n=pick, deed=pick, weather=st.sampled_from(WEATHER), somebody=st.none() | pick)
    def a_correction_is_applied(self, n: int, deed: int, weather: str, somebody: int | None) -> None:
        id = self._page(n)
        entry = read(self.adapter, id)
        field, after = self._wanted(entry, deed)
        wanted = change(entry, field, after)
        looked_at = self._held(id)[1]
        edited = self._edit(self.state.pages[id], somebody) if somebody is not None else ""
        before = self._held(id)
        if edited and SETS.get(field) == edited and looked_at != before[1]:
            assert self._apply(entry, wanted) is None
            assert self._held(id) == before
            return
        if weather:
            path = "*/move" if field is Field.PLACE else "/v1/pages/*"
            self.sandbox.fail(Fault(kind=weather, method="*" if field is Field.PLACE else "PATCH", path=path))
        outcome = self._apply(entry, wanted)
        self.sandbox.heal()
        self._judge(id, wanted, outcome, before)

    def _apply(self, entry: Entry, wanted: Change) -> Outcome | None:
        try:
            return self.adapter.apply(entry, [wanted])
        except NotApplied:
            return None

    def _judge(self, id: str, wanted: Change, outcome: Outcome | None, before: Any) -> None:
        match outcome:
            case Written():
                assert same(current(read(self.adapter, id), wanted.field), wanted.after)
                if not same(wanted.before, wanted.after):
                    self.undo.append((id, wanted))
            case Refused(done=done):
                assert done or self._held(id) == before
            case Unknown():
                assert self._held(id) == before or same(
                    current(read(self.adapter, id), wanted.field), wanted.after
                )
            case None:
                assert self._held(id) == before

    @rule()
    def the_last_correction_is_undone(self) -> None:
        if not self.undo:
            return
        id, wanted = self.undo.pop()
        entry = read(self.adapter, id)
        if not same(current(entry, wanted.field), wanted.after) or wanted.field is Field.STATUS:
            # Somebody was there since, or the row stands where the options have other ids.
            return
        if wanted.field in SETS and entry.place.id != self.state.stable_id("source/tasks"):
            return
        outcome = self._apply(entry, wanted.inverse())
        assert outcome == Written() or outcome is None or isinstance(outcome, Refused)
        if outcome == Written():
            assert same(current(read(self.adapter, id), wanted.field), wanted.before)

    @rule(seconds=st.sampled_from([1, 59, 61, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_process_ends_and_another_one_goes_on(self) -> None:
        self.adapter.close()
        self.adapter = adapter_of(self.sandbox, vocabulary=OWNED, notes=self.notes)

    # -- what may never happen ----------------------------------------------------------------------------

    @invariant()
    def no_schema_has_grown(self) -> None:
        assert self._options() == self.schema

    @invariant()
    def no_row_is_made_or_trashed_and_no_text_is_changed(self) -> None:
        now = {id: (page.values["title"], len(page.blocks)) for id, page in self.state.pages.items()}
        assert now == self.pages
        assert not any(self.state.pages[self._page(n)].in_trash for n in range(len(ROWS)))


Team.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestTeam = Team.TestCase
