"""Routes of what hangs on issues: comments, links, remote links, properties."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import body_of, face_of, needs_writer, number
from planora_jira.sandbox.creating import property_value
from planora_jira.sandbox.documents import is_document
from planora_jira.sandbox.editing import Editor
from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.problems import Problem, missing_issue
from planora_jira.sandbox.records import Issue, Link
from planora_jira.sandbox.site import LINK_TYPES, Site

REMOTE = ("globalId", "application", "relationship", "object")


class ExtraRoutes:
    """Answers for comments, links and properties."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes."""
        api, issue = "/rest/api/{v}", "/rest/api/{v}/issue/{key}"
        return [
            Route(f"{issue}/comment", self.comments, methods=["GET"]),
            Route(f"{issue}/comment", self.add_comment, methods=["POST"]),
            Route(f"{issue}/remotelink", self.remote_links, methods=["GET"]),
            Route(f"{issue}/remotelink", self.put_remote_link, methods=["POST"]),
            Route(f"{issue}/remotelink/{{id:int}}", self.drop_remote_link, methods=["DELETE"]),
            Route(f"{issue}/properties", self.properties, methods=["GET"]),
            Route(f"{issue}/properties/{{name}}", self.property, methods=["GET"]),
            Route(f"{issue}/properties/{{name}}", self.put_property, methods=["PUT"]),
            Route(f"{issue}/properties/{{name}}", self.drop_property, methods=["DELETE"]),
            Route(f"{api}/issueLink", self.link, methods=["POST"]),
            Route(f"{api}/issueLink/{{id:int}}", self.drop_link, methods=["DELETE"]),
        ]

    def issue(self, request: Request) -> Issue:
        """Return the issue in the path; raises the vendor's 404."""
        issue = self.site.issue(request.path_params["key"])
        if issue.archived:
            raise missing_issue()
        return issue

    # -- comments -----------------------------------------------------------------------------------------

    async def comments(self, request: Request) -> Response:
        """Return a page of comments."""
        issue, view = self.issue(request), IssueView(face_of(self.site, request))
        start = number(request.query_params.get("startAt"), 0)
        size = number(request.query_params.get("maxResults"), 100)
        places = range(start, min(start + size, len(issue.comments)))
        rows = [view.comment(issue, place) for place in places]
        return JSONResponse(
            {"startAt": start, "maxResults": size, "total": len(issue.comments), "comments": rows}
        )

    async def add_comment(self, request: Request) -> Response:
        """Add a comment: a document in v3, a string in v2."""
        issue, body, face = self.issue(request), await body_of(request), face_of(self.site, request)
        needs_writer(self.site, request)
        text = body.get("body")
        if (face.version == "3" and not is_document(text)) or (
            face.version != "3" and not isinstance(text, str)
        ):
            raise Problem(400, fields={"comment": "Comment body is not valid!"})
        self.site.remember(issue)
        Editor(face).comment(issue, text)
        self.site.touch(issue)
        return JSONResponse(IssueView(face).comment(issue, len(issue.comments) - 1), status_code=201)

    # -- links --------------------------------------------------------------------------------------------

    async def link(self, request: Request) -> Response:
        """Link two issues; the answer names no id, and a duplicate is no second link."""
        needs_writer(self.site, request)
        body = await body_of(request)
        name = (body.get("type") or {}).get("name")
        number_ = (body.get("type") or {}).get("id")
        kind = next((row[1] for row in LINK_TYPES if name == row[1] or number_ == row[0]), None)
        if kind is None:
            raise Problem(404, f"No issue link type with name '{name}' found.")
        source, target = self._end(body, "inwardIssue"), self._end(body, "outwardIssue")
        pair = (kind, source.id, target.id)
        if pair not in {(link.type, link.source, link.target) for link in self.site.links.values()}:
            made = Link(id=self.site.next_id(), type=kind, source=source.id, target=target.id)
            self.site.links[made.id] = made
            for issue in (source, target):
                self.site.remember(issue)
                self.site.touch(issue)
        return Response(status_code=201)

    def _end(self, body: dict[str, Any], name: str) -> Issue:
        end = body.get(name) or {}
        return self.site.issue(str(end.get("id") or end.get("key") or ""))

    async def drop_link(self, request: Request) -> Response:
        """Unlink two issues."""
        needs_writer(self.site, request)
        if self.site.links.pop(request.path_params["id"], None) is None:
            raise Problem(404, f"No issue link with id '{request.path_params['id']}' exists.")
        return Response(status_code=204)

    # -- remote links -------------------------------------------------------------------------------------

    async def remote_links(self, request: Request) -> Response:
        """Return the remote links of an issue, or the one with a global id."""
        rows = self.issue(request).remote_links
        wanted = request.query_params.get("globalId")
        if wanted is None:
            return JSONResponse(rows)
        found = [row for row in rows if row.get("globalId") == wanted]
        if not found:
            raise Problem(404, "The remote issue link with the given global id does not exist.")
        return JSONResponse(found[0])

    async def put_remote_link(self, request: Request) -> Response:
        """Create a remote link, or overwrite the one with the same global id: what is not given becomes null."""
        issue, body = self.issue(request), await body_of(request)
        needs_writer(self.site, request)
        thing = body.get("object") or {}
        if not thing.get("url") or not thing.get("title"):
            raise Problem(400, fields={"title": "'title' is required.", "url": "'url' is required."})
        held = next(
            (
                row
                for row in issue.remote_links
                if body.get("globalId") and row.get("globalId") == body["globalId"]
            ),
            None,
        )
        number_ = held["id"] if held else self.site.next_id()
        link = face_of(self.site, request).rest(f"issue/{issue.key}/remotelink/{number_}")
        row = {"id": number_, "self": link} | {
            name: body[name] for name in REMOTE if body.get(name) is not None
        }
        if held:
            held.clear()
            held.update(row)
        else:
            issue.remote_links.append(row)
        return JSONResponse({"id": number_, "self": link}, status_code=200 if held else 201)

    async def drop_remote_link(self, request: Request) -> Response:
        """Remove a remote link."""
        issue = self.issue(request)
        needs_writer(self.site, request)
        kept = [row for row in issue.remote_links if row["id"] != request.path_params["id"]]
        if len(kept) == len(issue.remote_links):
            raise Problem(404, "The remote issue link does not exist.")
        issue.remote_links[:] = kept
        return Response(status_code=204)

    # -- properties ---------------------------------------------------------------------------------------

    async def properties(self, request: Request) -> Response:
        """Return the keys of an issue's properties."""
        issue, face = self.issue(request), face_of(self.site, request)
        rows = [
            {"self": face.rest(f"issue/{issue.key}/properties/{key}"), "key": key} for key in issue.properties
        ]
        return JSONResponse({"keys": rows})

    async def property(self, request: Request) -> Response:
        """Return a property."""
        issue, name = self.issue(request), request.path_params["name"]
        if name not in issue.properties:
            raise Problem(404, f"The property {name} does not exist.")
        return JSONResponse({"key": name, "value": issue.properties[name]})

    async def put_property(self, request: Request) -> Response:
        """Set a property; this does not move `updated`."""
        issue, name = self.issue(request), request.path_params["name"]
        needs_writer(self.site, request)
        try:
            value = await request.json()
        except JSONDecodeError:
            raise Problem(400, "The property value is not a valid JSON.") from None
        status = 200 if name in issue.properties else 201
        issue.properties[name] = property_value(name, value)
        return Response(status_code=status)

    async def drop_property(self, request: Request) -> Response:
        """Remove a property."""
        issue, name = self.issue(request), request.path_params["name"]
        needs_writer(self.site, request)
        if name not in issue.properties:
            raise Problem(404, f"The property {name} does not exist.")
        del issue.properties[name]
        return Response(status_code=204)
