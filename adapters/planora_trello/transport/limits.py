"""How Trello counts requests, and what its answers say of it: pure.

100 requests in 10 seconds and token, 300 and key, 100 in 15 minutes of members themselves; a batch counts for all
that is in it. https://developer.atlassian.com/cloud/trello/guides/rest-api/rate-limits/ (January 2026). A 429
brings no Retry-After, and two hundred of them in a window shut the key out for its rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from planora_sync.http import Call, Charge, Level, Refusal, Reply, retry_after_seconds
from planora_sync.http.limits import lowered, number

WINDOW = 10.0
A_TOKEN, A_KEY, A_MEMBER = 100, 300, 200
"""Requests in a window: of a token, of a key, and (told in headers alone) of a member with all their tokens."""
MEMBERS, MEMBERS_WINDOW = 100, 900.0
MEMBER = re.compile(r"/1/members?/[^/]+/?\Z")
"""What the limit of members counts: nested resources below are free of it."""
TOO_MUCH = "API_TOO_MANY_CARDS_REQUESTED"
"""The word of a 429 that speaks of the size of an answer and not of the rate of requests."""
LONGEST_PAUSE = 60.0
"""Seconds that a counter in the headers is waited for at once: some of them have windows of an hour."""
FAMILY = re.compile(r"x-rate-limit-(.+)-remaining\Z")
WORD = re.compile(r"[A-Z_]{3,60}\Z")


@dataclass(frozen=True, kw_only=True)
class TrelloLimits:
    """The limits of one key and one token, and perhaps another token for writes."""

    key: str
    """A name of the key that gives nothing away; the same for the tokens."""
    reader: str
    writer: str

    def charges(self, call: Call, write: bool) -> Sequence[Charge]:
        """Return the counters of token, key and member, and the one of members where it is asked for one."""
        cost = _cost(call)
        found = [
            Charge(scope=self._token(write), requests=A_TOKEN, window=WINDOW, cost=cost),
            Charge(scope=self._key, requests=A_KEY, window=WINDOW, cost=cost),
            Charge(scope=self._member(write), requests=A_MEMBER, window=WINDOW, cost=cost),
        ]
        if MEMBER.search(call.path):
            found.append(
                Charge(scope=self._members(write), requests=MEMBERS, window=MEMBERS_WINDOW, cost=cost)
            )
        if write:
            found.append(Charge(scope=self._writes(write)))
        return tuple(found)

    def levels(self, call: Call, write: bool, headers: Mapping[str, str], now: datetime) -> Sequence[Level]:
        """Return every family of `x-rate-limit-*` headers, which Trello sends and no page describes."""
        lower = lowered(headers)
        families = (match.group(1) for name in lower if (match := FAMILY.match(name)))
        found = (self._level(family, write, lower) for family in families)
        return tuple(level for level in found if level is not None)

    def refusal(self, call: Call, write: bool, reply: Reply, now: datetime) -> Refusal | None:
        """Return which requests must wait: for the next window, and none begins at the same moment as another.

        A word about the size of an answer is no limit: the same request would be refused for ever.
        """
        word = _word(reply.body())
        if word == TOO_MUCH:
            return None
        wait = retry_after_seconds(reply.headers, now)
        empty = [one.resets_in for one in self.levels(call, write, reply.headers, now) if one.remaining <= 0]
        told = f" ({word})" if word else ""
        return Refusal(
            scope=self._refused(word, call, write),
            wait=max(empty, default=WINDOW) if wait is None else wait,
            spread=0.2 * WINDOW if wait is None else 0.0,
            what=f"Trello's rate limit is used up{told}.",
        )

    def _refused(self, word: str, call: Call, write: bool) -> str:
        if word.startswith("API_KEY"):
            return self._key
        if word == "RATE_LIMIT_EXCEEDED" and MEMBER.search(call.path):
            return self._members(write)
        return self._token(write)

    def _level(self, family: str, write: bool, lower: Mapping[str, str]) -> Level | None:
        stem = f"x-rate-limit-{family}"
        remaining = number(lower, f"{stem}-remaining")
        if remaining is None:
            return None
        milliseconds = number(lower, f"{stem}-interval-ms")
        window = milliseconds / 1000 if milliseconds else None
        limit = number(lower, f"{stem}-max")
        scope = {
            "api-token": self._token(write),
            "api-key": self._key,
            "member": self._member(write),
            "action": self._writes(write),
        }.get(family, self._token(write))
        counted = family in ("api-token", "api-key", "member")
        if not counted and remaining > 0:
            # Database time and actions are no requests: nothing is known of them until they are used up.
            return None
        return Level(
            scope=scope,
            limit=limit or max(remaining, float(A_TOKEN)),
            remaining=remaining,
            resets_in=min(LONGEST_PAUSE, window or WINDOW),
            window=window if counted and limit else None,
        )

    @property
    def _key(self) -> str:
        return f"key {self.key}"

    def _token(self, write: bool) -> str:
        return f"token {self.writer if write else self.reader}"

    def _member(self, write: bool) -> str:
        return f"member of {self._token(write)}"

    def _members(self, write: bool) -> str:
        return f"members for {self._token(write)}"

    def _writes(self, write: bool) -> str:
        return f"writes of {self._token(write)}"


def _cost(call: Call) -> int:
    """Return for how many requests a call counts: a batch saves round trips and no quota."""
    if not call.path.endswith("/1/batch"):
        return 1
    urls = parse_qs(call.query).get("urls", [""])[0]
    return urls.count(",") + 1


def _word(body: bytes) -> str:
    """Return the word with which a 429 names its limit; nothing for HTML, text and no body at all."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    word = found.get("error") if isinstance(found, Mapping) else None
    return word if isinstance(word, str) and WORD.match(word) else ""
