"""The requests session under py-trello: another host, a timeout, no secret in an address, every status seen.

py-trello 0.20.1 writes its host into each call, passes no timeout, keeps only the text of an error and calls
each status but 200 one. All of that is put right here, below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from requests.auth import AuthBase

from planora_sync.adapter import AdapterContext
from planora_sync.errors import CredentialsRefused
from planora_sync.http import Call, Courier, CourierHTTPAdapter, credential_id, refuse_cookies, shared_budget
from planora_trello.transport.limits import TrelloLimits

VENDOR = "https://api.trello.com"
HARD_CODED = ("https://api.trello.com", "https://trello.com")
"""Hosts that py-trello writes into its calls."""
CLIENT = "planora-sync"
"""How we call ourselves; Trello repeats it in the webhooks of our own writes."""


class TrelloAnswer(Exception):
    """An answer that is no success, as it was: its status and the first line of its text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


class HeaderLater(AuthBase):
    """Keeps py-trello from writing key and token into addresses; the courier sets the header."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is."""
        return request


class TrelloSession(requests.Session):
    """What py-trello takes for the `requests` module."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__()
        # Trello repeats it in the events of our own writes, so that they can be told from a person's.
        self.headers["X-Trello-Client-Identifier"] = CLIENT
        self.base = context.url.rstrip("/").removesuffix("/1") or VENDOR
        self.server_time: datetime | None = None
        """What time it was at Trello in its last answer; None where no answer said it."""
        credentials = _Credentials(context)
        host = self.base.partition("://")[2].partition("/")[0]
        courier = Courier(
            connection=context.name,
            host=host,
            authorization=credentials.header,
            is_read=is_read,
            budget=shared_budget("trello", host, context.app),
            limits=credentials.limits(),
            share=context.rate_share,
            now=context.now,
            sleep=context.sleep,
            scheme=self.base.partition("://")[0].lower(),
        )
        carrier = CourierHTTPAdapter(
            courier, timeout=context.timeout, app=context.app, parallel=context.parallel
        )
        refuse_cookies(self.cookies)
        self.mount("https://", carrier)
        self.mount("http://", carrier)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Return a success; raises TrelloAnswer for any other answer, and what the courier raises.

        A 202, which Trello has sent for what was a 200, is a success too; py-trello would not take it.
        """
        kwargs["allow_redirects"] = False
        answer = super().request(method, self._here(str(url)), *args, **kwargs)
        self.server_time = server_time(answer.headers) or self.server_time
        if not 200 <= answer.status_code < 300:
            raise TrelloAnswer(answer.status_code, said(answer))
        answer.status_code = 200
        return answer

    def _here(self, url: str) -> str:
        host = next((host for host in HARD_CODED if url.startswith(f"{host}/")), None)
        return url if host is None else self.base + url.removeprefix(host)


class _Credentials:
    """Gives the Authorization header; holds the secrets where no `repr` shows them."""

    def __init__(self, context: AdapterContext) -> None:
        self._key = _clean(context.user, "user", context.name)
        self._token = _clean(context.token, "token", context.name)
        self._write_token = _clean(context.write_token, "write_token", context.name) or self._token

    def header(self, write: bool) -> str:
        """Return the header of a read or a write: key and token, or a Bearer token where there is no key."""
        token = self._write_token if write else self._token
        if not self._key:
            return f"Bearer {token}"
        return f'OAuth oauth_consumer_key="{self._key}", oauth_token="{token}"'

    def limits(self) -> TrelloLimits:
        """Return how Trello counts what is asked with them."""
        reader, writer = credential_id(self._token), credential_id(self._write_token)
        return TrelloLimits(key=credential_id(self._key or self._token), reader=reader, writer=writer)


def _clean(secret: str | None, name: str, connection: str) -> str:
    """Return a secret fit for a header; raises CredentialsRefused before the HTTP library could print it."""
    text = (secret or "").strip()
    if not text.isascii() or not text.isprintable() or '"' in text:
        raise CredentialsRefused(
            f"The {name} holds characters that no Trello key or token has.",
            connection=connection,
            next_step=f"Copy it again from trello.com/power-ups/admin into `{name}` of this connection.",
        )
    return text


def is_read(call: Call) -> bool:
    """Return whether a call only reads: Trello has no search by POST."""
    return call.method.upper() in {"GET", "HEAD"}


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return what time it is at Trello: a header that nearly all recorded answers have and no page describes."""
    try:
        return datetime.fromtimestamp(int(headers.get("x-server-time", "")) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def said(answer: requests.Response) -> str:
    """Return what an error answer says: Trello answers in plain text, to a 429 in JSON, proxies in HTML."""
    if "html" in answer.headers.get("content-type", "").lower():
        return "(an HTML page)"
    text = answer.text.strip()
    if text.startswith("{"):
        try:
            body = answer.json()
        except ValueError:
            body = {}
        text = str(body.get("message") or body.get("error") or text)
    return text.splitlines()[0][:300] if text else "(no text)"
