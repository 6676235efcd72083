"""What changed on issues, from Jira's changelogs: Cloud in bulk, Data Center issue by issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from planora_jira.site.survey import Survey
from planora_jira.translation import events
from planora_jira.transport.client import segment
from planora_sync.adapter import Event
from planora_sync.errors import PlaceNotVisible
from planora_sync.http.ahead import side_by_side
from planora_sync.names import plain

Json = Mapping[str, Any]
MOST_ISSUES = 1_000
PAGE = 1_000
"""Changes a page; 10,000 is the most that Jira gives."""
WHAT = "the history of some issues"
SAME: Mapping[str, str] = {"epic_link": "parent", "parent_link": "parent"}
"""Canonical fields of Data Center that say one thing."""


class History:
    """Reads changelogs."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._client = survey.client

    def of(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return the changes of issues by id, the oldest first; an issue that is not there has none.

        Raises ConnectionFailed.
        """
        wanted = list(dict.fromkeys(ids))
        raw = self._in_bulk(wanted) if self._client.cloud else self._one_by_one(wanted)
        fields = self._fields()
        return {id: events.told(raw.get(id, ()), fields) for id in wanted}

    def _fields(self) -> events.Fields:
        """Return how the site calls the canonical fields; raises ConnectionFailed."""
        by_id: dict[str, str] = {}
        for facts in self._survey.projects.values():
            for name, ids in facts.fields.ids.items():
                by_id |= {id: SAME.get(name, name) for id in ids if id not in by_id}
        by_name = {plain(one.name): by_id[one.id] for one in self._survey.fields if one.id in by_id}
        return events.Fields(by_id=by_id, by_name=by_name)

    def _in_bulk(self, ids: Sequence[str]) -> Mapping[str, Sequence[Json]]:
        found: dict[str, list[Json]] = defaultdict(list)
        for start in range(0, len(ids), MOST_ISSUES):
            for page in self._pages(ids[start : start + MOST_ISSUES]):
                for row in page:
                    # An issue with many changes goes on on the next page.
                    found[str(row.get("issueId"))] += row.get("changeHistories") or ()
        return found

    def _pages(self, ids: Sequence[str]) -> Iterator[Sequence[Json]]:
        body: dict[str, Any] = {"issueIdsOrKeys": list(ids), "maxResults": PAGE}
        seen = set[str]()
        while True:
            answer = self._client.ask(self._client.rest("changelog/bulkfetch"), WHAT, body)
            rows = answer.get("issueChangeLogs")
            if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
                raise self._client.answers.unreadable(WHAT, "an answer without changes")
            yield rows
            token = answer.get("nextPageToken")
            if not token:
                return
            if token in seen:
                raise self._client.answers.unreadable(WHAT, "a circle: it gives the same page token again")
            seen.add(token)
            body = {**body, "nextPageToken": token}

    def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, Sequence[Json]]:
        makers = [partial(self._changelog, id) for id in ids]
        return dict(side_by_side(makers, self._survey.context.parallel))

    def _changelog(self, id: str) -> Iterator[tuple[str, Sequence[Json]]]:
        path = self._client.rest(f"issue/{segment(id)}")
        try:
            row = self._client.get_object(path, f"the history of {id}", fields="created", expand="changelog")
        except PlaceNotVisible:
            return
        log = row.get("changelog")
        rows = log.get("histories") if isinstance(log, Mapping) else None
        if not isinstance(rows, list):
            raise self._client.answers.unreadable(f"the history of {id}", "an answer without changes")
        yield id, rows
