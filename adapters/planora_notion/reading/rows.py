"""The rows of a data source, all of them, though a query gives 10,000 at most."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from planora_notion.reading.crowd import Crowd
from planora_notion.reading.queries import Wanted
from planora_notion.reading.window import Position, Window
from planora_notion.site.schema import Json
from planora_notion.translation.family import source_id
from planora_notion.translation.moments import instant, minute
from planora_notion.transport.client import Client
from planora_notion.transport.failures import StaleCursor
from planora_sync.errors import AnswerUnreadable, ConnectionFailed

CAP = 10_000
RESTARTS = 5
"""How often a list is begun again at one place because the row it was to go on from has left it."""
LATELY = 400
"""Rows that are remembered, so that a page that comes twice gives each row once."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows, and where the list goes on after them."""

    rows: list[Json]
    after: Position | None
    """None where the list ends."""


class Rows:
    """Reads rows page by page, in the order of their creation, each once.

    A wiki lists its data sources among its pages: they come along, for callers to leave out.
    """

    def __init__(self, client: Client, *, cap: int = CAP) -> None:
        self._client = client
        self._cap = cap

    def read(self, wanted: Wanted, at: Position | None = None) -> Iterator[Batch]:
        """Return the rows from a position on. Raises ConnectionFailed; AnswerUnreadable for rows beyond reach.

        A query ends at 10,000 rows without always saying so. Then the next one begins at the minute of the last
        row, as Notion advises. A batch is given when it is known whether another one follows.
        """
        held: Batch | None = None
        reading = _Reading(self._client, wanted, self._cap)
        try:
            for batch in reading.batches(at or Position()):
                if held is not None and batch.rows:
                    yield held
                    held = batch
                # What brings nothing, such as a second look at the end, is no batch of its own.
                held = replace(held, after=batch.after) if held is not None else batch
        except ConnectionFailed:
            if held is not None:
                yield held
            raise
        if held is not None:
            yield Batch(rows=held.rows, after=None)

    def pages(
        self, source: str, *, where: Json | None = None, archived: bool = False, only: Sequence[str] = ()
    ) -> Iterator[list[Json]]:
        """Return the rows that pass a filter, page by page. Raises as `read` does."""
        wanted = Wanted(source=source, where=where, archived=archived, only=tuple(only))
        return (batch.rows for batch in self.read(wanted))


class _Reading:
    """One list, over as many queries as it takes."""

    def __init__(self, client: Client, wanted: Wanted, cap: int) -> None:
        self._client = client
        self._wanted = wanted
        self._cap = cap
        self._seen = _Lately()
        self._restarts = 0

    def batches(self, at: Position) -> Iterator[Batch]:
        """Return the rows of all queries."""
        looked_again = False
        while True:
            window = self._window(at)
            end, met, fresh = self._seen.ids_of_last_minute, False, 0
            try:
                for rows, after in window:
                    met = met or any(str(row.get("id")) in end for row in rows)
                    new = [row for row in rows if self._seen.is_new(row)]
                    fresh += len(new)
                    following = after if after.cursor else Position(start=after.last, last=after.last)
                    yield Batch(rows=new, after=following)
            except StaleCursor:
                at = self._again(at, window)
                continue
            if window.cut or window.count >= self._cap:
                at, looked_again = (yield from self._beyond_the_cap(at, window)), False
                continue
            if not self._wanted.confirmed or (looked_again and not fresh):
                if looked_again and end and not met:
                    self._explain(next(iter(end)))
                return
            at, looked_again = Position(start=window.last or at.start, last=window.last), True

    def _window(self, at: Position) -> Window:
        body = self._wanted.body(self._wanted.since(at.start))
        return Window(self._client, self._wanted.source, body, self._wanted.only, at)

    def _again(self, at: Position, window: Window) -> Position:
        """Return where the list is begun again: its cursor led to a row that has left it."""
        start = window.last or at.start
        self._restarts = 0 if start != at.start else self._restarts + 1
        if self._restarts > RESTARTS:
            raise StaleCursor(
                f"The rows of data source {self._wanted.source} change faster than they can be read.",
                next_step="Run again.",
            )
        return Position(start=start, last=start)

    def _beyond_the_cap(self, at: Position, window: Window) -> Generator[Batch, None, Position]:
        """Go on where a full query ended; give the rows of a minute that alone fills one."""
        if window.last is None or window.last != at.start:
            return Position(start=window.last, last=window.last)
        here = Position(start=at.start, last=at.start)
        for rows in Crowd(self._client, self._wanted, self._cap).read(window.last):
            yield Batch(rows=[row for row in rows if self._seen.is_new(row)], after=here)
        self._seen.pass_minute()
        following = minute(instant(window.last) + timedelta(minutes=1))
        return Position(start=following, last=following)

    def _explain(self, id: str) -> None:
        """Raise AnswerUnreadable where the last row of a list is missing from a second look, and nothing says why."""
        page = self._client.page(id)
        there = page is not None and not page.get("in_trash")
        if page is None or not there or bool(page.get("is_archived")) is not self._wanted.archived:
            return
        if source_id(page) not in (None, self._wanted.source):
            return
        raise AnswerUnreadable(
            f"The end of the rows of data source {self._wanted.source} is not the same twice.",
            next_step="Run again.",
        )


class _Lately:
    """Remembers which rows came lately: those of the last pages, and all that were created in the last minute.

    No more are needed, for rows come in the order of their creation; a million of ids would be a hundred megabytes.
    """

    def __init__(self) -> None:
        self._last: deque[str] = deque(maxlen=LATELY)
        self._minute = ""
        self._of_minute: dict[str, None] = {}

    @property
    def ids_of_last_minute(self) -> frozenset[str]:
        """Return the rows that were created last."""
        return frozenset(self._of_minute)

    def pass_minute(self) -> None:
        """Forget the rows of the last minute: no query will name it again."""
        self._of_minute = {}

    def is_new(self, row: Json) -> bool:
        """Return whether a row comes for the first time, and remember it."""
        id, created = str(row.get("id")), str(row.get("created_time") or "")
        if row.get("id") is not None and (id in self._of_minute or id in self._last):
            return False
        if created > self._minute:
            self._minute, self._of_minute = created, {}
        if created == self._minute:
            self._of_minute[id] = None
        self._last.append(id)
        return True
