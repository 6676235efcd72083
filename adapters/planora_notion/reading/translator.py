"""Rows to pages of a pull: translated, with what was odd about them noticed, and long done ones left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from planora_notion.reading.reader import ODD, Reader
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.translation.names import dashed
from planora_notion.translation.wire import NOTHING
from planora_sync.adapter import Notice, Page, Severity
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Category, Entry

WAITING = 24
"""Rows that wait for the page above them, which may still come; for more of them it is asked for at once."""
Row = tuple[Json, Source]


class Translator:
    """Translates the rows of one pull."""

    def __init__(self, reader: Reader, oldest: Callable[[Source], datetime | None]) -> None:
        self._reader = reader
        self._oldest = oldest

    def ready(self, rows: Iterable[Json], source: Source, waiting: dict[str, Row] | None) -> list[Row]:
        """Return the rows that can be translated at once; the others are put among those that wait."""
        pages = [row for row in rows if row.get("object") == "page"]
        for page in pages:
            self._learn(page, source)
        found: list[Row] = []
        for page in pages:
            if waiting is not None and len(waiting) < WAITING and self._waits(page, source):
                waiting[str(page["id"])] = (page, source)
            else:
                found.append((page, source))
        return found

    def page(self, rows: Sequence[Row], left_out: int = 0) -> Page:
        """Return some rows as a page. Raises ConnectionFailed."""
        contents = self._reader.contents.of([page for page, _ in rows])
        entries: list[Entry] = []
        notices: list[Notice] = []
        for page, source in rows:
            try:
                found = self._reader.entry(page, source, contents.get(str(page.get("id")), NOTHING))
            except ODD as odd:
                notices.append(_odd(page, source, odd))
                continue
            if not _done_before(found, self._oldest(source)):
                entries.append(found)
        short = [id for id, content in contents.items() if not content.whole]
        return Page(
            entries=tuple(entries),
            notices=(*notices, *_short(short, rows)),
            left_out={"data source": left_out} if left_out else {},
        )

    def _learn(self, page: Json, source: Source) -> None:
        try:
            self._reader.relatives.learn(page, source)
        except ODD:
            return  # It is translated all the same, and noticed there.

    def _waits(self, page: Json, source: Source) -> bool:
        try:
            return dashed(str(page["id"])) is not None and self._reader.relatives.waits_for(page, source)
        except ODD:
            return False


def failed(source: Source, failure: ConnectionFailed) -> Page:
    """Return the page that says that a data source could not be read."""
    return Page(notices=(_notice(source, failure.message, failure.help() or "Run again."),))


def unarchived(source: Source, failure: ConnectionFailed) -> Page:
    """Return the page that says that archived rows could not be read: the others were."""
    what = f"Rows archived lately cannot be read. {failure.message}"
    notice = Notice(severity=Severity.WARNING, where=source.path, what=what, next_step=failure.help())
    return Page(notices=(notice,))


def _done_before(entry: Entry, oldest: datetime | None) -> bool:
    if oldest is None or entry.category is not Category.DONE or entry.updated is None:
        return False
    # Instants are rounded down: the minute of the limit still counts.
    return entry.updated < oldest - timedelta(minutes=1)


def _odd(page: Json, source: Source, odd: Exception) -> Notice:
    # An error and not a warning, so that the row is not taken for gone.
    return _notice(
        source,
        f"Page {page.get('id')} is not what Notion's API promises ({type(odd).__name__}), and was left out.",
        "Open it in Notion and look what is special about it, or update planora-sync.",
    )


def _short(ids: Sequence[str], rows: Sequence[Row]) -> list[Notice]:
    if not ids:
        return []
    where = next((source.path for page, source in rows if page.get("id") == ids[0]), "")
    first = next((str(page.get("url")) for page, _ in rows if page.get("id") == ids[0]), ids[0])
    what = f"Notion does not give the whole content of {len(ids)} pages, the first of which is {first}."
    step = "It leaves out what is very long, and what is not shared with the integration."
    return [Notice(severity=Severity.WARNING, where=where, what=what, next_step=step)]


def _notice(source: Source, what: str, next_step: str) -> Notice:
    return Notice(severity=Severity.ERROR, where=source.path, what=what, next_step=next_step)
