"""The census: ids of all that a full pull would bring, without the issues themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from planora_jira.reading import jql
from planora_jira.reading.paging import ONLY_IDS, search
from planora_jira.site.facts import ProjectFacts
from planora_jira.site.survey import WHOLE, Survey
from planora_sync.adapter import Census, Notice, Severity
from planora_sync.errors import ConnectionFailed
from planora_sync.http.ahead import side_by_side


class Counter:
    """Counts the issues of the projects that are read."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._client = survey.client
        self._doubted = False

    def pages(self) -> Iterator[Census]:
        """Return the ids page by page; raises ConnectionFailed where the connection as a whole fails.

        A project that cannot be counted to its end is an error notice: nothing may be taken for gone then.
        """
        projects = list(self._survey.projects.values())
        if self._survey.notices:
            yield Census(notices=tuple(self._survey.notices))
            self._survey.notices.clear()
        if not projects:
            self._ask_who_we_are()
        makers = [partial(self._project, facts) for facts in projects]
        yield from side_by_side(makers, self._survey.context.parallel, ordered=False)
        self._survey.memory.save()

    def _project(self, facts: ProjectFacts) -> Iterator[Census]:
        query = jql.counting(
            facts.id,
            self._survey.context.done_days,
            cloud=self._client.cloud,
            zone=self._survey.account_zone,
        )
        found = 0
        try:
            for rows in search(self._client, query, ONLY_IDS, f"the ids of {facts.key}"):
                found += len(rows)
                yield Census(ids=tuple(str(row["id"]) for row in rows))
            if not found:
                self._ask_who_we_are()
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            notice = Notice(
                severity=Severity.ERROR, where=facts.key, what=failure.message, next_step=failure.help()
            )
            yield Census(notices=(notice,))

    def _ask_who_we_are(self) -> None:
        # With bad credentials a search may answer 200 with nothing in it.
        if not self._doubted:
            self._survey.account_now()
            self._doubted = True
