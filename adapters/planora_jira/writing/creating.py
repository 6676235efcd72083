"""Creates issues that carry a marker, finds them again by it, and links issues to issues and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from planora_jira.reading import jql
from planora_jira.reading.paging import search
from planora_jira.site.screens import GIVEN, Filled, Screens, filled
from planora_jira.site.survey import Survey
from planora_jira.translation.texts import document
from planora_jira.translation.words import derived_level
from planora_jira.transport.client import JiraClient, segment
from planora_jira.writing.editing import Edit, Editor, Subject
from planora_jira.writing.refusals import why
from planora_sync.adapter import Outcome, Refused, Step, Unknown, Written
from planora_sync.change import Draft, LinkDraft
from planora_sync.errors import PlaceNotVisible, Unsupported
from planora_sync.names import plain

MARKER = "planora.marker"
"""Key of the issue property that a creation carries: nobody sees it, and it is there from the first moment."""
RECENT_DAYS = 30
"""A marker is looked for on issues created within so many days."""
AHEAD = 30
"""How many keys beyond the newest known one are tried: the search index may not show what was just created."""
BATCH = 100
AHEAD_CENTER = 5
"""The same on Data Center, where each costs a request and the index lags less."""
ADDRESSES = ("http://", "https://")


class Maker:
    """Creates and links."""

    def __init__(self, survey: Survey, writer: JiraClient, screens: Screens) -> None:
        self._survey = survey
        self._client = writer
        self._screens = screens
        self._editor = Editor(survey, writer, screens)

    # -- creating -----------------------------------------------------------------------------------------

    def create(self, draft: Draft) -> Outcome:
        """Create an issue with one POST and return its id; raises Unsupported, ConnectionFailed (nothing sent).

        Never repeated when its outcome is unknown: Jira knows no idempotency key, so that two would be made.
        """
        step = Step(method="POST", path=self._client.rest("issue"), body=self._body(draft))
        outcome, response = self._client.send(step)
        if isinstance(outcome, Refused) and response is not None:
            return Refused(reason=why(response, self._client, self._survey))
        if not isinstance(outcome, Written) or response is None:
            return outcome
        try:
            return Written(id=str(response.json()["id"]))
        except (ValueError, KeyError, TypeError):
            return Unknown(reason="Jira accepted the issue, and its answer does not say which one it made.")

    def _body(self, draft: Draft) -> dict[str, Any]:
        if draft.type is None:
            raise Unsupported(
                f"An issue in {draft.place.name} needs a type.",
                instead="Name one as `type` under [file.LAYER].",
            )
        level = self._level(draft)
        subject = Subject(
            key=f"the new {draft.type.name}", project=draft.place.id, level=level, type=draft.type
        )
        edit = Edit()
        for change in draft.changes:
            self._editor.add(edit, subject, change)
        fields: dict[str, Any] = {
            "project": {"id": draft.place.id},
            "issuetype": {"id": draft.type.id},
            "summary": draft.title,
        }
        if draft.text:
            fields["description"] = document(draft.text) if self._client.cloud else draft.text
        if level == 1 and not self._client.cloud:
            # Data Center demands a name of an epic beside its summary.
            epic_name = self._survey.lens(draft.place.id).fields.of("epic_name")
            fields |= {id: draft.title for id in epic_name[:1]}
        fields |= edit.fields
        fields |= self._demanded(draft, fields)
        return {
            "fields": fields,
            "properties": [{"key": MARKER, "value": {"marker": draft.marker}}],
        }

    def _demanded(self, draft: Draft, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the create screen demands beyond what is given; raises Unsupported for what is open."""
        type = draft.type
        screen = self._screens.create(draft.place.id, type.id) if type else None
        if screen is None or type is None:
            # Nobody shows it: then Jira refuses, and names the fields.
            return {}
        absent = [self._called(id) for id in fields if id not in screen and id not in GIVEN]
        if absent:
            raise Unsupported(
                f"The create screen of {type.name} in {draft.place.name} has no {', '.join(absent)}.",
                instead="Put the field on the project's create screen, or create the issue by hand.",
            )
        rows = {id: row for id, row in screen.items() if id not in GIVEN and id not in fields}
        answers: Filled = filled(rows, {})
        if answers.open:
            asked = "; ".join(map(str, answers.open))
            raise Unsupported(
                f"A new {type.name} in {draft.place.name} demands {asked}.",
                instead="Create it by hand and link the two, or give the field a default in Jira.",
            )
        return answers.fields

    def _called(self, id: str) -> str:
        known = self._survey.by_id.get(id)
        return f"{known.name if known else id} ({id})"

    def _level(self, draft: Draft) -> int | None:
        facts = self._survey.projects.get(draft.place.id)
        rows = facts.row.get("issueTypes") or () if facts else ()
        row = next((row for row in rows if draft.type and str(row.get("id")) == draft.type.id), None)
        if row is None:
            return derived_level(draft.type.name if draft.type else None, False, False)
        level = row.get("hierarchyLevel")
        return (
            level
            if isinstance(level, int)
            else derived_level(row.get("name"), bool(row.get("subtask")), False)
        )

    # -- finding again ------------------------------------------------------------------------------------

    def find(self, marker: str, project: str) -> str | None:
        """Return the id of the issue that a creation with this marker made, or None; raises ConnectionFailed.

        Looks at issues created within RECENT_DAYS days, and past the search index at the keys that come next.
        """
        pages = search(self._client, jql.newest(project, RECENT_DAYS), ["created"], "the newest issues")
        ids = [str(row["id"]) for page in pages for row in page]
        key = self._highest_key(project)
        batches = self._bulk(ids, key) if self._client.cloud else self._one_by_one(ids, key)
        return next((id for id, found in batches if found == marker), None)

    def _highest_key(self, project: str) -> str:
        """Return the highest key that the index shows; it need not be the newest issue's, for issues move in."""
        pages = search(self._client, jql.highest(project), ["created"], "the highest key", size=1)
        highest = next((str(row.get("key")) for page in pages for row in page), None)
        if highest is not None:
            return highest
        row = self._client.get_object(self._client.rest(f"project/{segment(project)}"), f"project {project}")
        return f"{row.get('key')}-0"

    def _bulk(self, ids: Sequence[str], newest: str) -> Iterator[tuple[str, str | None]]:
        refs = [*next_keys(newest, AHEAD), *ids]
        for start in range(0, len(refs), BATCH):
            some = refs[start : start + BATCH]
            # Read in bulk, from the database: a search with properties breaks on its second page.
            body = {"issueIdsOrKeys": some, "fields": ["created"], "properties": [MARKER]}
            answer = self._client.ask(self._client.rest("issue/bulkfetch"), "the marks of new issues", body)
            yield from (_marked(row) for row in answer.get("issues") or ())

    def _one_by_one(self, ids: Sequence[str], newest: str) -> Iterator[tuple[str, str | None]]:
        for ref in [*next_keys(newest, AHEAD_CENTER), *ids]:
            path = self._client.rest(f"issue/{segment(ref)}")
            try:
                yield _marked(
                    self._client.get_object(path, f"issue {ref}", fields="created", properties=MARKER)
                )
            except PlaceNotVisible:
                continue

    # -- linking ------------------------------------------------------------------------------------------

    def link(self, draft: LinkDraft) -> Outcome:
        """Link an issue to another, or to an address; raises Unsupported, ConnectionFailed (nothing sent).

        Either can be sent twice and makes one link: Jira passes over a second one of a kind, and a remote link
        is known by its global id, which is the marker.
        """
        step = self._remote(draft) if draft.target.startswith(ADDRESSES) else self._local(draft)
        return self._client.send(step)[0]

    def _remote(self, draft: LinkDraft) -> Step:
        path = self._client.rest(f"issue/{segment(draft.source.id)}/remotelink")
        # What is not given is emptied when the link is there already: always send all of it.
        body = {
            "globalId": draft.marker,
            "relationship": draft.kind,
            "object": {"url": draft.target, "title": draft.target},
        }
        return Step(method="POST", path=path, body=body)

    def _local(self, draft: LinkDraft) -> Step:
        answer = self._client.get_object(self._client.rest("issueLinkType"), "the kinds of links")
        rows = [row for row in answer.get("issueLinkTypes") or () if isinstance(row, Mapping)]
        name, outward = _kind(draft.kind, rows)
        source, target = {"id": draft.source.id}, {"id": draft.target}
        body = {
            "type": {"name": name},
            "inwardIssue": source if outward else target,
            "outwardIssue": target if outward else source,
        }
        return Step(method="POST", path=self._client.rest("issueLink"), body=body)


def next_keys(newest: str, count: int) -> list[str]:
    """Return the keys that a project gives next after its newest one; none for what is no key."""
    project, _, number = newest.rpartition("-")
    if not project or not number.isdigit():
        return []
    return [f"{project}-{int(number) + step}" for step in range(1, count + 1)]


def _marked(row: Mapping[str, Any]) -> tuple[str, str | None]:
    value = (row.get("properties") or {}).get(MARKER)
    found = value.get("marker") if isinstance(value, Mapping) else None
    return str(row.get("id")), None if found is None else str(found)


def _kind(kind: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    """Return the link type that a word names, and whether it reads from the source on."""
    wanted = plain(kind)
    for row in rows:
        name = str(row.get("name"))
        if wanted in (
            plain(name),
            plain(str(row.get("outward"))),
            plain(str(row.get("outward"))).split(" ")[0],
        ):
            return name, True
        if wanted == plain(str(row.get("inward"))):
            return name, False
    known = ", ".join(str(row.get("name")) for row in islice(rows, 20))
    raise Unsupported(f"This Jira has no kind of link called {kind!r}.", instead=f"Choose one of: {known}.")
