"""Creates issues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from planora_jira.sandbox.editing import OFF_SCREEN, Editor
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Issue, Project
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import Site
from planora_jira.sandbox.values import BadValue, Values

LONGEST_PROPERTY = 32768


def create(face: Face, body: Mapping[str, Any]) -> Issue:
    """Create an issue from a request's body and return it; raises the vendor's 400 and then creates nothing."""
    fields = dict(body.get("fields") or {})
    project = _project(face.site, fields.pop("project", None))
    issue = _blank(face, project, fields)
    properties = _properties(body.get("properties") or [])
    _check_demands(face.site, project, fields)
    if "parent" in fields and face.site.level(issue) < 0 and not face.site.cloud:
        # On Data Center `parent` is on the create screen of subtasks only, and on no edit screen.
        issue.parent = _parent(face, issue, fields.pop("parent"))
    Editor(face).edit(issue, fields, dict(body.get("update") or {}))
    if face.site.level(issue) < 0 and issue.parent is None:
        wrong = "Issue type is a sub-task but parent issue key or id not specified."
        raise Problem(400, fields={"parent": wrong})
    issue.properties = properties
    issue.history.clear()
    project.last += 1
    face.site.issues[issue.id] = issue
    face.site.stale.pop(issue.id, None)
    face.site.remember_new(issue)
    return issue


def _check_demands(site: Site, project: Project, fields: Mapping[str, Any]) -> None:
    """Refuse a creation that leaves out what the create screen demands."""
    demanded = [definition for definition in site.fields if definition.slot in project.demands]
    errors = {d.id: f"{d.name} is required." for d in demanded if not fields.get(d.id)}
    if errors:
        raise Problem(400, fields=errors)


def property_value(key: str, value: Any) -> Any:
    """Return an issue property's value; raises the vendor's 400 for what is too long."""
    if len(key) > 255 or len(json.dumps(value)) > LONGEST_PROPERTY:
        raise Problem(400, "The property key or value is too long.")
    return value


def _project(site: Site, value: Any) -> Project:
    wanted = value.get("key", value.get("id")) if isinstance(value, dict) else None
    for project in site.projects.values():
        if wanted in (project.key, project.id):
            return project
    raise Problem(400, fields={"project": "Specify a valid project ID or key"})


def _blank(face: Face, project: Project, fields: dict[str, Any]) -> Issue:
    site, number = face.site, project.last + 1
    moment = site.now()
    issue = Issue(
        id=int(project.id) + number,
        key=f"{project.key}-{number}",
        project=project.id,
        type=project.types[0],
        status=project.statuses[0],
        summary="",
        reporter=site.me,
        creator=site.me,
        created=moment,
        updated=moment,
        category_changed=moment,
        rank=f"0|i{number:05d}:",
        assignee=project.default_assignee,
    )
    errors = {}
    try:
        issue.type = Values(face).parse("type", issue, fields.pop("issuetype", None))
    except BadValue:
        errors["issuetype"] = "Specify an issue type"
    if "summary" not in fields:
        errors["summary"] = "You must specify a summary of the issue."
    epic_name = next((f.id for f in site.fields if f.slot == "epic_name"), "")
    if not site.cloud and not errors and site.types[issue.type].level == 1 and not fields.get(epic_name):
        errors[epic_name] = "Epic Name is required."
    if errors:
        raise Problem(400, fields=errors)
    return issue


def _parent(face: Face, issue: Issue, value: Any) -> int:
    try:
        return int(Values(face).parse("parent", issue, value))
    except BadValue as refused:
        raise Problem(400, fields={"parent": str(refused)}) from None


def _properties(rows: Any) -> dict[str, Any]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "key" in row for row in rows):
        raise Problem(400, OFF_SCREEN.format("properties"))
    return {str(row["key"]): property_value(str(row["key"]), row.get("value")) for row in rows}
