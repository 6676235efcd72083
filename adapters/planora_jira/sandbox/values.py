"""Reads field values out of requests: each slot's parser, with the error text that Jira gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from planora_jira.sandbox.documents import is_document
from planora_jira.sandbox.records import Issue, Project, User
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import PRIORITIES, RESOLUTIONS, Site

Parser = Callable[[Issue, Any], Any]


class BadValue(Exception):
    """A value that a field refuses; the text is what Jira says."""


class Values:
    """Parses values for the fields of issues."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.site: Site = face.site
        self.parsers: dict[str, Parser] = {
            "summary": self._summary,
            "description": self._description,
            "type": self._type,
            "priority": lambda i, v: self._named(v, PRIORITIES, "The priority selected is invalid."),
            "resolution": lambda i, v: self._named(v, RESOLUTIONS, "The resolution selected is invalid."),
            "assignee": self._assignee,
            "reporter": lambda i, v: self._user(v).key,
            "labels": self._labels,
            "versions": self._versions,
            "components": self._components,
            "owner": lambda i, v: None if v is None else self._user(v).key,
            "duedate": self._day,
            "start": self._day,
            "target_start": self._day,
            "target_end": self._day,
            "sprints": self._sprint,
            "points": self._number,
            "estimate": self._number,
            "severity": lambda i, v: self._option("severity", v),
            "theme": lambda i, v: self._option("theme", v),
            "roadmap": lambda i, v: self._option("roadmap", v),
            "project_start": self._interval,
            "project_target": self._interval,
            "flagged": self._flag,
            "parent": self._parent,
            "epic_link": self._parent_key,
            "parent_link": self._parent_key,
            "epic_name": lambda i, v: v,
            "legacy_labels": lambda i, v: v,
            "security": lambda i, v: None if v is None else str(v.get("name", "Internal")),
        }

    def parse(self, slot: str, issue: Issue, value: Any) -> Any:
        """Return the value to store; raises BadValue with Jira's words."""
        return self.parsers[slot](issue, value)

    # -- texts and numbers --------------------------------------------------------------------------------

    @staticmethod
    def _summary(issue: Issue, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise BadValue("You must specify a summary of the issue.")
        if "\n" in value:
            raise BadValue("The summary is invalid because it contains newline characters.")
        if len(value) > 255:
            raise BadValue("Summary can't exceed 255 characters.")
        return value

    def _description(self, issue: Issue, value: Any) -> Any:
        if value is None:
            return None
        if self.face.version == "3" and not is_document(value):
            raise BadValue(
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )
        if self.face.version != "3" and not isinstance(value, str):
            raise BadValue("Operation value must be a string")
        return value

    @staticmethod
    def _day(issue: Issue, value: Any) -> date | None:
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise BadValue('The date must be of the format "yyyy-MM-dd"') from None

    @staticmethod
    def _number(issue: Issue, value: Any) -> float | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadValue("Operation value must be a number")
        return value

    @staticmethod
    def _labels(issue: Issue, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            raise BadValue("Operation value must be an array of strings")
        for label in value:
            if " " in label:
                raise BadValue(f"The label '{label}' contains spaces which is invalid.")
        return list(dict.fromkeys(value))

    # -- choices ------------------------------------------------------------------------------------------

    @staticmethod
    def _named(value: Any, rows: tuple[tuple[str, str], ...], refusal: str) -> str:
        for number, name in rows:
            if isinstance(value, dict) and (str(value.get("id")) == number or value.get("name") == name):
                return number
        raise BadValue(refusal)

    def _option(self, slot: str, value: Any) -> str | None:
        if value is None:
            return None
        for name, number in self.face.option_ids(slot).items():
            if isinstance(value, dict) and (value.get("value") == name or str(value.get("id")) == number):
                return name
        given = value.get("value", value.get("id")) if isinstance(value, dict) else value
        raise BadValue(f"Option value '{given}' is not valid")

    def _flag(self, issue: Issue, value: Any) -> bool:
        return bool([self._option("flagged", each) for each in value or ()])

    def _versions(self, issue: Issue, value: Any) -> list[str]:
        known = self.site.projects[issue.project].versions
        found = []
        for wanted in value or ():
            match = [v.id for v in known if v.id == wanted.get("id") or v.name == wanted.get("name")]
            if not match:
                raise BadValue(f"Version name '{wanted.get('name')}' is not valid")
            found.append(match[0])
        return found

    def _components(self, issue: Issue, value: Any) -> list[str]:
        project = self.site.projects[issue.project]
        known = {name: number for number, name in project.component_names.items()}
        found = []
        for wanted in value or ():
            number = known.get(str(wanted.get("name")), str(wanted.get("id")))
            if number not in known.values():
                raise BadValue(f"Component name '{wanted.get('name')}' is not valid")
            found.append(number)
        return found

    def _sprint(self, issue: Issue, value: Any) -> list[int]:
        closed = [number for number in issue.sprints if self.site.sprints[number].state == "closed"]
        if value is None:
            return closed
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValue("Number value expected as the Sprint id.")
        sprint = self.site.sprints.get(value)
        if sprint is None:
            raise BadValue(f"Sprint with id {value} does not exist.")
        if sprint.state == "closed":
            raise BadValue("Issue can be assigned only active or future sprints.")
        if self.site.level(issue) < 0:
            raise BadValue(
                "Subtasks cannot be associated to a sprint. It's associated to the same sprint as its parent."
            )
        return [*closed, value]

    @staticmethod
    def _interval(issue: Issue, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.startswith("{"):
            raise BadValue("Operation value must be a string that holds an interval")
        return value

    # -- types and parents --------------------------------------------------------------------------------

    def _type(self, issue: Issue, value: Any) -> str:
        project = self.site.projects[issue.project]
        for number in project.types:
            kind = self.site.types[number]
            if isinstance(value, dict) and (value.get("id") == kind.id or value.get("name") == kind.name):
                return number
        raise BadValue("The issue type selected is invalid.")

    def _parent(self, issue: Issue, value: Any) -> int | None:
        if isinstance(value, dict) and value.get("none") is True:
            if self.site.level(issue) < 0:
                raise BadValue("Issue type is a sub-task but parent issue key or id not specified.")
            return None
        if not isinstance(value, dict) or not (value.get("id") or value.get("key")):
            raise BadValue("data was not an object")
        return self._fitting(issue, str(value.get("id") or value.get("key")))

    def _parent_key(self, issue: Issue, value: Any) -> int | None:
        return None if value is None else self._fitting(issue, str(value))

    def _fitting(self, issue: Issue, ref: str) -> int:
        parent = self.site.find(ref)
        if parent is None or parent.archived:
            raise BadValue("Could not find valid 'id' or 'key' using the given 'parent' value.")
        if not fits(self.site, issue.type, parent):
            raise BadValue("Given parent issue does not belong to the appropriate hierarchy.")
        return parent.id

    # -- people -------------------------------------------------------------------------------------------

    def _user(self, value: Any) -> User:
        attribute, name = ("account_id", "accountId") if self.site.cloud else ("key", "name")
        given = value.get(name, value.get("id")) if isinstance(value, dict) else None
        user = self.site.user_by(attribute, given)
        if user is None:
            raise BadValue(
                f"Specify a valid '{name}' for the user."
                if given is None
                else f"User '{given}' does not exist."
            )
        return user

    def _assignee(self, issue: Issue, value: Any) -> str | None:
        if value is None:
            return None
        user = self._user(value)
        if not assignable(user):
            raise BadValue(f"User '{user.account_id}' cannot be assigned issues.")
        return user.key


def assignable(user: User) -> bool:
    """Return whether an account can be an assignee: active, and no portal customer or app."""
    return user.active and user.account_type == "atlassian"


def fits(site: Site, type_id: str, parent: Issue) -> bool:
    """Return whether an issue of a type may hang under `parent`."""
    level, above = site.types[type_id].level, site.level(parent)
    return above in (0, 1) if level < 0 else above == level + 1


def alternatives(site: Site, project: Project, type_id: str) -> list[str]:
    """Return the types an issue can be changed to by an edit: same sort, same workflow."""
    level = site.types[type_id].level
    return [
        other
        for other in project.types
        if other != type_id
        and project.workflows.get(other) == project.workflows.get(type_id)
        and (site.types[other].level < 0) == (level < 0)
        and max(site.types[other].level, level) < 2
    ]
