"""Transitions and sprint moves: what Jira allows, and what follows by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planora_jira.sandbox.editing import Editor
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Issue, Sprint, Transition
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import RESOLUTIONS, Site, item
from planora_jira.sandbox.values import BadValue, Values

MOST = 50
"""How many issues one agile move takes."""


def move_status(site: Site, issue: Issue, status: str) -> None:
    """Set a status with its consequences: category date, resolution, changelog."""
    former, new = site.statuses[issue.status], site.statuses[status]
    site.remember(issue)
    issue.status = status
    rows = [item("status", former.id, former.name, new.id, new.name)]
    if former.category != new.category:
        issue.category_changed = site.now()
    if new.category == "done" and issue.resolution is None:
        issue.resolution = "10000"
        rows.append(item("resolution", None, None, "10000", "Done"))
    if new.category == "done" and issue.resolved is None:
        issue.resolved = site.now()
    if new.category != "done" and issue.resolution is not None:
        rows.append(item("resolution", issue.resolution, None, None, None))
        issue.resolution = issue.resolved = None
    site.touch(issue, rows)


def transit(face: Face, issue: Issue, body: Mapping[str, Any]) -> None:
    """Take a transition; raises the vendor's 400 where it cannot be taken."""
    site = face.site
    number = str((body.get("transition") or {}).get("id", ""))
    if not number:
        raise Problem(400, "Missing 'transition' identifier")
    step = next((one for one in site.transitions(issue) if one.id == number), None)
    if step is None:
        raise Problem(
            400,
            f"It seems that you have tried to perform a workflow operation ({number}) that is not valid for the "
            f"current state of this issue {issue.key}. The likely cause is that somebody has changed the issue "
            "recently, please look at the issue history for details.",
        )
    given = dict(body.get("fields") or {})
    _check_screen(step, given)
    planned = _screen_values(face, issue, step, given)
    for slot, value in planned.items():
        setattr(issue, slot, value)
    for verb in (body.get("update") or {}).get("comment", ()):
        Editor(face).comment(issue, verb["add"]["body"])
    move_status(site, issue, step.to)


def _screen_values(face: Face, issue: Issue, step: Transition, given: Mapping[str, Any]) -> dict[str, Any]:
    values, planned, errors = Values(face), dict[str, Any](), dict[str, str]()
    for name, value in given.items():
        slot = face.site.by_id[name].slot
        try:
            planned[slot] = values.parse(slot, issue, value)
        except BadValue as refused:
            errors[name] = str(refused)
            continue
        allowed = step.allows.get(name)
        if name == "resolution" and allowed is not None and dict(RESOLUTIONS)[planned[slot]] not in allowed:
            errors[name] = "The resolution selected is invalid."
    if errors:
        raise Problem(400, fields=errors)
    return planned


def _check_screen(step: Transition, given: Mapping[str, Any]) -> None:
    errors = {name: f"{name.capitalize()} is required." for name in step.requires if not given.get(name)}
    for name in given:
        if name not in (*step.requires, *step.shows):
            errors[name] = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
    if errors:
        raise Problem(400, fields=errors)


def move_to_sprint(site: Site, sprint: Sprint | None, issues: Sequence[Issue]) -> None:
    """Put issues into a sprint, or (None) out of every open one; closed sprints stay in their history."""
    if sprint is not None and sprint.state == "closed":
        raise Problem(400, "Issues can be moved only to active or future sprints.")
    for issue in issues:
        if site.level(issue) < 0:
            raise Problem(
                400, f"{issue.key}: sub-tasks cannot be moved on their own, they follow their parent."
            )
    for issue in issues:
        site.count_write(issue)
    for issue in issues:
        site.remember(issue)
        was = list(issue.sprints)
        issue.sprints = [n for n in was if site.sprints[n].state == "closed"]
        if sprint is not None:
            issue.sprints.append(sprint.id)
        site.touch(issue, [_sprint_row(site, was, issue.sprints)])


def _sprint_row(site: Site, was: Sequence[int], now: Sequence[int]) -> dict[str, Any]:
    def shown(numbers: Sequence[int]) -> tuple[str, str]:
        return ", ".join(map(str, numbers)), ", ".join(site.sprints[n].name for n in numbers)

    return item("Sprint", *shown(was), *shown(now), custom=True)


def asked_issues(site: Site, body: Mapping[str, Any]) -> list[Issue]:
    """Return the issues that an agile move names; raises the vendor's 400 above 50 and for unknown ones."""
    refs = body.get("issues")
    if not isinstance(refs, list) or not refs:
        raise Problem(400, "No issues were specified.")
    if len(refs) > MOST:
        raise Problem(400, f"The number of issues is limited to {MOST}.")
    found = [site.find(str(ref)) for ref in refs]
    absent = [str(ref) for ref, issue in zip(refs, found, strict=True) if issue is None or issue.archived]
    if absent:
        raise Problem(
            400, *(f"Issue '{ref}' does not exist or you do not have permission to see it." for ref in absent)
        )
    return [issue for issue in found if issue is not None]


def change_sprint(site: Site, sprint: Sprint, state: str) -> None:
    """Start or close a sprint; what is unfinished at the end goes back to the backlog."""
    allowed = {("future", "active"), ("active", "closed")}
    if state == sprint.state:
        return
    if (sprint.state, state) not in allowed:
        raise Problem(400, f"The sprint cannot go from {sprint.state} to {state}.")
    if state == "active" and not (sprint.start and sprint.end):
        raise Problem(400, "Start date and end date must be set to start a sprint.")
    sprint.state = state
    if state == "closed":
        sprint.complete = site.now()
