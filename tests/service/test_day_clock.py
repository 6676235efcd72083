"""A held clock runs, but not into tomorrow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from planora_sync.service.day_clock import DayClock


def test_it_runs_until_midnight_and_passes_it_once_it_is_let_go() -> None:
    moments = [datetime(2026, 11, 24, 23, 59, 50, tzinfo=UTC) + timedelta(seconds=4 * n) for n in range(6)]
    given = iter(moments)
    clock = DayClock(lambda: next(given))
    assert clock() == moments[1]
    assert clock() == moments[2]
    held = clock()
    assert held.date() == moments[0].date()
    assert held > moments[2]
    assert clock() == held
    clock.let_go()
    assert clock() == moments[5]
