"""What goes wrong with a call, in the words of planora-sync: errors of reading, outcomes of writing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from notion_client.errors import HTTPResponseError

from planora_sync.adapter import Outcome, Refused, Unknown
from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    PlaceNotVisible,
    RateLimited,
    Unreachable,
)

TOKEN_STEP = (
    "Copy the integration's secret from notion.so/profile/integrations into `token` of this connection."  # noqa: S105
)
ADDRESS_STEP = "Check `url`: it must be an address of Notion's API, or left out for api.notion.com."
SHARE_STEP = (
    "Open the database in Notion, choose ••• > Connections, and add the integration{name}; "
    "or correct `data_sources` of this connection."
)
PAGE_STEP = (
    "It is a page, or a view of a database that stands elsewhere: open the database itself as a full page, copy its "
    "address, and add the integration there under ••• > Connections."
)
LONGEST = 400
TIMED_OUT = 408
MISFITS = ("is expected to be", "is not a property that exists", "has no option", "does not exist")
"""Words of a refusal that say that the schema changed since it was read."""


class Restricted(CredentialsRefused):
    """The integration lacks a capability (403); the token itself is good."""


class Overloaded(ConnectionFailed):
    """Notion could not build the answer in time (503, 504): for large data sources it advises smaller pages."""


class Misdirected(ConnectionFailed):
    """What was asked for is something else (400): the id of a page in place of a database's, a linked view."""


class StaleCursor(ConnectionFailed):
    """The row that a list was to go on from has left it: the list must be begun again."""


def is_whole(failure: ConnectionFailed) -> bool:
    """Return whether a failure is one of the connection, and not of one data source."""
    whole = isinstance(failure, CredentialsRefused | EndpointGone | RateLimited | Unreachable)
    return whole and not isinstance(failure, Restricted)


@dataclass(frozen=True, kw_only=True)
class Collided(Refused):
    """Two saves at once (409): nothing of this one was kept."""


@dataclass(frozen=True, kw_only=True)
class NotNow(Refused):
    """Notion was busy or out of reach for longer than we wait: the same call may be taken later."""


@dataclass(frozen=True, kw_only=True)
class Misfit(Refused):
    """The data source is not what we know of it: a property or option is gone or of another type."""


@dataclass(frozen=True, kw_only=True)
class Saved(Unknown):
    """A 503 that says that something was created all the same."""

    created: str
    """Id of what was created."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer that is no success, as it was.

    The library has a class for some codes only: 529, 502 and others come as an unknown error without code or
    message, so that the body is read here.
    """

    status: int
    code: str
    message: str
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, error: HTTPResponseError) -> Refusal:
        """Return what an error of the library says."""
        body = _json(error.body)
        message = str(body.get("message") or "") or "(no text)"
        more = body.get("additional_data")
        return cls(
            status=error.status,
            code=str(body.get("code") or ""),
            message=message[:LONGEST],
            more=more if isinstance(more, Mapping) else {},
        )

    @property
    def is_absence(self) -> bool:
        """Return whether Notion itself says that it cannot find something; a proxy's 404 does not."""
        return self.status == 404 and self.code == "object_not_found"

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}" if self.code else f"{self.status} {self.message}"


def read_failure(refusal: Refusal, what: str, connection: str) -> ConnectionFailed:
    """Return the error that a refused read is."""
    told = f"Notion answers {refusal} ({what})."
    kind, step = _reading(refusal)
    return kind(told, connection=connection, next_step=step)


def _reading(refusal: Refusal) -> tuple[type[ConnectionFailed], str]:
    match refusal.status:
        case 401:
            return CredentialsRefused, TOKEN_STEP
        case 403:
            return Restricted, f"Give the integration the capability that this needs. {TOKEN_STEP}"
        case 404:
            return PlaceNotVisible, SHARE_STEP.format(name="")
        case 410:
            return EndpointGone, "Update planora-sync: Notion removed this address."
        case 400 if refusal.code == "invalid_request_url":
            # An unknown address is a 400 at Notion, not a 404.
            return EndpointGone, f"Update planora-sync. {ADDRESS_STEP}"
        case 400 if "start_cursor" in refusal.message:
            return StaleCursor, "Run again."
        case 400 if refusal.code == "validation_error":
            return Misdirected, "Check `url` and `data_sources` of this connection."
        case status if 300 <= status < 400:
            return AnswerUnreadable, ADDRESS_STEP
        case status if status >= 500:
            kind = Overloaded if status in (503, 504) else ConnectionFailed
            return kind, "Try again in a few minutes; status.notion.so says whether Notion is up."
        case _:
            return ConnectionFailed, "Check `url` and `data_sources` of this connection."


def unreadable(what: str, connection: str, how: str) -> AnswerUnreadable:
    """Return the error of an answer that is not what the API promises."""
    return AnswerUnreadable(
        f"Notion's answer cannot be read ({what}: {how}).", connection=connection, next_step=ADDRESS_STEP
    )


def write_outcome(failure: Refusal | ConnectionFailed) -> Outcome:
    """Return what became of a write that was not simply answered.

    4xx, a rate limit that outlasted us and a connection never made changed nothing. A 5xx, a cut, a time-out (a
    proxy's 408 too) and an answer that cannot be read leave it open: Notion sends 503 for changes that it did save.
    """
    match failure:
        case Refusal(status=status) if 400 <= status < 500 and status != TIMED_OUT:
            return _refused(failure)
        case Refusal():
            created = failure.more.get("committed_resource_id")
            saved = f" (created {created})" if created else ""
            told = f"Notion answers {failure}{saved}"
            return Saved(reason=told, created=str(created)) if created else Unknown(reason=told)
        case RateLimited() | CredentialsRefused():
            return NotNow(reason=failure.message)
        case Unreachable() if not failure.sent:
            return NotNow(reason=failure.message)
        case _:
            return Unknown(reason=failure.message)


def _refused(refusal: Refusal) -> Refused:
    told = f"Notion answers {refusal}"
    match refusal.status:
        case 403 if "block_limit" in refusal.more:
            return Refused(
                reason=f"{told} (the workspace's plan allows {refusal.more['block_limit']} blocks, and they are"
                " used up: nothing can be added before some are deleted or the plan is changed)"
            )
        case 403:
            return Refused(
                reason=f"{told} (the integration needs the capability to update or insert content)"
            )
        case 404:
            return Refused(reason=f"{told} (deleted, or not shared with the integration)")
        case 409:
            return Collided(reason=f"{told} (somebody saved the same row in the same moment)")
        case 400 if any(words in refusal.message for words in MISFITS):
            return Misfit(reason=told)
        case _:
            return Refused(reason=told)


def _json(body: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, Mapping) else {}
