"""Looks at the end of a pull again: is nothing older on a board than was read, and did no board move meanwhile?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planora_sync.errors import ConnectionFailed, RateLimited
from planora_trello.site.survey import is_listing
from planora_trello.transport.client import Client
from planora_trello.transport.session import TrelloAnswer

LISTING = "/members/me/boards?filter=all&fields=dateLastActivity"


@dataclass(frozen=True, kw_only=True)
class End:
    """What a look at the end showed."""

    more: frozenset[str] = frozenset()
    """Boards that hold older cards than those that were read."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Boards whose end could not be looked at, and why."""
    activity: Mapping[str, str] | None = None
    """When each board was last active, where that was asked and answered."""
    why: str = ""
    """Why there is no activity, where it was asked."""


class Ending:
    """Asks for ends: ten boards in one request."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def look(self, oldest: Mapping[str, str], *, activity: bool) -> End:
        """Return what is there beyond the oldest card of each board; raises RateLimited.

        Args:
            oldest: board -> its oldest card that was read, or nothing where it showed none.
            activity: whether to ask as well when each board was last active.
        """
        paths = [_path(board, card) for board, card in oldest.items()]
        try:
            answers = self._client.get_many(
                [*([LISTING] if activity else []), *paths], "the end of its boards"
            )
        except RateLimited:
            raise
        except ConnectionFailed as failure:
            return End(unknown=dict.fromkeys(oldest, failure.message), why=failure.message)
        rows, ends = (answers[0], answers[1:]) if activity else (None, answers)
        seen = dict(zip(oldest, ends, strict=True))
        told = _activity(rows) if activity else None
        return End(
            more=frozenset(board for board, cards in seen.items() if isinstance(cards, list) and cards),
            unknown={board: _why(cards) for board, cards in seen.items() if not isinstance(cards, list)},
            activity=told,
            why=_why(rows) if activity and told is None else "",
        )


def _path(board: str, oldest: str) -> str:
    """Return the path of what is older than a card; free of commas, which divide a batch."""
    bound = f"&before={oldest}" if oldest else ""
    return f"/boards/{board}/cards/all?limit=1&sort=-id&fields=id{bound}"


def _activity(rows: Any) -> Mapping[str, str] | None:
    if not is_listing(rows):
        return None
    return {str(row["id"]): str(row.get("dateLastActivity") or "") for row in rows}


def _why(answer: Any) -> str:
    if isinstance(answer, TrelloAnswer):
        return f"Trello answers {answer.status}: {answer.text}."
    return "The answer is no list."
