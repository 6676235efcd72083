"""A pull: every data source of the connection, row by row, in pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from planora_notion.cursor import Cursor, Mark, reached
from planora_notion.failures import is_whole
from planora_notion.moments import minute
from planora_notion.reading import ODD, Reader
from planora_notion.queries import also, edited_since, either
from planora_notion.rows import Rows
from planora_notion.schema import Json
from planora_notion.source import Source
from planora_notion.sprints import digests
from planora_sync.adapter import AdapterContext, Notice, Page, Severity
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Category, Entry

OPENED_AT_ONCE = 25
"""Sprints that changed since the last pull; more than these are not worth a filter."""


@dataclass(kw_only=True)
class _Tally:
    """What was seen of one data source."""

    edited: list[str] = field(default_factory=list)
    failed: bool = False


class Puller:
    """Pulls one connection."""

    def __init__(self, reader: Reader, rows: Rows, context: AdapterContext) -> None:
        self._reader = reader
        self._rows = rows
        self._context = context

    def pull(self, since: str | None) -> Iterator[Page]:
        """Return the pages of a full pull, or of one since a cursor. Raises ConnectionFailed."""
        started = self._context.now()
        catalog = self._reader.refresh()
        before, sprints = Cursor.parse(since), digests(catalog.sprints)
        # Sprints are no entries; they are counted where somebody asked for them.
        counted = sum(len(one.sprints) for one in catalog.sprint_sources if one.in_scope)
        yield Page(
            places=catalog.places(self._context.name),
            notices=catalog.problems,
            left_out={"sprint": counted} if counted else {},
        )
        marks = {id: mark for id in catalog.unreadable if (mark := before.marks.get(id))}
        failed = bool(catalog.unreadable)
        for source in catalog.sources.values():
            mark, tally = before.marks.get(source.id), _Tally()
            changed = before.changed_sprints(sprints)
            yield from self._source(source, self._query(source, mark, changed), tally)
            failed = failed or tally.failed
            if not tally.failed:
                marks[source.id] = reached(started, tally.edited, mark, source.schema.digest)
            elif mark:
                marks[source.id] = mark
        yield Page(cursor=str(Cursor(marks=marks, sprints=before.sprints if failed else sprints)))

    def _query(self, source: Source, mark: Mark | None, changed: tuple[str, ...]) -> _Query:
        """Return what is to be read of a data source: everything that counts, or what changed."""
        prop = source.get("sprint")
        moved = [id for id in changed if id in source.sprints] if prop else []
        if mark is None or mark.digest != source.schema.digest or len(moved) > OPENED_AT_ONCE:
            oldest = self._context.now() - timedelta(days=self._context.done_days)
            return _Query(where=_open_or_recent(source, minute(oldest)), oldest=oldest)
        related = [{"property": prop.id, "relation": {"contains": id}} for id in moved] if prop else []
        return _Query(where=either(edited_since(mark.since), *related), since=mark.since)

    def _source(self, source: Source, query: _Query, tally: _Tally) -> Iterator[Page]:
        try:
            yield from self._pages(source, query, tally)
        except ConnectionFailed as failure:
            if is_whole(failure):
                raise
            tally.failed = True
            yield Page(notices=(_failed(source, failure),))
            return
        if query.since is not None:
            yield from self._archived(source, query.since, tally)

    def _pages(self, source: Source, query: _Query, tally: _Tally) -> Iterator[Page]:
        waiting: list[Json] = []
        for rows in self._rows.pages(source.id, where=query.where):
            pages = [row for row in rows if row.get("object") == "page"]
            tally.edited += [str(row["last_edited_time"]) for row in pages if row.get("last_edited_time")]
            ready, later = self._sorted(pages, source)
            waiting += later
            yield self._page(ready, source, query.oldest, left_out=len(rows) - len(pages))
        if waiting:
            # Pages above these were not among the rows: they are read one by one, each once.
            yield self._page(waiting, source, query.oldest)

    def _archived(self, source: Source, since: str, tally: _Tally) -> Iterator[Page]:
        """Return rows archived since: the plain query leaves them out, and an archived row must not just vanish."""
        try:
            for rows in self._rows.pages(source.id, where=edited_since(since), archived=True):
                tally.edited += [str(row["last_edited_time"]) for row in rows if row.get("last_edited_time")]
                yield self._page([row for row in rows if row.get("object") == "page"], source, None)
        except ConnectionFailed as failure:
            if is_whole(failure):
                raise
            what = f"Rows archived lately cannot be read. {failure.message}"
            yield Page(
                notices=(
                    Notice(severity=Severity.WARNING, where=source.path, what=what, next_step=failure.help()),
                )
            )

    def _sorted(self, pages: list[Json], source: Source) -> tuple[list[Json], list[Json]]:
        """Return the rows that can be translated at once, and those whose page above is still to come."""
        for page in pages:
            try:
                self._reader.learn(page, source)
            except ODD:
                continue  # It is translated all the same, and noticed there.
        known = [self._knows(page, source) for page in pages]
        ready = [page for page, one in zip(pages, known, strict=True) if one]
        return ready, [page for page, one in zip(pages, known, strict=True) if not one]

    def _knows(self, page: Json, source: Source) -> bool:
        try:
            return self._reader.knows_above(page, source)
        except ODD:
            return True

    def _page(self, pages: list[Json], source: Source, oldest: datetime | None, left_out: int = 0) -> Page:
        entries: list[Entry] = []
        notices: list[Notice] = []
        for page in pages:
            try:
                found = self._reader.entry(self._reader.completed(page), source)
            except ODD as odd:
                notices.append(_odd(page, source, odd))
                continue
            if not _done_before(found, oldest):
                entries.append(found)
        return Page(
            entries=tuple(entries),
            notices=tuple(notices),
            left_out=Counter({"data source": left_out}) if left_out else {},
        )


@dataclass(frozen=True, kw_only=True)
class _Query:
    """What is read of one data source."""

    where: Mapping[str, object] | None
    since: str | None = None
    """Incremental: the minute from which rows are read."""
    oldest: datetime | None = None
    """Full: rows done and not edited since are left out."""


def _open_or_recent(source: Source, oldest: str) -> Json | None:
    """Return a filter that leaves out what was done long ago, and nothing else; None where that is not sure.

    It names what is done, not what is open: an option that is renamed meanwhile gives more rows, never fewer.
    """
    prop = source.get("status")
    done = [
        option.name
        for option in (prop.options if prop else ())
        if source.lexicon.category(option.name, option.group) is Category.DONE
    ]
    if prop is None or not done:
        return None
    others: Json = {}
    for name in done:
        condition = {"property": prop.id, prop.type: {"does_not_equal": name}}
        others = also(others or None, condition)
    empty = {"property": prop.id, prop.type: {"is_empty": True}}
    return either(edited_since(oldest), empty, others)


def _done_before(entry: Entry, oldest: datetime | None) -> bool:
    if oldest is None or entry.category is not Category.DONE or entry.updated is None:
        return False
    # Instants are rounded down: the minute of the limit still counts.
    return entry.updated < oldest - timedelta(minutes=1)


def _failed(source: Source, failure: ConnectionFailed) -> Notice:
    return Notice(
        severity=Severity.ERROR,
        where=source.path,
        what=failure.message,
        next_step=failure.help() or "Run again.",
    )


def _odd(page: Json, source: Source, odd: Exception) -> Notice:
    # An error and not a warning, so that the row is not taken for gone.
    return Notice(
        severity=Severity.ERROR,
        where=source.path,
        what=f"Page {page.get('id')} is not what Notion's API promises ({type(odd).__name__}), and was left out.",
        next_step="Open it in Notion and look what is special about it, or update planora-sync.",
    )
