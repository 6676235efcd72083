"""Hears Trello's webhooks: checks who signed one and says what is to be read again. It asks nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from planora_sync.adapter import AdapterContext, Delivery, Hint, signature_matches
from planora_sync.errors import AnswerUnreadable, SignatureRefused
from planora_trello.translation.values import instant_of, part
from planora_trello.transport.session import CLIENT

Json = Mapping[str, Any]
SIGNATURE = "x-trello-webhook"
IDENTIFIER = "x-trello-client-identifier"
PLACES = ("list", "listBefore", "listAfter")
HOW = (
    "Set `webhook_secret` of this connection to the secret of the app (its client secret with OAuth 2.0), and "
    "give the address exactly as the webhook was registered with."
)


def hear(delivery: Delivery, context: AdapterContext) -> tuple[Hint, ...]:
    """Return what a delivery says is to be read again; see `Adapter.hear`.

    The signature is made of the body, byte for byte, and of the address after it. A request without body and
    signature is the HEAD that Trello sends when a webhook is registered: it says nothing. One change may come in
    two deliveries (a label: `addLabelToCard`, then `updateCard`), repeated and out of order, so that a hint only
    says what to read and its `delivery` is the action's id.
    """
    if not delivery.body and not delivery.header(SIGNATURE):
        return ()
    _demand_signature(delivery, context)
    action = _action(delivery, context)
    data = part(action, "data")
    card = part(data, "card").get("id")
    cards = (str(card),) if card else ()
    places = () if card else _places(data)
    if not (cards or places):
        return ()
    hint = Hint(
        ids=cards,
        places=places,
        delivery=str(action["id"]),
        at=instant_of(str(action.get("date") or "")),
        ours=delivery.header(IDENTIFIER) == CLIENT,
    )
    return (hint,)


def signature(secret: str, body: bytes, url: str) -> str:
    """Return how Trello signs a body that it sends to an address."""
    digest = hmac.new(secret.encode(), body + url.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _demand_signature(delivery: Delivery, context: AdapterContext) -> None:
    secret = context.webhook_secret
    if not secret:
        what = "No `webhook_secret` is set, so that nobody can tell who sent this."
        raise SignatureRefused(what, connection=context.name, next_step=HOW)
    given = delivery.header(SIGNATURE)
    if not signature_matches(given, signature(secret, delivery.body, delivery.url)):
        what = "The signature is not Trello's: " + ("it does not match." if given else "there is none.")
        raise SignatureRefused(what, connection=context.name, next_step=HOW)


def _action(delivery: Delivery, context: AdapterContext) -> Json:
    try:
        body = json.loads(delivery.body)
    except ValueError:
        body = None
    action = part(body, "action") if isinstance(body, Mapping) else {}
    if not (action.get("id") and action.get("type")):
        raise AnswerUnreadable(
            "The webhook's request holds no action of Trello.",
            connection=context.name,
            next_step="Look whether it was sent to the address of another connection.",
        )
    return action


def _places(data: Json) -> tuple[str, ...]:
    """Return the places that an action without a card speaks of: its lists, else its board."""
    lists = [str(part(data, name)["id"]) for name in PLACES if part(data, name).get("id")]
    boards = [str(board)] if (board := part(data, "board").get("id")) else []
    return tuple(dict.fromkeys(lists or boards))
