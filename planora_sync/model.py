"""What an entry is: frozen values, the same for Jira, Notion and Trello.

Dates are dates, instants are aware UTC, and nothing is guessed when absent. Adapters build these values
(`wire.py` in each), everything else reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticSerializationError


class Frozen(BaseModel):
    """The base of all values: immutable, strict about keys, and silent about inputs in its errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed; what was computed from the old fields is left behind."""
        copied = super().model_copy(update=update, deep=deep)
        # pydantic copies cached properties along, so that a changed entry would keep its former hash.
        for name in set(copied.__dict__) - set(type(copied).model_fields):
            del copied.__dict__[name]
        return copied


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]


class Kind(StrEnum):
    """What sort of thing an entry is, whatever its tracker calls it."""

    GOAL = "goal"
    INITIATIVE = "initiative"
    EPIC = "epic"
    STORY = "story"
    TASK = "task"
    SUBTASK = "subtask"
    BUG = "bug"
    IDEA = "idea"
    REQUEST = "request"
    OTHER = "other"


class Category(StrEnum):
    """The category of a status; the tracker's own names are kept beside it."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


class Priority(StrEnum):
    """The urgency, as the mapping reads it from the tracker."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class SprintState(StrEnum):
    """Where a sprint is in its life."""

    ACTIVE = "active"
    FUTURE = "future"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who can see an entry."""

    PRIVATE = "private"
    TEAM = "team"
    PUBLIC = "public"


class Layer(StrEnum):
    """The three layers of the domain."""

    ROADMAP = "roadmap"
    BACKLOG = "backlog"
    PLAN = "plan"


class Filed(StrEnum):
    """Where an entry is filed now, by the mapping."""

    ROADMAP = "roadmap"
    BACKLOG = "backlog"
    PLAN = "plan"
    UNMAPPED = "unmapped"
    NONE = "none"


class Nature(StrEnum):
    """What the evidence says an entry is."""

    INITIATIVE = "initiative"
    BACKLOG = "backlog"
    TASK = "task"
    UNSURE = "unsure"
    NONE = "none"


LAYER_OF_NATURE: Mapping[Nature, Filed] = {
    Nature.INITIATIVE: Filed.ROADMAP,
    Nature.BACKLOG: Filed.BACKLOG,
    Nature.TASK: Filed.PLAN,
}
"""Where an entry of a nature belongs; `unsure` and `none` belong nowhere in particular."""


class Ref(Frozen):
    """The reference of an entry: `jira.work/10042`."""

    tracker: str
    connection: str
    id: str

    def __str__(self) -> str:
        return f"{self.tracker}.{self.connection}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Return the reference that `text` spells; raises ValueError where it is none."""
        head, slash, external = text.partition("/")
        tracker, dot, connection = head.partition(".")
        if not (slash and dot and tracker and connection and external):
            raise ValueError(f"{text!r} is no reference like jira.work/10042")
        return cls(tracker=tracker, connection=connection, id=external)


class Named(Frozen):
    """Something the tracker knows by id and people know by name."""

    id: str
    name: str


class Person(Named):
    """An account of the tracker; `[people]` says who it is elsewhere."""

    email: str | None = None


class Status(Named):
    """A status, with its category."""

    category: Category


class Sprint(Named):
    """An iteration: a Jira sprint, a row of a Notion sprint database, a Trello list or board that is one."""

    state: SprintState
    board: str | None = None
    """Id of the board it belongs to, so that "the first future sprint of its board" can be said."""
    start: date | None = None
    end: date | None = None
    rank: int = 0
    """Order among the future sprints of its board, where the tracker gives one."""


class PlaceRef(Named):
    """Where an entry stands: `name` is the path as people write it (`PLAN`, `Board/List`, a data source's title)."""

    container: str | None = None
    """Id of the board that holds the list, where the place has one."""


class Horizon(Frozen):
    """When an initiative is meant: dates, or a bucket."""

    bucket: str | None = None
    """`now`, `next` or `later`."""
    start: date | None = None
    end: date | None = None
    text: str | None = None
    """The tracker's own words, such as `Q1 2027`."""


class Estimate(Frozen):
    """A size with its unit."""

    value: float
    unit: str
    """`points`, `hours`, `days` or `size`."""


class Link(Frozen):
    """A link to another entry or an address."""

    kind: str
    """The tracker's word: `blocks`, `relates to`, `attachment` ..."""
    target: str
    """External id of an entry of the same connection, or an address."""


class Release(Frozen):
    """A version that an entry ships in."""

    name: str
    day: date | None = None


class Property(Named):
    """The value of a further choice property or custom field, for mappings that file by it."""

    values: tuple[Named, ...] = ()
    """Chosen options; a checkbox is `true` or absent."""


class FieldSchema(Named):
    """A field of a place and what it takes."""

    type: str
    options: tuple[Status | Named, ...] = ()


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


class Entry(Frozen):
    """One thing in a tracker: a Jira issue, a Notion page, a Trello card."""

    ref: Ref
    key: str
    """What a person calls it: `PLAN-12`, `#31`, a unique id or a short id."""
    url: str
    title: str
    text: str = ""
    """Plain text; never sent back."""
    kind: Kind = Kind.OTHER
    type: Named | None = None
    """The tracker's own type."""
    level: int | None = None
    """Hierarchy: -1 subtask, 0 base, 1 epic, 2 and more above; None where the tracker has no levels."""
    place: PlaceRef
    status: Status | None = None
    sprint: Sprint | None = None
    """The active or future sprint it is in; None outside any open one."""
    earlier_sprints: tuple[Sprint, ...] = ()
    assignees: tuple[Person, ...] = ()
    owner: Person | None = None
    """Set where the tracker keeps an owner apart from the assignees."""
    reporter: Person | None = None
    reporter_external: bool | None = None
    """True where a customer or user of the product filed it; None where the tracker does not say."""
    start: date | None = None
    due: date | None = None
    horizon: Horizon | None = None
    created: Instant | None = None
    updated: Instant | None = None
    done: Instant | None = None
    since: Instant | None = None
    """When the status category last changed."""
    priority: Priority = Priority.NONE
    severity: Priority = Priority.NONE
    estimate: Estimate | None = None
    labels: tuple[str, ...] = ()
    theme: str | None = None
    parent: Named | None = None
    """Parent in the same connection: its external id and what people call it."""
    children: tuple[str, ...] = ()
    """External ids, where the tracker lists them; the snapshot adds those that name this entry as parent."""
    links: tuple[Link, ...] = ()
    checklist_done: int = 0
    checklist_total: int = 0
    comments: int = 0
    audience: Audience = Audience.TEAM
    security: str | None = None
    release: Release | None = None
    blocked: bool = False
    recurring: bool = False
    resolution: str | None = None
    carried: int = 0
    """How many closed sprints it was in without being finished."""
    team: str | None = None
    archived: bool = False
    template: bool = False
    rank: str | None = None
    properties: tuple[Property, ...] = ()
    raw: Mapping[str, Any] | None = Field(default=None, repr=False)

    @property
    def owners(self) -> tuple[Person, ...]:
        """Return the owner, then the assignees, each once."""
        people = (self.owner, *self.assignees) if self.owner else self.assignees
        return tuple({person.id: person for person in people}.values())

    @property
    def category(self) -> Category:
        """Return the status category; an entry without a status is to do."""
        return self.status.category if self.status else Category.TODO

    @property
    def is_part(self) -> bool:
        """Return whether the entry is below the level of tasks: a part of its parent, never judged alone."""
        return self.level is not None and self.level < 0

    @property
    def is_open(self) -> bool:
        """Return whether the entry is neither done nor archived."""
        return not self.archived and self.category is not Category.DONE

    @cached_property
    def content_hash(self) -> str:
        """Return a hash of all that people can change; `updated`, `rank` and `raw` do not count."""
        return content_digest(self.content())

    def content(self) -> bytes:
        """Return all that people can change as JSON: without `updated`, `rank` and `raw`, and without defaults.

        So a field that is added to this class changes no entry that does not have it.
        """
        try:
            # A third faster than through `model_dump_json`, and done for each entry of each pull.
            return self.__pydantic_serializer__.to_json(self, exclude=NOT_CONTENT, exclude_defaults=True)
        except PydanticSerializationError:  # half a surrogate pair in a text: trackers let people paste it
            plain = self.model_dump(mode="json", exclude=NOT_CONTENT, exclude_defaults=True)
            return json.dumps(plain).encode()


NOT_CONTENT = {"raw", "updated", "rank"}
"""Fields of an entry that change without anybody having changed it."""


def content_digest(content: bytes) -> str:
    """Return the hash of an entry's content."""
    return hashlib.sha256(content).hexdigest()[:32]
