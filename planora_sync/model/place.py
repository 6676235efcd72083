"""A place: where a tracker keeps entries."""

from __future__ import annotations

from planora_sync.model.base import Frozen
from planora_sync.model.parts import FieldSchema, Sprint, Status
from planora_sync.model.words import Audience


class Place(Frozen):
    """Where a tracker keeps entries, as far as rules and corrections need to know it."""

    tracker: str
    connection: str
    id: str
    path: str
    """As people write it: `PLAN`, `PLAN/board:12`, `PLAN/sprint:37`, a data source's title, `Board/List`."""
    kind: str
    """`project`, `board`, `sprint`, `data_source` or `list`."""
    style: str | None = None
    """Its sort, where the tracker has several: `service_desk`, `team-managed`; a board's `scrum`, `kanban`."""
    name: str
    url: str | None = None
    container: str | None = None
    """Id of the place that holds it: a list's board, a sprint's board, a board's project."""
    archived: bool = False
    audience: Audience = Audience.TEAM
    sprint: Sprint | None = None
    """For a sprint: its state and dates."""
    has_sprints: bool | None = None
    """For a board: whether it works in sprints; None where the tracker does not say."""
    default_assignee: str | None = None
    statuses: tuple[Status, ...] = ()
    """What an entry's status can be there, in the board's order."""
    fields: tuple[FieldSchema, ...] = ()
    position: int = 0
    """Order among its siblings."""
