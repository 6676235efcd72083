"""Reads ahead: the next pages are fetched while the last one is processed, and several streams side by side.

No queue grows: each stream is at most `depth` items ahead of whoever takes them. A generator that is closed
early tells its threads to end and joins them; none outlives it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from planora_sync.http.stopping import Stop, Stopped

T = TypeVar("T")

LOOK_UP = 1.0
"""Seconds after which a waiting thread looks up: on Windows nothing else lets Ctrl-C through."""


def ahead(pages: Iterable[T], depth: int = 1) -> Generator[T, None, None]:
    """Return the same items in the same order, fetched up to `depth` items before they are asked for.

    An exception comes at its place, after all items before it. The source runs in a thread of its own, and is
    closed there. It starts with the first item asked for; with a depth of 0 there is no thread.
    """
    if depth <= 0:
        return _one_after_the_other([lambda: pages])
    return _with_threads([lambda: pages], workers=1, depth=depth, ordered=True)


def side_by_side(
    makers: Iterable[Callable[[], Iterable[T]]], workers: int, ordered: bool = True, depth: int = 1
) -> Generator[T, None, None]:
    """Return the items of several independent streams, up to `workers` of which are read at the same time.

    With one worker, or one stream, there is no thread: the streams are read one after the other.

    Args:
        makers: each makes one stream, and is called where the stream is read; started in this order.
        workers: how many streams at a time.
        ordered: all items of the first maker, then all of the second ...; an exception comes when its stream's
            turn comes. Else as they arrive, those of one stream in their order; an exception comes at once.
        depth: how many items each stream may be ahead.
    """
    streams = list(makers)
    if workers <= 1 or len(streams) <= 1:
        return _one_after_the_other(streams)
    return _with_threads(streams, workers=workers, depth=max(1, depth), ordered=ordered)


def _one_after_the_other(makers: Sequence[Callable[[], Iterable[T]]]) -> Generator[T, None, None]:
    for make in makers:
        stream = iter(make())
        try:
            yield from stream
        finally:
            _close(stream)


def _with_threads(
    makers: Sequence[Callable[[], Iterable[T]]], *, workers: int, depth: int, ordered: bool
) -> Generator[T, None, None]:
    lanes = _Lanes(makers, depth=depth)
    threads = [
        # Daemons, for whoever is killed while a generator is still open must not hang at the exit.
        threading.Thread(target=lanes.work, name=f"reads ahead {number}", daemon=True)
        for number in range(min(workers, len(makers)))
    ]
    started: list[threading.Thread] = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
        yield from lanes.in_order() if ordered else lanes.as_they_come()
    finally:
        lanes.end()
        for thread in started:
            thread.join()


class _Lane(Generic[T]):
    """What one stream gave and nobody took yet."""

    def __init__(self) -> None:
        self.items: deque[T] = deque()
        self.over = False
        self.failure: BaseException | None = None


class _Lanes(Generic[T]):
    """The streams, each in a lane; workers take the next stream in order, so that no lane waits for a later one."""

    def __init__(self, makers: Sequence[Callable[[], Iterable[T]]], *, depth: int) -> None:
        self._makers = makers
        self._depth = depth
        self._lanes: list[_Lane[T]] = [_Lane() for _ in makers]
        self._arrived: deque[_Lane[T]] = deque()
        """A lane once for each of its items, and once more when it is over."""
        self._next = 0
        self._changed = threading.Condition()
        self._stop = Stop()

    # -- in the threads -----------------------------------------------------------------------------------

    def work(self) -> None:
        """Read one stream after the other, until there is none or all is told to end."""
        self._stop.enter()
        while (number := self._take_number()) is not None:
            self._read(self._makers[number], self._lanes[number])

    def _take_number(self) -> int | None:
        with self._changed:
            if self._stop.told or self._next >= len(self._makers):
                self._changed.notify_all()
                return None
            self._next += 1
            return self._next - 1

    def _read(self, make: Callable[[], Iterable[T]], lane: _Lane[T]) -> None:
        failure: BaseException | None = None
        try:
            self._fill(make, lane)
        except BaseException as caught:  # noqa: BLE001 - carried over to the thread that takes the items
            failure = caught
        with self._changed:
            lane.over, lane.failure = True, failure
            self._arrived.append(lane)
            self._changed.notify_all()

    def _fill(self, make: Callable[[], Iterable[T]], lane: _Lane[T]) -> None:
        stream = iter(make())
        try:
            while self._has_room(lane):
                try:
                    item = next(stream)
                except StopIteration:
                    return
                with self._changed:
                    lane.items.append(item)
                    self._arrived.append(lane)
                    self._changed.notify_all()
        finally:
            _close(stream)

    def _has_room(self, lane: _Lane[T]) -> bool:
        """Wait until the lane may take one more; return False where all is told to end."""
        with self._changed:
            while not self._stop.told and len(lane.items) >= self._depth:
                self._changed.wait(LOOK_UP)
            return not self._stop.told

    # -- where the items are taken ------------------------------------------------------------------------

    def in_order(self) -> Iterator[T]:
        """Return the items of the first lane, then of the second ..."""
        for lane in self._lanes:
            while True:
                with self._changed:
                    while not lane.items and not lane.over:
                        self._wait()
                    if not lane.items:
                        break
                    item = self._taken(lane)
                yield item
            _raise(lane)

    def as_they_come(self) -> Iterator[T]:
        """Return the items as they arrive."""
        still_open = len(self._lanes)
        while still_open:
            with self._changed:
                while not self._arrived:
                    self._wait()
                lane = self._arrived.popleft()
                taken = [self._taken(lane)] if lane.items else []
            yield from taken
            if not taken:
                still_open -= 1
                _raise(lane)

    def _wait(self) -> None:
        # Whoever takes is a thread itself, and was told to end: a stream nobody began will never be over.
        if self._stop.told:
            raise Stopped
        self._changed.wait(LOOK_UP)

    def _taken(self, lane: _Lane[T]) -> T:
        item = lane.items.popleft()
        self._changed.notify_all()
        return item

    def end(self) -> None:
        """Tell all threads to end; one that waits wakes up."""
        self._stop.tell()
        with self._changed:
            self._changed.notify_all()


def _raise(lane: _Lane[T]) -> None:
    failure, lane.failure = lane.failure, None
    if failure is not None:
        raise failure


def _close(stream: Iterator[T]) -> None:
    close = getattr(stream, "close", None)
    if close is not None:
        with suppress(Stopped):
            close()
