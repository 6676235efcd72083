"""Projects, boards and sprints as places: what rules and corrections need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planora_jira.reading import jql
from planora_jira.reading.paging import by_offset, search
from planora_jira.site import trimmed
from planora_jira.site.facts import BoardFacts, ProjectFacts
from planora_jira.site.fields import SYSTEM
from planora_jira.site.survey import BOARD_SCOPES, WHOLE, Survey
from planora_jira.translation import sprints, words
from planora_jira.translation.values import named, person
from planora_jira.translation.wire import TRACKER
from planora_jira.transport.answers import is_plain_refusal
from planora_jira.transport.client import JiraClient, segment
from planora_sync.adapter import Severity
from planora_sync.errors import ConnectionFailed, CredentialsRefused, PlaceNotVisible
from planora_sync.model import Audience, FieldSchema, Named, Place, SprintState, Status
from planora_sync.names import printable

Json = Mapping[str, Any]
SPRINT_BOARDS: Mapping[str, bool] = {"scrum": True, "kanban": False}
"""Board type -> whether it works in sprints; a team-managed board may or may not."""
SAMPLES = 3
"""So many issues may be gone by the time that one of them is looked at."""
SHOWN = frozenset({"priority", "fixVersions", "labels", "components", "duedate", "assignee", "parent"})
"""System fields that a place shows beside its custom fields: those that people set."""


def style(project: Json) -> str | None:
    """Return what sort of project it is: `service_desk`, `product_discovery`, `team-managed`, `software` ..."""
    kind = str(project.get("projectTypeKey") or "software")
    return "team-managed" if kind == "software" and team_managed(project) else kind


def team_managed(project: Json) -> bool:
    """Return whether the project has types, statuses and fields of its own."""
    return bool(project.get("simplified")) or project.get("style") == "next-gen"


def bare(row: Json, survey: Survey, position: int = 0) -> Place:
    """Return a project as a place without boards, statuses and fields: enough to choose from."""
    key = str(row["key"])
    return Place(
        tracker=TRACKER,
        connection=survey.context.name,
        id=str(row["id"]),
        path=key,
        kind="project",
        style=style(row),
        name=printable(str(row.get("name") or ""), key),
        url=f"{survey.base}/browse/{segment(key)}",
        archived=bool(row.get("archived")),
        audience=Audience.PRIVATE if row.get("isPrivate") else Audience.TEAM,
        position=position,
    )


class Places:
    """Builds the places of the projects that are read."""

    def __init__(self, survey: Survey, writer: JiraClient) -> None:
        """Set up.

        Args:
            survey: what is known of the site.
            writer: whose rights decide what can be edited.
        """
        self._survey = survey
        self._client = survey.client
        self._writer = writer
        self._shown: set[str] = set()
        self._states: dict[str, Mapping[str, str] | None] = {}
        """Board id -> its open sprints and what they are now; None for a board that could not be read."""
        self._known = {
            sprints.place_id(board.id) for facts in survey.projects.values() for board in facts.boards
        }

    def of(self, facts: ProjectFacts, position: int, samples: Sequence[str]) -> tuple[Place, ...]:
        """Return a project, its boards, and their active and future sprints, each once over all projects.

        Args:
            facts: the project.
            position: its order among the projects.
            samples: ids of some of its issues, on whose edit screen the options of fields can be read.
        """
        return (self.project(facts, position, samples), *self.boards(facts))

    def project(self, facts: ProjectFacts, position: int, samples: Sequence[str]) -> Place:
        """Return a project; its arguments are those of `of`."""
        return bare(facts.row, self._survey, position).model_copy(
            update={
                "default_assignee": default_assignee(facts.row),
                "statuses": in_column_order(self.statuses(facts), facts.boards),
                "fields": self._fields(facts, samples),
            }
        )

    def boards(self, facts: ProjectFacts) -> tuple[Place, ...]:
        """Return the boards of a project that were not given yet, with their active and future sprints."""
        found: list[Place] = []
        for place, board in enumerate(facts.boards):
            if sprints.place_id(board.id) not in self._shown:
                self._shown.add(sprints.place_id(board.id))
                found += self._board(facts, board, self.statuses(facts), place)
        return tuple(found)

    def states(self, facts: ProjectFacts) -> Mapping[str, str] | None:
        """Return the open sprints of a project's boards and what they are now; None where a board is not known.

        Ask for its boards first. A sprint starts, ends or is renamed without any of its issues being updated.
        """
        found: dict[str, str] = {}
        for board in facts.boards:
            states = self._states.get(board.id, {})
            if states is None:
                return None
            found |= states
        return found

    def samples(self, facts: ProjectFacts) -> tuple[str, ...]:
        """Return the ids of a project's newest issues; none for a project without any, or where none is needed."""
        memory, none = self._survey.memory, f"issueless:{facts.id}"
        if memory.get(f"options:{facts.id}") is not None or memory.get(none):
            return ()
        what = f"an issue of {facts.key}"
        pages = search(self._client, jql.newest(facts.id), ["summary"], what, size=SAMPLES)
        found = next((tuple(str(row["id"]) for row in page) for page in pages), ())
        if not found:
            memory.put(none, True)
        return found[:SAMPLES]

    # -- boards and sprints -------------------------------------------------------------------------------

    def _board(
        self, facts: ProjectFacts, board: BoardFacts, statuses: Sequence[Status], position: int
    ) -> list[Place]:
        has_sprints, rows = self._sprint_rows(board)
        place = Place(
            tracker=TRACKER,
            connection=self._survey.context.name,
            id=sprints.place_id(board.id),
            path=f"{facts.key}/board:{board.id}",
            kind="board",
            style=board.type or None,
            name=printable(str(board.row.get("name") or ""), f"board {board.id}"),
            url=self._board_url(facts, board),
            container=facts.id,
            has_sprints=has_sprints,
            statuses=tuple(one for id in board.columns for one in statuses if one.id == id),
            position=position,
        )
        self._states.setdefault(board.id, {str(row.get("id")): _state(row) for row in rows})
        return [place, *self._sprints(facts, place, rows)]

    def _board_url(self, facts: ProjectFacts, board: BoardFacts) -> str:
        if not self._client.cloud:
            return f"{self._survey.base}/secure/RapidBoard.jspa?rapidView={board.id}"
        classic = "" if team_managed(facts.row) else "c/"
        return f"{self._survey.base}/jira/software/{classic}projects/{segment(facts.key)}/boards/{board.id}"

    def _sprint_rows(self, board: BoardFacts) -> tuple[bool | None, list[dict[str, Any]]]:
        known, without = SPRINT_BOARDS.get(board.type), f"sprintless:{board.id}"
        if known is False or self._survey.memory.get(without):
            return False, []
        path, where = self._client.agile(f"board/{segment(board.id)}/sprint"), f"board {board.id}"
        try:
            return True, by_offset(self._client, path, f"the sprints of {where}", state="active,future")
        except WHOLE:
            raise
        except ConnectionFailed as failure:
            if known is None and is_plain_refusal(failure):
                # 400 "The board does not support sprints": a team-managed board with sprints switched off.
                self._survey.memory.put(without, True)
                return False, []
            step = BOARD_SCOPES if isinstance(failure, CredentialsRefused) else ""
            self._survey.note(Severity.ERROR, where, failure, step)
            if isinstance(failure, PlaceNotVisible):
                # It was deleted, and is remembered: next time all boards are asked for.
                self._survey.memory.drop()
            self._states[board.id] = None
            return known, []

    def _sprints(self, facts: ProjectFacts, board: Place, rows: Iterable[Json]) -> Iterable[Place]:
        for position, row in enumerate(rows):
            id = f"sprint:{row.get('id')}"
            if id in self._shown:
                continue
            home = {"originBoardId": board.id.partition(":")[2]}
            found = sprints.sprint({**home, **row}, self._survey.zone, position)
            if found.state is SprintState.CLOSED or found.board in self._known - {board.id}:
                # A sprint shows on other boards too; its own board lists it.
                continue
            self._shown.add(id)
            yield Place(
                tracker=TRACKER,
                connection=self._survey.context.name,
                id=id,
                path=f"{facts.key}/sprint:{found.id}",
                kind="sprint",
                name=printable(found.name, f"sprint {found.id}"),
                url=board.url,
                container=board.id,
                sprint=found,
                has_sprints=True,
                position=position,
            )

    # -- statuses and fields ------------------------------------------------------------------------------

    def statuses(self, facts: ProjectFacts) -> tuple[Status, ...]:
        """Return the statuses that issues of a project can have; none, and a notice, where they cannot be read."""
        path = self._client.rest(f"project/{segment(facts.id)}/statuses")
        rows = self._survey.trying(
            facts.key,
            lambda: self._client.get(path, f"the statuses of {facts.key}"),
            name=f"statuses:{facts.id}",
            kept=trimmed.statuses,
            default=[],
            severity=Severity.WARNING,
        )
        return tuple(
            Status(id=one.id, name=one.name, category=words.category(facts.vocabulary, one.name, key))
            for row in rows
            if (one := named(row)) is not None
            for key in [row["statusCategory"]["key"]]
        )

    def _fields(self, facts: ProjectFacts, samples: Sequence[str]) -> tuple[FieldSchema, ...]:
        types = tuple(one for row in facts.row.get("issueTypes") or () if (one := named(row)))
        found = [FieldSchema(id="issuetype", name="Issue Type", type="issuetype", options=types)]
        options = self.options(facts, samples)
        wanted = {id for id in facts.fields.asked() if id in SHOWN or id not in SYSTEM}
        found += [
            FieldSchema(id=known.id, name=known.name, type=known.type, options=options.get(known.id, ()))
            for known in self._survey.fields
            if known.id in wanted
        ]
        return tuple(found)

    def options(self, facts: ProjectFacts, samples: Sequence[str]) -> Mapping[str, tuple[Named, ...]]:
        """Return what choice fields can hold, from the edit screen of one issue: the only cheap place.

        Without an issue to look at, what is known already.
        """
        name = f"options:{facts.id}"
        rows = self._survey.memory.get(name)
        if rows is None and samples:
            rows = self._survey.trying(
                facts.key,
                lambda: self._screen(facts, samples),
                name=name,
                kept=lambda meta: None if meta is None else trimmed.options(meta.get("fields") or {}),
                default={},
                severity=Severity.WARNING,
            )
        return {id: tuple(one for row in found if (one := named(row))) for id, found in (rows or {}).items()}

    def _screen(self, facts: ProjectFacts, samples: Sequence[str]) -> Json | None:
        """Return the edit screen of the first issue that is still there; None where all are gone."""
        for sample in samples:
            path = self._writer.rest(f"issue/{segment(sample)}/editmeta")
            try:
                return self._writer.get_object(path, f"the fields of {facts.key}")
            except PlaceNotVisible:
                # Deleted since its page was made: the next one will do.
                continue
        return None


def in_column_order(statuses: Sequence[Status], boards: Sequence[BoardFacts]) -> tuple[Status, ...]:
    """Return statuses as the boards' columns order them, those on no board at the end.

    A status mapped to no column hides its issues from the board; a query finds them all the same.
    """
    order = {id: place for place, id in enumerate(dict.fromkeys(id for b in boards for id in b.columns))}
    return tuple(sorted(statuses, key=lambda status: order.get(status.id, len(order))))


def default_assignee(project: Json) -> str | None:
    """Return the id of who gets new issues without being asked: the project's lead, or nobody."""
    if project.get("assigneeType") != "PROJECT_LEAD":
        return None
    lead = person(project.get("lead"))
    return lead.id if lead else None


def _state(row: Json) -> str:
    return "|".join(str(row.get(name) or "") for name in ("state", "name", "startDate", "endDate"))
