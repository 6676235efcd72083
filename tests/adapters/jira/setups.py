"""Adapters over sandboxes, for the tests of the adapter."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox
from planora_jira.sandbox.records import Project

from planora_sync.adapter import AdapterContext
from planora_sync.change import Change as FieldChange
from planora_sync.change import Field, Value
from planora_sync.http import ASGIApp
from planora_sync.model import Entry, Named
from planora_sync.sandbox import Fault
from tests.adapters.jira.site import BASE, Clock


def no_wait(seconds: float) -> None:
    """Let no time pass."""


def context_of(sandbox: JiraSandbox, url: str | None = None, **changes: Any) -> AdapterContext:
    """Return a read-write context over a sandbox: in process, or at `url` over a socket."""
    body = sandbox.connection(url or BASE)
    given: dict[str, Any] = {
        "name": "work",
        "url": url or BASE,
        "deployment": sandbox.deployment,
        "user": body.get("user"),
        "token": body["token"],
        "read_only": False,
        "scope": ("CARE",),
        "app": None if url else sandbox.app,
        "now": sandbox.now,
        "sleep": no_wait,
        "timeout": 10.0,
    }
    return AdapterContext(**(given | changes))


def adapter_of(sandbox: JiraSandbox, url: str | None = None, **changes: Any) -> JiraAdapter:
    """Return an adapter over a sandbox."""
    return JiraAdapter(context_of(sandbox, url, **changes))


DEPLOYMENTS = ["cloud", "data_center"]
SEARCH = "/rest/api/3/search/jql"
Answer = tuple[int, Mapping[str, str], bytes]
Change = Callable[[Any, Any], Any]


class Tampered:
    """A site whose answers on some paths are changed on the way: for what no sandbox does by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._rules: list[tuple[str, str, Change]] = []
        self.bodies: list[tuple[str, str, Any]] = []
        """Method, path and JSON of each request, in order."""

    def on(self, method: str, path: str, change: Change) -> None:
        """Change answers: `change` gets the request's JSON and the answer's, and returns JSON or an `Answer`."""
        self._rules.append((method, path, change))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = (await receive())["body"]
        sent: list[Any] = []

        async def again() -> Any:
            return {"type": "http.request", "body": asked, "more_body": False}

        async def keep(message: Any) -> None:
            sent.append(message)

        await self._app(scope, again, keep)
        question = json.loads(asked) if asked else None
        self.bodies.append((scope["method"], scope["path"], question))
        for method, path, change in self._rules:
            if method == scope["method"] and fnmatchcase(scope["path"], path):
                sent = _changed(sent, question, change)
        for message in sent:
            await send(message)

    def bodies_of(self, method: str, path: str) -> list[Any]:
        """Return the JSON of the requests to a path, in order."""
        return [body for verb, at, body in self.bodies if verb == method and fnmatchcase(at, path)]


class Later:
    """A site on which a fault waits until some matching requests have passed."""

    def __init__(self, sandbox: JiraSandbox, fault: Fault, *, after: int) -> None:
        self._sandbox = sandbox
        self._fault = fault
        self._left = after

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        fault = self._fault
        if scope["method"] == fault.method and fnmatchcase(scope["path"], fault.path):
            if self._left == 0:
                self._sandbox.fail(fault)
            self._left -= 1
        await self._sandbox.app(scope, receive, send)


def _changed(sent: list[Any], question: Any, change: Change) -> list[Any]:
    body = b"".join(message.get("body", b"") for message in sent)
    start = next(message for message in sent if message["type"] == "http.response.start")
    result = change(question, json.loads(body) if body else None)
    if isinstance(result, tuple):
        status, headers, content = result
    else:
        status, headers, content = start["status"], {}, json.dumps(result).encode()
    rows = [(key.encode(), value.encode()) for key, value in headers.items()]
    return [
        {"type": "http.response.start", "status": status, "headers": rows},
        {"type": "http.response.body", "body": content},
    ]


def make(clock: Clock, deployment: str = "cloud", **more: Any) -> JiraSandbox:
    return JiraSandbox("messy", now=clock, deployment=deployment, **more)


def expected_keys(sandbox: JiraSandbox, days: int = 180) -> set[str]:
    """Return the keys of what counts, by the site's own records."""
    site, since = sandbox.site, sandbox.now() - timedelta(days=days)
    return {
        issue.key
        for issue in site.issues.values()
        if not issue.archived
        and (site.category(issue) != "done" or (issue.resolved or issue.updated) >= since)
    }


def add_project(sandbox: JiraSandbox, **changes: Any) -> Project:
    """Add an empty project OPS, with the types and the workflow of CARE, and return it."""
    care = sandbox.site.projects["10000"]
    given: dict[str, Any] = {
        "id": "20000",
        "key": "OPS",
        "name": "Operations",
        "lead": "priya",
        "types": list(care.types),
        "statuses": list(care.statuses),
        "transitions": list(care.transitions),
    }
    project = Project(**(given | changes))
    sandbox.site.projects[project.id] = project
    return project


def bulk_move(*refs: str, key: str = "20000,10001", **more: Any) -> dict[str, Any]:
    """Return the body of a bulk move."""
    infer = {"inferFieldDefaults": True, "inferStatusDefaults": True, "inferSubtaskTypeDefault": True}
    return {"targetToSourcesMapping": {key: infer | {"issueIdsOrKeys": list(refs)} | more}}


def two_projects(clock: Clock, deployment: str = "cloud") -> JiraSandbox:
    """Return a site with a second project, into which three issues have moved."""
    sandbox = make(clock, deployment)
    site = sandbox.site
    add_project(sandbox)
    for number, key in enumerate(("CARE-1", "CARE-2", "CARE-97"), 1):
        issue = site.issue(key)
        issue.project, issue.key, issue.former_keys = "20000", f"OPS-{number}", [key]
    return sandbox


def named(id: str, name: str | None = None) -> Value:
    """Return a value of one thing."""
    return (Named(id=id, name=name or id),)


def to(field: Field, after: Value, before: Value = (), prop: Named | None = None) -> FieldChange:
    """Return a change."""
    return FieldChange(field=field, before=before, after=after, property=prop)


def read(adapter: JiraAdapter, sandbox: JiraSandbox, key: str) -> Entry:
    """Return an issue, read fresh."""
    (found,) = adapter.read([str(sandbox.site.issue(key).id)]).values()
    assert isinstance(found, Entry)
    return found
