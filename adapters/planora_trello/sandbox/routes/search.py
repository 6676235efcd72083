"""Search: an index that lags behind writes, so that nobody should sync by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from planora_trello.sandbox import select
from planora_trello.sandbox.ask import Ask, texts
from planora_trello.sandbox.errors import invalid

LAG = timedelta(seconds=60)
"""So long the index does not know what was made or changed."""


def search(ask: Ask) -> dict[str, Any]:
    """Return cards whose name or text holds the words; ten unless more are asked for, a thousand at most."""
    query = ask.text("query").lower().split()
    if not query:
        raise invalid("query")
    limit, page = ask.limit("cards_limit", 10), ask.limit("cards_page", 0, 100)
    boards = texts(ask.values.get("idBoards"))
    inner = ask.nested("card_")
    found = [
        card
        for card in sorted(ask.state.cards.values(), key=lambda one: one.id, reverse=True)
        if ask.state.boards[card.board].shared
        and (boards is None or boards == ["mine"] or card.board in boards)
        and all(word in f"{card.name} {card.desc}".lower() for word in query)
        and (card.activity is None or ask.state.now() - card.activity >= LAG)
    ]
    return {
        "cards": [select.card_body(inner, card) for card in found[page * limit : (page + 1) * limit]],
        "options": {"terms": [{"text": word} for word in query], "modifiers": [], "partial": False},
    }
