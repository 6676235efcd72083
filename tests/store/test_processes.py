"""Several processes on one store, and processes that die: nothing is locked, nothing is half."""

from __future__ import annotations

import contextlib

import pytest

from planora_sync.errors import UsageError
from planora_sync.model import Entry
from planora_sync.store import RunStatus, Saved, Store
from tests.store import children
from tests.store.children import child
from tests.store.looking import ask
from tests.store.values import HOUR, NOW, change, entries, ref


def test_a_process_killed_in_the_middle_of_a_save_leaves_the_old_state(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        store.entries.save("work", entries(40), full=True, complete=True, run=run, at=NOW)
        with child(children.stop_in_a_save, url, run) as other:
            assert other.hear() == "in the middle"
            other.kill()
        assert sorted(store.entries.load(), key=_number) == entries(40)
        assert [len(store.entries.versions(ref(number))) for number in (1, 40)] == [1, 1]
        again = store.entries.save("work", entries(50), full=True, complete=True, run=run, at=NOW)
        assert (len(again.added), again.unchanged) == (10, 40)


def test_readers_do_not_wait_for_a_writer_and_see_the_old_state(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        store.entries.save("work", entries(40), full=True, complete=True, run=run, at=NOW)
        with child(children.stop_in_a_save, url, run) as other:
            assert other.hear() == "in the middle"
            assert sorted(store.entries.load(), key=_number) == entries(40)
            with Store.open(url, now=NOW) as newcomer:
                assert len(newcomer.entries.load()) == 40


def test_a_process_killed_in_the_middle_of_an_upgrade_leaves_nothing_half(empty_url: str) -> None:
    with child(children.stop_in_an_upgrade, empty_url) as other:
        assert other.hear() == "in the middle"
        other.kill()
    with Store.open(empty_url, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        saved = store.entries.save("work", entries(1), full=True, complete=True, run=run, at=NOW)
        assert saved == Saved(added=(ref(),))


def test_an_intent_outlives_the_process_that_wrote_it(url: str) -> None:
    with child(children.stop_after_an_intent, url) as other:
        id = other.hear()
        other.kill()
    with Store.open(url, now=NOW) as store:
        (row,) = store.journal.open_rows("p-1")
        assert (row.id, row.correction, row.changes, row.settled) == (id, "c-1", (change(),), None)


def test_processes_that_open_a_new_store_at_once_all_get_it(empty_url: str) -> None:
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(child(children.open_once, empty_url)) for _ in range(4)]
        for other in others:
            assert other.hear() == "ready"
        for other in others:
            other.tell()
        assert [(other.hear(), other.hear()) for other in others] == [("open", "closed")] * 4
    assert ask(empty_url, "SELECT count(*) FROM upgrades") == [(1,)]


def test_a_second_process_is_told_who_is_at_work(url: str) -> None:
    with Store.open(url, now=NOW) as store, child(children.hold_a_run, url) as other:
        run = other.hear()
        with pytest.raises(
            UsageError, match=rf"Run {run} \(pull\) is at work on 'work' since 2026-11-23 09:30"
        ):
            store.runs.begin("pull", ["work", "other"], NOW + HOUR / 2)
        assert store.runs.begin("pull", ["other"], NOW + HOUR / 2) == "r-2"
        other.tell()
        assert other.hear() == "finished"
        assert store.runs.begin("pull", ["work"], NOW + HOUR / 2) == "r-3"


def test_processes_that_write_at_once_wait_for_each_other(url: str) -> None:
    rounds = 15
    with contextlib.ExitStack() as stack:
        others = [
            stack.enter_context(child(children.work_hard, url, f"own{number}", rounds)) for number in range(3)
        ]
        for other in others:
            assert other.hear() == "ready"
        for other in others:
            other.tell()
        reports = [other.hear() for other in others]
    assert [report["ran"] + report["refused"] for report in reports] == [rounds] * 3
    with Store.open(url, now=NOW) as store:
        runs = store.runs.list(limit=1000)
        assert {run.status for run in runs} == {RunStatus.OK}
        assert sum(report["ran"] for report in reports) == len([run for run in runs if run.kind == "pull"])
        assert len([row for row in store.journal.rows() if row.settled]) == rounds * 3


def _number(entry: Entry) -> int:
    return int(entry.ref.id)
