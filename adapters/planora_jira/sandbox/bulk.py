"""Bulk moves (Cloud): checked when they are asked for, done in the background, one answer a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_jira.sandbox.editing import Editor
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Issue, Project, Task
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import MOST_TASKS, Site, item
from planora_jira.sandbox.values import fits

MOST = 1000
INFER = (
    "inferFieldDefaults",
    "inferStatusDefaults",
    "inferSubtaskTypeDefault",
    "inferClassificationDefaults",
)


class BulkProblem(Exception):
    """A refusal of a bulk operation, whose errors are an array."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def submit(face: Face, body: Mapping[str, Any]) -> Task:
    """Take a move in and return its task; raises the vendor's refusal, and then moves nothing."""
    site = face.site
    if not site.bulk:
        raise BulkProblem(403, "You do not have the global permission to make bulk changes.")
    if len([task for task in site.tasks.values() if task.failed is None]) >= MOST_TASKS:
        raise BulkProblem(400, f"No more than {MOST_TASKS} bulk operations can run at the same time.")
    mappings = body.get("targetToSourcesMapping") or {}
    if not mappings:
        raise BulkProblem(400, "targetToSourcesMapping must not be empty")
    moves = [_Move(face, key, row) for key, row in mappings.items()]
    task = Task(
        id=str(site.next_id()),
        created=site.now(),
        moves=[move.make for move in moves],
        issues=[issue.id for move in moves for issue in move.issues],
    )
    site.tasks[task.id] = task
    return task


def look(site: Site, task: Task) -> str:
    """Return the status of a task, which goes on as it is asked after."""
    task.polls += 1
    if task.failed is None and task.polls >= site.task_polls:
        finish(task)
    if task.failed is not None:
        return "COMPLETE"
    return "ENQUEUED" if task.polls == 1 else "RUNNING"


def finish(task: Task) -> None:
    """Do what a task is for."""
    task.failed = {}
    for move in task.moves:
        task.failed |= move()


class _Move:
    """The issues that go to one project and type."""

    def __init__(self, face: Face, key: str, row: Mapping[str, Any]) -> None:
        self.site = face.site
        self.editor = Editor(face)
        parts = [part.strip() for part in key.split(",")]
        try:
            self.project: Project = self.site.project(parts[0])
        except Problem:
            raise BulkProblem(400, "The target project is not valid") from None
        self.type = parts[1] if len(parts) > 1 else ""
        if self.type not in self.project.types:
            raise BulkProblem(400, "The target issue type is not valid for the target project")
        self.parent = self.site.find(parts[2]) if len(parts) > 2 else None
        self.row = row
        found = [self.site.find(str(ref)) for ref in row.get("issueIdsOrKeys") or ()]
        self.issues: list[Issue] = [issue for issue in found if issue is not None and not issue.archived]
        if not found or len(self.issues) < len(found):
            raise BulkProblem(400, "Some of the issues in the issueIdsOrKeys are not valid")
        if len(self.issues) > MOST:
            raise BulkProblem(400, f"No more than {MOST} issues can be moved at once")
        self._check()

    def _check(self) -> None:
        level = self.site.types[self.type].level
        if level < 0 and self.parent is None:
            raise BulkProblem(400, "A parent is required where the target issue type is a subtask")
        if self.parent is not None and not fits(self.site, self.type, self.parent):
            raise BulkProblem(400, "The parent does not belong to the appropriate hierarchy")
        self.statuses = {
            str(source): str(target)
            for row in self.row.get("targetStatus") or ()
            for target, sources in (row.get("statuses") or {}).items()
            for source in sources
        }
        known = self.site.statuses_of(self.project, self.type)
        for issue in self.issues:
            wanted = self.statuses.get(issue.status)
            infer = self.row.get("inferStatusDefaults")
            if issue.status not in known and not infer and wanted not in known:
                raise BulkProblem(
                    400, "A target status is required for each status that is not in the target"
                )

    def make(self) -> dict[str, list[str]]:
        """Move the issues and return why some could not be."""
        failed = {}
        for issue in self.issues:
            missing = [slot for slot in sorted(self.project.demands) if not getattr(issue, slot, None)]
            if missing:
                failed[str(issue.id)] = [f"{slot} is required in {self.project.key}" for slot in missing]
                continue
            self._one(issue, self.type)
        return failed

    def _one(self, issue: Issue, type: str) -> None:
        site, former, was = self.site, issue.key, issue.type
        site.remember(issue)
        subtasks = [child for child in site.children(issue) if site.level(child) < 0]
        rows = [item("issuetype", was, site.types[was].name, type, site.types[type].name)]
        issue.type = type
        if issue.project != self.project.id:
            rows += self._change_project(issue, former)
        known = site.statuses_of(self.project, type)
        if issue.status not in known:
            status = self.statuses.get(issue.status, known[0])
            names = site.statuses[issue.status].name, site.statuses[status].name
            rows.append(item("status", issue.status, names[0], status, names[1]))
            issue.status, issue.category_changed = status, site.now()
        if self.parent is not None:
            issue.parent = self.parent.id
        site.touch(issue, [*rows, *self.editor.follow_type(issue)])
        default = next((t for t in self.project.types if site.types[t].level < 0), None)
        for child in subtasks:
            if child.project != self.project.id and default is not None:
                self._one(child, default)

    def _change_project(self, issue: Issue, former: str) -> list[dict[str, Any]]:
        old = self.site.projects[issue.project]
        self.project.last += 1
        issue.project, issue.key = self.project.id, f"{self.project.key}-{self.project.last}"
        issue.former_keys.append(former)
        # What belongs to a project stays behind.
        issue.components, issue.versions, issue.security = [], [], None
        parent = self.site.issues.get(issue.parent or 0)
        if self.project.style == "next-gen" and parent is not None and parent.project != self.project.id:
            issue.parent = None
        return [
            item("project", old.id, old.name, self.project.id, self.project.name),
            item("Key", None, former, None, issue.key),
        ]
