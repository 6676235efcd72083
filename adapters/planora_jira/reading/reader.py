"""Reads single entries fresh, past the search index where Jira lets us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planora_jira.reading import jql, lenient
from planora_jira.reading.paging import search
from planora_jira.reading.parents import Parents
from planora_jira.site.survey import Survey
from planora_jira.translation import wire
from planora_jira.transport.client import segment
from planora_sync.adapter import Absence, ReadResult
from planora_sync.errors import PlaceNotVisible
from planora_sync.model import Entry

Json = Mapping[str, Any]
BATCH = 100
"""Issues a request: with comments asked for, a bulk read takes no more."""
FEW = 3
"""On Data Center so many are read one by one, from the database; more are searched for, in the index."""
WHAT = "some issues"


class Reader:
    """Reads issues by id."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._client = survey.client
        self._parents = Parents(survey.client, survey.memory)

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return each issue as an entry, or UNKNOWN: Jira does not tell deleted from no longer visible.

        Raises ConnectionFailed, also for an issue that is there and cannot be understood: to call it absent
        would be wrong.
        """
        wanted = list(dict.fromkeys(ids))
        found: dict[str, ReadResult] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            matched = self._matched(some, self._rows(some))
            entries = self._entries(list({str(row["id"]): row for row in matched.values()}.values()))
            found |= {ref: entries[str(row["id"])] for ref, row in matched.items()}
        absent = [id for id in wanted if id not in found]
        if absent:
            # With bad credentials everything is absent: ask who we are before saying so.
            self._client.get_object(self._client.rest("myself"), "who the account is")
        return {id: found.get(id, Absence.UNKNOWN) for id in wanted}

    def _rows(self, refs: Sequence[str]) -> list[dict[str, Any]]:
        if self._client.cloud:
            return self._bulk(refs)
        if len(refs) <= FEW or not all(ref.isdigit() for ref in refs):
            return [row for ref in refs if (row := self._single(ref)) is not None]
        pages = search(self._client, jql.by_ids(refs), self._survey.asked(), WHAT, strict=False)
        found = [row for rows in pages for row in rows]
        # The index may not show what was just made, and its silence is no proof: the database is asked.
        left = set(refs) - {str(row["id"]) for row in found}
        return found + [row for ref in sorted(left) if (row := self._single(ref)) is not None]

    def _bulk(self, refs: Sequence[str]) -> list[dict[str, Any]]:
        """Return the issues that a bulk read gives: what is absent or hidden is left out without a word."""
        body = {"issueIdsOrKeys": list(refs), "fields": list(self._survey.asked())}
        answer = self._client.ask(self._client.rest("issue/bulkfetch"), WHAT, body)
        issues = answer.get("issues")
        if not isinstance(issues, list):
            raise self._client.answers.unreadable(WHAT, "an answer without issues")
        failed = answer.get("issueErrors") or []
        if failed:
            told = ", ".join(f"{row.get('id')}: {row.get('errorMessage')}" for row in failed[:3])
            raise self._client.answers.unreadable(WHAT, f"incomplete ({told})")
        return issues

    def _single(self, ref: str) -> dict[str, Any] | None:
        path, fields = self._client.rest(f"issue/{segment(ref)}"), ",".join(self._survey.asked())
        try:
            return self._client.get_object(path, f"issue {ref}", fields=fields)
        except PlaceNotVisible:
            return None

    def _matched(self, refs: Sequence[str], rows: Iterable[Json]) -> dict[str, Json]:
        """Return the answers by what was asked for: ids, or keys, of which Jira follows moved ones."""
        by_id = {str(row["id"]): row for row in rows if row.get("id")}
        by_key = {str(row.get("key")): row for row in by_id.values()}
        found = {ref: row for ref in refs if (row := by_id.get(ref) or by_key.get(ref)) is not None}
        left = [ref for ref in refs if ref not in found]
        strangers = [row for row in by_id.values() if row not in found.values()]
        if len(left) == 1 and len(strangers) == 1:
            return found | {left[0]: strangers[0]}
        if strangers:
            # Several moved keys at once: only asked one by one do they tell which is which.
            found |= {ref: row for ref in left for row in self._rows([ref])}
        return found

    def _entries(self, rows: Sequence[Json]) -> Mapping[str, Entry]:
        """Return issues as entries, by id; raises ConnectionFailed for one that cannot be understood."""
        projects: dict[str, list[Json]] = defaultdict(list)
        for row in rows:
            projects[_project(row)].append(row)
        found: dict[str, Entry] = {}
        for project, ours in projects.items():
            lens = self._survey.lens(project)
            lens = replace(lens, ids=self._parents.ids(ours, lens.fields))
            for row in ours:
                try:
                    found[str(row["id"])], _ = lenient.entry(row, lens)
                except wire.UNTRANSLATABLE as failure:
                    why = f"not to be understood ({type(failure).__name__})"
                    what = f"issue {row.get('key') or row.get('id')}"
                    raise self._client.answers.unreadable(what, why) from None
        return found


def _project(row: Json) -> str:
    fields = row.get("fields")
    project = fields.get("project") if isinstance(fields, Mapping) else None
    return str(project.get("id")) if isinstance(project, Mapping) else ""
