"""Changes as calls: one edit for all plain fields, a transition for the status, an agile move for the sprint."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from planora_jira.client import JiraClient, segment
from planora_jira.editing import Edit, Editor, Subject, single, sprint_number
from planora_jira.survey import Survey
from planora_sync.adapter import Outcome, Refused, Step
from planora_sync.change import Change, Field
from planora_sync.errors import ConnectionFailed, Unsupported
from planora_sync.model import Entry

log = logging.getLogger(__name__)
QUIET = "?notifyUsers=false"
QUIET_RIGHT = "ADMINISTER_PROJECTS"


class Writer:
    """Plans and makes the calls that change issues."""

    def __init__(self, survey: Survey, writer: JiraClient, quiet: dict[str, bool | None]) -> None:
        """Set up.

        Args:
            survey: what is known of the site.
            writer: the credential that writes; it is asked which transitions and fields it may use.
            quiet: project id -> whether edits there may switch the mails off, as far as it is known; None: try,
                Jira did not say. What is learned is put in.
        """
        self._survey = survey
        self._client = writer
        self._editor = Editor(survey, writer)
        self._quiet = quiet
        self._projects: dict[str, str] = {}
        """Path of an edit -> project id."""

    # -- planning -----------------------------------------------------------------------------------------

    def steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        """Return the calls for some changes on one issue; raises Unsupported and ConnectionFailed."""
        subject = Subject(
            key=entry.key, project=entry.place.id, level=entry.level, id=entry.ref.id, type=entry.type
        )
        edit, moves = Edit(), list[Step]()
        for change in changes:
            match change.field:
                case Field.STATUS:
                    moves += self._transition(entry, change, subject)
                case Field.SPRINT:
                    moves.append(self._sprint(entry, change, subject))
                case _:
                    self._editor.add(edit, subject, change)
        return (*self._edit(entry, edit), *moves)

    def _edit(self, entry: Entry, edit: Edit) -> tuple[Step, ...]:
        if not edit.changes:
            return ()
        path = self._client.rest(f"issue/{segment(entry.ref.id)}")
        self._projects[path] = entry.place.id
        quiet = "" if self._may_be_quiet(entry) is False else QUIET
        return (Step(method="PUT", path=path + quiet, body=edit.body, fields=tuple(edit.changes)),)

    def _may_be_quiet(self, entry: Entry) -> bool | None:
        """Return whether an edit may switch the mails off: without the right, Jira refuses the whole edit."""
        project = entry.place.id
        if project not in self._quiet:
            path, what = self._client.rest("mypermissions"), f"the rights in {entry.place.name}"
            try:
                answer = self._client.get_object(
                    path, what, permissions=QUIET_RIGHT, projectKey=entry.place.name
                )
                row = (answer.get("permissions") or {}).get(QUIET_RIGHT) or {}
                self._quiet[project] = row.get("havePermission") is True
            except ConnectionFailed:
                self._quiet[project] = None
        return self._quiet[project]

    def _transition(self, entry: Entry, change: Change, subject: Subject) -> list[Step]:
        """Return the call that leads to a status, by its id: names of transitions and statuses are not unique."""
        wanted = single(change, subject)
        if wanted is None:
            raise Unsupported(f"{entry.key} cannot be without a status.", instead="Choose a status.")
        if entry.status is not None and entry.status.id == wanted.id:
            return []
        path = self._client.rest(f"issue/{segment(entry.ref.id)}/transitions")
        answer = self._client.get_object(path, f"the transitions of {entry.key}", expand="transitions.fields")
        rows = [row for row in answer.get("transitions") or () if row.get("isAvailable") is not False]
        leading = [row for row in rows if str((row.get("to") or {}).get("id")) == wanted.id]
        free = [row for row in leading if not _asks_for(row)]
        if not free:
            raise _no_way(entry, wanted.name, rows, leading)
        body = {"transition": {"id": str(free[0]["id"])}}
        return [Step(method="POST", path=path, body=body, fields=(Field.STATUS,))]

    def _sprint(self, entry: Entry, change: Change, subject: Subject) -> Step:
        if entry.level is not None and entry.level < 0:
            raise Unsupported(
                f"{entry.key} is a sub-task: it is in the sprint of its parent.", instead="Move its parent."
            )
        number = sprint_number(change, subject)
        if number is not None and any(one.id == str(number) for one in entry.earlier_sprints):
            raise Unsupported(
                f"{change.after[0].name} is closed: {entry.key} cannot go back to it.",
                instead="Choose an active or future sprint.",
            )
        path = self._client.agile("backlog/issue" if number is None else f"sprint/{number}/issue")
        return Step(method="POST", path=path, body={"issues": [entry.ref.id]}, fields=(Field.SPRINT,))

    # -- sending ------------------------------------------------------------------------------------------

    def send(self, step: Step) -> Outcome:
        """Make one call. A 204 is no proof: types of another workflow are accepted and left as they were."""
        outcome, response = self._client.send(step)
        if not isinstance(outcome, Refused) or response is None:
            return outcome
        reason = self._client.told(response, self._names())
        path = urlsplit(step.path).path
        project = self._projects.get(path, "")
        untold = self._quiet.get(project) is None or "notif" in reason.lower()
        if response.status_code == 403 and step.path.endswith(QUIET) and untold:
            # A 403 changed nothing, so that sending once more, with mails, repeats nothing.
            self._quiet[project] = False
            log.warning(
                "connection=%s project=%s Jira lets this account switch no mails off; edits there send them",
                self._survey.context.name,
                project,
            )
            return self.send(Step(method=step.method, path=path, body=step.body, fields=step.fields))
        return Refused(reason=reason)

    def _names(self) -> dict[str, str]:
        """Return the names of fields, for Jira's words; ids alone where they cannot be read."""
        try:
            return {one.id: one.name for one in self._survey.fields}
        except ConnectionFailed:
            return {}


def _asks_for(row: Mapping[str, Any]) -> list[str]:
    """Return the names of fields that a transition's screen demands and does not fill in itself."""
    fields = row.get("fields") or {}
    return [
        str(field.get("name") or id)
        for id, field in fields.items()
        if field.get("required") and not field.get("hasDefaultValue")
    ]


def _no_way(
    entry: Entry, wanted: str, rows: list[Mapping[str, Any]], leading: list[Mapping[str, Any]]
) -> Unsupported:
    former = entry.status.name if entry.status else "its status"
    if leading:
        asked = ", ".join(_asks_for(leading[0]))
        return Unsupported(
            f"The transition of {entry.key} to {wanted} asks for {asked}.",
            instead=f"Move it in Jira by hand and fill in {asked}.",
        )
    reachable = sorted({str((row.get("to") or {}).get("name")) for row in rows})
    ways = f"From there it can go to {', '.join(reachable)}." if reachable else "The account may go nowhere."
    return Unsupported(
        f"No transition leads {entry.key} from {former} to {wanted}.", instead=f"Move it by hand. {ways}"
    )
