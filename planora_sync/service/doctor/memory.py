"""What the store tells: whether it opens, how old what it holds is, and whether this machine's clock is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from planora_sync.config import Config
from planora_sync.model import Entry
from planora_sync.service.doctor.rows import Row, ok, warning
from planora_sync.store import Store

TOLERANCE = timedelta(minutes=2)
"""Trackers' clocks are right; so much may be rounding."""
OLD = timedelta(days=7)
"""A plan that was looked at longer ago is not this week's."""


def of_pulls(config: Config, store: Store, now: datetime) -> Iterator[Row]:
    """Yield when each connection was read last, and whether whole."""
    states = store.pulls.load()
    for name in config.connections:
        state = states.get(name)
        step = f"planora-sync pull --connection {name}"
        pause = store.pauses.get(name, now)
        if pause:
            what = f"Pulls pause until {pause.until:%Y-%m-%d %H:%M} UTC: {pause.why}"
            yield warning("store", name, what, f"Pull then; sooner: {step} --full", connection=name)
        if state is None:
            yield ok("store", name, f"Nothing was pulled yet: {step}", connection=name)
        elif state.incomplete:
            what = f"The pull of {state.last:%Y-%m-%d %H:%M} UTC was incomplete: {state.incomplete}"
            yield warning("store", name, what, step, connection=name)
        elif now - state.last > OLD:
            what = f"The last pull was {(now - state.last).days} days ago."
            yield warning("store", name, what, step, connection=name)
        else:
            yield ok("store", name, f"Pulled {state.last:%Y-%m-%d %H:%M} UTC.", connection=name)


def of_clock(entries: list[Entry], now: datetime) -> Iterator[Row]:
    """Yield whether something was changed in the future, by this machine's clock."""
    newest = max((entry.updated for entry in entries if entry.updated), default=None)
    if newest is None:
        yield ok("clock", "this machine", f"It is {now:%Y-%m-%d %H:%M} UTC.")
    elif newest > now + TOLERANCE:
        behind = round((newest - now).total_seconds() / 60)
        yield warning(
            "clock",
            "this machine",
            f"It is behind: an entry was changed {behind} minutes in its future.",
            "Let it take its time from a time server: what is due today, and what changed, is read from it.",
        )
    else:
        yield ok("clock", "this machine", f"It is {now:%Y-%m-%d %H:%M} UTC, and no entry is of the future.")
