"""The sandbox: a Jira site in this process, Cloud or Data Center, with a workspace in it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from planora_jira.sandbox.asking import READ_ONLY_TOKEN
from planora_jira.sandbox.gate import JiraGate
from planora_jira.sandbox.loading import load, read_toml
from planora_jira.sandbox.problems import Problem, on_problem
from planora_jira.sandbox.routes_agile import AgileRoutes
from planora_jira.sandbox.routes_bulk import BulkRoutes
from planora_jira.sandbox.routes_extras import ExtraRoutes
from planora_jira.sandbox.routes_issues import IssueRoutes
from planora_jira.sandbox.routes_search import SearchRoutes
from planora_jira.sandbox.routes_site import SiteRoutes
from planora_jira.sandbox.site import Site
from planora_sync.http.inprocess import ASGIApp
from planora_sync.sandbox import Expected, Sandbox

TOKEN = "sandbox-token"  # noqa: S105 - the sandbox's own, good for nothing else
MAPPINGS = {"kanban": "jira-kanban", "discovery": "jira-discovery"}
BESIDE: Mapping[str, Mapping[str, str]] = {"discovery": {"BOOK": "jira-scrum"}}
"""Workspace -> mappings of the projects that it stands beside."""


class JiraSandbox(Sandbox):
    """A Jira site. Cloud without a word; `deployment="data_center"` answers as a Data Center does."""

    tracker: ClassVar[str] = "jira"
    workspaces: ClassVar[tuple[str, ...]] = ("messy", "scrum", "kanban", "discovery", "empty")
    further_faults: ClassVar[frozenset[str]] = JiraGate.spoils | JiraGate.astray | JiraGate.redirects
    """How slow the index is, the constructor is told (`search_lag`)."""

    def __init__(
        self,
        workspace: str,
        *,
        now: Callable[[], datetime],
        deployment: str = "cloud",
        search_lag: timedelta = timedelta(0),
        page_cap: int = 100,
        project_admin: bool = True,
    ) -> None:
        """Load a workspace.

        Args:
            workspace: one of `workspaces`.
            now: the clock, aware UTC; the workspace's dates count from it at construction.
            deployment: `cloud` or `data_center`.
            search_lag: how long the search index needs to see a write.
            page_cap: the longest page of a search.
            project_admin: whether the account administers the projects.
        """
        super().__init__(workspace, now=now)
        if workspace not in self.workspaces:
            raise ValueError(f"{workspace!r} is no workspace of this sandbox: {', '.join(self.workspaces)}")
        if deployment not in ("cloud", "data_center"):
            raise ValueError(f"{deployment!r} is no deployment: cloud, data_center")
        self.deployment = deployment
        self.site = Site(
            now=now, deployment=deployment, lag=search_lag, page_cap=page_cap, admin=project_admin
        )
        load(self.site, workspace)
        user = self.site.users[self.site.me]
        self._user = user.email if deployment == "cloud" else user.key
        self._app = self._build()

    @property
    def app(self) -> ASGIApp:
        """The API as an ASGI app."""
        return self._app

    def connection(self, url: str) -> Mapping[str, object]:
        """The body of a `[connections.NAME]` table that reads this workspace at `url`."""
        body: dict[str, object] = {"tracker": self.tracker, "url": url, "deployment": self.deployment}
        if self.deployment == "cloud":
            body["user"] = self._user
        keys = [project.key for project in self.site.projects.values()]
        table: dict[str, object] = body | {
            "token": TOKEN,
            "projects": keys,
            "mapping": MAPPINGS.get(self.workspace, "jira-scrum"),
        }
        return table | ({"mappings": dict(BESIDE[self.workspace])} if self.workspace in BESIDE else {})

    def expected(self) -> tuple[Expected, ...]:
        """What the workspace's author says is misfiled, and the near misses."""
        by_key = {issue.key: issue for issue in self.site.issues.values()}
        rows = read_toml(f"{self.workspace}.expected.toml").get("entry", ())
        return tuple(
            Expected(
                id=str(by_key[row["key"]].id),
                key=row["key"],
                title=by_key[row["key"]].summary,
                codes=tuple(row["codes"]),
                nature=row.get("nature"),
                why=row["why"],
                after=tuple(row.get("after", ())),
            )
            for row in rows
        )

    def example(self, url: str) -> str:
        """Return a command line that asks who the account is."""
        return shlex.join(
            ["curl", "-u", f"{self._user}:{TOKEN}", f"{url}/rest/api/3/myself"]
            if self.deployment == "cloud"
            else ["curl", "-H", f"Authorization: Bearer {TOKEN}", f"{url}/rest/api/2/myself"]
        )

    def _build(self) -> ASGIApp:
        areas = (SiteRoutes, SearchRoutes, AgileRoutes, BulkRoutes, IssueRoutes, ExtraRoutes)
        routes = [route for area in areas for route in area(self.site).routes()]
        inner = Starlette(
            routes=routes, exception_handlers={Problem: on_problem, 404: _no_route, 405: _no_route}
        )
        accounts = {TOKEN: self._user, READ_ONLY_TOKEN: self._user}
        user = self.site.users[self.site.me]
        return JiraGate(
            inner,
            self.faults,
            self.ledger,
            deployment=self.deployment,
            accounts=accounts,
            me=user.account_id if self.deployment == "cloud" else user.key,
        )


async def _no_route(request: Request, failure: Exception) -> Response:
    """Return what Jira says where nothing is."""
    status = getattr(failure, "status_code", 404)
    body = {"message": "null for uri: " + request.url.path, "status-code": status}
    return JSONResponse(body, status_code=status)
