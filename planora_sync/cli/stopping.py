"""Waits for Ctrl-C, or for whoever started the process to ask it to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LOOK_SECONDS = 1.0
"""On Windows a wait without an end hears no Ctrl-C."""


class Stop:
    """Whether the process was asked to stop."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Note that the process was asked: a handler of signals."""
        self._asked.set()

    def wait(self) -> None:
        """Return once it was asked."""
        while not self._asked.wait(LOOK_SECONDS):
            pass


@contextmanager
def stop_signals() -> Iterator[Stop]:
    """Give what Ctrl-C and SIGTERM tell, in place of an interruption, for as long as a block lasts."""
    stop = Stop()
    former = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
