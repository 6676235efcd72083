"""Fetches the issues of one project, page by page; runs in a thread of its own beside other projects.

Nothing here translates, and nothing is shared but the client and the memory, which take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from planora_jira.reading.jql import Query
from planora_jira.reading.paging import search
from planora_jira.reading.parents import Parents
from planora_jira.reading.position import Position
from planora_jira.site.facts import ProjectFacts
from planora_jira.site.survey import WHOLE, Survey
from planora_jira.translation import moments
from planora_sync.errors import ConnectionFailed

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be fetched of a project."""

    facts: ProjectFacts
    query: Query
    after: Position | None = None
    """Where to go on; None begins."""
    anchor: str | None = None
    """The issue that must come back: the one that changed last when the mark was made."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A page of issues."""

    facts: ProjectFacts
    rows: Sequence[Json]
    ids: Mapping[str, str] = field(default_factory=dict)
    """Key -> id of parents that are named by key."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A project was read to its end."""

    facts: ProjectFacts


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A project could not be read to its end; the others go on."""

    facts: ProjectFacts
    failure: ConnectionFailed


Fetched = Rows | Ended | Failed


class Fetcher:
    """Fetches issues."""

    def __init__(self, survey: Survey, fresh: Sequence[str]) -> None:
        """Set up.

        Args:
            survey: what is known of the site.
            fresh: ids of issues just written, which the search index may not show yet.
        """
        self._survey = survey
        self._fresh = fresh

    def fetch(self, task: Task) -> Iterator[Fetched]:
        """Return the pages of a project, then how it ended; raises what stops the connection as a whole."""
        try:
            yield from self._rows(task)
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            yield Failed(facts=task.facts, failure=failure)
        else:
            yield Ended(facts=task.facts)

    def _rows(self, task: Task) -> Iterator[Rows]:
        found = task.anchor is None or task.after is not None
        for page in self._pages(task):
            found = found or any(str(row["id"]) == task.anchor for row in page.rows)
            yield page
        if found and not self._is_somebody_else():
            return
        zone = self._doubted()
        if zone != task.query.zone:
            # Bare dates were read in another time zone than meant: what changed in between has not come.
            yield from self._pages(replace(task, query=replace(task.query, zone=zone)))

    def _pages(self, task: Task) -> Iterator[Rows]:
        facts, survey = task.facts, self._survey
        parents = Parents(survey.client, survey.memory)
        pages = search(
            survey.client,
            task.query,
            facts.fields.asked(),
            f"the issues of {facts.key}",
            fresh=self._fresh,
            after=task.after,
        )
        for rows in pages:
            yield Rows(facts=facts, rows=rows, ids=parents.ids(rows, facts.fields))

    def _is_somebody_else(self) -> bool:
        """Return whether Jira says that it answers another account than the one that is remembered."""
        seen, account = self._survey.client.seen, self._survey.account
        # Data Center writes user names in lower case in its header, whatever the profile shows.
        names = {str(account.get(name)).casefold() for name in ("accountId", "name", "key")}
        return seen is not None and seen.casefold() not in names

    def _doubted(self) -> ZoneInfo | None:
        """Return the account's time zone, asked anew; raises CredentialsRefused where they are good no more.

        An issue that was there is not: it was deleted or moved away, or we are not who we were.
        """
        account = self._survey.account_now()
        if account != self._survey.account:
            self._survey.memory.drop()
        return moments.zone_named(account.get("timeZone"))
