"""Changes as calls: one edit for all plain fields, transitions for the status, an agile move for the sprint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import requests

from planora_jira.site.screens import Screens, holding
from planora_jira.site.survey import Survey
from planora_jira.transport.client import JiraClient, segment
from planora_jira.writing import mixed, refusals
from planora_jira.writing.calls import QUIET, Hop, QuietEdit
from planora_jira.writing.editing import Edit, Editor, Subject, single, sprint_number
from planora_jira.writing.moving import Mover, Targets
from planora_jira.writing.walking import transition
from planora_jira.writing.ways import Found, Way, Ways
from planora_sync.adapter import Outcome, Refused, Step
from planora_sync.change import Change, Field
from planora_sync.errors import ConnectionFailed, Unsupported
from planora_sync.model import Entry, Named

log = logging.getLogger(__name__)
QUIET_RIGHT = "ADMINISTER_PROJECTS"
MOVES = frozenset({Field.TYPE, Field.PLACE})
Unchanged = Callable[[], str | None]
"""Asks whether an issue still holds what it held; None for yes, else what somebody changed, in words."""


class Writer:
    """Plans the calls that change issues, and makes the plain ones."""

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
        self.screens = Screens(writer)
        self.targets = Targets(survey)
        self.mover = Mover(self.targets, writer, survey.context.sleep)
        self.ways = Ways(survey, writer)
        self._editor = Editor(survey, writer, self.screens)
        self._quiet = quiet

    # -- planning -----------------------------------------------------------------------------------------

    def steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        """Return the calls for some changes on one issue; raises Unsupported and ConnectionFailed."""
        subject = Subject(
            key=entry.key, project=entry.place.id, level=entry.level, id=entry.ref.id, type=entry.type
        )
        moves = [change for change in changes if change.field in MOVES and self._moves(subject, change)]
        first: list[Step] = []
        if moves:
            first.append(self.mover.step(entry, changes))
            project, type = self.mover.destination(entry, changes)
            level = self.targets.level(project, type.id)
            subject = Subject(
                key=entry.key, project=project, level=level, id=entry.ref.id, type=type, moves=True
            )
        set_on_the_way = {field for step in first for field in step.fields}
        edit, last = Edit(), list[Step]()
        for change in changes:
            if change.field in set_on_the_way or change in moves:
                continue
            match change.field:
                case Field.STATUS:
                    last += self._way(entry, change, changes, subject)
                case Field.SPRINT:
                    last.append(self._sprint(entry, change, subject))
                case _:
                    self._editor.add(edit, subject, change)
        return (*first, *self._edit(entry, edit, subject.project), *last)

    def _moves(self, subject: Subject, change: Change) -> bool:
        """Return whether a change needs a move in the background, which an edit cannot make."""
        if change.field is Field.PLACE:
            wanted = single(change, subject)
            return wanted is None or wanted.id != subject.project
        return self._editor.needs_move(subject, change)

    def _edit(self, entry: Entry, edit: Edit, project: str) -> tuple[Step, ...]:
        if not edit.changes:
            return ()
        path = self._client.rest(f"issue/{segment(entry.ref.id)}")
        fields = tuple(edit.changes)
        if self._may_be_quiet(project) is False:
            return (Step(method="PUT", path=path, body=edit.body, fields=fields),)
        return (QuietEdit(method="PUT", path=path + QUIET, body=edit.body, fields=fields, project=project),)

    def _may_be_quiet(self, project: str) -> bool | None:
        """Return whether an edit may switch the mails off: without the right, Jira refuses the whole edit."""
        if project not in self._quiet:
            path, what = self._client.rest("mypermissions"), "the rights in the project"
            try:
                answer = self._client.get_object(path, what, permissions=QUIET_RIGHT, projectId=project)
                row = (answer.get("permissions") or {}).get(QUIET_RIGHT) or {}
                self._quiet[project] = row.get("havePermission") is True
            except ConnectionFailed:
                self._quiet[project] = None
        return self._quiet[project]

    # -- status -------------------------------------------------------------------------------------------

    def _way(
        self, entry: Entry, change: Change, changes: Sequence[Change], subject: Subject
    ) -> tuple[Hop, ...]:
        """Return the hops that lead to a status, by its id: names of transitions and statuses are not unique."""
        wanted = single(change, subject)
        if wanted is None:
            raise Unsupported(f"{entry.key} cannot be without a status.", instead="Choose a status.")
        here = Named(id=entry.status.id, name=entry.status.name) if entry.status else None
        if here is not None and here.id == wanted.id:
            return ()
        held = holding(entry, changes, cloud=self._client.cloud)
        type = subject.type.id if subject.type else None
        if subject.moves and here is not None and type is not None:
            if wanted.id not in self.targets.statuses(subject.project, type):
                raise Unsupported(
                    f"{entry.key} cannot be {wanted.name} there: its type has no such status.",
                    instead="Choose a status of the other project and type.",
                )
            # What the issue can do there it shows only once it is there: others show it now.
            start = self.ways.from_status(subject.project, type, here) or ()
        else:
            start = self.ways.of_issue(entry.ref.id, entry.key, subject.project)
        found = self.ways.find(start, here.id if here else "", wanted, subject.project, type, held)
        if not found.ways:
            raise _no_way(entry, wanted, start, found)
        return tuple(
            self._hop(entry, way, held, seen=place == 0 and not subject.moves)
            for place, way in enumerate(found.ways)
        )

    def _hop(self, entry: Entry, way: Way, held: dict[str, Any], *, seen: bool) -> Hop:
        step = transition(self._client, entry.ref.id, way, held)
        return Hop(
            method=step.method, path=step.path, body=step.body, fields=step.fields, to=way.to, seen=seen
        )

    # -- sprints ------------------------------------------------------------------------------------------

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

    def send(self, step: Step, unchanged: Unchanged | None = None) -> Outcome:
        """Make one call. A 204 is no proof: types of another workflow are accepted and left as they were.

        A conflict (409) changed nothing: where `unchanged` says that nobody changed what is written, it is sent
        once more.
        """
        outcome, response = self._client.send(step)
        if response is not None and response.status_code == mixed.MIXED:
            issues = [(str(id), str(id)) for id in (step.body or {}).get("issues", ())]
            return next(iter(mixed.outcomes(response, issues).values()), mixed.SILENT)
        if not isinstance(outcome, Refused) or response is None:
            return outcome
        reason = self.why(response)
        if isinstance(step, QuietEdit) and self._was_for_silence(step, response, reason):
            return self.send(step.loud(), unchanged)
        if response.status_code == 409 and unchanged is not None:
            changed = unchanged()
            return self.send(step) if changed is None else Refused(reason=f"{reason} {changed}")
        return Refused(reason=reason)

    def why(self, response: requests.Response) -> str:
        """Return what a refusal says, with the names of fields, and what to do about it."""
        return refusals.why(response, self._client, self._survey)

    def _was_for_silence(self, step: QuietEdit, response: requests.Response, reason: str) -> bool:
        """Return whether an edit was refused because it switches the mails off; then none does so there again.

        A 403 changed nothing, so that sending once more, with mails, repeats nothing.
        """
        untold = self._quiet.get(step.project) is None or "notif" in reason.lower()
        if response.status_code != 403 or not untold:
            return False
        self._quiet[step.project] = False
        log.warning(
            "connection=%s project=%s Jira lets this account switch no mails off; edits there send them",
            self._survey.context.name,
            step.project,
        )
        return True


def _no_way(entry: Entry, wanted: Named, start: Sequence[Way], found: Found) -> Unsupported:
    former = entry.status.name if entry.status else "its status"
    if found.demands:
        asked = "; ".join(map(str, found.demands))
        return Unsupported(
            f"The transition of {entry.key} to {wanted.name} asks for {asked}.",
            instead=f"Move it in Jira by hand and fill in {', '.join(one.name for one in found.demands)}.",
        )
    reachable = sorted({way.to.name for way in start})
    ways = f"From there it can go to {', '.join(reachable)}." if reachable else "The account may go nowhere."
    unseen = (
        f" Where {', '.join(found.unseen)} leads nobody sees: no such issue stands there."
        if found.unseen
        else ""
    )
    return Unsupported(
        f"No transition leads {entry.key} from {former} to {wanted.name}.",
        instead=f"Move it by hand. {ways}{unseen}",
    )
