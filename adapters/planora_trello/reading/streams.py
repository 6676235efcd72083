"""What a board answers, page by page, not translated yet: this part of a pull may run in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planora_sync.errors import ConnectionFailed, RateLimited
from planora_sync.http import ahead, side_by_side
from planora_trello.reading.paging import ids_of, older_cards
from planora_trello.site.boards import BOARD_QUERY
from planora_trello.transport.client import Client, unreadable

Json = Mapping[str, Any]
CARD_FIELDS = (
    "id,name,desc,closed,idBoard,idList,idMembers,idLabels,labels,idShort,shortLink,shortUrl,pos,due,start,"
    "dueComplete,dateLastActivity,dateClosed,dateCompleted,badges,isTemplate,cardRole,mirrorSourceId,"
    "recurrenceRule,idMemberCreator"
)
ALONG = {
    "cards": "all",
    "card_attachments": "true",
    "card_customFieldItems": "true",
    "card_fields": CARD_FIELDS,
}
PAGED = {"attachments": "true", "customFieldItems": "true", "fields": "all"}
SPLIT = frozenset({400, 403, 413, 414, 429, 449, 504})
"""Answers to a whole board in one request that is too much for Trello, or asks for a field it does not name. A
429 comes here only where waiting would not help (`API_TOO_MANY_CARDS_REQUESTED`), a 504 only after repetitions."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A board to be read."""

    board: str
    before: str | None = None
    """Only cards older than this one: the newer ones were read before."""


@dataclass(frozen=True, kw_only=True)
class Got:
    """One answer about a board."""

    board: str
    body: Json | None
    """The board itself, with its first answer."""
    cards: Sequence[Json]
    oldest: str | None
    """The smallest id so far; None where the board has no card."""
    pages: int
    """How many came so far."""
    is_last: bool = False
    is_proven: bool = False
    """Whether the answer after it was an empty page: nothing is older."""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A board that could not be read, or not to its end."""

    board: str
    failure: ConnectionFailed


class Streams:
    """Asks for boards."""

    def __init__(self, client: Client, connection: str, parallel: int) -> None:
        self._client = client
        self._connection = connection
        self._parallel = parallel

    def all_of(self, wanted: Sequence[Wanted]) -> Iterator[Got | Missed]:
        """Return the answers of some boards, those of the first board first, fetched side by side.

        Raises RateLimited, which concerns all of them.
        """
        makers = [self._maker(one) for one in wanted]
        side = side_by_side(makers, self._parallel)
        # One board alone is read ahead, so that Trello and we are busy at the same time.
        yield from ahead(side, 1 if self._parallel > 1 and len(makers) == 1 else 0)

    def _maker(self, wanted: Wanted) -> Callable[[], Iterable[Got | Missed]]:
        return lambda: self._one(wanted)

    def _one(self, wanted: Wanted) -> Iterator[Got | Missed]:
        try:
            yield from self._answers(wanted)
        except RateLimited:
            raise
        except ConnectionFailed as failure:
            yield Missed(board=wanted.board, failure=failure)

    def _answers(self, wanted: Wanted) -> Iterator[Got]:
        board = wanted.board
        body = self._first(board) if wanted.before is None else self._without_cards(board)
        cards: Sequence[Json] = ()
        oldest, pages = wanted.before, 0
        if "cards" in body:
            cards, pages = body["cards"], 1
            ids = ids_of(cards, f"the cards of board {board}", self._connection)
            oldest = min(ids, default=None)
            if len(ids) < self._client.page:
                yield Got(board=board, body=body, cards=cards, oldest=oldest, pages=1, is_last=True)
                return
        yield Got(board=board, body=body, cards=cards, oldest=oldest, pages=pages)
        yield from self._older(board, oldest, pages=pages)

    def rest(self, board: str, before: str | None) -> Iterator[Got | Missed]:
        """Return what a short page has hidden, to the empty one; raises RateLimited."""
        try:
            yield from self._older(board, before, to_the_end=True)
        except RateLimited:
            raise
        except ConnectionFailed as failure:
            yield Missed(board=board, failure=failure)

    def _older(
        self, board: str, before: str | None, *, pages: int = 0, to_the_end: bool = False
    ) -> Iterator[Got]:
        """Return what is older than a card of a board; the last answer says so."""
        oldest, size = before, self._client.page
        for cards in older_cards(
            self._client, board, self._connection, before=before, to_the_end=to_the_end, **PAGED
        ):
            pages, size = pages + 1, len(cards)
            oldest = min(str(card["id"]) for card in cards)
            is_last = size < self._client.page and not to_the_end
            yield Got(board=board, body=None, cards=cards, oldest=oldest, pages=pages, is_last=is_last)
        if size >= self._client.page or to_the_end:
            yield Got(
                board=board, body=None, cards=(), oldest=oldest, pages=pages, is_last=True, is_proven=True
            )

    def _first(self, board: str) -> Json:
        """Return a board with its cards in one request, or without them where that is too much at once."""
        body = self._client.try_get(f"/boards/{board}", f"board {board}", SPLIT, **BOARD_QUERY, **ALONG)
        return self._without_cards(board) if body is None else self._sound(body, board)

    def _without_cards(self, board: str) -> Json:
        body = self._client.get(f"/boards/{board}", f"board {board}", **BOARD_QUERY)
        return {name: value for name, value in self._sound(body, board).items() if name != "cards"}

    def _sound(self, body: Any, board: str) -> Json:
        if not isinstance(body, Mapping) or body.get("id") != board:
            raise unreadable(f"board {board}", self._connection, "another or no board")
        return body
