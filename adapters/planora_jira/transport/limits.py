"""How Jira counts requests, and what its answers say of it: pure.

Cloud counts by site, endpoint and method, whoever asks: 100 GET and POST a second, 50 PUT and DELETE, 150 of one
issue; and writes by issue, 20 in 2 seconds and 100 in 30. What OAuth apps may ask in an hour is counted by the app.
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ (2026-03). Data Center counts by user, if its
admin wishes, and tells how: https://confluence.atlassian.com/doc/_ratelimiting_httpheaders-992678779.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planora_sync.http import Call, Charge, Level, Refusal, Reply, retry_after_seconds
from planora_sync.http.limits import lowered, number

A_SECOND = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
SCARCEST = 50
"""Requests a second where nothing is told: Data Center's limit is its admin's."""
ONE_ISSUE = 150
PER_ISSUE = ((20, 2.0), (100, 30.0))
"""Writes of one issue in so many seconds."""
NEAR = 0.2
"""`X-RateLimit-NearLimit` says that less than this is left."""
QUOTA_FROM = 1000
"""A limit so large is no limit of a second: it counts an app's points in an hour."""
HOUR = 3600.0
WORD = re.compile(r"[a-z][A-Za-z-]*\Z")
ISSUE = re.compile(r"/rest/api/[^/]+/issue/([^/]+)")
NO_ISSUES = frozenset({"bulk", "bulkfetch", "archive", "unarchive", "createmeta", "picker", "properties"})
"""What stands after `/issue/` and is none."""
WHAT = {
    "quota": "Jira's quota of this app is used up.",
    "issue": "Jira takes no more writes of this issue for now.",
    "burst": "Jira's limit of requests a second is used up.",
}


@dataclass(frozen=True, kw_only=True)
class JiraLimits:
    """The limits of one site and of one credential."""

    cloud: bool
    credential: str
    """A name of it that gives nothing away."""

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        """Return the counters that a call is charged to, first the one of this credential."""
        if not self.cloud:
            return (Charge(scope=self._all, requests=SCARCEST, window=1.0),)
        found = [Charge(scope=self._all)]
        found.append(Charge(scope=endpoint(call), requests=_a_second(call), window=1.0))
        if write and (issue := _issue(call)):
            found.extend(Charge(scope=issue, requests=most, window=window) for most, window in PER_ISSUE)
        return tuple(found)

    def levels(self, call: Call, write: bool, headers: Mapping[str, str], now: datetime) -> Sequence[Level]:
        """Return what the headers say: `X-RateLimit-*`, `RateLimit` and `RateLimit-Policy`, with `Beta-` or not."""
        lower = lowered(headers)
        if not self.cloud:
            return tuple(self._bucket(lower))
        return (*self._plain(call, lower, now), *self._structured(call, write, lower))

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        """Return which requests must wait: by `RateLimit-Reason`, or all where it says nothing known."""
        reason = lowered(reply.headers).get("ratelimit-reason", "").lower()
        wait = retry_after_seconds(reply.headers, now)
        kind = _kind(reason)
        what = WHAT.get(kind, "Jira's rate limit is used up.")
        return Refusal(scope=self._scope(kind, call, write), wait=wait, what=what)

    @property
    def _all(self) -> str:
        return f"credential {self.credential}"

    def _scope(self, kind: str, call: Call, write: bool) -> str:
        match kind:
            case "burst" if self.cloud:
                return endpoint(call)
            case "issue" if self.cloud:
                return (_issue(call) if write else None) or endpoint(call)
            case _:
                return self._all

    def _plain(self, call: Call, lower: Mapping[str, str], now: datetime) -> Iterator[Level]:
        told = number(lower, "x-ratelimit-limit")
        limit = told or float(_a_second(call))
        remaining = number(lower, "x-ratelimit-remaining")
        if remaining is None and lower.get("x-ratelimit-nearlimit", "").strip().lower() == "true":
            remaining = limit * NEAR
        if remaining is None:
            return
        large = limit >= QUOTA_FROM
        reset = lower.get("x-ratelimit-reset", "")
        resets_in = retry_after_seconds({"x-ratelimit-reset": reset}, now) if reset else None
        scope = self._all if large or _kind(lower.get("ratelimit-reason", "")) == "quota" else endpoint(call)
        # Without a word on when: a second, after which it is asked again.
        yield Level(scope=scope, limit=limit, remaining=remaining, resets_in=resets_in or 1.0)

    def _structured(self, call: Call, write: bool, lower: Mapping[str, str]) -> Iterator[Level]:
        for prefix in ("", "beta-"):
            policies = dict(_items(lower.get(f"{prefix}ratelimit-policy", "")))
            for name, told in _items(lower.get(f"{prefix}ratelimit", "")):
                policy = policies.get(name, {})
                remaining, limit = told.get("r"), policy.get("q")
                if remaining is None or limit is None:
                    continue
                window = policy.get("w")
                resets_in = told.get("t", window if window is not None else 1.0)
                kind = _kind(name)
                scope = self._scope(kind, call, write)
                known = window if kind == "burst" else None
                yield Level(
                    scope=scope, limit=limit, remaining=remaining, resets_in=resets_in, window=known or None
                )

    def _bucket(self, lower: Mapping[str, str]) -> Iterator[Level]:
        limit, left = number(lower, "x-ratelimit-limit"), number(lower, "x-ratelimit-remaining")
        fill = number(lower, "x-ratelimit-fillrate")
        seconds = number(lower, "x-ratelimit-interval-seconds")
        if limit and left is not None and fill and seconds:
            # The bucket is full again after so long; a token is there after much less.
            full = limit * seconds / fill
            yield Level(
                scope=self._all, limit=limit, remaining=left, resets_in=max(1.0, seconds / fill), window=full
            )


def endpoint(call: Call) -> str:
    """Return method and path of a call, with a star for each id or key."""
    parts = call.path.strip("/").split("/")
    start = parts.index("rest") + 3 if "rest" in parts else 0
    named = [part if WORD.match(part) else "*" for part in parts[start:]]
    return f"{call.method.upper()} /{'/'.join([*parts[:start], *named])}"


def _issue(call: Call) -> str | None:
    found = ISSUE.search(call.path)
    return f"issue {found.group(1)}" if found and found.group(1) not in NO_ISSUES else None


def _a_second(call: Call) -> int:
    method = call.method.upper()
    if method == "GET" and endpoint(call).endswith("/issue/*"):
        return ONE_ISSUE
    return A_SECOND.get(method, SCARCEST)


def _kind(reason: str) -> str:
    """Return `quota`, `burst`, `issue`, or nothing for a word that is not known."""
    lower = reason.lower()
    for kind, signs in (("issue", ("per-issue",)), ("burst", ("burst",)), ("quota", ("quota", "cost"))):
        if any(sign in lower for sign in signs):
            return kind
    return ""


def _items(header: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Return the items of a structured header: `"name";r=50;t=30, "other";r=1`; what is none is left out."""
    for item in header.split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        found: dict[str, float] = {}
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            amount = number({key: value}, key)
            if amount is not None:
                found[key.strip().lower()] = amount
        if name:
            yield name.strip('"').lower(), found
