"""Webhooks: made, listed, changed and deleted. What they tell is in `hooks.py`."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox.ask import Ask, yes
from planora_trello.sandbox.errors import ApiError, absent, invalid
from planora_trello.sandbox.ids import LONG
from planora_trello.sandbox.state import Webhook


def create(ask: Ask) -> dict[str, Any]:
    """Add a webhook. The real one first sends a HEAD request to the address and wants a 200."""
    ask.may_write("webhook")
    model, url = ask.text("idModel"), ask.text("callbackURL")
    if not url.startswith(("http://", "https://")):
        raise invalid("callbackURL")
    _demand_model(ask, model)
    if any((one.model, one.url) == (model, url) for one in ask.state.webhooks.values()):
        raise ApiError(400, "A webhook with that callback, model, and token already exists")
    made = Webhook(
        ask.state.ids.fresh(ask.state.now()), model, url, ask.token.member, ask.text("description")
    )
    ask.state.webhooks[made.id] = made
    return _shown(made)


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a webhook."""
    return _shown(_found(ask))


def update(ask: Ask) -> dict[str, Any]:
    """Change what a webhook listens to, or whether it does."""
    found = _found(ask)
    if "idModel" in ask.values:
        _demand_model(ask, ask.text("idModel"))
        found.model = ask.text("idModel")
    found.url = ask.text("callbackURL", found.url)
    found.description = ask.text("description", found.description)
    found.active = yes(ask.values["active"]) if "active" in ask.values else found.active
    return _shown(found)


def delete(ask: Ask) -> dict[str, Any]:
    """Delete a webhook."""
    del ask.state.webhooks[_found(ask).id]
    return {"_value": None}


def of_token(ask: Ask) -> list[dict[str, Any]]:
    """Return the webhooks of a token: there is no other list of them."""
    owner = ask.state.tokens.get(ask.path["id"]) or ask.state.bearers.get(ask.path["id"])
    if owner is None:
        raise absent()
    return [_shown(one) for one in ask.state.webhooks.values() if one.token == owner.member]


def _found(ask: Ask) -> Webhook:
    if ask.path["id"] not in ask.state.webhooks:
        raise absent()
    return ask.state.webhooks[ask.path["id"]]


def _demand_model(ask: Ask, model: str) -> None:
    state = ask.state
    if not LONG.match(model):
        raise invalid("idModel")
    if not any(model in table for table in (state.boards, state.lists, state.cards, state.members)):
        raise absent()


def _shown(one: Webhook) -> dict[str, Any]:
    return {
        "id": one.id,
        "description": one.description,
        "idModel": one.model,
        "callbackURL": one.url,
        "active": one.active,
        "consecutiveFailures": 0,
        "firstConsecutiveFailDate": None,
    }
