"""The state of a Jira site, with the rules that hold it together: index lag, histories, sprints, workflow."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from planora_jira.sandbox.fields import FieldDef, catalogue, discovery_fields
from planora_jira.sandbox.problems import Problem, missing_issue
from planora_jira.sandbox.records import (
    Board,
    History,
    Issue,
    IssueType,
    Link,
    Project,
    Sprint,
    Status,
    Task,
    Transition,
    User,
)

LINK_TYPES = (
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Cloners", "is cloned by", "clones"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
    ("10003", "Relates", "relates to", "relates to"),
    ("10008", "Polaris work item link", "is implemented by", "implements"),
)
PRIORITIES = (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest"))
RESOLUTIONS = (
    ("10000", "Done"),
    ("10001", "Won't Do"),
    ("10002", "Duplicate"),
    ("10003", "Cannot Reproduce"),
)


PER_ISSUE = ((timedelta(seconds=2), 20), (timedelta(seconds=30), 100))
"""How often one issue can be written within how long."""
MOST_TASKS = 5
"""How many bulk operations run at once on a site, whoever asked for them."""


@dataclass(kw_only=True)
class Site:
    """A Jira site: everything that its API shows and changes."""

    now: Callable[[], datetime]
    deployment: str
    me: str = ""
    """Key of the account that the credentials belong to."""
    time_zone: str = "Europe/Berlin"
    """The account's profile time zone, in which Jira reads bare dates of a JQL."""
    admin: bool = True
    """Whether the account administers the projects (needed to switch mails off)."""
    writer: bool = True
    """Whether the account may write at all."""
    site_admin: bool = False
    """Whether the account is a Jira administrator with a licence to archive."""
    bulk: bool = True
    """Whether the account has the global right to change in bulk."""
    task_polls: int = 2
    """How often a bulk operation is asked after before it has ended."""
    lag: timedelta = timedelta(0)
    """How long the search index needs to see a write."""
    page_cap: int = 100
    """The longest page of a search with any real field."""
    users: dict[str, User] = field(default_factory=dict)
    types: dict[str, IssueType] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    boards: dict[int, Board] = field(default_factory=dict)
    sprints: dict[int, Sprint] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    severities: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    tokens: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    """Page token -> JQL and the ids that are left."""
    stale: dict[int, tuple[Issue | None, datetime]] = field(default_factory=dict)
    """What the index still shows of an issue written at an instant."""
    tasks: dict[str, Task] = field(default_factory=dict)
    writes: dict[int, list[datetime]] = field(default_factory=dict)
    """When each issue was written, of late."""
    counter: int = 50000

    def __post_init__(self) -> None:
        self.fields: tuple[FieldDef, ...] = catalogue(self.deployment)
        self.by_id = {definition.id: definition for definition in self.fields}

    def discover(self, project: str) -> None:
        """Give a project the fields of Product Discovery."""
        self.fields += discovery_fields(project)
        self.by_id = {definition.id: definition for definition in self.fields}

    @property
    def cloud(self) -> bool:
        """Return whether this is a Cloud site."""
        return self.deployment == "cloud"

    def next_id(self) -> int:
        """Return a fresh id for comments, links and histories."""
        self.counter += 1
        return self.counter

    # -- finding ------------------------------------------------------------------------------------------

    def find(self, ref: str | int) -> Issue | None:
        """Return the issue with an id or a key, present or former."""
        text = str(ref)
        if text.isdigit():
            return self.issues.get(int(text))
        wanted = text.upper()
        for issue in self.issues.values():
            if wanted == issue.key or wanted in issue.former_keys:
                return issue
        return None

    def issue(self, ref: str | int) -> Issue:
        """Return the issue with an id or a key; raises the vendor's 404."""
        found = self.find(ref)
        if found is None:
            raise missing_issue()
        return found

    def project(self, ref: str) -> Project:
        """Return the project with an id or a key; raises the vendor's 404."""
        for project in self.projects.values():
            if ref in (project.id, project.key):
                return project
        raise Problem(404, f"No project could be found with key '{ref}'.")

    def level(self, issue: Issue) -> int:
        """Return the hierarchy level of an issue."""
        return self.types[issue.type].level

    def category(self, issue: Issue) -> str:
        """Return the key of the issue's status category."""
        return self.statuses[issue.status].category

    def children(self, issue: Issue) -> list[Issue]:
        """Return the issues whose parent this one is, oldest first."""
        return [child for child in self.issues.values() if child.parent == issue.id]

    def open_sprint(self, issue: Issue) -> Sprint | None:
        """Return the active or future sprint that the issue is in."""
        for number in issue.sprints:
            if self.sprints[number].state != "closed":
                return self.sprints[number]
        return None

    def user_by(self, attribute: str, value: object) -> User | None:
        """Return the user whose attribute (`account_id` or `key`) has a value."""
        return next((u for u in self.users.values() if getattr(u, attribute) == value), None)

    def transitions(self, issue: Issue) -> list[Transition]:
        """Return the transitions that can be taken from the issue's present status."""
        project = self.projects[issue.project]
        return [
            step
            for step in project.transitions
            if step.to != issue.status
            and (not step.sources or issue.status in step.sources)
            and (not step.types or issue.type in step.types)
            and step.to in self.statuses_of(project, issue.type)
        ]

    def statuses_of(self, project: Project, type: str) -> list[str]:
        """Return the ids of the statuses that issues of a type can have in a project."""
        return project.workflows.get(type, project.statuses)

    # -- changing -----------------------------------------------------------------------------------------

    def count_write(self, issue: Issue) -> None:
        """Count a write of one issue; raises the vendor's 429 where it was written too often of late."""
        moment = self.now()
        seen = [at for at in self.writes.get(issue.id, ()) if moment - at < PER_ISSUE[-1][0]]
        for window, most in PER_ISSUE:
            if len([at for at in seen if moment - at < window]) >= most:
                headers = {"RateLimit-Reason": "jira-per-issue-on-write", "Retry-After": "2"}
                raise Problem(429, "Rate limit exceeded.", headers=headers)
        self.writes[issue.id] = [*seen, moment]

    def touch(self, issue: Issue, items: Iterable[dict[str, Any]] = ()) -> None:
        """Note a write: the index keeps the former state for a while, `updated` and the changelog move on."""
        moment = self.now()
        changed = [
            item for item in items if item["from"] != item["to"] or item["fromString"] != item["toString"]
        ]
        issue.updated = max(moment, issue.updated)
        if changed:
            entry = History(id=self.next_id(), author=self.me, created=moment, items=changed)
            issue.history.append(entry)

    def remember(self, issue: Issue) -> None:
        """Keep what the index shows of an issue; call it before a write."""
        if self.lag and issue.id not in self.stale:
            self.stale[issue.id] = (copy.deepcopy(issue), self.now())

    def remember_new(self, issue: Issue) -> None:
        """Keep from the index, for a while, that an issue was created."""
        if self.lag:
            self.stale[issue.id] = (None, self.now())

    def indexed(self, reconcile: frozenset[int] = frozenset()) -> list[Issue]:
        """Return the issues as the search index shows them, without archived ones."""
        shown: list[Issue] = []
        for number, issue in self.issues.items():
            former: Issue | None = issue
            if number in self.stale and number not in reconcile:
                former, since = self.stale[number]
                if self.now() - since >= self.lag:
                    del self.stale[number]
                    former = issue
            if former is not None and not former.archived:
                shown.append(former)
        return shown


def item(
    name: str, was: object, shown_was: object, now: object, shown_now: object, custom: bool = False
) -> dict[str, Any]:
    """Return one row of a changelog entry."""
    return {
        "field": name,
        "fieldtype": "custom" if custom else "jira",
        "fieldId": name,
        "from": None if was is None else str(was),
        "fromString": None if shown_was is None else str(shown_was),
        "to": None if now is None else str(now),
        "toString": None if shown_now is None else str(shown_now),
    }
