"""Notion's webhooks: what they say is to be read again. Pure: nothing is asked.

The subscription is made by a person in the integration's settings. Notion's first request, unsigned, carries a token
that the person pastes back there, and keeps as `webhook_secret` of the connection: all later requests are signed
with it. They hold ids only, may be late, out of order or lost: polling stays the truth.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from planora_notion.site.notebook import MAP, WE, Notebook
from planora_notion.site.schema import Json
from planora_notion.translation.moments import instant
from planora_notion.translation.names import dashed
from planora_sync.adapter import AdapterContext, Delivery, Hint, signature_matches
from planora_sync.errors import AnswerUnreadable, SignatureRefused

SIGNATURE = "X-Notion-Signature"
GONE_ELSEWHERE = frozenset({"page.moved", "page.deleted", "page.undeleted"})
"""Events that may be about a page of ours, wherever it stands now."""
NO_ROWS = frozenset({"page", "block", "space", "workspace", "agent"})
"""What stands above pages that are rows of no data source."""
HOW_TO_SIGN = (
    "Copy the verification token of Notion's first request into `webhook_secret` of this connection; to subscribe "
    "anew take it out first."
)


class Hearer:
    """Understands the webhooks of one connection, by what is remembered of it."""

    def __init__(self, notebook: Notebook, context: AdapterContext) -> None:
        self._notebook = notebook
        self._context = context

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return what a request says is to be read again; raises SignatureRefused and AnswerUnreadable."""
        token = _token(delivery.body)
        if token is not None and self._context.webhook_secret in (None, "", token):
            return (Hint(handshake=token),)
        self._check(delivery)
        if token is not None:
            return (Hint(handshake=token),)
        event = self._event(delivery.body)
        ids, places = self._named(event)
        if not ids and not places:
            return ()
        return (
            Hint(
                ids=ids,
                places=places,
                delivery=str(event.get("id") or ""),
                at=_at(event),
                ours=self._ours(event.get("authors")),
            ),
        )

    def _check(self, delivery: Delivery) -> None:
        secret = self._context.webhook_secret or ""
        digest = hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
        if not secret or not signature_matches(delivery.header(SIGNATURE), f"sha256={digest}"):
            raise SignatureRefused(
                f"This request is not signed with the webhook's token ({SIGNATURE}).",
                connection=self._context.name,
                next_step=HOW_TO_SIGN,
            )

    def _event(self, body: bytes) -> Json:
        with suppress(ValueError, KeyError, TypeError):
            event = json.loads(body)
            if event["entity"]["id"] and isinstance(event["type"], str):
                return dict(event)
        raise AnswerUnreadable(
            "This request is signed, but it is no event of Notion.",
            connection=self._context.name,
            next_step="Update planora-sync; the next pull brings what changed.",
        )

    def _named(self, event: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the entries and places of an event; none for comments, views and files, which are not read."""
        kind, id = str(event["type"]), dashed(str(event["entity"]["id"]))
        if id is None:
            return (), ()
        sources, sprints, databases = self._map()
        match kind.partition(".")[0]:
            case "page":
                home = _home(event)
                if home and home in sprints:
                    return (), (home,)
                known = not sources or home is None or home in sources or kind in GONE_ELSEWHERE
                return ((id,), ()) if known else ((), ())
            case "data_source":
                return (), (id,)
            case "database":
                return (), tuple(databases.get(id, ())) or (id,)
            case _:
                return (), ()

    def _map(self) -> tuple[Sequence[str], Sequence[str], Mapping[str, Sequence[str]]]:
        note = self._notebook.get(MAP)
        if not isinstance(note, dict):
            return (), (), {}
        return note.get("sources") or (), note.get("sprints") or (), note.get("databases") or {}

    def _ours(self, authors: Any) -> bool:
        known = self._notebook.get(WE)
        ids = [one.get("id") if isinstance(one, Mapping) else None for one in authors or ()]
        return bool(ids) and isinstance(known, list) and all(id in known for id in ids)


def _at(event: Json) -> datetime | None:
    try:
        return instant(str(event["timestamp"]))
    except (KeyError, ValueError):
        return None


def _token(body: bytes) -> str | None:
    """Return the token of Notion's first request, or None."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    token = parsed.get("verification_token") if isinstance(parsed, Mapping) else None
    return token if isinstance(token, str) and token and "type" not in parsed else None


def _home(event: Json) -> str | None:
    """Return the data source that a page stands in; empty for a page that is no row, None where nothing says it."""
    data = event.get("data")
    parent = data.get("parent") if isinstance(data, Mapping) else None
    if not isinstance(parent, Mapping):
        return None
    named = parent.get("data_source_id") or (
        parent.get("id") if parent.get("type") == "data_source" else None
    )
    if named:
        return dashed(str(named))
    return "" if parent.get("type") in NO_ROWS else None
