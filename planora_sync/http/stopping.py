"""Threads that can be told to end: they sleep here, so that nobody waits for a wait."""

from __future__ import annotations

import threading
import time
import weakref


class Stopped(BaseException):
    """Ends a thread that was told to end while it slept; no `except Exception` takes it for a failure."""


class Stop:
    """Whether a thread is to end, told to all threads that it started in its turn."""

    def __init__(self) -> None:
        """Set up the flag of a thread that the calling thread is about to start."""
        self._told = threading.Event()
        self._below: weakref.WeakSet[Stop] = weakref.WeakSet()
        above = _current()
        if above is not None:
            above._below.add(self)
            if above.told:
                self.tell()

    @property
    def told(self) -> bool:
        """Whether the thread was told to end."""
        return self._told.is_set()

    def tell(self) -> None:
        """Tell the thread, and all below it, to end."""
        self._told.set()
        for stop in list(self._below):
            stop.tell()

    def enter(self) -> None:
        """Make this the flag of the calling thread."""
        _of_thread.stop = self

    def wait(self, seconds: float) -> None:
        """Wait for so many seconds; raises Stopped as soon as the thread is told to end."""
        if self._told.wait(seconds):
            raise Stopped


_of_thread = threading.local()


def _current() -> Stop | None:
    stop: Stop | None = getattr(_of_thread, "stop", None)
    return stop


def sleep(seconds: float) -> None:
    """Wait as `time.sleep` does; raises Stopped in a thread that is told to end meanwhile."""
    stop = _current()
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)
