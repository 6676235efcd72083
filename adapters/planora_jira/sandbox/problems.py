"""Jira's refusals: an exception that knows its status and becomes the body that Jira sends."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LOGIN_PAGE = """<!DOCTYPE html>
<html><head><title>Log in to continue - Log in with Atlassian account</title></head>
<body><div id="root">Log in to continue</div></body></html>
"""
"""What a proxy or a single sign-on answers with, in place of JSON."""

NOT_VISIBLE = "Issue does not exist or you do not have permission to see it."


class Problem(Exception):
    """A refusal: messages for the whole request, errors for single fields."""

    def __init__(
        self,
        status: int,
        *messages: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, messages)
        self.status = status
        self.messages = list(messages)
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


def refusal(status: int, *messages: str, fields: Mapping[str, str] | None = None) -> JSONResponse:
    """Return Jira's usual error collection."""
    return JSONResponse({"errorMessages": list(messages), "errors": dict(fields or {})}, status_code=status)


async def on_problem(request: Request, problem: Exception) -> Response:
    """Return the answer for a Problem that a route raised."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for this class only
    answer = refusal(problem.status, *problem.messages, fields=problem.fields)
    answer.headers.update(problem.headers)
    return answer


def missing_issue() -> Problem:
    """Return the 404 that Jira gives for absent and for forbidden issues alike."""
    return Problem(404, NOT_VISIBLE)
