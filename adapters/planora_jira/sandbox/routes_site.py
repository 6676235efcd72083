"""Routes about the site: who and what it is, its fields, types, statuses, projects, people, rights."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import READ_ONLY_TOKEN, face_of, number, offset_page, words
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Project
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import LINK_TYPES, PRIORITIES, RESOLUTIONS, Site
from planora_jira.sandbox.values import alternatives, assignable

READING = frozenset({"BROWSE_PROJECTS"})
WRITING = frozenset(
    {
        "CREATE_ISSUES",
        "EDIT_ISSUES",
        "ASSIGN_ISSUES",
        "ASSIGNABLE_USER",
        "SCHEDULE_ISSUES",
        "TRANSITION_ISSUES",
        "LINK_ISSUES",
        "ADD_COMMENTS",
        "MOVE_ISSUES",
        "RESOLVE_ISSUES",
        "MANAGE_SPRINTS_PERMISSION",
        "BULK_CHANGE",
    }
)
ADMIN = frozenset({"ADMINISTER_PROJECTS"})
NEVER = frozenset({"ADMINISTER", "DELETE_ISSUES"})


class SiteRoutes:
    """Answers questions about the site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes."""
        api = "/rest/api/{v}"
        shared = [
            Route(f"{api}/serverInfo", self.server_info),
            Route(f"{api}/myself", self.myself),
            Route(f"{api}/field", self.fields),
            Route(f"{api}/issuetype", self.types),
            Route(f"{api}/issuetype/{{id}}/alternatives", self.alternatives),
            Route(f"{api}/status", self.statuses),
            Route(f"{api}/statuscategory", self.categories),
            Route(f"{api}/priority", self.priorities),
            Route(f"{api}/resolution", self.resolutions),
            Route(f"{api}/issueLinkType", self.link_types),
            Route(f"{api}/mypermissions", self.permissions),
            Route(f"{api}/user/assignable/search", self.assignable),
            Route(f"{api}/project", self.projects),
        ]
        cloud = [
            Route("/_edge/tenant_info", self.tenant),
            Route(f"{api}/project/search", self.project_search),
        ]
        named = [
            Route(f"{api}/project/{{key}}", self.project),
            Route(f"{api}/project/{{key}}/statuses", self.project_statuses),
        ]
        return shared + (cloud if self.site.cloud else []) + named

    # -- the site -----------------------------------------------------------------------------------------

    async def tenant(self, request: Request) -> Response:
        """Return the site's cloud id."""
        return JSONResponse({"cloudId": "00000000-0000-4000-8000-000000000000"})

    async def server_info(self, request: Request) -> Response:
        """Return what the site is."""
        face = face_of(self.site, request)
        body: dict[str, Any] = {
            "baseUrl": face.base,
            "version": "1001.0.0-SNAPSHOT" if self.site.cloud else "9.12.14",
            "versionNumbers": [1001, 0, 0] if self.site.cloud else [9, 12, 14],
            "deploymentType": "Cloud" if self.site.cloud else "Server",
            "buildNumber": 100300,
            "buildDate": "2026-11-02T00:00:00.000+0100",
            "serverTime": face.stamp(self.site.now()),
            "scmInfo": "0000000000000000000000000000000000000000",
            "serverTitle": "Jira",
        }
        return JSONResponse(body if self.site.cloud else body | {"defaultLocale": {"locale": "en_US"}})

    async def myself(self, request: Request) -> Response:
        """Return the account that asks."""
        face = face_of(self.site, request)
        user = face.user(self.site.me) or {}
        groups = {"size": 1, "items": []}
        more = {"expand": "groups,applicationRoles"}
        return JSONResponse(user | more | {"locale": "en_GB", "groups": groups, "applicationRoles": groups})

    async def fields(self, request: Request) -> Response:
        """Return the fields."""
        return JSONResponse([definition.payload() for definition in self.site.fields])

    async def types(self, request: Request) -> Response:
        """Return all issue types."""
        face = face_of(self.site, request)
        rows = [face.issue_type(kind) for kind in self.site.types.values()]
        if self.site.cloud:
            rows = [row | {"untranslatedName": row["name"]} for row in rows]
        return JSONResponse(rows)

    async def alternatives(self, request: Request) -> Response:
        """Return the types an issue of a type can become by an edit, over all projects."""
        face, asked = face_of(self.site, request), request.path_params["id"]
        if asked not in self.site.types:
            raise Problem(404, f"The issue type with id {asked} does not exist")
        found = {
            other: face.issue_type(self.site.types[other])
            for project in self.site.projects.values()
            if asked in project.types
            for other in alternatives(self.site, project, asked)
        }
        return JSONResponse(list(found.values()))

    async def statuses(self, request: Request) -> Response:
        """Return all statuses."""
        face = face_of(self.site, request)
        return JSONResponse([face.status(status) for status in self.site.statuses.values()])

    async def categories(self, request: Request) -> Response:
        """Return the status categories."""
        face = face_of(self.site, request)
        return JSONResponse([face.category(key) for key in ("new", "indeterminate", "done")])

    async def priorities(self, request: Request) -> Response:
        """Return the priorities."""
        face = face_of(self.site, request)
        return JSONResponse(
            [face.priority(key) | {"statusColor": "#999999", "description": ""} for key, _ in PRIORITIES]
        )

    async def resolutions(self, request: Request) -> Response:
        """Return the resolutions."""
        face = face_of(self.site, request)
        return JSONResponse([face.resolution(key) for key, _ in RESOLUTIONS])

    async def link_types(self, request: Request) -> Response:
        """Return the kinds of links."""
        face = face_of(self.site, request)
        return JSONResponse({"issueLinkTypes": [face.link_type(row[1]) for row in LINK_TYPES]})

    # -- projects -----------------------------------------------------------------------------------------

    async def projects(self, request: Request) -> Response:
        """Return all projects without pages."""
        face = face_of(self.site, request)
        return JSONResponse([face.project(project) for project in self.site.projects.values()])

    async def project_search(self, request: Request) -> Response:
        """Return a page of projects (Cloud)."""
        face, asked = face_of(self.site, request), request.query_params
        keys = asked.getlist("keys")
        text = asked.get("query", "").lower()
        rows = [
            self._project(face, project, asked.get("expand", ""))
            for project in self.site.projects.values()
            if (not keys or project.key in keys) and text in f"{project.key} {project.name}".lower()
        ]
        page = offset_page(rows, request, cap=100)
        return JSONResponse({"self": str(request.url).partition("?")[0]} | page)

    @staticmethod
    def _project(face: Face, project: Project, expand: str) -> dict[str, Any]:
        body = face.project(project, full=True)
        hidden = {"lead", "issueTypes", "description"} - set(expand.split(",")) | {
            "components",
            "versions",
            "assigneeType",
            "roles",
            "url",
        }
        return {key: value for key, value in body.items() if key not in hidden}

    async def project(self, request: Request) -> Response:
        """Return a project in full."""
        face = face_of(self.site, request)
        return JSONResponse(face.project(self.site.project(request.path_params["key"]), full=True))

    async def project_statuses(self, request: Request) -> Response:
        """Return the statuses of each issue type of a project."""
        face = face_of(self.site, request)
        project = self.site.project(request.path_params["key"])
        rows = []
        for key in project.types:
            known = self.site.statuses_of(project, key)
            statuses = [face.status(self.site.statuses[number]) for number in known]
            kind = face.issue_type(self.site.types[key])
            shown = {name: kind[name] for name in ("self", "id", "name", "subtask")}
            rows.append(shown | {"statuses": statuses})
        return JSONResponse(rows)

    # -- people and rights --------------------------------------------------------------------------------

    async def assignable(self, request: Request) -> Response:
        """Return people who can be assigned in a project."""
        face, asked = face_of(self.site, request), request.query_params
        if not (asked.get("project") or asked.get("issueKey")):
            raise Problem(400, "Either the 'project' or the 'issueKey' query parameter must be provided.")
        if asked.get("project"):
            self.site.project(asked["project"])
        text = asked.get("query" if self.site.cloud else "username", "").lower()
        account = asked.get("accountId")
        people = [
            user
            for user in self.site.users.values()
            if assignable(user)
            and (account is None or user.account_id == account)
            and (text in user.name.lower() or text in user.email.lower() or text == user.key)
        ]
        start, size = number(asked.get("startAt"), 0), number(asked.get("maxResults"), 50)
        return JSONResponse([face.user(user.key) for user in people[start : start + size]])

    async def permissions(self, request: Request) -> Response:
        """Return which of the asked rights the account has."""
        asked = words(request.query_params.get("permissions"))
        if not asked and self.site.cloud:
            raise Problem(400, "The 'permissions' query parameter is required.")
        known = READING | WRITING | ADMIN | NEVER
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise Problem(400, f"Unrecognized permission: {', '.join(unknown)}")
        key = request.query_params.get("projectKey")
        key = key or request.query_params.get("projectId")
        if key:
            self.site.project(key)
        writer = self.site.writer and request.scope.get("token") != READ_ONLY_TOKEN
        held: frozenset[str] = (
            READING
            | (WRITING if writer else frozenset())
            | (ADMIN if writer and self.site.admin else frozenset())
        ) - (frozenset() if self.site.bulk else frozenset({"BULK_CHANGE"}))
        rows = {
            name: {
                "id": str(place),
                "key": name,
                "name": name.replace("_", " ").capitalize(),
                "type": "GLOBAL" if name in ("ADMINISTER", "BULK_CHANGE") else "PROJECT",
                "description": "",
                "havePermission": name in held,
            }
            for place, name in enumerate(asked or sorted(known))
        }
        return JSONResponse({"permissions": rows})
