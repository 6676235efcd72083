"""Up to ten reads in one request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from planora_trello.sandbox.ask import Ask, Handler, parse
from planora_trello.sandbox.errors import ABSENT, ApiError, invalid

MOST = 10
CODES = {400: "BadRequestError", 401: "UnauthorizedError", 404: "NotFoundError", 429: "TooManyRequestsError"}


Find = Callable[[str, str], tuple[Handler, dict[str, str]] | None]


def over(find: Find) -> Handler:
    """Return the handler of batches over a table of routes."""

    def batch(ask: Ask) -> list[dict[str, Any]]:
        """Return the answers in the order of the addresses: each under its status, or as an error."""
        urls = urls_of(ask.text("urls"))
        if not 0 < len(urls) <= MOST:
            raise invalid("urls")
        return [_one(ask, unquote(url), find) for url in urls]

    return batch


def urls_of(text: str) -> list[str]:
    """Return the addresses of a batch; a comma inside one must be encoded (%2C)."""
    return [one for one in re.split(",(?=/)", text) if one]


def _one(ask: Ask, url: str, find: Find) -> dict[str, Any]:
    path, _, query = url.partition("?")
    found = find("GET", f"/1{path}")
    try:
        if found is None or path == "/batch":
            raise ApiError(404, ABSENT)
        inner = Ask(state=ask.state, token=ask.token, path=found[1], values=parse(query, b"", ""))
        return {"200": found[0](inner)}
    except ApiError as failure:
        name = CODES.get(failure.status, "Error")
        return {"name": name, "message": failure.text, "statusCode": failure.status}
