"""A pull: every data source of the connection, row by row, in pages."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from planora_notion.reading.cursor import Cursor, Mark, reached
from planora_notion.reading.deciding import Decider
from planora_notion.reading.reader import Reader
from planora_notion.reading.resuming import Resume, Stage
from planora_notion.reading.rows import Rows
from planora_notion.reading.streams import Fetched, Streams, Task, changed
from planora_notion.reading.translator import Row, Translator, failed, unarchived
from planora_notion.site.catalog import Catalog
from planora_notion.site.source import Source
from planora_notion.site.sprintbook import SchemaMoved
from planora_notion.translation.sprints import digests
from planora_notion.transport.failures import Restricted, is_whole
from planora_sync.adapter import AdapterContext, Page
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.http.ahead import ahead, side_by_side


class Puller:
    """Pulls one connection."""

    def __init__(self, reader: Reader, rows: Rows, context: AdapterContext) -> None:
        self._reader = reader
        self._streams = Streams(rows, reader.completer)
        self._context = context

    def pull(self, since: str | None, resume: str | None) -> Iterator[Page]:
        """Return the pages of a full pull, or of one since a cursor, from where it was killed.

        Raises ConnectionFailed.
        """
        going_on = Resume.parse(resume)
        begun = going_on.begun if going_on else self._context.now()
        try:
            yield from self._pull(since, going_on, fresh=since is None and going_on is None)
        except SchemaMoved:
            # Somebody changed a schema within the hour that we remember it: all that it says is asked anew. What
            # was given may have meant something else.
            yield from self._pull(since, Resume(begun=begun), fresh=True)

    def _pull(self, since: str | None, going_on: Resume | None, *, fresh: bool) -> Iterator[Page]:
        catalog = self._reader.begin(fresh=fresh)
        run = _Run(self._reader, self._streams, self._context, catalog, Cursor.parse(since), going_on)
        yield from run.pages()
        self._reader.keep()


class _Run:
    """One pull."""

    def __init__(
        self,
        reader: Reader,
        streams: Streams,
        context: AdapterContext,
        catalog: Catalog,
        before: Cursor,
        going_on: Resume | None,
    ) -> None:
        self._reader = reader
        self._streams = streams
        self._context = context
        self._catalog = catalog
        self._before = before
        self._goes_on = going_on is not None
        self._so_far = going_on or Resume(begun=context.now())
        self._decider = Decider(catalog, before, self._so_far, context)
        self._translator = Translator(reader, self._decider.oldest)
        self._waiting: dict[str, Row] = {}
        self._failed: set[str] = set(catalog.unreadable)
        self._unarchived: set[str] = set()

    def pages(self) -> Iterator[Page]:
        """Return all pages."""
        yield self._first()
        yield from self._left_waiting()
        for level in self._catalog.levels:
            with closing(self._fetched([self._decider.task(source) for source in level])) as stream:
                for fetched in stream:
                    yield self._page(fetched)
            # Pages above these were not among the rows: they are read one by one, each once.
            yield from self._given()
        yield from self._below_changed()
        yield Page(cursor=str(self._cursor()))

    def _first(self) -> Page:
        problems, resume = self._catalog.problems, str(self._so_far)
        places = self._catalog.places(self._context.name)
        if self._goes_on:
            # What was given before is not given again, unless a schema changed: then it is something else.
            return Page(places=() if self._so_far.stands else places, notices=problems, resume=resume)
        # Sprints are no entries; they are counted where somebody asked for them.
        counted = sum(len(one.sprints) for one in self._catalog.sprint_sources if one.in_scope)
        left_out = {"sprint": counted} if counted else {}
        return Page(places=places, notices=problems, left_out=left_out, resume=resume)

    def _fetched(self, tasks: Sequence[Task]) -> Generator[Fetched, None, None]:
        """Return the rows of some data sources, fetched side by side and ahead of whoever takes them."""
        makers = [partial(self._streams.of, task) for task in tasks if task.stand.stage is not Stage.DONE]
        if len(makers) == 1:
            return ahead(makers[0](), depth=int(self._context.parallel > 1))
        return side_by_side(makers, self._context.parallel, ordered=False)

    def _page(self, fetched: Fetched) -> Page:
        source = fetched.task.source
        if fetched.failure is not None:
            return self._failure(fetched.task, fetched.failure, fetched.stand.stage)
        if source.id in self._failed:
            return Page()
        waiting = dict(self._waiting)
        ready = self._translator.ready(fetched.rows, source, waiting)
        others = sum(row.get("object") != "page" for row in fetched.rows)
        try:
            page = self._translator.page(ready, others)
        except ConnectionFailed as failure:
            return self._failure(fetched.task, failure)
        self._waiting = waiting
        self._reader.relatives.note_changed()
        so_far = self._so_far.with_stand(source.id, fetched.stand)
        self._so_far = replace(so_far, waiting=tuple(self._waiting))
        return replace(page, resume=str(self._so_far))

    def _failure(self, task: Task, failure: ConnectionFailed, stage: Stage = Stage.LIVE) -> Page:
        """Return what is said of a data source that cannot be read; raises the failure of the whole connection."""
        source = task.source
        if is_whole(failure):
            raise failure
        if stage is Stage.ARCHIVED:
            self._unarchived.add(source.id)
            return unarchived(source, failure)
        self._failed.add(source.id)
        if isinstance(failure, PlaceNotVisible | Restricted):
            self._reader.cataloguer.forget()
        return failed(source, failure)

    def _left_waiting(self) -> Iterator[Page]:
        """Read the rows that waited for the page above them when the pull was killed."""
        for id in self._so_far.waiting:
            page = self._reader.page(id)
            source = self._catalog.home(page) if page and not page.get("in_trash") else None
            if page and source:
                self._waiting[id] = (page, source)
        if self._so_far.waiting:
            yield from self._given()

    def _given(self) -> Iterator[Page]:
        """Return the rows that wait; what is above them is asked for."""
        if self._waiting or self._so_far.waiting:
            rows, self._waiting = list(self._waiting.values()), {}
            by_source = {source.id: source for _, source in rows}
            try:
                page = self._translator.page(rows)
            except ConnectionFailed as failure:
                for source in by_source.values():
                    yield self._failure(self._decider.task(source), failure)
            else:
                self._so_far = replace(self._so_far, waiting=())
                yield replace(page, resume=str(self._so_far))

    def _below_changed(self) -> Iterator[Page]:
        """Return the rows below pages that have another name or kind now: nobody edited these rows."""
        for task in self._decider.below(self._reader.relatives.changed()):
            for fetched in self._streams.of(task):
                yield self._below(fetched)
        if not self._failed:
            self._reader.relatives.forget_changed()

    def _below(self, fetched: Fetched) -> Page:
        try:
            if fetched.failure is not None:
                raise fetched.failure
            return self._translator.page(self._translator.ready(fetched.rows, fetched.task.source, None))
        except ConnectionFailed as failure:
            return self._failure(fetched.task, failure)

    def _cursor(self) -> Cursor:
        marks = {id: mark for id, mark in self._before.marks.items() if id in self._failed}
        for source in self._catalog.sources.values():
            if source.id not in self._failed:
                marks[source.id] = self._mark(source)
        return Cursor(
            marks=marks, sprints=self._before.sprints if self._failed else digests(self._catalog.sprints)
        )

    def _mark(self, source: Source) -> Mark:
        task, before = self._decider.task(source), self._before.marks.get(source.id)
        edited = self._so_far.stand(source.id, task.stand.query).edited
        seen = [edited] if edited else []
        at = reached(self._so_far.begun, self._context.now(), seen, before.minute if before else None)
        asked = task.mark is None or changed(task.mark, edited)
        archived = at if asked and source.id not in self._unarchived else before.archived if before else at
        # Archived rows that could not be read are asked for again, as if nothing had been seen.
        kept = [before.seen] if before else []
        latest = max([*kept, *([] if before and source.id in self._unarchived else seen)], default=at)
        return Mark(minute=at, digest=source.schema.digest, archived=archived, seen=latest)
