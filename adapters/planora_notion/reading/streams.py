"""What is read of one data source in a pull, in the thread that fetches: queries, and what they cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from planora_notion.reading.completing import Completer
from planora_notion.reading.cursor import Mark
from planora_notion.reading.queries import Wanted, edited_since
from planora_notion.reading.reader import ODD
from planora_notion.reading.resuming import Stage, Stand
from planora_notion.reading.rows import Batch, Rows
from planora_notion.reading.window import Position
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.site.sprintbook import SchemaMoved
from planora_notion.site.strange import is_strange
from planora_notion.translation.moments import instant, told_minute
from planora_notion.transport.failures import Misdirected, is_whole
from planora_sync.errors import ConnectionFailed


@dataclass(frozen=True, kw_only=True)
class Task:
    """One data source, and what is asked of it."""

    source: Source
    wanted: Wanted
    stand: Stand
    """How far it was read before."""
    mark: Mark | None = None
    """Incremental: how far it was read the last time."""
    remembered: bool = False
    """Whether its schema may have changed since it was read."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """Some rows of a data source, or why there are no more."""

    task: Task
    stand: Stand
    rows: Sequence[Json] = field(default=(), repr=False)
    failure: ConnectionFailed | None = None


class Streams:
    """Reads data sources; each stream may run in a thread of its own."""

    def __init__(self, rows: Rows, completer: Completer) -> None:
        self._rows = rows
        self._completer = completer

    def of(self, task: Task) -> Iterator[Fetched]:
        """Return the rows of a data source; a failure of it alone is the last item.

        Raises ConnectionFailed where the connection as a whole fails, and SchemaMoved.
        """
        stand = task.stand
        try:
            if stand.stage is Stage.LIVE:
                for fetched in self._list(task, task.wanted, stand):
                    stand = fetched.stand
                    yield fetched
            if stand.stage is Stage.ARCHIVED and task.mark:
                since = edited_since(task.mark.archived_since)
                archived = Wanted(
                    source=task.source.id, where=since, archived=True, schema=task.source.schema
                )
                yield from self._list(task, archived, stand)
        except ConnectionFailed as failure:
            if is_whole(failure):
                raise
            yield Fetched(task=task, stand=stand, failure=failure)

    def _list(self, task: Task, wanted: Wanted, stand: Stand) -> Iterator[Fetched]:
        for batch in self._batches(task, wanted, stand.at):
            if task.remembered and any(is_strange(row, task.source.schema) for row in batch.rows):
                raise SchemaMoved
            stand = _after(task, stand, batch)
            yield Fetched(task=task, stand=stand, rows=[self._completed(row, task) for row in batch.rows])

    def _batches(self, task: Task, wanted: Wanted, at: Position) -> Iterator[Batch]:
        """Return the rows; where a filter names a property or option that is gone by now, those without a filter.

        Raises SchemaMoved where the schema was read some time ago.
        """
        try:
            for batch in self._rows.read(wanted, at):
                at = batch.after or at
                yield batch
        except Misdirected:
            if task.remembered:
                raise SchemaMoved from None
            if wanted.where is None:
                raise
            # What the filter would have left out is left out when it is translated.
            yield from self._rows.read(replace(wanted, where=None), Position(start=at.start, last=at.last))

    def _completed(self, row: Json, task: Task) -> Json:
        try:
            return self._completer.completed(row, task.source)
        except ODD:
            return row  # It is translated all the same, and noticed there.


def _after(task: Task, stand: Stand, batch: Batch) -> Stand:
    times = [at for row in batch.rows if (at := told_minute(row.get("last_edited_time")))]
    edited = max([*times, *([stand.edited] if stand.edited else [])], default=None)
    if batch.after is not None:
        return replace(stand, at=batch.after, edited=edited)
    last = stand.stage is Stage.ARCHIVED or not changed(task.mark, edited)
    return replace(stand, stage=Stage.DONE if last else Stage.ARCHIVED, at=Position(), edited=edited)


def changed(mark: Mark | None, edited: str | None) -> bool:
    """Return whether something was edited since the last pull: then archived rows are asked for too.

    The plain query leaves them out, and each pull would cost twice as much if they were always asked for.
    """
    return mark is not None and edited is not None and instant(edited) > instant(mark.seen)
