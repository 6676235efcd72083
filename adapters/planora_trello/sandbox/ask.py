"""A request as the handlers see it: who asks, for what, with which values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson

from planora_trello.sandbox.errors import ApiError, forbidden, invalid
from planora_trello.sandbox.ids import LONG
from planora_trello.sandbox.state import Member, State, Token

OAUTH = re.compile(r'(oauth_consumer_key|oauth_token)\s*=\s*"?([^",]*)"?')
NESTED = re.compile(r"(\w+)\[(\w+)\]\Z")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request, authenticated and parsed."""

    state: State
    token: Token
    path: Mapping[str, str]
    values: Mapping[str, Any] = field(repr=False)
    """The query's and the body's values in one: the API takes each from either."""

    @property
    def me(self) -> Member:
        """Return whose token this is."""
        return self.state.members[self.token.member]

    def may_write(self, model: str) -> None:
        """Refuse a token that may only read."""
        if not self.token.write:
            raise forbidden(model)

    def text(self, name: str, default: str = "") -> str:
        """Return a value as text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a value as yes or no."""
        return yes(self.values[name]) if name in self.values else default

    def limit(self, name: str, default: int, most: int = 1000) -> int:
        """Return how many are wanted; raises the API's 400 beyond `most`."""
        raw = self.values.get(name, default)
        try:
            number = int(raw)
        except (TypeError, ValueError):
            raise invalid(name) from None
        if not 0 <= number <= most:
            raise invalid(name)
        return number

    def fields(self, name: str, known: Sequence[str], default: Sequence[str]) -> list[str]:
        """Return the fields that are wanted; raises the API's 400 for one that nobody knows."""
        wanted = texts(self.values.get(name))
        if wanted is None:
            return list(default)
        if wanted == ["all"]:
            return list(known)
        for one in wanted:
            if one not in known:
                raise invalid(name)
        return wanted

    def nested(self, prefix: str) -> Ask:
        """Return the request for what is asked along: `card_fields` becomes `fields`."""
        inner = {key[len(prefix) :]: value for key, value in self.values.items() if key.startswith(prefix)}
        return Ask(state=self.state, token=self.token, path=self.path, values=inner)


Handler = Callable[[Ask], Any]


def yes(value: object) -> bool:
    """Return what counts as true; raises the API's 400 for what is neither."""
    word = str(value).lower()
    if word in ("true", "1"):
        return True
    if word in ("false", "0", "none", "null", ""):
        return False
    raise invalid("boolean")


def texts(value: object) -> list[str] | None:
    """Return a list that may come as one text with commas; None where it is not said."""
    if value is None:
        return None
    if isinstance(value, list):
        return [str(one) for one in value]
    return [one.strip() for one in str(value).split(",") if one.strip()]


def moment(value: object, what: str) -> datetime | None:
    """Return a date that a client wrote; raises the API's 400 for what is none."""
    if value is None or str(value).lower() in ("", "null", "none"):
        return None
    try:
        parsed = datetime.fromisoformat(str(value).replace(" UTC", "+00:00"))
    except ValueError:
        raise invalid(what) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def bound(value: object, what: str) -> str | None:
    """Return where a page begins or ends, as an id: `since` and `before` take ids and dates."""
    if value is None or str(value) in ("", "null"):
        return None
    if LONG.match(str(value)):
        return str(value)
    when = moment(value, what)
    return None if when is None else f"{int(when.timestamp()):08x}{0:016x}"


def parse(query: str, body: bytes, content_type: str) -> dict[str, Any]:
    """Return the values of a query and a body, JSON or form; raises the API's 400."""
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return values
    if "json" in content_type:
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ApiError(400, "Error parsing body: invalid JSON") from None
        if not isinstance(parsed, dict):
            raise ApiError(400, "Error parsing body: no object")
        return values | parsed
    for key, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        inner = NESTED.match(key)
        if inner:
            values.setdefault(inner[1], {})[inner[2]] = value
        else:
            values[key] = value
    return values


def token_of(state: State, authorization: str, values: dict[str, Any]) -> Token:
    """Return whose request this is, and take the secrets out of its values; raises the API's 401."""
    key, token = values.pop("key", None), values.pop("token", None)
    word, _, rest = authorization.partition(" ")
    if word.lower() == "bearer":
        return _known(state.bearers, rest.strip())
    if word.lower() == "oauth":
        parts = dict(OAUTH.findall(rest))
        key, token = parts.get("oauth_consumer_key"), parts.get("oauth_token")
    if key not in state.keys:
        raise ApiError(401, "invalid key")
    if not token:
        raise ApiError(401, "unauthorized permission requested")
    return _known(state.tokens, str(token))


def _known(table: Mapping[str, Token], token: str) -> Token:
    if token not in table:
        raise ApiError(401, "invalid token")
    return table[token]
