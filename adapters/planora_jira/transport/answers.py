"""What Jira's answers mean: JSON or nonsense, its own words in a refusal, and the error that a status is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import unquote

import requests

from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    PlaceNotVisible,
)
from planora_sync.names import printable

LONGEST = 400
"""How much of Jira's words is kept."""
LOGIN = "X-Seraph-LoginReason"
ACCOUNT: Mapping[bool, str] = {True: "X-AACCOUNTID", False: "X-AUSERNAME"}
"""Whether on Cloud -> header in which Jira names the account that it answers to; Data Center has `anonymous` too."""
FAILED_LOGINS = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")
RENEW = "Check `user` and `token` of this connection; an Atlassian API token expires after a year at most."
CAPTCHA = "Log in to Jira once in a browser: after failed logins it asks for a CAPTCHA before any API call."
GATEWAY = (
    "Set `user` beside `token`: without it the token is sent as Bearer, which the site's own address takes only "
    "from Connect apps. Service accounts use the url https://api.atlassian.com/ex/jira/CLOUD_ID."
)
SEEN = "Check its key or id, and that the account may browse it: Jira does not tell absent from forbidden."
BAD_URL = (
    "Check `url` of this connection: it must be the site's address, reached without a login page or proxy."
)
LATER = "Jira or a proxy before it has trouble: run again later."
UPDATE = "Update planora-sync, or check `deployment`: Cloud and Data Center have different addresses."


class Reading:
    """Turns the answers of one connection into JSON or into the error that they are."""

    def __init__(self, connection: str, secrets: tuple[str, ...]) -> None:
        """Set up a reader.

        Args:
            connection: name, for messages.
            secrets: texts that must not be shown, should an answer repeat them.
        """
        self.connection = connection
        self._secrets = tuple(secret for secret in secrets if secret)

    def json(self, response: requests.Response, what: str) -> Any:
        """Return the JSON of an answer to a read; raises the ConnectionFailed that any other answer is."""
        self.refuse(response, what)
        try:
            text = response.content.decode("utf-8")
            loaded = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise self.unreadable(what, _nonsense(response)) from None
        return _without_surrogates(loaded) if "\\ud" in text.lower() else loaded

    def refuse(self, response: requests.Response, what: str) -> None:
        """Raise the ConnectionFailed that a refusal is; pass an answer of 2xx that was made for this account."""
        status = response.status_code
        if status == 401 or (200 <= status < 300 and is_anonymous(response)):
            # With bad credentials a search may answer 200 with nothing in it: as if nobody asked.
            raise self._error(CredentialsRefused, what, response, _login_step(response))
        if 200 <= status < 300:
            return
        match status:
            case 403:
                raise self._error(CredentialsRefused, what, response, _right_step(response))
            case 404:
                # Jira says in JSON what it does not find; another site, or a wrong path, has no such words.
                step = SEEN if _messages(response, {}) else BAD_URL
                raise self._error(PlaceNotVisible, what, response, step)
            case 410:
                raise self._error(EndpointGone, what, response, UPDATE)
            case _ if 300 <= status < 400:
                raise self._error(AnswerUnreadable, what, response, BAD_URL)
            case _ if status >= 500:
                raise self._error(AnswerUnreadable, what, response, LATER)
            case _:
                raise self._error(ConnectionFailed, what, response, "Run `check` for this connection.")

    def object(self, response: requests.Response, what: str) -> dict[str, Any]:
        """Return the JSON object of an answer to a read; raises as `json` does."""
        loaded = self.json(response, what)
        if not isinstance(loaded, dict):
            raise self.unreadable(what, "no JSON object")
        return loaded

    def unreadable(self, what: str, why: str) -> AnswerUnreadable:
        """Return the error for an answer that is not what the API promises."""
        message = f"Jira's answer to {what} is {why}."
        return AnswerUnreadable(message, connection=self.connection, next_step=BAD_URL)

    def words(self, response: requests.Response, names: Mapping[str, str] | None = None) -> str:
        """Return Jira's own words in a refusal, one line, with the fields that they speak of.

        Args:
            response: the answer.
            names: field id -> name as people know it.
        """
        text = printable("; ".join(_messages(response, names or {})), "") or _nonsense(response)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _error(
        self, kind: type[ConnectionFailed], what: str, response: requests.Response, step: str
    ) -> ConnectionFailed:
        message = sentence(f"Jira answered {response.status_code} to {what}: {self.words(response)}")
        return kind(message, connection=self.connection, next_step=step)


def is_plain_refusal(failure: ConnectionFailed) -> bool:
    """Return whether Jira refused the very thing that was asked (400 and its like): a refusal of no kind of its own."""
    return type(failure) is ConnectionFailed


def sentence(text: str) -> str:
    """Return a text with a full stop, for what helps is said behind it."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def is_anonymous(response: requests.Response) -> bool:
    """Return whether Jira answered as to nobody: the credentials were refused, and it went on without."""
    refused = any(word in response.headers.get(LOGIN, "") for word in FAILED_LOGINS)
    return refused or response.headers.get(ACCOUNT[False], "") == "anonymous"


def account_of(response: requests.Response) -> str | None:
    """Return the id of the account that Jira says it answers to, or None where it does not say."""
    said = (response.headers.get(name, "") for name in ACCOUNT.values())
    return next((unquote(id) for id in said if id), None)


def _login_step(response: requests.Response) -> str:
    denied = "AUTHENTICATION_DENIED" in response.headers.get(LOGIN, "")
    return CAPTCHA if denied or "X-Authentication-Denied-Reason" in response.headers else RENEW


def _right_step(response: requests.Response) -> str:
    if "X-Authentication-Denied-Reason" in response.headers:
        return CAPTCHA
    if "Connect Session Auth Token" in response.text:
        return GATEWAY
    return "Give the account the right, or ask for less: `check` lists what each correction needs."


def _nonsense(response: requests.Response) -> str:
    body = response.content.lstrip()[:200].lower()
    if not body:
        return "empty"
    if body.startswith(b"<"):
        return "a web page, not JSON"
    return "no readable JSON"


def _messages(response: requests.Response, names: Mapping[str, str]) -> list[str]:
    """Return the messages of a refusal: each of Jira's forms, and field names kept, which the library drops."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return []
    if not isinstance(body, dict):
        return []
    said = body.get("errorMessages") or []
    found = [str(one) for one in (said if isinstance(said, list) else [said])]
    found += [
        str(body[key]) for key in ("message", "errorMessage", "error") if isinstance(body.get(key), str)
    ]
    errors = body.get("errors") or {}
    rows = errors if isinstance(errors, list) else [errors]
    return found + [message for row in rows for message in _field_errors(row, names)]


def _field_errors(row: Any, names: Mapping[str, str]) -> list[str]:
    if not isinstance(row, dict):
        return [str(row)]
    # Bulk calls send an array, with the errors of each element inside.
    inner = row.get("elementErrors")
    if isinstance(inner, dict):
        told = [str(one) for one in inner.get("errorMessages") or ()]
        return told + _field_errors(inner.get("errors") or {}, names)
    return [f"{_field(id, names)}: {message}" for id, message in row.items()]


def _field(id: str, names: Mapping[str, str]) -> str:
    name = names.get(id, id)
    return id if name.casefold() == id.casefold() else f"{name} ({id})"


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _without_surrogates(value: Any) -> Any:
    """Return a value without halves of emoji, which Jira leaves where it cuts texts and no store takes."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(one) for key, one in value.items()}
    return value
