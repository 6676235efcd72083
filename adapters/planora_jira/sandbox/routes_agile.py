"""Routes of the agile API: boards, sprints, moves, rank. On Cloud its reads of issues are gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planora_jira.sandbox.asking import body_of, face_of, needs_writer, number, offset_page, words
from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.jql import parse
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.query import Searcher
from planora_jira.sandbox.records import Board, Issue, Sprint
from planora_jira.sandbox.site import Site
from planora_jira.sandbox.workflow import asked_issues, change_sprint, move_to_sprint

AGILE = "/rest/agile/1.0"
PAGE = 50
GONE = "This API was removed on November 1, 2026. Use the /rest/software/1.0 API or a JQL search instead."


class AgileRoutes:
    """Answers for boards and sprints."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Return the routes."""
        reads = [
            (f"{AGILE}/board/{{id:int}}/issue", self.board_issues),
            (f"{AGILE}/board/{{id:int}}/backlog", self.board_backlog),
            (f"{AGILE}/board/{{id:int}}/sprint/{{sprint:int}}/issue", self.sprint_issues),
            (f"{AGILE}/sprint/{{sprint:int}}/issue", self.sprint_issues),
            (f"{AGILE}/epic/{{key}}/issue", self.epic_issues),
        ]
        return [
            *(Route(path, self.gone if self.site.cloud else read, methods=["GET"]) for path, read in reads),
            Route(f"{AGILE}/board", self.boards),
            Route(f"{AGILE}/board/{{id:int}}", self.board),
            Route(f"{AGILE}/board/{{id:int}}/configuration", self.configuration),
            Route(f"{AGILE}/board/{{id:int}}/sprint", self.sprints),
            Route(f"{AGILE}/sprint/{{sprint:int}}", self.sprint, methods=["GET"]),
            Route(f"{AGILE}/sprint/{{sprint:int}}", self.edit_sprint, methods=["POST", "PUT"]),
            Route(f"{AGILE}/sprint/{{sprint:int}}/issue", self.to_sprint, methods=["POST"]),
            Route(f"{AGILE}/backlog/issue", self.to_backlog, methods=["POST"]),
            Route(f"{AGILE}/issue/rank", self.rank, methods=["PUT"]),
        ]

    def _board(self, request: Request) -> Board:
        number_ = request.path_params["id"]
        if number_ not in self.site.boards:
            raise Problem(
                404,
                "The requested board cannot be viewed because it either does not exist or you do not "
                "have permission to view it.",
            )
        return self.site.boards[number_]

    def _sprint(self, request: Request) -> Sprint:
        number_ = request.path_params["sprint"]
        if number_ not in self.site.sprints:
            raise Problem(404, "Sprint does not exist or you do not have permission to view it.")
        return self.site.sprints[number_]

    async def gone(self, request: Request) -> Response:
        """Refuse a read of issues, which Cloud removed."""
        raise Problem(410, GONE)

    # -- boards -------------------------------------------------------------------------------------------

    async def boards(self, request: Request) -> Response:
        """Return a page of boards."""
        face, asked = face_of(self.site, request), request.query_params
        rows = [face.board(board) for board in self.site.boards.values() if self._wanted(board, asked)]
        return JSONResponse(offset_page(rows, request, cap=PAGE))

    def _wanted(self, board: Board, asked: Any) -> bool:
        project = self.site.projects[board.project]
        place = asked.get("projectKeyOrId")
        if place is not None:
            self.site.project(place)
        return (
            (place is None or place in (project.key, project.id))
            and board.type in (words(asked.get("type")) or [board.type])
            and asked.get("name", "").lower() in board.name.lower()
        )

    async def board(self, request: Request) -> Response:
        """Return a board."""
        return JSONResponse(face_of(self.site, request).board(self._board(request)))

    async def configuration(self, request: Request) -> Response:
        """Return a board's columns, points field and rank field."""
        return JSONResponse(face_of(self.site, request).configuration(self._board(request)))

    async def sprints(self, request: Request) -> Response:
        """Return a page of a board's sprints."""
        board, face = self._board(request), face_of(self.site, request)
        if board.type == "kanban":
            raise Problem(400, "The board does not support sprints")
        states = words(request.query_params.get("state")) or ["closed", "active", "future"]
        rows = [
            face.sprint(sprint)
            for sprint in self.site.sprints.values()
            if sprint.board == board.id and sprint.state in states
        ]
        page = offset_page(rows, request, cap=PAGE)
        return JSONResponse({key: value for key, value in page.items() if key != "total"})

    # -- sprints ------------------------------------------------------------------------------------------

    async def sprint(self, request: Request) -> Response:
        """Return a sprint."""
        return JSONResponse(face_of(self.site, request).sprint(self._sprint(request)))

    async def edit_sprint(self, request: Request) -> Response:
        """Edit, start or close a sprint."""
        sprint, body = self._sprint(request), await body_of(request)
        needs_writer(self.site, request)
        for name, attribute in (("startDate", "start"), ("endDate", "end")):
            if body.get(name):
                setattr(sprint, attribute, datetime.fromisoformat(body[name]))
        sprint.name, sprint.goal = body.get("name", sprint.name), body.get("goal", sprint.goal)
        change_sprint(self.site, sprint, body.get("state", sprint.state))
        return JSONResponse(face_of(self.site, request).sprint(sprint))

    async def to_sprint(self, request: Request) -> Response:
        """Move at most 50 issues into an active or future sprint."""
        sprint, body = self._sprint(request), await body_of(request)
        needs_writer(self.site, request)
        move_to_sprint(self.site, sprint, asked_issues(self.site, body))
        return Response(status_code=204)

    async def to_backlog(self, request: Request) -> Response:
        """Move at most 50 issues out of every open sprint."""
        body = await body_of(request)
        needs_writer(self.site, request)
        move_to_sprint(self.site, None, asked_issues(self.site, body))
        return Response(status_code=204)

    async def rank(self, request: Request) -> Response:
        """Rank at most 50 issues before or after another; 207 with an entry each where one cannot be ranked."""
        body = await body_of(request)
        needs_writer(self.site, request)
        refs = body.get("issues") or []
        anchor = self.site.find(str(body.get("rankBeforeIssue") or body.get("rankAfterIssue") or ""))
        if len(refs) > PAGE or not refs or anchor is None:
            raise Problem(
                400, "Between 1 and 50 issues and one of rankBeforeIssue, rankAfterIssue must be given."
            )
        entries = []
        for place, ref in enumerate(refs):
            issue = self.site.find(str(ref))
            if issue is None or self.site.level(issue) < 0:
                why = ["Issue cannot be ranked."]
                entries.append(
                    {"issueId": issue.id if issue else 0, "issueKey": str(ref), "status": 400, "errors": why}
                )
                continue
            # A rank between two neighbours is the former one's with more letters behind it.
            sign = "!" if body.get("rankBeforeIssue") else "~"
            issue.rank = f"{anchor.rank.rstrip(':')}{sign}{place:02d}:"
            entries.append({"issueId": issue.id, "issueKey": issue.key, "status": 200, "errors": []})
        if any(entry["status"] != 200 for entry in entries):
            return JSONResponse({"entries": entries}, status_code=207)
        return Response(status_code=204)

    # -- reads of issues (Data Center) --------------------------------------------------------------------

    async def board_issues(self, request: Request) -> Response:
        """Return a page of a board's issues."""
        board = self._board(request)
        mapped = {status for _, statuses in board.columns for status in statuses}
        return self._issues(request, lambda i: i.project == board.project and i.status in mapped)

    async def board_backlog(self, request: Request) -> Response:
        """Return a page of a board's backlog: incomplete, in no open sprint, no epics."""
        board, site = self._board(request), self.site
        return self._issues(
            request,
            lambda i: (
                i.project == board.project
                and site.category(i) != "done"
                and site.open_sprint(i) is None
                and site.level(i) < 1
            ),
        )

    async def sprint_issues(self, request: Request) -> Response:
        """Return a page of a sprint's issues."""
        number_ = self._sprint(request).id
        return self._issues(request, lambda i: number_ in i.sprints)

    async def epic_issues(self, request: Request) -> Response:
        """Return a page of an epic's issues; `none` is an epic too."""
        key = request.path_params["key"]
        epic = None if key == "none" else self.site.issue(key)
        return self._issues(
            request, lambda i: i.parent == (epic.id if epic else None) and self.site.level(i) == 0
        )

    def _issues(self, request: Request, test: Any) -> Response:
        asked = request.query_params
        rows: list[Issue] = [issue for issue in self.site.indexed() if test(issue)]
        if asked.get("jql"):
            rows = Searcher(self.site).search(parse(asked["jql"]), rows)
        view = IssueView(face_of(self.site, request))
        wanted, expand = view.choose(words(asked.get("fields")), "*navigable"), words(asked.get("expand"))
        start, size = (
            number(asked.get("startAt"), 0),
            min(number(asked.get("maxResults"), PAGE), self.site.page_cap),
        )
        shown = [view.issue(issue, wanted, expand) for issue in rows[start : start + size]]
        body = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": size,
            "total": len(rows),
            "issues": shown,
        }
        return JSONResponse(body)
