"""Reading ahead: same items, same order, same exceptions, bounded, and no thread stays behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planora_sync.http import ahead, side_by_side
from planora_sync.http.stopping import sleep

LONG = 10.0
"""Seconds after which a test takes a thread for stuck; none waits so long when all is well."""


@pytest.fixture(autouse=True)
def _no_thread_stays_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Source:
    """Gives numbers, says when each is fetched, and where it ran and was closed."""

    def __init__(self, count: int, failure: BaseException | None = None) -> None:
        self.count = count
        self.failure = failure
        self.fetched = [threading.Event() for _ in range(count)]
        self.threads: set[int] = set()
        self.closed = 0

    def __call__(self) -> Iterator[int]:
        try:
            for number in range(self.count):
                self.threads.add(threading.get_ident())
                self.fetched[number].set()
                yield number
            if self.failure is not None:
                raise self.failure
        finally:
            self.threads.add(threading.get_ident())
            self.closed += 1

    def has_fetched(self, number: int) -> bool:
        return self.fetched[number].is_set()


# -- ahead --------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=20), st.integers(min_value=0, max_value=4))
@settings(max_examples=40)
def test_the_same_items_come_in_the_same_order(items: list[int], depth: int) -> None:
    assert list(ahead(items, depth)) == items


def test_the_next_page_is_fetched_while_this_one_is_processed() -> None:
    source = Source(3)
    pages = ahead(source())
    assert next(pages) == 0
    assert source.fetched[1].wait(LONG), "nobody asked for it yet"
    pages.close()


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_more_is_fetched_than_the_depth_says(depth: int) -> None:
    source = Source(10)
    pages = ahead(source(), depth)
    assert next(pages) == 0
    assert source.fetched[depth].wait(LONG)
    # Whoever closes joins: after that, nothing can be fetched any more.
    pages.close()
    assert [source.has_fetched(number) for number in range(10)] == [True] * (depth + 1) + [False] * (
        9 - depth
    )


def test_nothing_is_fetched_before_the_first_item_is_asked_for() -> None:
    source = Source(2)
    pages = ahead(source())
    assert not source.has_fetched(0)
    assert list(pages) == [0, 1]


def test_with_a_depth_of_nothing_there_is_no_thread() -> None:
    source = Source(2)
    pages = ahead(source(), 0)
    assert next(pages) == 0
    assert not source.has_fetched(1)
    assert list(pages) == [1]
    assert source.threads == {threading.get_ident()}
    assert source.closed == 1


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("failure", [ValueError("torn"), KeyboardInterrupt()])
def test_an_exception_comes_after_all_items_before_it(depth: int, failure: BaseException) -> None:
    source = Source(3, failure)
    seen: list[int] = []
    with pytest.raises(type(failure)) as caught:
        seen.extend(ahead(source(), depth))
    assert seen == [0, 1, 2]
    assert caught.value is failure
    assert source.closed == 1


@pytest.mark.parametrize("depth", [0, 1])
def test_closing_early_closes_the_source_where_it_ran(depth: int) -> None:
    source = Source(5)
    pages = ahead(source(), depth)
    next(pages)
    pages.close()
    assert source.closed == 1
    assert len(source.threads) == 1


def test_a_consumer_that_breaks_leaves_no_thread() -> None:
    source = Source(5)

    def consume() -> None:
        for _ in ahead(source()):
            raise LookupError("the store is full")

    with pytest.raises(LookupError):
        consume()
    # The traceback held the generator; the fixture sees that its thread went with it.
    assert source.closed == 1


def test_closing_ends_a_wait_for_the_rate_limit() -> None:
    waiting = threading.Event()

    def pages() -> Iterator[int]:
        yield 1
        waiting.set()
        sleep(3600)
        yield 2

    found = ahead(pages())
    assert next(found) == 1
    assert waiting.wait(LONG)
    before = time.monotonic()
    found.close()
    assert time.monotonic() - before < LONG


def test_closing_ends_the_waits_of_threads_below() -> None:
    waiting = threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        waiting.set()
        sleep(3600)

    found = side_by_side([lambda: ahead(slow()), lambda: ahead(slow())], 2, ordered=False)
    assert next(found) == 1
    assert waiting.wait(LONG)
    found.close()


def _again(items: list[int]) -> Iterator[int]:
    return iter(items)


def _numbered(name: int, size: int) -> list[tuple[int, int]]:
    return [(name, number) for number in range(size)]


# -- side by side -------------------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.integers(), max_size=5), max_size=6),
    st.integers(min_value=1, max_value=5),
    st.integers(min_value=1, max_value=3),
)
@settings(max_examples=40)
def test_in_order_it_is_as_if_they_were_read_one_after_the_other(
    streams: list[list[int]], workers: int, depth: int
) -> None:
    makers = [partial(_again, stream) for stream in streams]
    found = side_by_side(makers, workers, depth=depth)
    assert list(found) == [item for stream in streams for item in stream]


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=6), st.integers(min_value=1, max_value=5))
@settings(max_examples=40)
def test_as_they_come_none_is_lost_and_each_stream_keeps_its_order(sizes: list[int], workers: int) -> None:
    makers = [partial(_numbered, name, size) for name, size in enumerate(sizes)]
    found = list(side_by_side(makers, workers, ordered=False))
    for name, size in enumerate(sizes):
        assert [number for stream, number in found if stream == name] == list(range(size))
    assert len(found) == sum(sizes)


@pytest.mark.parametrize("ordered", [True, False])
def test_as_many_streams_as_workers_run_at_the_same_time(ordered: bool) -> None:
    meeting = threading.Barrier(3)

    def one() -> list[int]:
        # Broken unless three threads are here together.
        return [meeting.wait(LONG)]

    found = side_by_side([one] * 3, 3, ordered=ordered)
    assert sorted(found) == [0, 1, 2]


def test_never_more_streams_than_workers_run() -> None:
    running: set[int] = set()
    most = []
    lock = threading.Lock()
    meeting = threading.Barrier(2)

    def one(name: int) -> Iterator[int]:
        with lock:
            running.add(name)
            most.append(len(running))
        meeting.wait(LONG)
        with lock:
            running.discard(name)
        yield name

    makers = [partial(one, name) for name in range(6)]
    # Each meets its neighbour: broken unless two run together.
    assert list(side_by_side(makers, 2)) == list(range(6))
    assert max(most) == 2


def test_with_one_worker_there_is_no_thread() -> None:
    sources = [Source(2), Source(2)]
    found = side_by_side(sources, 1)
    assert next(found) == 0
    assert not sources[0].has_fetched(1)
    assert list(found) == [1, 0, 1]
    assert sources[0].threads | sources[1].threads == {threading.get_ident()}


def test_each_stream_is_only_so_far_ahead() -> None:
    first, second = Source(1), Source(9)

    def slow() -> Iterator[int]:
        assert second.fetched[1].wait(LONG)
        yield from first()

    found = side_by_side([slow, second.__call__], 2, depth=2)
    assert next(found) == 0
    found.close()
    assert not second.has_fetched(2)


def test_in_order_an_exception_waits_for_its_turn() -> None:
    broken = threading.Event()

    def bad() -> Iterator[int]:
        broken.set()
        raise ValueError("the second")
        yield 1

    def good() -> Iterator[int]:
        broken.wait(LONG)
        yield from (1, 2, 3)

    found = side_by_side([good, bad], 2)
    assert [next(found), next(found), next(found)] == [1, 2, 3]
    with pytest.raises(ValueError, match="the second"):
        next(found)


def test_as_they_come_an_exception_ends_all_at_once() -> None:
    endless = Source(1000)

    def bad() -> Iterator[int]:
        raise ValueError("no such board")
        yield 1

    with pytest.raises(ValueError, match="no such board"):
        list(side_by_side([endless.__call__, bad], 2, ordered=False))
    assert endless.closed == 1


def test_a_maker_that_fails_fails_as_its_stream() -> None:
    def bad() -> Iterator[int]:
        raise ValueError("cannot even begin")

    makers: list[Callable[[], Iterator[int]]] = [partial(_again, [1]), bad]
    found = side_by_side(makers, 2)
    assert next(found) == 1
    with pytest.raises(ValueError, match="cannot even begin"):
        next(found)


@pytest.mark.parametrize("ordered", [True, False])
def test_closing_early_closes_all_streams_and_starts_no_other(ordered: bool) -> None:
    sources = [Source(50) for _ in range(6)]
    found = side_by_side(sources, 2, ordered=ordered)
    assert next(found) == 0
    found.close()
    assert [source.closed for source in sources[2:]] == [0] * 4
    assert all(source.closed == bool(source.threads) for source in sources)
