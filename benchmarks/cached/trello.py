"""Trello: boards of five thousand cards, as many as are needed."""

from __future__ import annotations

import math
from typing import Any

import orjson

from cached.rows import MARKS, Rows
from cached.stage import Request, Stage
from planora_sync.http.inprocess import ASGIApp

WORKSPACE = "kanban"
PAGE = 1_000
A_BOARD = 5_000
FIRST = 0x60000000


class TrelloStage(Stage):
    """Boards and cards of our own, made of the sandbox's first board; all else is the sandbox's."""

    def __init__(self, sandbox: ASGIApp, entries: int) -> None:
        super().__init__(sandbox)
        self._entries = entries
        self._listed: list[Any] = []
        self._board: bytes = b""
        self._cards: list[Any] = []
        self._rows: tuple[int, Rows] | None = None

    async def body(self, request: Request) -> bytes | None:
        """Return boards, a board, or a page of cards; None for anything else."""
        parts = request.path.strip("/").split("/")
        if parts[-3:] == ["members", "me", "boards"]:
            return await self._boards(request)
        if "boards" not in parts:
            return None
        number = _board_number(parts[parts.index("boards") + 1])
        if number is None:
            return None
        if parts[-2:] == ["cards", "all"] or parts[-1] == "cards":
            return self._page(number, request.query.get("before"))
        body = await self._whole(request, number)
        if "cards" not in request.query:
            return body
        return body[:-1] + b',"cards":' + self._page(number, None) + b"}"

    async def _boards(self, request: Request) -> bytes:
        _, answer = await self.ask(request)
        first = orjson.loads(answer)[0]
        self._first = str(first["id"])
        count = math.ceil(self._entries / A_BOARD)
        return orjson.dumps(
            [
                {**first, "id": _board_id(n), "name": f"Big {n}", "shortLink": f"Big{n:05d}"}
                for n in range(count)
            ]
        )

    async def _whole(self, request: Request, number: int) -> bytes:
        if not self._board:
            self._board, self._cards = await self._templates(request)
        return self._of(number, self._board)

    async def _templates(self, request: Request) -> tuple[bytes, list[Any]]:
        path = f"/1/boards/{self._first}"
        query = dict(request.query) | {"cards": "all"}
        scope = {**request.scope, "path": path, "raw_path": path.encode(), "query_string": _query(query)}
        _, answer = await self.ask(Request(**{**request.__dict__, "scope": scope}))
        board = orjson.loads(answer)
        cards = board.pop("cards")
        board["name"] = "Big " + MARKS["key"]
        return orjson.dumps(board), [{**card, "id": MARKS["id"], "idShort": 1} for card in cards]

    def _of(self, number: int, body: bytes) -> bytes:
        """Return a body with the ids of another board and its lists."""
        board = orjson.loads(self._board)
        for one in board.get("lists", ()):
            body = body.replace(one["id"].encode(), f"{one['id'][:16]}{number:08x}".encode())
        return body.replace(self._first.encode(), _board_id(number).encode()).replace(
            MARKS["key"].encode(), str(number).encode()
        )

    def _page(self, number: int, before: str | None) -> bytes:
        count = min(A_BOARD, self._entries - number * A_BOARD)
        last = int(before[:8], 16) - FIRST - number * A_BOARD if before else count
        first = max(0, last - PAGE)
        if self._rows is None or self._rows[0] != number:
            templates = [orjson.loads(self._of(number, orjson.dumps(card))) for card in self._cards]
            self._rows = (number, Rows(templates, lambda n: {"id": _card_id(number * A_BOARD + n)}))
        return self._rows[1].page(first, last)


def _board_id(number: int) -> str:
    return f"b0a2d000{number:016x}"


def _board_number(board: str) -> int | None:
    return int(board[8:], 16) if board.startswith("b0a2d000") else None


def _card_id(number: int) -> str:
    return f"{FIRST + number:08x}" + "0" * 16


def _query(query: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(query).encode()
