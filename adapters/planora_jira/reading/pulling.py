"""A pull: project by project, page by page, so that one bad project or issue stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never

from planora_jira.reading import cursor, lenient, position, progress
from planora_jira.reading.cursor import Cursor
from planora_jira.reading.fetching import Ended, Failed, Fetched, Fetcher, Rows, Task
from planora_jira.reading.progress import Part, Progress
from planora_jira.reading.tasks import Tasks
from planora_jira.site.facts import ProjectFacts
from planora_jira.site.grounds import Grounds
from planora_jira.site.survey import Survey
from planora_jira.translation import wire
from planora_jira.transport.client import JiraClient
from planora_sync.adapter import AdapterContext, Notice, Page, Severity
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.http.ahead import ahead, side_by_side
from planora_sync.model import Entry

Json = Mapping[str, Any]


class Pull:
    """One pull of a connection."""

    def __init__(
        self, survey: Survey, writer: JiraClient, context: AdapterContext, *, fresh: Sequence[str]
    ) -> None:
        """Set up.

        Args:
            survey: what is known of the site.
            writer: whose rights decide what can be edited.
            context: the connection.
            fresh: ids of issues just written, which the search index may not show yet.
        """
        self._survey = survey
        self._context = context
        self._fresh = fresh
        self._grounds = Grounds(survey, writer)
        self._failed: list[ConnectionFailed] = []
        self._moving: dict[str, datetime] = {}
        """Issues that changed while this pull reads: only these can show in two projects."""
        self._key = ""
        self._progress = Progress(begun=context.now())

    def pages(self, since: str | None, resume: str | None = None) -> Iterator[Page]:
        """Return the pages; raises ConnectionFailed where nothing at all can be read."""
        mark = self._mark(since)
        projects = list(self._survey.projects.values())
        if not projects:
            raise self._nothing()
        begun = self._context.now() + min(timedelta(0), self._survey.ahead)
        self._progress = progress.parse(resume, self._key) or Progress(begun=begun)
        grounds = self._grounds
        grounds.look(projects, self._progress.begun, resumed=bool(self._progress.parts))
        tasks = Tasks(self._survey, grounds, mark, self._progress).all(projects)
        for fetched in self._fetched(tasks):
            match fetched:
                case Rows():
                    yield self._page(fetched)
                case Ended():
                    yield from self._end(fetched.facts)
                case Failed():
                    self._failed.append(fetched.failure)
                    self._survey.note(Severity.ERROR, fetched.facts.key, fetched.failure)
                    # It may be archived or deleted, and be remembered: next time that is asked.
                    self._survey.memory.drop()
                case _:
                    assert_never(fetched)
        self._survey.memory.save()
        if len(self._failed) == len(projects):
            raise self._failed[-1]
        yield Page(notices=self._notices(), cursor=self._moved(mark, projects).text())

    def _mark(self, since: str | None) -> Cursor:
        site = self._survey.client.url
        self._key = progress.key_of(site, since)
        mark = cursor.parse(since, site)
        if since is not None and (mark is None or not mark.marks):
            self._survey.notices.append(
                Notice(
                    severity=Severity.OK,
                    where=self._context.name,
                    what="The last pull's mark is of another site or version: everything is read again.",
                )
            )
        return mark or Cursor(site=site)

    def _fetched(self, tasks: Sequence[Task]) -> Iterator[Fetched]:
        """Return what comes of the tasks, pages fetched while others are translated."""
        fetcher, workers = Fetcher(self._survey, self._fresh), self._context.parallel
        if workers > 1 and len(tasks) == 1:
            return ahead(fetcher.fetch(tasks[0]))
        return side_by_side([partial(fetcher.fetch, task) for task in tasks], workers, ordered=False)

    def _moved(self, mark: Cursor, projects: Sequence[ProjectFacts]) -> Cursor:
        """Return the mark moved on for what was read to its end."""
        for facts in projects:
            part = self._progress.part(facts.id)
            if not part.whole:
                continue
            was = self._grounds.of(facts.id)
            mark = mark.moved(facts.id, part.seen, self._progress.begun, shape=was.shape, sprints=was.states)
            if was.unsure:
                mark = mark.unsure(facts.id)
        return mark

    # -- pages --------------------------------------------------------------------------------------------

    def _page(self, fetched: Rows) -> Page:
        facts, rows = fetched.facts, fetched.rows
        places = self._grounds.places(facts, rows) if self._is_new(facts) else ()
        if self._grounds.renewed_by(facts, rows):
            places = self._grounds.places(facts, rows)
        self._survey.memory.save()
        part = self._progress.part(facts.id)
        entries, seen = [], part.seen
        lens = replace(self._grounds.survey.lens(facts.id), ids=fetched.ids)
        for row in rows:
            entry = self._entry(row, lens)
            if entry is None:
                continue
            seen = seen.with_issue(entry.ref.id, entry.updated)
            if not self._was_given(entry):
                entries.append(entry)
        where = position.of(rows[-1]) or part.position
        self._progress = self._progress.with_part(facts.id, Part(seen=seen, position=where))
        return Page(
            entries=tuple(entries),
            places=places,
            notices=self._notices(),
            resume=self._progress.text(self._key),
        )

    def _end(self, facts: ProjectFacts) -> Iterator[Page]:
        """Return a page for a project without issues; note that it was read to its end."""
        places = self._grounds.places(facts, ()) if self._is_new(facts) else ()
        part = replace(self._progress.part(facts.id), position=None, whole=True)
        self._progress = self._progress.with_part(facts.id, part)
        if places:
            yield Page(places=places, notices=self._notices(), resume=self._progress.text(self._key))

    def _is_new(self, facts: ProjectFacts) -> bool:
        return facts.id not in self._progress.parts

    def _was_given(self, entry: Entry) -> bool:
        """Return whether this issue stood on an earlier page as it is now or newer: it moved between projects."""
        if entry.updated is None or entry.updated < self._progress.begun:
            return entry.ref.id in self._moving
        known = self._moving.get(entry.ref.id)
        if known is not None and entry.updated <= known:
            return True
        self._moving[entry.ref.id] = entry.updated
        return False

    def _entry(self, row: Json, lens: wire.Lens) -> Entry | None:
        """Return an issue as an entry; what of it cannot be understood is a notice."""
        try:
            found, odd = lenient.entry(row, lens)
        except wire.UNTRANSLATABLE as failure:
            self._warn(row, f"This issue cannot be understood ({type(failure).__name__}); it is left out.")
            return None
        if odd:
            self._warn(row, f"It is read without what cannot be understood of it: {', '.join(odd)}.")
        return found

    def _warn(self, row: Json, what: str) -> None:
        self._survey.notices.append(
            Notice(
                severity=Severity.WARNING,
                where=str(row.get("key") or row.get("id")),
                what=what,
                next_step="Open it in Jira; if it looks well, report it with its JSON.",
            )
        )

    def _notices(self) -> tuple[Notice, ...]:
        notices = tuple(self._survey.notices)
        self._survey.notices.clear()
        return notices

    def _nothing(self) -> ConnectionFailed:
        errors = [notice for notice in self._survey.notices if notice.severity is Severity.ERROR]
        what = " ".join(notice.what for notice in errors) or "The account can see no project."
        step = errors[0].next_step if errors else "Give the account the right to browse projects."
        return PlaceNotVisible(what, connection=self._context.name, next_step=step)
