"""The in-memory adapter goes wrong exactly as it is told to, and keeps versions as a tracker does."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from planora_sync.adapter import Absence, Refused, Unknown, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, current, day, words
from planora_sync.errors import Unreachable
from planora_sync.model import Entry, Named, Ref
from planora_sync.testing import (
    MemoryAdapter,
    MemoryFault,
    MemoryWorkspace,
    make_entry,
    make_place,
    memory_context,
    pull_all,
)
from tests.testing.workspaces import Clock, small_workspace

DUE = Change(field=Field.DUE, before=(), after=day(date(2026, 12, 1)))


@pytest.fixture
def workspace() -> MemoryWorkspace:
    return small_workspace(Clock())


@pytest.fixture
def adapter(workspace: MemoryWorkspace) -> MemoryAdapter:
    return MemoryAdapter(memory_context(), workspace)


def _entry(adapter: MemoryAdapter, id: str = "2") -> Entry:
    found = adapter.read([id])[id]
    assert isinstance(found, Entry)
    return found


def test_refuse_changes_nothing(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    workspace.fail(MemoryFault.REFUSE)
    before = _entry(adapter)
    assert isinstance(adapter.apply(before, [DUE]), Refused)
    assert _entry(adapter) == before
    assert adapter.apply(before, [DUE]) == Written()


@pytest.mark.parametrize(
    ("fault", "written"), [(MemoryFault.UNKNOWN_BEFORE, False), (MemoryFault.UNKNOWN_AFTER, True)]
)
def test_unknown_is_before_or_after(
    adapter: MemoryAdapter, workspace: MemoryWorkspace, fault: MemoryFault, written: bool
) -> None:
    workspace.fail(fault)
    assert isinstance(adapter.apply(_entry(adapter), [DUE]), Unknown)
    assert (_entry(adapter).due == date(2026, 12, 1)) is written
    assert len(workspace.writes) == 1


def test_a_fault_may_be_meant_for_one_entry(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    workspace.fail(MemoryFault.REFUSE, target="3", times=-1)
    assert adapter.apply(_entry(adapter, "2"), [DUE]) == Written()
    for _ in range(3):
        assert isinstance(adapter.apply(_entry(adapter, "3"), [DUE]), Refused)


def test_what_was_written_before_a_refusal_is_told(
    adapter: MemoryAdapter, workspace: MemoryWorkspace
) -> None:
    workspace.step_per_field = True
    bad = Change(field=Field.SPRINT, before=(), after=(Named(id="sprint-99", name="Sprint 99"),))
    outcome = adapter.apply(_entry(adapter, "4"), [DUE, bad, DUE.model_copy(update={"field": Field.START})])
    assert isinstance(outcome, Refused)
    assert outcome.done == ()
    late = Change(field=Field.DUE, before=(), after=(Named(id="soon", name="soon"),))
    start = DUE.model_copy(update={"field": Field.START})
    outcome = adapter.apply(_entry(adapter, "4"), [late, start])
    assert outcome == Refused(reason="The workspace says: 'soon' is no date.", done=(Field.START,))


@pytest.mark.parametrize(
    ("field", "after"),
    [
        (Field.STATUS, "nowhere"),
        (Field.PLACE, "nowhere"),
        (Field.PLACE, "sprint-37"),
        (Field.SPRINT, "plan"),
        (Field.PARENT, "2"),
        (Field.PARENT, "4711"),
        (Field.DUE, "someday"),
    ],
)
def test_what_is_impossible_is_refused(
    adapter: MemoryAdapter, workspace: MemoryWorkspace, field: Field, after: str
) -> None:
    before = _entry(adapter)
    change = Change(field=field, before=current(before, field), after=(Named(id=after, name=after),))
    assert isinstance(adapter.apply(before, [change]), Refused)
    assert _entry(adapter) == before


def test_a_failed_read_is_an_error_and_the_next_one_works(
    adapter: MemoryAdapter, workspace: MemoryWorkspace
) -> None:
    workspace.fail(MemoryFault.READ_FAILS)
    with pytest.raises(Unreachable):
        adapter.read(["2"])
    assert isinstance(adapter.read(["2"])["2"], Entry)


def test_pulls_can_be_empty_short_or_partial(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    workspace.fail(MemoryFault.PULL_EMPTY)
    assert pull_all(adapter).by_id == {}
    workspace.fail(MemoryFault.PULL_SHORT)
    assert len(pull_all(adapter).by_id) == 3
    workspace.fail(MemoryFault.PLACE_FAILS, target="plan")
    partial = pull_all(adapter)
    assert set(partial.by_id) == {"1"}
    assert [notice.where for notice in partial.errors] == ["PLAN"]
    assert len(pull_all(adapter).by_id) == 6


def test_a_person_edits_in_between(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    before = _entry(adapter)
    workspace.meanwhile(lambda: workspace.edit("2", labels=("mine",)))
    assert adapter.apply(before, [DUE]) == Written()
    after = _entry(adapter)
    assert (after.labels, after.due) == (("mine",), date(2026, 12, 1))


def test_an_automation_changes_more(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    workspace.automations.append(lambda entry: entry.model_copy(update={"labels": ("touched",)}))
    adapter.apply(_entry(adapter), [DUE])
    assert _entry(adapter).labels == ("touched",)


def test_each_version_is_newer_though_the_clock_stands_still(
    adapter: MemoryAdapter, workspace: MemoryWorkspace
) -> None:
    seen = []
    for label in ("a", "b", "c"):
        adapter.apply(_entry(adapter), [Change(field=Field.LABELS, before=(), after=words((label,)))])
        seen.append(_entry(adapter).updated)
    assert all(one and two and one < two for one, two in pairwise(seen))


def test_the_absent_say_why(adapter: MemoryAdapter, workspace: MemoryWorkspace) -> None:
    workspace.remove("2", Absence.TRASHED)
    workspace.remove("3")
    assert adapter.read(["2", "3"]) == {"2": Absence.TRASHED, "3": Absence.UNKNOWN}


def test_creations_take_new_ids_and_links_need_a_target(
    adapter: MemoryAdapter, workspace: MemoryWorkspace
) -> None:
    workspace.remove("7", Absence.DELETED)
    draft = Draft(place=Named(id="plan", name="PLAN"), title="New", marker="m-1")
    assert adapter.create(draft) == Written(id="8")
    workspace.fail(MemoryFault.UNKNOWN_AFTER)
    assert isinstance(adapter.create(draft.model_copy(update={"marker": "m-2"})), Unknown)
    assert adapter.find_marker("m-2", "plan") == "9"
    elsewhere = draft.model_copy(update={"place": Named(id="nowhere", name="nowhere")})
    assert isinstance(adapter.create(elsewhere), Refused)
    source = Ref(tracker="memory", connection="mem", id="8")
    assert isinstance(adapter.link(LinkDraft(source=source, target="4711", marker="m-3")), Refused)
    assert adapter.link(LinkDraft(source=source, target="https://acme.test/", marker="m-4")) == Written()


def test_an_archived_entry_leaves_full_pulls_and_stays_in_incremental_ones(
    adapter: MemoryAdapter, workspace: MemoryWorkspace
) -> None:
    cursor = pull_all(adapter).cursor
    workspace.edit("2", archived=True)
    assert "2" not in pull_all(adapter).by_id
    assert set(pull_all(adapter, cursor).by_id) == {"2"}


def test_entries_are_built_with_sane_defaults() -> None:
    entry = make_entry(9, place=make_place("Team/Doing", kind="list", container="b1"), assignees=["Ana Ruiz"])
    assert entry.place.container == "b1"
    assert entry.assignees[0].email == "ana.ruiz@acme.test"
    assert entry.is_open
    with pytest.raises(KeyError):
        make_entry(1, status="Nonsense")
