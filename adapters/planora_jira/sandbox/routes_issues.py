"""Routes of one issue: read, create, edit, transitions, screens, changelog."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import body_of, face_of, needs_writer, offset_page, words
from planora_jira.sandbox.creating import create
from planora_jira.sandbox.editing import LISTS, Editor
from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.problems import Problem, missing_issue
from planora_jira.sandbox.records import Issue, Transition
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.screens import allowed_values
from planora_jira.sandbox.site import RESOLUTIONS, Site
from planora_jira.sandbox.workflow import transit

MOST_CREATED = 50
NO_MAIL_RIGHT = "To discard the user notification either admin or project admin permissions are required."


class IssueRoutes:
    """Answers for single issues."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes."""
        api = "/rest/api/{v}/issue"
        routes = [
            Route(api, self.create, methods=["POST"]),
            Route(f"{api}/bulk", self.create_many, methods=["POST"]),
            Route(f"{api}/{{key}}", self.read, methods=["GET"]),
            Route(f"{api}/{{key}}", self.edit, methods=["PUT"]),
            Route(f"{api}/{{key}}/editmeta", self.edit_meta),
            Route(f"{api}/{{key}}/transitions", self.transitions, methods=["GET"]),
            Route(f"{api}/{{key}}/transitions", self.transit, methods=["POST"]),
        ]
        if self.site.cloud:
            routes.append(Route(f"{api}/{{key}}/changelog", self.changelog))
        return routes

    def issue(self, request: Request) -> Issue:
        """Return the issue in the path; raises the vendor's 404."""
        issue = self.site.issue(request.path_params["key"])
        if issue.archived:
            raise missing_issue()
        return issue

    # -- reading ------------------------------------------------------------------------------------------

    async def read(self, request: Request) -> Response:
        """Return an issue."""
        issue, view = self.issue(request), IssueView(face_of(self.site, request))
        asked = request.query_params
        expand = words(asked.get("expand"))
        wanted = view.choose(words(asked.get("fields")), "*all")
        body = view.issue(issue, wanted, expand, words(asked.get("properties")))
        if "names" in expand:
            body["names"] = view.names(wanted)
        return JSONResponse(body)

    async def changelog(self, request: Request) -> Response:
        """Return a page of the changelog (Cloud)."""
        issue, view = self.issue(request), IssueView(face_of(self.site, request))
        page = offset_page(view.histories(issue), request, cap=100, default=100)
        return JSONResponse({"self": str(request.url).partition("?")[0]} | page)

    async def edit_meta(self, request: Request) -> Response:
        """Return what can be edited and which values it takes."""
        issue, face = self.issue(request), face_of(self.site, request)
        editor = Editor(face)
        shown: dict[str, Any] = {}
        for definition in self.site.fields:
            if editor.may_set(issue, definition.id) is None:
                continue
            lists = definition.slot in LISTS
            shown[definition.id] = {
                "required": definition.id == "summary",
                "schema": definition.schema(),
                "name": definition.name,
                "key": definition.id,
                "operations": ["add", "set", "remove"] if lists else ["set"],
            } | allowed_values(face, self.site.projects[issue.project], definition.slot)
        return JSONResponse({"fields": shown})

    # -- writing ------------------------------------------------------------------------------------------

    async def create(self, request: Request) -> Response:
        """Create an issue."""
        needs_writer(self.site, request)
        face, body = face_of(self.site, request), await body_of(request)
        issue = create(face, body)
        return JSONResponse(IssueView(face).stub(issue), status_code=201)

    async def create_many(self, request: Request) -> Response:
        """Create issues; errors come as an array with the number of each that failed."""
        needs_writer(self.site, request)
        face, body = face_of(self.site, request), await body_of(request)
        wanted = body.get("issueUpdates") or []
        if len(wanted) > MOST_CREATED:
            raise Problem(400, f"The number of issues is limited to {MOST_CREATED}.")
        made, errors = [], []
        for place, one in enumerate(wanted):
            try:
                made.append(IssueView(face).stub(create(face, one)))
            except Problem as refused:
                why = {"errorMessages": refused.messages, "errors": refused.fields}
                errors.append({"status": refused.status, "elementErrors": why, "failedElementNumber": place})
        return JSONResponse({"issues": made, "errors": errors}, status_code=201 if made else 400)

    async def edit(self, request: Request) -> Response:
        """Edit an issue; a `transition` in the body is passed over, as Jira does."""
        issue, body = self.issue(request), await body_of(request)
        needs_writer(self.site, request)
        if request.query_params.get("notifyUsers", "true").lower() == "false" and not self.site.admin:
            raise Problem(403, NO_MAIL_RIGHT)
        face = face_of(self.site, request)
        Editor(face).edit(issue, dict(body.get("fields") or {}), dict(body.get("update") or {}))
        for row in body.get("properties") or ():
            issue.properties[str(row["key"])] = row.get("value")
        if self.site.cloud and request.query_params.get("returnIssue", "").lower() == "true":
            view = IssueView(face)
            return JSONResponse(view.issue(issue, view.choose([], "*all")))
        return Response(status_code=204)

    async def transitions(self, request: Request) -> Response:
        """Return the transitions that the account can take from the present status."""
        issue, face = self.issue(request), face_of(self.site, request)
        steps = self.site.transitions(issue)
        if request.query_params.get("transitionId"):
            steps = [step for step in steps if step.id == request.query_params["transitionId"]]
        with_fields = "transitions.fields" in words(request.query_params.get("expand"))
        if request.scope.get("token") and not self.site.writer:
            steps = []
        rows = [self._transition(face, step, with_fields) for step in steps]
        return JSONResponse({"expand": "transitions", "transitions": rows})

    def _transition(self, face: Face, step: Transition, with_fields: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "id": step.id,
            "name": step.name,
            "to": face.status(self.site.statuses[step.to]),
            "hasScreen": bool(step.requires or step.shows),
            "isGlobal": not step.sources,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "isLooped": False,
        }
        if with_fields:
            body["fields"] = {
                name: self._on_transition(face, step, name) for name in (*step.requires, *step.shows)
            }
        return body

    def _on_transition(self, face: Face, step: Transition, name: str) -> dict[str, Any]:
        definition = self.site.by_id[name]
        row: dict[str, Any] = {
            "required": name in step.requires,
            "schema": definition.schema(),
            "name": definition.name,
            "key": name,
            "hasDefaultValue": False,
            "operations": ["set"],
        }
        if name == "resolution":
            wanted = step.allows.get(name)
            known = [key for key, called in RESOLUTIONS if wanted is None or called in wanted]
            row["allowedValues"] = [face.resolution(key) for key in known]
        return row

    async def transit(self, request: Request) -> Response:
        """Take a transition."""
        issue, body = self.issue(request), await body_of(request)
        needs_writer(self.site, request)
        transit(face_of(self.site, request), issue, body)
        return Response(status_code=204)
