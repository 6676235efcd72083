"""How Notion counts requests, and what its refusals say: pure.

180 requests in a fixed window of a minute and connection; besides it a budget that all connections of a workspace
share, and limits of single endpoints, neither of them told in any header.
https://developers.notion.com/reference/request-limits (late 2026)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planora_sync.http import Call, Charge, Level, Refusal, Reply, retry_after_seconds

ALLOWANCE, WINDOW = 180, 60.0
"""Requests a connection may make, and in how many seconds."""
BLOCKED = "public_api_request_blocked"
WHAT = {
    "public_api_space_request_rate_limit": "The requests that all connections of this workspace share are used up.",
    "public_api_endpoint_rate_limit": "Notion takes no more requests of this kind for now.",
}
ID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")


@dataclass(frozen=True, kw_only=True)
class NotionLimits:
    """The limits of one connection with its token, and perhaps another one for writes."""

    reader: str
    """A name of the token that gives nothing away."""
    writer: str

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        """Return the counter of the token, and the endpoint, which can be paused alone."""
        scope = self._token(write)
        return (
            Charge(scope=scope, requests=ALLOWANCE, window=WINDOW),
            Charge(scope=self._endpoint(call, write)),
        )

    def levels(self, call: Call, write: bool, headers: Mapping[str, str], now: datetime) -> Sequence[Level]:
        """Return nothing: Notion tells no counter."""
        return ()

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        """Return which requests must wait; a block is not waited for at all."""
        more = _additional(reply.body())
        reason = str(more.get("rate_limit_reason") or "")
        wait = retry_after_seconds(reply.headers, now)
        if wait is None:
            wait = retry_after_seconds({"Retry-After": str(more.get("retry_after", ""))}, now)
        hopeless = ""
        if reason == BLOCKED:
            hopeless = f"{BLOCKED}, which Notion lifts, not time; ask its support about this integration"
        alone = reason == "public_api_endpoint_rate_limit"
        return Refusal(
            scope=self._endpoint(call, write) if alone else self._token(write),
            wait=wait,
            spread=1.0,
            hopeless=hopeless,
            what=WHAT.get(reason, "Notion's rate limit is used up."),
        )

    def _token(self, write: bool) -> str:
        return f"token {self.writer if write else self.reader}"

    def _endpoint(self, call: Call, write: bool) -> str:
        path = "/".join("*" if ID.match(part) else part for part in call.path.split("/"))
        return f"{self._token(write)} {call.method.upper()} {path}"


def _additional(body: bytes) -> Mapping[str, Any]:
    """Return what a refusal says beyond its code; nothing for HTML, half a JSON and no body at all."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    more = found.get("additional_data") if isinstance(found, Mapping) else None
    return more if isinstance(more, Mapping) else {}
