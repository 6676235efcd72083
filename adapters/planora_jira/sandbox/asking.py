"""What all routes need of a request: its face, its JSON body, its lists and numbers."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any

from starlette.requests import Request

from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import Site


def face_of(site: Site, request: Request) -> Face:
    """Return how this request sees the site."""
    base = f"{request.url.scheme}://{request.url.netloc}"
    version = request.path_params.get("v", "2")
    return Face(site=site, base=base, version="2" if version == "latest" or not site.cloud else version)


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body; raises the vendor's 400."""
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        raise Problem(
            400, "There was an error parsing JSON. Check that your request body is valid."
        ) from None
    if not isinstance(body, dict):
        raise Problem(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def words(value: Any) -> list[str]:
    """Return a list that was given as a list or with commas."""
    if value is None:
        return []
    parts = value if isinstance(value, list) else str(value).split(",")
    return [str(part).strip() for part in parts]


def number(value: Any, default: int) -> int:
    """Return a whole number, or the default where none was given; raises the vendor's 400."""
    if value in (None, ""):
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Problem(400, f"'{value}' is not a number.") from None


def offset_page(rows: list[Any], request: Request, *, cap: int, default: int = 50) -> dict[str, Any]:
    """Return a page by offset, capped, as boards, sprints and projects come."""
    start = number(request.query_params.get("startAt"), 0)
    size = max(1, min(cap, number(request.query_params.get("maxResults"), default)))
    shown = rows[start : start + size]
    last = start + size >= len(rows)
    return {"maxResults": size, "startAt": start, "total": len(rows), "isLast": last, "values": shown}


def needs_writer(site: Site, request: Request) -> None:
    """Refuse a write of an account that may only browse, or of an issue that was written too often of late."""
    if request.scope.get("token") == READ_ONLY_TOKEN or not site.writer:
        raise Problem(403, "You do not have permission to edit issues in this project.")
    written = site.find(request.path_params["key"]) if "key" in request.path_params else None
    if written is not None:
        site.count_write(written)


READ_ONLY_TOKEN = "sandbox-read-only"  # noqa: S105 - the sandbox's own, good for nothing else
