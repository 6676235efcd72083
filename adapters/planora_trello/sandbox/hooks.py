"""What webhooks send: each action to whoever listens to its card, list, board or author, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import orjson

from planora_sync.adapter import Delivery
from planora_trello.sandbox import feed
from planora_trello.sandbox.state import Action, State, Webhook

SECRET = "5a2f7c3e9b1d4f6a8c0e2b4d6f8a0c2e"  # noqa: S105 - signs what the stand-in sends only
"""The secret of the app, with which deliveries are signed."""


def sent(state: State, since: int = 0) -> Iterator[Delivery]:
    """Return what webhooks send about the actions from a number on, in order.

    Actions that no feed shows are among them. The identifier that the writing client sent comes along as a
    header, so that it can tell its own changes.
    """
    for action in state.actions[since:]:
        for hook in state.webhooks.values():
            if hook.active and hook.model in _models(action):
                yield _delivery(state, hook, action)


def _models(action: Action) -> set[str]:
    lists = {str((action.data.get(name) or {}).get("id")) for name in ("list", "listBefore", "listAfter")}
    return {action.member, action.board, action.card or "", *lists}


def _delivery(state: State, hook: Webhook, action: Action) -> Delivery:
    told: dict[str, Any] = {
        "model": {"id": hook.model},
        "action": feed.render(state, action) | {"display": {}},
        "webhook": {"id": hook.id, "idModel": hook.model, "active": True, "callbackURL": hook.url},
    }
    body = orjson.dumps(told)
    digest = hmac.new(SECRET.encode(), body + hook.url.encode(), hashlib.sha1).digest()
    headers = {"Content-Type": "application/json", "x-trello-webhook": base64.b64encode(digest).decode()}
    if action.client:
        headers["x-trello-client-identifier"] = action.client
    return Delivery(url=hook.url, headers=headers, body=body)
