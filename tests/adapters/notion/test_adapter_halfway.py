"""Moves are two calls: what happens when the second one does not, and what becomes of the values then."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox
from planora_notion.writing.unfinished import KEPT, LONGEST, Rest, Unfinished, lacking

from planora_sync.adapter import NotesInMemory, Outcome, Refused, Unknown, Written
from planora_sync.change import Change, Field, words
from planora_sync.model import Entry
from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, change, one, option, read
from tests.adapters.notion.samples import chosen, id_of, page
from tests.adapters.notion.samples import day as date_value

PATCHES = "PATCH /v1/pages/ID"


@pytest.fixture(params=[True, False], ids=["same-named kept", "all dropped"])
def moving(request: pytest.FixtureRequest, sandbox: NotionSandbox) -> NotionSandbox:
    """Return a sandbox; what Notion itself does to values is documented nowhere, so that both must do."""
    sandbox.state.keeps_values = request.param
    return sandbox


def move(adapter: NotionAdapter, api: Api) -> tuple[Entry, Change, Outcome]:
    entry = read(adapter, api.page("r-cookie"))
    there = change(entry, Field.PLACE, one(api.source("tasks"), "Tasks"))
    return entry, there, adapter.apply(entry, [there])


def held(api: Api) -> dict[str, Any]:
    props = api.ok("GET", f"/v1/pages/{api.page('r-cookie')}")["properties"]
    return {
        "status": props["Status"]["status"]["name"],
        "type": (props["Type"]["select"] or {}).get("name"),
        "who": [person["id"] for person in props["Assignee"]["people"]],
        "due": bool(props["Due"]["date"]),
        "priority": (props["Priority"]["select"] or {}).get("name"),
    }


def whole(api: Api) -> dict[str, Any]:
    who = [api.user("noah")]
    return {"status": "In progress", "type": "Task", "who": who, "due": True, "priority": "Low"}


def test_a_move_gives_the_row_all_that_its_new_place_can_hold(moving: NotionSandbox, api: Api) -> None:
    assert move(adapter_of(moving), api)[2] == Written()
    assert held(api) == whole(api)


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "cut-before", "hang", "html", "empty"])
def test_values_that_an_unclear_call_did_not_write_are_written_after_a_look(
    moving: NotionSandbox, api: Api, kind: str
) -> None:
    moving.fail(Fault(kind=kind, method="PATCH"))
    assert move(adapter_of(moving), api)[2] == Written()
    assert held(api) == whole(api)
    assert calls(moving).count(PATCHES) == 2


@pytest.mark.parametrize("kind", ["saved-503", "cut-after", "half-json"])
def test_values_that_an_unclear_call_did_write_are_not_written_twice(
    moving: NotionSandbox, api: Api, kind: str
) -> None:
    moving.fail(Fault(kind=kind, method="PATCH"))
    assert isinstance(move(adapter_of(moving), api)[2], Unknown)
    assert held(api) == whole(api)
    assert calls(moving).count(PATCHES) == 1


@pytest.mark.parametrize("kind", ["saved-503", "cut-after", "half-json"])
def test_a_move_whose_answer_is_lost_gives_the_row_its_values_all_the_same(
    moving: NotionSandbox, api: Api, kind: str
) -> None:
    moving.fail(Fault(kind=kind, path="*/move"))
    assert move(adapter_of(moving), api)[2] == Written()
    assert held(api) == whole(api)
    assert sum(call.endswith("/move") for call in calls(moving)) == 1


@pytest.mark.parametrize("kind", ["500", "503", "cut-before", "hang", "html"])
def test_a_move_that_did_not_take_place_as_far_as_anybody_sees_stays_unknown(
    moving: NotionSandbox, api: Api, kind: str
) -> None:
    moving.fail(Fault(kind=kind, path="*/move"))
    assert isinstance(move(adapter_of(moving), api)[2], Unknown)
    assert not calls(moving).count(PATCHES)


def test_what_is_missing_is_said_and_written_by_the_next_apply_of_another_process(
    moving: NotionSandbox, api: Api
) -> None:
    notes = NotesInMemory()
    moving.fail(Fault(kind="504", method="PATCH", times=2))
    _, _, outcome = move(adapter_of(moving, notes=notes), api)
    assert isinstance(outcome, Unknown)
    assert "The row stands in 'Tasks' now, without" in outcome.reason
    assert "'Assignee'" in outcome.reason
    assert held(api) != whole(api)
    later = adapter_of(moving, notes=notes)
    entry = read(later, api.page("r-cookie"))
    assert later.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))]) == Written()
    assert held(api) == whole(api)
    asked = len(moving.ledger)
    assert later.apply(entry, []) == Written()
    assert not calls(moving, asked)


class Killed(BaseException):
    """The process ends here."""


def test_a_process_that_is_killed_between_the_two_calls_loses_nothing(
    moving: NotionSandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = NotesInMemory()

    class Dying:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "PATCH":
                raise Killed
            await moving.app(scope, receive, send)

    with pytest.raises(BaseException):  # noqa: B017 - however the process ends
        move(adapter_of(moving, notes=notes, app=Dying()), api)
    assert held(api) != whole(api)
    later = adapter_of(moving, notes=notes)
    entry = read(later, api.page("r-cookie"))
    wanted = change(entry, Field.LABELS, words(("design",)))
    assert later.apply(entry, [wanted]) == Written()
    assert held(api) == whole(api)
    assert read(later, api.page("r-cookie")).labels == ("design",)


class Kept(NotesInMemory):
    """Notes of which those outlast a process that were flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.after: NotesInMemory = NotesInMemory()

    def flush(self) -> None:
        self.after._texts = dict(self._texts)


@pytest.mark.parametrize("dies_at", ["PATCH", "answer"])
def test_the_next_process_finishes_a_move_before_it_writes_anything(
    moving: NotionSandbox, api: Api, dies_at: str
) -> None:
    notes = Kept()

    class Dying:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "PATCH":
                raise Killed
            await moving.app(scope, receive, send)
            if dies_at == "answer" and scope["path"].endswith("/move"):
                raise Killed

    with pytest.raises(BaseException):  # noqa: B017 - however the process ends
        move(adapter_of(moving, notes=notes, app=Dying()), api)
    assert held(api) != whole(api)
    adapter_of(moving, notes=notes.after).finish()
    assert held(api) == whole(api)
    before = len(moving.ledger)
    adapter_of(moving, notes=notes.after).finish()
    assert not calls(moving, before)


def test_a_move_that_never_took_place_is_finished_by_forgetting_it(moving: NotionSandbox, api: Api) -> None:
    notes = NotesInMemory()
    moving.fail(Fault(kind="cut-before", path="*/move"))
    assert isinstance(move(adapter_of(moving, notes=notes), api)[2], Unknown)
    before = len(moving.ledger)
    adapter_of(moving, notes=notes).finish()
    assert calls(moving, before) == ["GET /v1/pages/ID", "GET /v1/users/me"]
    adapter_of(moving, notes=notes).finish()
    assert len(moving.ledger) == before + 2


def test_what_somebody_has_set_since_is_not_set_back(moving: NotionSandbox, api: Api) -> None:
    notes = NotesInMemory()
    moving.fail(Fault(kind="504", method="PATCH", times=2))
    move(adapter_of(moving, notes=notes), api)
    priya = [{"id": api.user("priya")}]
    theirs = {"Assignee": {"people": priya}, "Status": {"status": {"name": "Blocked"}}}
    api.ok("PATCH", f"/v1/pages/{api.page('r-cookie')}", {"properties": theirs})
    moving.state.pages[api.page("r-cookie")].editor = api.user("priya")
    later = adapter_of(moving, notes=notes)
    entry = read(later, api.page("r-cookie"))
    assert later.apply(entry, [change(entry, Field.LABELS, words(("design",)))]) == Written()
    assert held(api) == whole(api) | {"who": [api.user("priya")], "status": "Blocked"}


def test_one_value_that_notion_does_not_take_costs_the_row_no_other(moving: NotionSandbox, api: Api) -> None:
    """All properties of a call are written or none."""
    state = moving.state
    gone = "00000000-0000-4000-8000-00000000dead"
    owner = state.sources[api.source("roadmap")].prop("Owner")
    assert owner is not None
    state.pages[api.page("r-cookie")].values[owner.id] = [gone]
    adapter = adapter_of(moving)
    _, _, outcome = move(adapter, api)
    assert isinstance(outcome, Refused)
    assert outcome.done == (Field.PLACE,)
    assert "without 'Assignee'" in outcome.reason
    assert "'Status'" not in outcome.reason
    assert held(api) == whole(api) | {"who": []}
    entry = read(adapter, api.page("r-cookie"))
    status = change(entry, Field.STATUS, (option(api, "tasks", "Status", "Done"),))
    assert adapter.apply(entry, [status]) == Written()


def test_a_busy_notion_may_take_the_values_later(moving: NotionSandbox, api: Api) -> None:
    notes = NotesInMemory()
    adapter = adapter_of(moving, notes=notes)
    entry = read(adapter, api.page("r-cookie"))
    moving.fail(Fault(kind="429", method="PATCH", times=-1, retry_after="600"))
    outcome = adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))])
    assert isinstance(outcome, Refused)
    assert outcome.done == (Field.PLACE,)
    assert "without" in outcome.reason
    assert notes.get(f"move/{api.page('r-cookie')}")


@pytest.mark.parametrize("kind", ["403", "404", "400", "401"])
def test_a_move_that_is_refused_leaves_no_trace(moving: NotionSandbox, api: Api, kind: str) -> None:
    notes = NotesInMemory()
    moving.fail(Fault(kind=kind, path="*/move"))
    _, _, outcome = move(adapter_of(moving, notes=notes), api)
    assert isinstance(outcome, Refused)
    assert outcome.done == ()
    assert PATCHES not in calls(moving)
    assert notes.get(f"move/{api.page('r-cookie')}") is None


def test_a_move_of_which_nobody_knows_writes_nothing_more_until_it_was_looked_at(
    moving: NotionSandbox, api: Api
) -> None:
    notes = NotesInMemory()
    moving.fail(Fault(kind="cut-after", path="*/move"))

    class Blinding:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["path"].endswith("/move"):
                moving.fail(Fault(kind="500", method="GET", path="/v1/pages/*", times=-1))
            await moving.app(scope, receive, send)

    _, there, outcome = move(adapter_of(moving, notes=notes, app=Blinding()), api)
    assert isinstance(outcome, Unknown)
    assert PATCHES not in calls(moving)
    moving.faults.clear()
    adapter = adapter_of(moving, notes=notes)
    entry = read(adapter, api.page("r-cookie"))
    assert entry.place.id == api.source("tasks")
    assert adapter.apply(entry, [there]) == Written()
    # Who edited it last is not known to be us: then the first status may be somebody's choice.
    kept = "In progress" if moving.state.keeps_values else "Backlog"
    assert held(api) == whole(api) | {"status": kept}


def test_a_row_that_stands_elsewhere_by_now_is_left_alone() -> None:
    rest = Rest(place="elsewhere", properties={id_of("Tags"): {"multi_select": [{"id": "o-a"}]}})
    assert lacking(rest, page()) == {}


def test_only_what_is_empty_is_lacking() -> None:
    row = page(
        Tags=("multi_select", []),
        Due=date_value("2026-12-01"),
        Done=("checkbox", False),
        Status=("status", chosen("Backlog")),
        page__last_edited_by={"id": "we"},
    )
    names = ("Tags", "Due", "Done", "Status", "Gone")
    rest = Rest(
        place=row["parent"]["data_source_id"],
        properties={id_of(name): {"status": {"id": "o-Done"}} for name in names},
    )
    assert set(lacking(rest, row)) == {id_of("Tags"), id_of("Done")}
    ours = Rest(place=rest.place, properties=rest.properties, by="we")
    assert set(lacking(ours, row)) == {id_of("Tags"), id_of("Done"), id_of("Status")}


def test_what_is_missing_after_a_week_is_somebodys_wish(clock: Clock) -> None:
    unfinished = Unfinished(NotesInMemory(), clock)
    rest = Rest(place="b", properties={"c": {"number": 1}}, by="we")
    unfinished.begin("a", rest)
    clock.forward(days=KEPT.days)
    assert unfinished.find("a") == rest
    clock.forward(seconds=1)
    assert unfinished.find("a") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"place": 1}', '{"place": "a", "properties": [1], "by": "", "at": "2026-11-24"}'],
)
def test_a_note_of_another_shape_is_ignored(clock: Clock, text: str) -> None:
    notes = NotesInMemory()
    notes.put("move/a", text)
    assert Unfinished(notes, clock).find("a") is None


def test_a_note_has_a_length(clock: Clock) -> None:
    notes = NotesInMemory()
    Unfinished(notes, clock).begin("a", Rest(place="b", properties={"c": "x" * LONGEST}))
    assert notes.get("move/a") is None
