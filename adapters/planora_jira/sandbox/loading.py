"""Reads a workspace file into a site; days in it count from the moment it is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from planora_jira.sandbox.records import (
    Board,
    Comment,
    History,
    Issue,
    IssueType,
    Link,
    Project,
    Sprint,
    Status,
    Transition,
    User,
    Version,
)
from planora_jira.sandbox.site import PRIORITIES, RESOLUTIONS, Site, item
from planora_sync.sandbox import read_workspace

COMPANY = "company.toml"


def read_toml(name: str) -> dict[str, Any]:
    """Return a file of the workspaces folder."""
    return read_workspace("planora_jira.sandbox", name)


def load(site: Site, workspace: str) -> None:
    """Fill a site with the company that all workspaces share, one workspace, and those that it stands beside."""
    loader, data = Loader(site), read_toml(f"{workspace}.toml")
    loader.company(read_toml(COMPANY))
    for beside in data.get("beside", ()):
        loader.load(read_toml(f"{beside}.toml"))
    loader.load(data)


class Loader:
    """Fills a site; names in the files become ids."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.begin = site.now()

    def load(self, workspace: Mapping[str, Any]) -> None:
        """Fill in a project."""
        self._vocabulary(workspace)
        project = self._project(workspace["project"])
        self._boards(project, workspace)
        rows = [
            group.get("defaults", {}) | row for group in workspace.get("group", ()) for row in group["issues"]
        ]
        for row in sorted(rows, key=lambda row: int(row["n"])):
            self._issue(project, row)
        for row in rows:
            self._hang(project, row)
        for row in workspace.get("link", ()):
            number = self.site.next_id()
            target = self.site.find(row["to"]) if isinstance(row["to"], str) else None
            ends = (self._id(project, row["from"]), target.id if target else self._id(project, row["to"]))
            self.site.links[number] = Link(id=number, type=row["type"], source=ends[0], target=ends[1])
        project.last = max((int(row["n"]) for row in rows), default=0)

    # -- time ---------------------------------------------------------------------------------------------

    def day(self, offset: int | None) -> date | None:
        """Return the day so many days from now."""
        return None if offset is None else self.begin.date() + timedelta(days=offset)

    def moment(self, offset: float, number: int = 0) -> datetime:
        """Return the instant so many days from now; a number spreads issues over the hour."""
        return self.begin + timedelta(days=offset) - timedelta(minutes=number % 55, seconds=number % 7)

    def morning(self, offset: int | None) -> datetime | None:
        """Return eight o'clock of a day."""
        day = self.day(offset)
        return datetime.combine(day, time(8), tzinfo=UTC) if day else None

    # -- the company --------------------------------------------------------------------------------------

    def company(self, data: Mapping[str, Any]) -> None:
        """Fill in people, types, statuses and options."""
        for row in data["people"]:
            self.site.users[row["key"]] = User(**row)
        self._vocabulary(data)
        self.site.me = data["account"]
        self.site.severities = tuple(data["severities"])
        self.site.themes = tuple(data["themes"])

    def _vocabulary(self, data: Mapping[str, Any]) -> None:
        for row in data.get("types", ()):
            self.site.types[row["id"]] = IssueType(**row)
        for row in data.get("statuses", ()):
            self.site.statuses[row["id"]] = Status(**row)

    def _span(self, days: tuple[int, int] | None) -> str | None:
        """Return an interval as Product Discovery keeps it: JSON in a string."""
        ends = [self.day(offset) for offset in days or ()]
        span = (
            dict(zip(("start", "end"), (day.isoformat() for day in ends if day), strict=True))
            if ends
            else None
        )
        return json.dumps(span) if span else None

    def _status(self, name: str) -> str:
        return next(status.id for status in self.site.statuses.values() if status.name == name)

    def _type(self, name: str) -> str:
        return next(kind.id for kind in self.site.types.values() if kind.name == name)

    # -- places -------------------------------------------------------------------------------------------

    def _project(self, data: Mapping[str, Any]) -> Project:
        project = Project(
            id=str(data["id"]),
            key=data["key"],
            name=data["name"],
            lead=data["lead"],
            style=data.get("style", "classic"),
            kind=data.get("kind", "software"),
            types=[self._type(name) for name in data["types"]],
            statuses=[self._status(name) for name in data["statuses"]],
            off_screen=set(data.get("off_screen", ())),
            default_assignee=data.get("default_assignee"),
            transitions=[self._transition(row) for row in data["transitions"]],
            versions=[
                Version(
                    id=str(row["id"]),
                    name=row["name"],
                    day=self.day(row.get("day")),
                    released=row["released"],
                )
                for row in data.get("versions", ())
            ],
        )
        self.site.projects[project.id] = project
        if project.kind == "product_discovery":
            self.site.discover(project.id)
        return project

    def _transition(self, row: Mapping[str, Any]) -> Transition:
        return Transition(
            id=str(row["id"]),
            name=row["name"],
            to=self._status(row["to"]),
            sources=tuple(self._status(name) for name in row.get("from", ())),
            requires=tuple(row.get("requires", ())),
        )

    def _boards(self, project: Project, data: Mapping[str, Any]) -> None:
        for row in data.get("board", ()):
            columns = [(name, [self._status(one) for one in statuses]) for name, statuses in row["columns"]]
            self.site.boards[row["id"]] = Board(
                id=row["id"], name=row["name"], type=row["type"], project=project.id, columns=columns
            )
        for row in data.get("sprint", ()):
            closed = row["state"] == "closed"
            end = self.morning(row.get("end"))
            self.site.sprints[row["id"]] = Sprint(
                id=row["id"],
                name=row["name"],
                state=row["state"],
                board=row["board"],
                start=self.morning(row.get("start")),
                end=end,
                complete=end if closed else None,
                goal=row.get("goal", ""),
            )

    # -- issues -------------------------------------------------------------------------------------------

    @staticmethod
    def _id(project: Project, number: int) -> int:
        return int(project.id) + number

    def _issue(self, project: Project, row: Mapping[str, Any]) -> None:
        number = int(row["n"])
        status = self._status(row["status"])
        done = self.site.statuses[status].category == "done"
        marks = [row["created"], row.get("begun"), row.get("done"), row.get("updated")]
        changed = row.get("done", row.get("begun")) if done else row.get("begun")
        resolution = row.get("resolution", "Done") if done else None
        issue = Issue(
            id=self._id(project, number),
            key=f"{project.key}-{number}",
            project=project.id,
            type=self._type(row["type"]),
            status=status,
            summary=row["title"],
            description=row.get("text", ""),
            reporter=row.get("reporter", project.lead),
            creator=row.get("reporter", project.lead),
            created=self.moment(row["created"], number),
            updated=self.moment(max(mark for mark in marks if mark is not None), number),
            category_changed=self.moment(row["created"] if changed is None else changed, number),
            rank=f"0|i{row.get('rank', number):05d}:",
            assignee=row.get("owner"),
            priority=next(key for key, name in PRIORITIES if name == row.get("priority", "Medium")),
            severity=row.get("severity"),
            theme=row.get("theme"),
            resolution=next((key for key, name in RESOLUTIONS if name == resolution), None),
            resolved=self.moment(row["done"], number) if done else None,
            labels=list(row.get("labels", ())),
            sprints=list(row.get("sprints", ())),
            duedate=self.day(row.get("due")),
            start=self.day(row.get("start")),
            target_start=self.day(row.get("target", (None, None))[0]),
            target_end=self.day(row.get("target", (None, None))[1]),
            points=row.get("points"),
            project_start=self._span(row.get("from")),
            project_target=self._span(row.get("until")),
            roadmap=row.get("roadmap"),
            flagged=row.get("flagged", False),
            versions=[version.id for version in project.versions if version.name in row.get("versions", ())],
            security=row.get("security"),
            archived=row.get("archived", False),
        )
        self.site.issues[issue.id] = issue
        self._past(issue, row)

    def _past(self, issue: Issue, row: Mapping[str, Any]) -> None:
        """Make up the comments and the changelog that the row tells of."""
        number, author = int(row["n"]), issue.assignee or issue.reporter
        for place, text in enumerate(row.get("comments", ())):
            when = self.moment(row["created"] + 0.5 + place, number)
            moment = min(when, issue.updated)
            issue.comments.append(
                Comment(id=self.site.next_id(), author=issue.reporter, created=moment, body=text)
            )
        todo = self.site.projects[issue.project].statuses[0]
        names = {key: status.name for key, status in self.site.statuses.items()}
        steps: list[tuple[datetime, dict[str, Any]]] = []
        for place, sprint in enumerate(issue.sprints):
            start = self.site.sprints[sprint].start or issue.created
            was, now = issue.sprints[:place], issue.sprints[: place + 1]
            shown = [", ".join(self.site.sprints[n].name for n in part) for part in (was, now)]
            ids = [", ".join(map(str, part)) for part in (was, now)]
            moment = min(max(start, issue.created), issue.updated)
            steps.append((moment, item("Sprint", ids[0], shown[0], ids[1], shown[1], custom=True)))
        if issue.status != todo:
            steps.append(
                (issue.category_changed, item("status", todo, names[todo], issue.status, names[issue.status]))
            )
        for moment, change in sorted(steps, key=lambda step: step[0]):
            issue.history.append(
                History(id=self.site.next_id(), author=author, created=moment, items=[change])
            )

    def _hang(self, project: Project, row: Mapping[str, Any]) -> None:
        if "parent" in row:
            issue = self.site.issues[self._id(project, int(row["n"]))]
            issue.parent = self._id(project, int(row["parent"]))
