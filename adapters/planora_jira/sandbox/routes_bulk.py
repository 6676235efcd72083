"""Routes of Cloud alone that change many issues: moves in the background, archiving; and create screens of both."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import body_of, face_of, needs_writer, number
from planora_jira.sandbox.bulk import BulkProblem, look, submit
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Issue
from planora_jira.sandbox.screens import create_screen
from planora_jira.sandbox.site import Site

MOST_ARCHIVED = 1000
PAGE = 200
NO_ARCHIVE = "No valid issue to archive or unarchive. Bad request."


class BulkRoutes:
    """Answers for bulk operations."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes; they stand before those of single issues."""
        api = "/rest/api/{v}"
        screens = [
            Route(f"{api}/issue/createmeta/{{project}}/issuetypes", self.types),
            Route(f"{api}/issue/createmeta/{{project}}/issuetypes/{{type}}", self.screen),
        ]
        if not self.site.cloud:
            return screens
        return [
            *screens,
            Route(f"{api}/bulk/issues/move", self.move, methods=["POST"]),
            Route(f"{api}/bulk/queue/{{task}}", self.queue),
            Route(f"{api}/issue/archive", self.archive, methods=["PUT"]),
            Route(f"{api}/issue/unarchive", self.unarchive, methods=["PUT"]),
        ]

    # -- create screens -----------------------------------------------------------------------------------

    async def types(self, request: Request) -> Response:
        """Return the types that can be created in a project."""
        face, project = face_of(self.site, request), self.site.project(request.path_params["project"])
        rows = [face.issue_type(self.site.types[type]) for type in project.types]
        return JSONResponse(self._page(request, rows, "issueTypes"))

    async def screen(self, request: Request) -> Response:
        """Return the fields of a create screen."""
        face, project = face_of(self.site, request), self.site.project(request.path_params["project"])
        type = request.path_params["type"]
        if type not in project.types:
            raise Problem(400, f"The issue type with id '{type}' is not valid for the project.")
        return JSONResponse(self._page(request, create_screen(face, project, type), "fields"))

    def _page(self, request: Request, rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
        start, size = (
            number(request.query_params.get(n), d) for n, d in (("startAt", 0), ("maxResults", 50))
        )
        if size > PAGE:
            raise Problem(400, f"Parameter 'maxResults' must not exceed the limit '{PAGE}'")
        body: dict[str, Any] = {"startAt": start, "maxResults": size, "total": len(rows)}
        shown = rows[start : start + size]
        if self.site.cloud:
            return body | {name: shown}
        return body | {"isLast": start + size >= len(rows), "values": shown}

    # -- moves --------------------------------------------------------------------------------------------

    async def move(self, request: Request) -> Response:
        """Take a move in; it is done later."""
        needs_writer(self.site, request)
        body, face = await body_of(request), face_of(self.site, request)
        try:
            task = submit(face, body)
        except BulkProblem as refused:
            return JSONResponse({"errors": [{"message": refused.message}]}, status_code=refused.status)
        return JSONResponse({"taskId": task.id}, status_code=201)

    async def queue(self, request: Request) -> Response:
        """Return how far a bulk operation is."""
        task = self.site.tasks.get(request.path_params["task"])
        if task is None:
            raise Problem(400, "The task associated with this taskId is not a bulk operation task")
        status = look(self.site, task)
        stamp = int(task.created.timestamp() * 1000)
        me = self.site.users[self.site.me].account_id
        body: dict[str, Any] = {
            "taskId": task.id,
            "status": status,
            "progressPercent": 100 if task.failed is not None else 50,
            "submittedBy": {"accountId": me},
            "created": stamp,
            "started": stamp,
            "updated": int(self.site.now().timestamp() * 1000),
        }
        if task.failed is not None:
            body |= {
                "processedAccessibleIssues": [id for id in task.issues if str(id) not in task.failed],
                "failedAccessibleIssues": task.failed,
                "invalidOrInaccessibleIssueCount": 0,
                "totalIssueCount": len(task.issues),
            }
        return JSONResponse(body)

    # -- archiving ----------------------------------------------------------------------------------------

    async def archive(self, request: Request) -> Response:
        """Archive issues; for administrators with a Premium licence."""
        return await self._archive(request, True)

    async def unarchive(self, request: Request) -> Response:
        """Take issues out of the archive."""
        return await self._archive(request, False)

    async def _archive(self, request: Request, archived: bool) -> Response:
        body = await body_of(request)
        if not self.site.site_admin:
            raise Problem(403, "Only admins can archive or unarchive issues. Access denied.")
        refs = [str(ref) for ref in body.get("issueIdsOrKeys") or ()]
        if len(refs) > MOST_ARCHIVED:
            what = f"The number of issues to archive or unarchive exceeds the hard limit of {MOST_ARCHIVED}."
            raise Problem(412, f"{what} Precondition failed.")
        found = {ref: self.site.find(ref) for ref in refs}
        good = [issue for issue in found.values() if issue is not None and self.site.level(issue) >= 0]
        if not good:
            raise Problem(400, NO_ARCHIVE)
        for issue in (one for parent in good for one in (parent, *self.site.children(parent))):
            if issue in good or self.site.level(issue) < 0:
                issue.archived = archived
        return JSONResponse({"errors": _errors(self.site, found), "numberOfIssuesUpdated": len(good)})


def _errors(site: Site, found: dict[str, Issue | None]) -> dict[str, Any]:
    absent = [ref for ref, issue in found.items() if issue is None]
    parts = [ref for ref, issue in found.items() if issue is not None and site.level(issue) < 0]
    rows = (
        ("issuesNotFound", "Issue not found.", absent),
        ("issueIsSubtask", "Issue is subtask.", parts),
    )
    return {
        name: {"count": len(refs), "issueIdsOrKeys": refs, "message": text}
        for name, text, refs in rows
        if refs
    }
