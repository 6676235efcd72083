"""What a pull asks of each project: all that counts, or what changed since its mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planora_jira.reading import jql
from planora_jira.reading.cursor import Cursor
from planora_jira.reading.fetching import Task
from planora_jira.reading.progress import Progress
from planora_jira.site.facts import ProjectFacts
from planora_jira.site.grounds import Grounds
from planora_jira.site.survey import Survey
from planora_sync.errors import PlaceNotVisible


class Tasks:
    """Makes the tasks of one pull."""

    def __init__(self, survey: Survey, grounds: Grounds, mark: Cursor, progress: Progress) -> None:
        """Set up.

        Args:
            survey: what is known of the site.
            grounds: what the projects were like when the pull began.
            mark: up to where all changes are known.
            progress: what this pull, killed before, has read already.
        """
        self._survey = survey
        self._client = survey.client
        self._grounds = grounds
        self._mark = mark
        self._progress = progress

    def all(self, projects: Sequence[ProjectFacts]) -> list[Task]:
        """Return the tasks for what was not read to its end yet; may ask after sprints that are open no more."""
        return [self._task(facts) for facts in projects if not self._progress.part(facts.id).whole]

    def _task(self, facts: ProjectFacts) -> Task:
        after = self._progress.part(facts.id).position
        mark, zone, cloud = self._mark.of(facts.id), self._survey.account_zone, self._client.cloud
        gone = self._gone(facts)
        if mark.at is None or gone is None or self._is_reshaped(facts):
            query = jql.counting(facts.id, self._survey.context.done_days, cloud=cloud, zone=zone)
            return Task(facts=facts, query=query, after=after)
        query = jql.changed(
            facts.id, mark.at, zone, cloud=cloud, sprints=gone["sprint"], releases=gone["release"]
        )
        return Task(facts=facts, query=query, after=after, anchor=mark.anchor)

    def _is_reshaped(self, facts: ProjectFacts) -> bool:
        shape = self._grounds.of(facts.id).shape
        return shape is not None and shape != self._mark.of(facts.id).shape

    def _gone(self, facts: ProjectFacts) -> Mapping[str, Sequence[str]] | None:
        """Return the sprints and releases that are not what they were; None where one was deleted.

        A query for what was deleted is refused.
        """
        former, now = self._mark.of(facts.id).sprints, self._grounds.of(facts.id).states
        if now is None:
            return {"sprint": (), "release": ()}
        moved = sorted(id for id, state in former.items() if now.get(id) != state)
        releases = [id.removeprefix("v") for id in moved if id.startswith("v")]
        sprints = [id for id in moved if id.isdigit()]
        versions = {str(row.get("id")) for row in facts.row.get("versions") or ()}
        if not versions.issuperset(releases):
            return None
        if not all(id in now or self._is_there(id) for id in sprints):
            return None
        return {"sprint": sprints, "release": releases}

    def _is_there(self, sprint: str) -> bool:
        """Return whether a sprint that is open no more was closed."""
        try:
            self._client.get_object(self._client.agile(f"sprint/{sprint}"), f"sprint {sprint}")
        except PlaceNotVisible:
            return False
        return True
