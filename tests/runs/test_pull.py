"""Pulling: what is gone, what only seems so, and what a change of the configuration means."""

from __future__ import annotations

from pathlib import Path

import pytest
from planora_jira.sandbox import JiraSandbox
from planora_trello.sandbox import TrelloSandbox

from planora_sync.adapter import Absence
from planora_sync.runs.pull import PullStatus, pull_all
from planora_sync.sandbox import Fault
from tests.runs.team import workspace


def test_what_was_deleted_is_missing_and_everything_else_stays(tmp_path: Path) -> None:
    with workspace(tmp_path, ["growth"]) as (opened, sandboxes):
        pull_all(opened)
        before = {entry.ref for entry in opened.store.entries.load()}
        sandbox = sandboxes["growth"]
        assert isinstance(sandbox, TrelloSandbox)
        gone = next(entry for entry in opened.store.entries.load() if entry.is_open)
        del sandbox.state.cards[gone.ref.id]
        (pulled,) = pull_all(opened, full=True)
        assert pulled.missing == 1
        assert before - {entry.ref for entry in opened.store.entries.load()} == {gone.ref}
        assert [(one.ref, one.absence) for one in opened.store.entries.missing()] == [
            (gone.ref, Absence.UNKNOWN)
        ]


def test_an_empty_answer_makes_nothing_gone(tmp_path: Path) -> None:
    with workspace(tmp_path, ["work"]) as (opened, sandboxes):
        pull_all(opened)
        before = len(opened.store.entries.load())
        sandbox = sandboxes["work"]
        assert isinstance(sandbox, JiraSandbox)
        sandbox.site.issues.clear()
        (pulled,) = pull_all(opened, full=True)
        assert pulled.note
        assert len(opened.store.entries.load()) == before


@pytest.mark.parametrize("kind", ["html", "half-json", "410", "empty", "500", "cut-before"])
@pytest.mark.parametrize("name", ["work", "product", "growth"])
def test_a_failed_pull_is_said_and_makes_nothing_gone(tmp_path: Path, name: str, kind: str) -> None:
    with workspace(tmp_path) as (opened, sandboxes):
        pull_all(opened)
        before = [entry.content_hash for entry in opened.store.entries.load()]
        sandboxes[name].fail(Fault(kind=kind, times=-1))
        results = {pulled.connection: pulled for pulled in pull_all(opened, full=True)}
        assert results[name].status is PullStatus.FAILED
        failure = results[name].error
        assert failure is not None
        assert name in str(failure)
        assert failure.help()
        assert all(pulled.status is PullStatus.OK for other, pulled in results.items() if other != name)
        assert [entry.content_hash for entry in opened.store.entries.load()] == before


def test_another_mapping_reads_everything_again(tmp_path: Path) -> None:
    with workspace(tmp_path, ["work"]) as (opened, _):
        pull_all(opened)
        (second,) = pull_all(opened)
        assert not second.full
    changed = {"work": {"done_days": 90}}
    with workspace(tmp_path, ["work"], changed=changed) as (opened, _):
        (third,) = pull_all(opened)
        assert third.full


def test_a_pull_interrupted_by_a_person_frees_its_connection(tmp_path: Path) -> None:
    def interrupt(connection: str, count: int) -> None:
        raise KeyboardInterrupt

    with workspace(tmp_path, ["work"]) as (opened, _):
        with pytest.raises(KeyboardInterrupt):
            pull_all(opened, progress=interrupt)
        (again,) = pull_all(opened)
        assert again.status is PullStatus.OK
