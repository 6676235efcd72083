"""Moves issues to another project, or to a type of another workflow, by Cloud's bulk move, and waits for its end.

The move runs in the background: 201 with a task, which is asked after until it says what became of the issue
(https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-bulk-operations/). Data Center has
no address for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from planora_jira.site.survey import Survey
from planora_jira.translation.values import named
from planora_jira.transport.client import JiraClient, segment
from planora_jira.writing.calls import Relocation
from planora_sync.adapter import Outcome, Refused, Unknown, Written
from planora_sync.change import Change, Field
from planora_sync.errors import ConnectionFailed, PlaceNotVisible, Unsupported
from planora_sync.http.stopping import sleep as stoppable_sleep
from planora_sync.model import Entry, Named
from planora_sync.names import plain

Json = Mapping[str, Any]
POLLS = 14
LONGEST_WAIT = 10.0
"""Seconds between two questions, at most; all of them together last about a minute and a half."""
ENDED = frozenset({"COMPLETE", "FAILED", "CANCELLED", "DEAD"})
BY_HAND = "Use Move in Jira: it asks for what the other project demands and says what is lost."


class Targets:
    """What of another project a move must know: its types, and which statuses each has."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._projects: dict[str, Json] = {}
        self._statuses: dict[str, Mapping[str, Mapping[str, str]]] = {}

    def project(self, id: str) -> Json:
        """Return a project in full; raises Unsupported for what is none, ConnectionFailed."""
        known = self._survey.projects.get(id)
        if known is not None:
            return known.row
        if id not in self._projects:
            client = self._survey.client
            try:
                row = client.get_object(client.rest(f"project/{segment(id)}"), f"project {id}")
            except PlaceNotVisible as absent:
                raise Unsupported(
                    f"There is no project {id}, or the account may not see it.",
                    instead="Choose another project.",
                ) from absent
            self._projects[id] = row
        return self._projects[id]

    def type(self, project: str, wanted: Named) -> Named | None:
        """Return the type of a project that a type is there: the same, else the one of its name; None for none."""
        rows = [one for row in self.project(project).get("issueTypes") or () if (one := named(row))]
        same = next((one for one in rows if one.id == wanted.id), None)
        # Team-managed projects have types of their own, under the same names.
        return same or next((one for one in rows if plain(one.name) == plain(wanted.name)), None)

    def level(self, project: str, type: str) -> int | None:
        """Return the level of a project's type; None where it does not say."""
        rows = self.project(project).get("issueTypes") or ()
        found = next((row.get("hierarchyLevel") for row in rows if str(row.get("id")) == type), None)
        return found if isinstance(found, int) else None

    def statuses(self, project: str, type: str) -> Mapping[str, str]:
        """Return the statuses of a project's type: id -> name; raises ConnectionFailed."""
        if project not in self._statuses:
            client = self._survey.client
            rows = client.get(
                client.rest(f"project/{segment(project)}/statuses"), "the statuses of a project"
            )
            self._statuses[project] = {
                str(row.get("id")): {str(s["id"]): str(s.get("name")) for s in row.get("statuses") or ()}
                for row in rows
                if isinstance(row, Mapping)
            }
        return self._statuses[project].get(type, {})


class Mover:
    """Plans and makes moves in the background."""

    def __init__(
        self, targets: Targets, client: JiraClient, sleep: Callable[[float], None] | None = None
    ) -> None:
        """Set up; `sleep` waits for so many seconds; None ends as soon as the thread is told to end."""
        self._targets = targets
        self._client = client
        self._sleep = sleep or stoppable_sleep

    def step(self, entry: Entry, changes: Sequence[Change]) -> Relocation:
        """Return the one call for a change of project, of type, or of both; raises Unsupported, ConnectionFailed.

        Where the present status is unknown there and the correction names one, the issue arrives in that.
        """
        by_field = {change.field: change for change in changes}
        self._guard(entry, by_field.get(Field.PLACE))
        project, type, parent = self._destination(entry, by_field)
        fields: tuple[Field, ...] = tuple(f for f in (Field.TYPE, Field.PLACE) if f in by_field)
        mapping: dict[str, Any] = {
            "issueIdsOrKeys": [entry.ref.id],
            "inferClassificationDefaults": True,
            "inferFieldDefaults": True,
            "inferStatusDefaults": True,
            "inferSubtaskTypeDefault": True,
        }
        arriving = self.arriving(entry, changes, project, type.id)
        if arriving is not None and entry.status is not None:
            mapping |= {
                "inferStatusDefaults": False,
                "targetStatus": [{"statuses": {arriving.id: [entry.status.id]}}],
            }
            fields = (*fields, Field.STATUS)
        key = ",".join(part for part in (project, type.id, parent) if part)
        return Relocation(
            method="POST",
            path=self._client.rest("bulk/issues/move"),
            # Mails are sent unless it is said.
            body={"sendBulkNotification": False, "targetToSourcesMapping": {key: mapping}},
            fields=(*fields, *((Field.PARENT,) if parent else ())),
            issue=entry.ref.id,
        )

    def arriving(self, entry: Entry, changes: Sequence[Change], project: str, type: str) -> Named | None:
        """Return the status in which an issue is to arrive, where it cannot keep its own; None where it can."""
        known = self._targets.statuses(project, type)
        wanted = next((c.after[0] for c in changes if c.field is Field.STATUS and c.after), None)
        if entry.status is None or entry.status.id in known or wanted is None:
            return None
        return wanted if wanted.id in known else None

    def destination(self, entry: Entry, changes: Sequence[Change]) -> tuple[str, Named]:
        """Return the project and type that an issue will have; raises Unsupported, ConnectionFailed."""
        project, type, _ = self._destination(entry, {change.field: change for change in changes})
        return project, type

    def _guard(self, entry: Entry, place: Change | None) -> None:
        if not self._client.cloud:
            what = "another project" if place else "a type of another workflow"
            raise Unsupported(
                f"Data Center's API cannot move {entry.key} to {what}: only its Move dialog can.",
                instead=BY_HAND,
            )
        if place is not None and not place.after:
            raise Unsupported(f"{entry.key} cannot be without a project.", instead="Choose a project.")
        if place is not None and entry.is_part:
            raise Unsupported(
                f"{entry.key} is a sub-task: it stands where its parent stands.", instead="Move its parent."
            )

    def _destination(self, entry: Entry, changes: Mapping[Field, Change]) -> tuple[str, Named, str | None]:
        place, kind, parent = (changes.get(f) for f in (Field.PLACE, Field.TYPE, Field.PARENT))
        project = place.after[0].id if place and place.after else entry.place.id
        wanted = kind.after[0] if kind and kind.after else entry.type
        if wanted is None:
            raise Unsupported(f"{entry.key} has no type that could be kept.", instead=BY_HAND)
        row = self._targets.project(project)
        found = self._targets.type(project, wanted)
        if found is None:
            names = ", ".join(str(one.get("name")) for one in row.get("issueTypes") or ())
            raise Unsupported(
                f"{row.get('key')} has no type {wanted.name}, which {entry.key} would need.",
                instead=f"Choose one of its types: {names}.",
            )
        if self._targets.level(project, found.id) != -1:
            return str(row["id"]), found, None
        if parent is None or not parent.after:
            raise Unsupported(
                f"{entry.key} cannot become {found.name} without a parent.",
                instead="Name its parent in the same correction, or use Convert to sub-task in Jira.",
            )
        return str(row["id"]), found, parent.after[0].id

    # -- sending ------------------------------------------------------------------------------------------

    def send(self, step: Relocation) -> Outcome:
        """Make a move and return what became of it; a task that does not end in time is unknown, never sent again."""
        outcome, response = self._client.send(step)
        if not isinstance(outcome, Written) or response is None:
            return outcome
        try:
            task = str(response.json()["taskId"])
        except (ValueError, KeyError, TypeError):
            return Unknown(reason="Jira took the move, and its answer does not say as which task.")
        return self._ended(task, step.issue)

    def _ended(self, task: str, issue: str) -> Outcome:
        path = self._client.rest(f"bulk/queue/{segment(task)}")
        status = "nothing"
        for poll in range(POLLS):
            self._sleep(min(LONGEST_WAIT, 0.5 * 1.5**poll))
            try:
                answer = self._client.get_object(path, f"the move {task}")
            except ConnectionFailed as failure:
                return Unknown(reason=f"Jira took the move as task {task}; then: {failure}")
            status = str(answer.get("status"))
            if status in ENDED:
                return _told(answer, task, issue)
        return Unknown(
            reason=f"Jira took the move as task {task} and still says {status}: it goes on by itself."
        )


def _told(answer: Json, task: str, issue: str) -> Outcome:
    """Return what an ended task says of one issue."""
    failed = answer.get("failedAccessibleIssues")
    reasons = failed.get(issue) if isinstance(failed, Mapping) else None
    if reasons:
        texts = reasons if isinstance(reasons, list) else [reasons]
        return Refused(reason=f"Jira could not move it: {'; '.join(map(str, texts))}")
    processed = answer.get("processedAccessibleIssues")
    if isinstance(processed, list) and issue in {str(one) for one in processed}:
        return Written()
    return Unknown(reason=f"The move {task} ended as {answer.get('status')}, and says nothing of the issue.")
