"""What the projects of a pull are like when it begins: places, set-up, open sprints.

A pull that is killed and goes on later must not take the sprints of the later moment for those under which its
first pages were read: so they are noted, beside the pull.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planora_jira.site import listed
from planora_jira.site.facts import ProjectFacts
from planora_jira.site.places import SAMPLES, Places
from planora_jira.site.survey import Survey
from planora_jira.transport.client import JiraClient
from planora_sync.model import Place

Json = Mapping[str, Any]
NOTE = "jira.pull"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A project as it was when the pull began."""

    shape: str | None = None
    """None where it is not known for sure."""
    states: Mapping[str, str] | None = None
    """Open sprints and releases and what they were; None where a board could not be read."""
    unsure: bool = False
    """Whether nobody knows how it was when the first pages were read."""


class Grounds:
    """The projects of one pull."""

    def __init__(self, survey: Survey, writer: JiraClient) -> None:
        """Set up; asks nothing yet.

        Args:
            survey: what is known of the site.
            writer: whose rights decide what can be edited.
        """
        self.survey = survey
        """What is known now; a new one once an issue has shown something unknown."""
        self._writer = writer
        self._places = Places(survey, writer)
        self._boards: dict[str, tuple[Place, ...]] = {}
        self._of: dict[str, Ground] = {}
        self._order: dict[str, int] = {}
        self._renewed = False

    def look(self, projects: Sequence[ProjectFacts], begun: datetime, *, resumed: bool) -> None:
        """Ask for the open sprints of all boards, and note how everything is.

        Args:
            projects: those that are read.
            begun: when the pull began.
            resumed: whether its first pages were read by another process: then what that one noted stands.
        """
        self._order = {facts.id: place for place, facts in enumerate(projects)}
        for facts in projects:
            self._boards[facts.id] = self._places.boards(facts)
        now = {facts.id: self._ground(facts) for facts in projects}
        self._of = self._noted(now, begun) if resumed else now
        if not resumed:
            self._note(begun)

    def of(self, project: str) -> Ground:
        """Return how a project was when the pull began."""
        return self._of[project]

    def _ground(self, facts: ProjectFacts) -> Ground:
        states = self._places.states(facts)
        statuses = self._places.statuses(facts)
        # Where anything could not be read, the set-up only seems to be another one.
        sure = not self.survey.notices and states is not None
        return Ground(
            shape=listed.shape(facts, statuses, self.survey.zone) if sure else None,
            states=None if states is None else {**states, **listed.releases(facts)},
        )

    def _note(self, begun: datetime) -> None:
        rows = {id: [one.shape, one.states] for id, one in self._of.items()}
        body = {"begun": begun.timestamp(), "projects": rows}
        self.survey.context.notes.put(NOTE, json.dumps(body, separators=(",", ":")))

    def _noted(self, projects: Iterable[str], begun: datetime) -> dict[str, Ground]:
        try:
            body = json.loads(self.survey.context.notes.get(NOTE) or "")
            if abs(body["begun"] - begun.timestamp()) > 1:
                raise ValueError("another pull's note")
            noted = {
                str(id): Ground(shape=shape, states=states)
                for id, (shape, states) in body["projects"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            noted = {}
        return {id: noted.get(id, Ground(unsure=True)) for id in projects}

    # -- places -------------------------------------------------------------------------------------------

    def places(self, facts: ProjectFacts, rows: Sequence[Json]) -> tuple[Place, ...]:
        """Return a project with its boards and sprints; an issue of it shows what its fields take."""
        known = self.survey.projects.get(facts.id, facts)
        samples = self._samples(rows) or self._places.samples(known)
        project = self._places.project(known, self._order.get(facts.id, 0), samples)
        return (project, *self._boards.get(facts.id, ()))

    @staticmethod
    def _samples(rows: Sequence[Json]) -> tuple[str, ...]:
        return tuple(str(row["id"]) for row in rows[:SAMPLES])

    def renewed_by(self, facts: ProjectFacts, rows: Sequence[Json]) -> bool:
        """Return whether issues show what nobody listed, so that all about the site was asked anew; once a pull."""
        strange = self._strange(facts, rows)
        memory = self.survey.memory
        if not strange or memory.is_strange(strange):
            return False
        if self._renewed:
            memory.note_strange(strange)
            return False
        self._renewed = True
        memory.forget(strange=False)
        notices, survey = self.survey.notices, Survey(self.survey.client, self.survey.context, memory)
        survey.notices = notices
        self.survey, self._places = survey, Places(survey, self._writer)
        known = survey.projects.get(facts.id, facts)
        # Forgotten with the rest, and nothing in this pull asks for it again: else the next one would have to.
        _ = survey.ahead
        self._boards[facts.id] = self._places.boards(known)
        self._places.options(known, self._samples(rows))
        memory.note_strange(self._strange(facts, rows))
        return True

    def _strange(self, facts: ProjectFacts, rows: Sequence[Json]) -> set[str]:
        known = self.survey.projects.get(facts.id, facts)
        options = self._places.options(known, ())
        return listed.shown(rows, known, options) - listed.listed(
            known, self._places.statuses(known), options
        )
