"""Up to ten reads in one request."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from planora_trello.sandbox.ask import Ask, parse
from planora_trello.sandbox.errors import ABSENT, ApiError, invalid

MOST = 10
CODES = {400: "BadRequestError", 401: "UnauthorizedError", 404: "NotFoundError"}


def batch(ask: Ask) -> list[dict[str, Any]]:
    """Return the answers in the order of the addresses: each under its status, or as an error."""
    urls = [one for one in re.split(",(?=/)", ask.text("urls")) if one]
    if not 0 < len(urls) <= MOST:
        raise invalid("urls")
    return [_one(ask, unquote(url)) for url in urls]


def _one(ask: Ask, url: str) -> dict[str, Any]:
    # The table of routes names this module.
    from planora_trello.sandbox.routes.table import match_route

    path, _, query = url.partition("?")
    found = match_route("GET", f"/1{path}")
    try:
        if found is None or found[0] is batch:
            raise ApiError(404, ABSENT)
        inner = Ask(state=ask.state, token=ask.token, path=found[1], values=parse(query, b"", ""))
        return {"200": found[0](inner)}
    except ApiError as failure:
        name = CODES.get(failure.status, "Error")
        return {"name": name, "message": failure.text, "statusCode": failure.status}
