"""A run whose process is dead is taken over at once where that is certain, and waited for where it is not."""

from __future__ import annotations

import os
import sys

import pytest

from planora_sync.errors import UsageError
from planora_sync.store import RunStatus, Store
from planora_sync.store.processes import Process, is_dead, this_process
from tests.store import children
from tests.store.children import child
from tests.store.looking import ask
from tests.store.values import HOUR, NOW

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there nobody is asked after")


def test_a_run_of_a_process_that_was_killed_is_taken_over_at_once(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        with child(children.hold_a_run, url) as other:
            run = other.hear()
            with pytest.raises(UsageError, match=f"Run {run} .* is at work"):
                store.runs.begin("pull", ["work"], NOW)
            other.kill()
        second = store.runs.begin("pull", ["work"], NOW)
        dead = store.runs.get(run)
        assert (dead.status, dead.summary) == (RunStatus.FAILED, {"taken_over_by": second})


@pytest.mark.parametrize("change", ["machine = 'another'", "process = NULL", "machine = NULL", "process = 1"])
def test_a_run_of_which_nobody_here_can_tell_is_waited_for(url: str, change: str) -> None:
    with Store.open(url, now=NOW) as store:
        with child(children.hold_a_run, url) as other:
            other.hear()
            other.kill()
        ask(url, f"UPDATE runs SET {change}")
        with pytest.raises(UsageError, match="is at work"):
            store.runs.begin("pull", ["work"], NOW + HOUR / 2)
        assert store.runs.begin("pull", ["work"], NOW + 2 * HOUR) == "r-2"


def test_this_process_lives_and_no_process_is_dead_elsewhere() -> None:
    own = this_process()
    assert own.number == os.getpid()
    assert not is_dead(own)
    assert not is_dead(Process(machine="elsewhere", number=2**22 - 1))
    assert not is_dead(Process(machine=own.machine, number=0))
    assert not is_dead(Process(machine=own.machine, number=-1))
