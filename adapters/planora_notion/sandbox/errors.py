"""The API's error answers, word for word where a recording shows them."""

from __future__ import annotations

import json
from typing import Any

INTEGRATION = "planora-sync"
INTEGRATION_ID = "5a0f3c1e-7c07-4d0e-9d2b-6f2f0b9f1d11"


class ApiError(Exception):
    """An error answer: status, code, message and what else the body says."""

    def __init__(
        self, status: int, code: str, message: str, additional_data: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.additional_data = additional_data

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the JSON body."""
        body: dict[str, Any] = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        if self.additional_data is not None:
            body["additional_data"] = self.additional_data
        return body | {"request_id": request_id}


def invalid(message: str) -> ApiError:
    """Return the answer to a request that breaks a rule."""
    return ApiError(400, "validation_error", message)


def invalid_body(path: str, should: str, was: object) -> ApiError:
    """Return the answer to a body that does not have the shape it should."""
    shown = "undefined" if was is ... else json.dumps(was, ensure_ascii=False)
    return invalid(f"body failed validation: {path} should {should}, instead was `{shown}`.")


def not_found(what: str, identifier: str) -> ApiError:
    """Return the answer to an id that does not exist or is not shared: the API does not tell which."""
    return ApiError(
        404,
        "object_not_found",
        f"Could not find {what} with ID: {identifier}. Make sure the relevant pages and databases are shared "
        f'with your integration "{INTEGRATION}".',
        {"integration_id": INTEGRATION_ID},
    )


def archived() -> ApiError:
    """Return the answer to a change of what lies in the trash."""
    return invalid("Can't edit block that is archived. You must unarchive the block before editing.")


def restricted() -> ApiError:
    """Return the answer to an integration that lacks a capability."""
    return ApiError(403, "restricted_resource", "Insufficient permissions for this endpoint.")


def unauthorized() -> ApiError:
    """Return the answer to a token that is unknown or revoked."""
    return ApiError(401, "unauthorized", "API token is invalid.")


def unknown_url() -> ApiError:
    """Return the answer to an unknown route: a 400, not a 404."""
    return ApiError(400, "invalid_request_url", "Invalid request URL.")


STATUS_CODES: dict[int, tuple[str, str]] = {
    400: ("validation_error", "The request was refused."),
    401: ("unauthorized", "API token is invalid."),
    403: ("restricted_resource", "Insufficient permissions for this endpoint."),
    404: ("object_not_found", "Could not find the resource."),
    409: ("conflict_error", "Conflict occurred while saving. Please try again."),
    410: ("invalid_request", "This endpoint is no longer available."),
    429: ("rate_limited", "You have been rate limited. Please try again in a few minutes."),
    500: ("internal_server_error", "Unexpected error occurred."),
    502: ("bad_gateway", "Bad gateway."),
    503: ("service_unavailable", "Notion is unavailable. Please try again later."),
    504: ("gateway_timeout", "Gateway timeout."),
    529: ("service_overload", "Notion is overloaded. Please try again later."),
}
"""Status -> code and message of an answer that a test asks for."""


def by_status(status: int, retry_after: str | None = None, reason: str | None = None) -> ApiError:
    """Return the answer that a status stands for; a 429 says which limit was hit."""
    code, message = STATUS_CODES.get(status, ("internal_server_error", "Unexpected error occurred."))
    extra: dict[str, Any] | None = None
    if status == 429:
        extra = {"rate_limit_reason": reason or "public_api_request_rate_limit"}
        if retry_after is not None:
            extra["retry_after"] = retry_after
    return ApiError(status, code, message, extra)


def saved_all_the_same(created_id: str | None) -> ApiError:
    """Return the 503 that Notion sends when the write took effect but its answer could not be built."""
    extra: dict[str, Any] = {
        "retry_guidance": ["Read the resource to see the saved change.", "Do not repeat the write."]
    }
    if created_id is not None:
        extra["committed_resource_id"] = created_id
    return ApiError(
        503,
        "service_unavailable",
        "The change was saved, but the response could not be built in time.",
        extra,
    )
