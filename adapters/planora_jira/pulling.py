"""A pull: project by project, page by page, so that one bad project or issue stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from planora_jira import cursor, jql, wire
from planora_jira.client import JiraClient
from planora_jira.cursor import Cursor
from planora_jira.facts import ProjectFacts
from planora_jira.paging import search
from planora_jira.parents import Parents
from planora_jira.places import Places
from planora_jira.survey import WHOLE, Survey
from planora_sync.adapter import AdapterContext, Notice, Page, Severity
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.model import Entry, Place

Json = Mapping[str, Any]


class Pull:
    """One pull of a connection."""

    def __init__(
        self, survey: Survey, writer: JiraClient, context: AdapterContext, *, fresh: Sequence[str]
    ) -> None:
        """Set up.

        Args:
            survey: a new one, for boards and fields change without any issue being updated.
            writer: whose rights decide what can be edited.
            context: the connection.
            fresh: ids of issues just written, which the search index may not show yet.
        """
        self._survey = survey
        self._client = survey.client
        self._context = context
        self._fresh = fresh
        self._writer = writer
        self._parents = Parents(survey.client)
        self._seen: set[str] = set()
        self._failed: list[ConnectionFailed] = []
        self._newest: dict[str, datetime] = {}

    def pages(self, since: str | None) -> Iterator[Page]:
        """Return the pages; raises ConnectionFailed where nothing at all can be read."""
        site = self._survey.client.url
        mark = cursor.parse(since, site) or Cursor(site=site)
        if since is not None and not mark.marks:
            self._survey.notices.append(
                Notice(
                    severity=Severity.OK,
                    where=self._context.name,
                    what="The last pull's mark is of another site or version: everything is read again.",
                )
            )
        projects = list(self._survey.projects.values())
        if not projects:
            raise self._nothing()
        places = Places(self._survey, self._writer)
        for position, facts in enumerate(projects):
            begun = self._context.now()
            try:
                yield from self._project(facts, mark, places, position)
            except WHOLE:
                raise
            except ConnectionFailed as failure:
                self._failed.append(failure)
                self._survey.note(Severity.ERROR, facts.key, failure)
            else:
                mark = mark.moved(facts.id, self._newest.get(facts.id), begun, places.states(facts))
        if len(self._failed) == len(projects):
            raise self._failed[-1]
        yield Page(notices=self._notices(), cursor=mark.text())

    def _project(self, facts: ProjectFacts, mark: Cursor, places: Places, position: int) -> Iterator[Page]:
        boards = places.boards(facts)
        query = self._query(facts, mark, places.states(facts))
        shown = False
        for rows in search(
            self._client, query, facts.fields.asked(), f"the issues of {facts.key}", fresh=self._fresh
        ):
            found: tuple[Place, ...] = ()
            if not shown:
                found = (places.project(facts, position, self._sample(facts, places, rows)), *boards)
                shown = True
            yield Page(entries=self._entries(facts, rows), places=found, notices=self._notices())
        if not shown:
            project = places.project(facts, position, places.sample(facts))
            yield Page(places=(project, *boards), notices=self._notices())

    def _query(self, facts: ProjectFacts, mark: Cursor, states: Mapping[str, str] | None) -> str:
        """Return the query for a project: all that counts, or what changed since its mark."""
        since, former = mark.marks.get(facts.id), mark.sprints.get(facts.id, {})
        now = former if states is None else states
        moved = sorted(id for id, state in former.items() if now.get(id) != state and id.isdigit())
        if since is None or not all(id in now or self._is_there(id) for id in moved):
            return jql.counting(facts.id, self._context.done_days, cloud=self._client.cloud)
        zone = self._survey.account_zone
        return jql.changed(facts.id, since, zone, cloud=self._client.cloud, sprints=moved)

    def _is_there(self, sprint: str) -> bool:
        """Return whether a sprint that is open no more was closed; a query for a deleted one is refused."""
        try:
            self._client.get_object(self._client.agile(f"sprint/{sprint}"), f"sprint {sprint}")
        except PlaceNotVisible:
            return False
        return True

    def _sample(self, facts: ProjectFacts, places: Places, rows: Sequence[Json]) -> str | None:
        return str(rows[0]["id"]) if rows else places.sample(facts)

    def _entries(self, facts: ProjectFacts, rows: Sequence[Json]) -> tuple[Entry, ...]:
        """Return the issues of a page that this pull has not given yet: one may move while it is read."""
        fresh = [row for row in rows if str(row["id"]) not in self._seen]
        self._seen.update(str(row["id"]) for row in fresh)
        lens = replace(self._survey.lens(facts.id), ids=self._parents.ids(fresh, facts.fields))
        return tuple(entry for row in fresh if (entry := self._entry(facts, row, lens)))

    def _entry(self, facts: ProjectFacts, row: Json, lens: wire.Lens) -> Entry | None:
        try:
            entry = wire.entry(row, lens)
        except wire.UNTRANSLATABLE as failure:
            self._survey.notices.append(
                Notice(
                    severity=Severity.WARNING,
                    where=str(row.get("key") or row.get("id")),
                    what=f"This issue cannot be understood ({type(failure).__name__}); it is left out.",
                    next_step="Open it in Jira; if it looks well, report it with its JSON.",
                )
            )
            return None
        known = self._newest.get(facts.id)
        if entry.updated and (known is None or entry.updated > known):
            self._newest[facts.id] = entry.updated
        return entry

    def _notices(self) -> tuple[Notice, ...]:
        notices = tuple(self._survey.notices)
        self._survey.notices.clear()
        return notices

    def _nothing(self) -> ConnectionFailed:
        errors = [notice for notice in self._survey.notices if notice.severity is Severity.ERROR]
        what = " ".join(notice.what for notice in errors) or "The account can see no project."
        step = errors[0].next_step if errors else "Give the account the right to browse projects."
        return PlaceNotVisible(what, connection=self._context.name, next_step=step)
