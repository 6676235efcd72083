"""What the API refuses, and how it says so: a status and a line of plain text."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

ABSENT = "The requested resource was not found."
LIMITED = {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}
TOO_MANY_CARDS = "API_TOO_MANY_CARDS_REQUESTED"

TEXTS = {
    400: "invalid value for id",
    401: "invalid token",
    403: "object limit reached",
    404: ABSENT,
    409: "state mismatch",
    410: "Gone",
    449: "sub-request failed",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
"""Status -> text of an answer that a test asks for."""


class ApiError(Exception):
    """A refusal."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def invalid(what: str) -> ApiError:
    """Return the answer to a value that the API does not take."""
    return ApiError(400, f"invalid value for {what}")


def invalid_id() -> ApiError:
    """Return the answer to what is no id at all."""
    return ApiError(400, "invalid id")


def absent() -> ApiError:
    """Return the answer to what does not exist or may not be seen: the API does not tell which."""
    return ApiError(404, ABSENT)


def forbidden(model: str) -> ApiError:
    """Return the answer to a write with a token that may only read."""
    return ApiError(401, f"unauthorized {model} permission requested")


def full(what: str) -> ApiError:
    """Return the answer to what would go beyond a limit of a board, list or card."""
    return ApiError(403, f"object limit reached: {what}")


def response(status: int, text: str) -> Response:
    """Return a refusal as it stands on the wire: a line of text; for a 429 JSON with the word of the limit."""
    if status == 429:
        return JSONResponse(LIMITED | ({"error": text} if text else {}), status_code=429)
    return PlainTextResponse(text, status_code=status)


def by_status(status: int, reason: str = "") -> Response:
    """Return the answer that a status stands for; `reason` is the limit that a 429 speaks of."""
    return response(status, reason if status == 429 else TEXTS.get(status, f"Error {status}"))
