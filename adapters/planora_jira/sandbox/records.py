"""The things a Jira site holds, as mutable records: users, types, statuses, sprints, boards, projects, issues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

CATEGORIES: dict[str, tuple[int, str, str]] = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
"""Key of a status category -> id, name, colour, as every site has them."""


@dataclass(kw_only=True)
class User:
    """An account."""

    key: str
    account_id: str
    name: str
    email: str
    email_hidden: bool = False
    account_type: str = "atlassian"
    """`atlassian`, `app`, or `customer` for people who only use the portal."""
    active: bool = True


@dataclass(kw_only=True)
class IssueType:
    """An issue type; `level` is -1 for subtasks, 1 for epics, 2 and more above."""

    id: str
    name: str
    level: int
    description: str = ""


@dataclass(kw_only=True)
class Status:
    """A status and the key of its category."""

    id: str
    name: str
    category: str


@dataclass(kw_only=True)
class Transition:
    """A step of the workflow."""

    id: str
    name: str
    to: str
    """Id of the status it leads to."""
    sources: tuple[str, ...] = ()
    """Ids of the statuses it can be taken from; empty for all."""
    requires: tuple[str, ...] = ()
    """Fields of its screen that must be given."""
    shows: tuple[str, ...] = ()
    """Further fields of its screen."""
    allows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field of its screen -> names of the only values that it takes there."""
    types: tuple[str, ...] = ()
    """Ids of the types whose workflow has it; empty for all."""


@dataclass(kw_only=True)
class Sprint:
    """A sprint."""

    id: int
    name: str
    state: str
    board: int
    start: datetime | None = None
    end: datetime | None = None
    complete: datetime | None = None
    goal: str = ""


@dataclass(kw_only=True)
class Board:
    """A board: a view of a project with columns over its statuses."""

    id: int
    name: str
    type: str
    project: str
    columns: list[tuple[str, list[str]]] = field(default_factory=list)
    """Column name and the ids of the statuses mapped to it."""


@dataclass(kw_only=True)
class Version:
    """A release."""

    id: str
    name: str
    day: date | None = None
    released: bool = False


@dataclass(kw_only=True)
class Project:
    """A project with its own types, workflow and edit screen."""

    id: str
    key: str
    name: str
    lead: str
    style: str = "classic"
    """`classic` (company-managed) or `next-gen` (team-managed)."""
    kind: str = "software"
    types: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    """Names; the id of each is its place in the list, from the project's id on."""
    off_screen: set[str] = field(default_factory=set)
    """Slots of fields that the edit screen leaves out, and the create screen too."""
    demands: set[str] = field(default_factory=set)
    """Slots of fields that a creation must give."""
    workflows: dict[str, list[str]] = field(default_factory=dict)
    """Type with a workflow of its own -> ids of its statuses; all others share the project's."""
    default_assignee: str | None = None
    last: int = 0
    """The number of the newest issue."""

    @property
    def component_names(self) -> dict[str, str]:
        """Return the components by id."""
        return {str(int(self.id) + place): name for place, name in enumerate(self.components)}


@dataclass(kw_only=True)
class Task:
    """A bulk operation in the background."""

    id: str
    created: datetime
    moves: list[Callable[[], dict[str, list[str]]]]
    """What is done at its end; each gives the reasons of the issues that failed, by id."""
    issues: list[int]
    polls: int = 0
    """How often it was asked after."""
    failed: dict[str, list[str]] | None = None
    """None while it runs."""


@dataclass(kw_only=True)
class History:
    """One entry of an issue's changelog."""

    id: int
    author: str
    created: datetime
    items: list[dict[str, Any]]


@dataclass(kw_only=True)
class Comment:
    """A comment."""

    id: int
    author: str
    created: datetime
    body: str


@dataclass(kw_only=True)
class Link:
    """A link between two issues: `source` blocks `target`."""

    id: int
    type: str
    source: int
    target: int


@dataclass(kw_only=True)
class Issue:
    """An issue; people are keys of users, everything else is by id."""

    id: int
    key: str
    project: str
    type: str
    status: str
    summary: str
    reporter: str
    creator: str
    created: datetime
    updated: datetime
    category_changed: datetime
    rank: str
    description: str = ""
    document: dict[str, Any] | None = None
    """The description as ADF, where a client wrote one."""
    assignee: str | None = None
    priority: str = "3"
    severity: str | None = None
    theme: str | None = None
    owner: str | None = None
    components: list[str] = field(default_factory=list)
    resolution: str | None = None
    resolved: datetime | None = None
    labels: list[str] = field(default_factory=list)
    parent: int | None = None
    sprints: list[int] = field(default_factory=list)
    duedate: date | None = None
    start: date | None = None
    target_start: date | None = None
    target_end: date | None = None
    points: float | None = None
    project_start: str | None = None
    project_target: str | None = None
    """Product Discovery's intervals, JSON in a string."""
    roadmap: str | None = None
    flagged: bool = False
    versions: list[str] = field(default_factory=list)
    security: str | None = None
    archived: bool = False
    properties: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    remote_links: list[dict[str, Any]] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    former_keys: list[str] = field(default_factory=list)
