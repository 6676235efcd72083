"""What other processes do in these tests; each function runs in a process of its own and talks by a pipe."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import Engine, event

from planora_sync.adapter import Page
from planora_sync.correct.journal import State
from planora_sync.errors import UsageError
from planora_sync.store import RunStatus, Store
from tests.store.values import NOW, change, entries, ref

PATIENCE = 60
"""Seconds after which an answer that did not come fails the test."""

# A server forks the children: importing everything in each would take a second a child.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


class Child:
    """A process that runs one function of this module."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self._pipe = pipe

    def hear(self) -> Any:
        """Return what the child said; an error it met is raised here."""
        assert self._pipe.poll(PATIENCE), "the child said nothing"
        said = self._pipe.recv()
        if isinstance(said, BaseException):
            raise said
        return said

    def tell(self, word: str = "go") -> None:
        self._pipe.send(word)

    def kill(self) -> None:
        """End it as a power cut would: nothing is cleaned up."""
        self.process.kill()
        self.process.join(PATIENCE)


@contextlib.contextmanager
def child(work: Callable[..., None], *args: object) -> Iterator[Child]:
    """Yield a process that runs `work(*args, pipe)`; it is gone afterwards."""
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_run, args=(work, args, theirs), daemon=True)
    process.start()
    theirs.close()
    started = Child(process, ours)
    try:
        yield started
    finally:
        started.kill()
        ours.close()


def _run(work: Callable[..., None], args: tuple[object, ...], pipe: Connection) -> None:
    try:
        work(*args, pipe)
    except Exception as error:  # noqa: BLE001 - handed to the test, which raises it
        pipe.send(AssertionError(f"{type(error).__name__}: {error}"))


def open_once(url: str, pipe: Connection) -> None:
    """Open a store the moment it is told to."""
    pipe.send("ready")
    pipe.recv()
    with Store.open(url, now=NOW):
        pipe.send("open")
    pipe.send("closed")


def hold_a_run(url: str, pipe: Connection) -> None:
    """Begin a run and finish it when told."""
    with Store.open(url, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        pipe.send(run)
        pipe.recv()
        store.runs.finish(run, RunStatus.OK, {}, NOW)
    pipe.send("finished")


def work_hard(url: str, own: str, rounds: int, pipe: Connection) -> None:
    """Write to a connection of its own, and to one that others want too, as fast as it can."""
    done = {"ran": 0, "refused": 0}
    pipe.send("ready")
    pipe.recv()
    with Store.open(url, now=NOW) as store:
        for number in range(rounds):
            _one_round(store, own, number)
            try:
                run = store.runs.begin("pull", ["shared"], NOW)
            except UsageError:
                done["refused"] += 1
                continue
            given = entries(20, connection="shared", title=f"{own} {number}")
            store.entries.save("shared", given, full=True, complete=True, run=run, at=NOW)
            # As nobody else may write, what was written is what is there.
            assert {item.title for item in store.entries.load(["shared"])} == {f"{own} {number}"}
            store.runs.finish(run, RunStatus.OK, {}, NOW)
            done["ran"] += 1
    pipe.send(done)


def _one_round(store: Store, own: str, number: int) -> None:
    run = store.runs.begin("apply", [own], NOW)
    row = store.journal.intend(
        run=run, proposal="p-1", correction=f"c-{number}", ref=ref(1, own), changes=(change(),), at=NOW
    )
    store.journal.settle(row, State.CONFIRMED, detail="", at=NOW)
    store.runs.finish(run, RunStatus.OK, {}, NOW)


def stop_in_a_save(url: str, run: str, pipe: Connection) -> None:
    """Save other entries than those that are there and stop when half of the rows are written."""
    _stop_at("INSERT INTO pull_seen", pipe)
    with Store.open(url, now=NOW) as store:
        given = entries(50, title="Never stored")
        store.entries.save("work", given, full=True, complete=True, run=run, at=NOW)


def stop_in_an_upgrade(url: str, pipe: Connection) -> None:
    """Open an empty store and stop when half of its tables are made."""
    _stop_at("CREATE TABLE findings", pipe)
    Store.open(url, now=NOW).close()


def stop_after_an_intent(url: str, pipe: Connection) -> None:
    """Write an intent down and stop the moment it is said to be there."""
    with Store.open(url, now=NOW) as store:
        pipe.send(
            store.journal.intend(
                run="r-1", proposal="p-1", correction="c-1", ref=ref(), changes=(change(),), at=NOW
            )
        )
        pipe.recv()


def _stop_at(sql: str, pipe: Connection) -> None:
    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if sql in statement:
            pipe.send("in the middle")
            pipe.recv()

    event.listen(Engine, "before_cursor_execute", look)


def stop_in_a_page(url: str, run: str, pipe: Connection) -> None:
    """Store a page and stop when half of what belongs to it is written."""
    _stop_at("INSERT INTO notes", pipe)
    with Store.open(url, now=NOW) as store:
        under_way = store.under_way.get("work")
        assert under_way is not None
        page = Page(entries=tuple(entries(9)), resume="2")
        store.under_way.keep(under_way, page, notes={"schema": "1"}, run=run, at=NOW)
