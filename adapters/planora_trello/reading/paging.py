"""Pages of a board's cards, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planora_trello.transport.client import Client, unreadable


def older_cards(
    client: Client,
    board_id: str,
    connection: str,
    *,
    before: str | None = None,
    to_the_end: bool = True,
    **query: str,
) -> Iterator[list[Any]]:
    """Return all cards of a board that are older than a card, archived ones too, page by page.

    A page that is shorter than asked for may not be the last one, an empty one is; it is not given. Ids tell
    creation, so that no page can be asked for by time of change. Raises ConnectionFailed, and AnswerUnreadable
    for pages that do not go on.

    Args:
        client: the connection's.
        board_id: the board.
        connection: its name, for messages.
        before: the smallest id of an earlier page, and never its last one: a page without a sort order stands in
            the board's order.
        to_the_end: whether to go on to the empty page. If not, a short page is the last one, and whoever asks
            has to prove that nothing is older.
        query: what is asked of each card.
    """
    what = f"the cards of board {board_id}"
    oldest = before
    while True:
        bound = {"before": oldest} if oldest else {}
        page = client.get(
            f"/boards/{board_id}/cards/all", what, limit=str(client.page), sort="-id", **bound, **query
        )
        ids = ids_of(page, what, connection)
        if not ids:
            return
        if oldest is not None and max(ids) >= oldest:
            raise unreadable(what, connection, "a page that does not go on")
        yield page
        if len(ids) < client.page and not to_the_end:
            return
        oldest = min(ids)


def ids_of(cards: Any, what: str, connection: str) -> list[str]:
    """Return the ids of a page of cards; raises AnswerUnreadable for what is none."""
    if isinstance(cards, list) and all(isinstance(card, Mapping) and card.get("id") for card in cards):
        return [str(card["id"]) for card in cards]
    raise unreadable(what, connection, "no list of cards")
