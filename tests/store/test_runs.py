"""Runs: one at work on a connection, the stale ones taken over, none lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from planora_sync.errors import UnknownReference, UsageError
from planora_sync.store import Run, RunStatus, Store
from tests.store.values import HOSTILE, HOUR, NOW


def test_a_run_comes_back_as_it_was(store: Store) -> None:
    id = store.runs.begin("pull", ["work", "product", "work"], NOW)
    running = Run(
        id="r-1",
        kind="pull",
        connections=("product", "work"),
        status=RunStatus.RUNNING,
        began=NOW,
        heartbeat=NOW,
    )
    assert store.runs.get(id) == running
    store.runs.finish(id, RunStatus.INCOMPLETE, {"score": 0.75, "by": {"work": [1, None]}}, NOW + HOUR)
    assert store.runs.get(id) == running.model_copy(
        update={
            "status": RunStatus.INCOMPLETE,
            "heartbeat": NOW + HOUR,
            "finished": NOW + HOUR,
            "summary": {"score": 0.75, "by": {"work": [1, None]}},
        }
    )


def test_hostile_texts_come_back(store: Store) -> None:
    for text in HOSTILE:
        id = store.runs.begin(text, [f"c{text[:200]}"], NOW)
        store.runs.finish(id, RunStatus.OK, {text: [text, 2**70, 1e-9]}, NOW)
        run = store.runs.get(id)
        assert (run.kind, run.connections) == (text, (f"c{text[:200]}",))
        assert run.summary == {text: [text, 2**70, 1e-9]}


def test_runs_count_up_and_are_listed_latest_first(store: Store) -> None:
    for number in range(12):
        id = store.runs.begin("pull" if number % 2 else "audit", [f"c{number % 3}"], NOW)
        store.runs.finish(id, RunStatus.OK, {}, NOW)
    assert [run.id for run in store.runs.list(limit=3)] == ["r-12", "r-11", "r-10"]
    assert [run.id for run in store.runs.list(kind="audit", limit=2)] == ["r-11", "r-9"]
    assert [run.id for run in store.runs.list(connection="c0", kind="pull")] == ["r-10", "r-4"]
    latest = store.runs.latest("pull", connection="c1")
    assert latest is not None
    assert latest.id == "r-8"
    assert store.runs.latest("apply") is None


def test_a_second_run_on_a_connection_is_refused_and_named(store: Store) -> None:
    store.runs.begin("pull", ["product", "work"], NOW)
    with pytest.raises(
        UsageError, match=r"Run r-1 \(pull\) is at work on 'product', 'work' since 2026-11-23 09:30 UTC"
    ) as caught:
        store.runs.begin("apply", ["other", "work"], NOW + HOUR / 2)
    assert "2026-11-23 10:30 UTC" in caught.value.next_step
    assert [run.id for run in store.runs.list()] == ["r-1"]


def test_a_run_that_finished_is_in_nobodys_way(store: Store) -> None:
    store.runs.finish(store.runs.begin("pull", ["work"], NOW), RunStatus.FAILED, {}, NOW)
    assert store.runs.begin("pull", ["work"], NOW) == "r-2"


def test_runs_without_a_connection_hinder_nobody(store: Store) -> None:
    assert [store.runs.begin("audit", [], NOW) for _ in range(2)] == ["r-1", "r-2"]
    assert store.runs.get("r-1").connections == ()


@pytest.mark.parametrize(("quiet", "free"), [(timedelta(minutes=59), False), (timedelta(hours=1), True)])
def test_a_run_without_a_sign_of_life_for_an_hour_is_taken_over(
    store: Store, quiet: timedelta, free: bool
) -> None:
    first = store.runs.begin("pull", ["work"], NOW)
    store.runs.heartbeat(first, NOW + 5 * HOUR)
    at = NOW + 5 * HOUR + quiet
    if not free:
        with pytest.raises(UsageError):
            store.runs.begin("pull", ["work"], at)
        return
    second = store.runs.begin("pull", ["work"], at)
    dead = store.runs.get(first)
    assert (dead.status, dead.finished, dead.summary) == (RunStatus.FAILED, at, {"taken_over_by": second})
    with pytest.raises(UsageError, match=r"Run r-1 was taken over by r-2 at 2026-11-23 15:30"):
        store.runs.finish(first, RunStatus.OK, {}, at)
    with pytest.raises(UsageError):
        store.runs.heartbeat(first, at)


def test_a_clock_that_goes_back_makes_no_run_older(store: Store) -> None:
    run = store.runs.begin("pull", ["work"], NOW)
    store.runs.heartbeat(run, NOW - HOUR)
    assert store.runs.get(run).heartbeat == NOW
    with pytest.raises(UsageError):
        store.runs.begin("pull", ["work"], NOW - 2 * HOUR)


def test_a_run_ends_once(store: Store) -> None:
    run = store.runs.begin("pull", ["work"], NOW)
    store.runs.finish(run, RunStatus.OK, {}, NOW)
    with pytest.raises(UsageError, match=r"Run r-1 ended as ok"):
        store.runs.finish(run, RunStatus.FAILED, {}, NOW)
    with pytest.raises(ValueError, match="does not finish as running"):
        store.runs.finish(run, RunStatus.RUNNING, {}, NOW)


def test_an_unknown_run_is_answered_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownReference, match=r"no run 'r-9'.*No run was made yet"):
        store.runs.get("r-9")
    store.runs.begin("pull", ["work"], NOW)
    with pytest.raises(UnknownReference, match=r"latest runs are r-1"):
        store.runs.get("r-9")
    with pytest.raises(UnknownReference):
        store.runs.finish("r-9", RunStatus.OK, {}, NOW)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="needs a time zone"):
        store.runs.begin("pull", ["work"], datetime(2026, 11, 23))
