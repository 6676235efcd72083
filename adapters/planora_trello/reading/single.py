"""Reads single cards, ten a request, and says why one is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import Absence, AdapterContext, ReadResult
from planora_sync.model import Entry
from planora_trello.site.boards import Boards, Known
from planora_trello.site.survey import Survey
from planora_trello.translation.values import part
from planora_trello.translation.wire import entry_of
from planora_trello.transport.client import Client, unreadable
from planora_trello.transport.session import TrelloAnswer

Json = Mapping[str, Any]
ODD = (KeyError, TypeError, ValueError, AttributeError)
"""What a card of no known shape raises in translation (pydantic's ValidationError is a ValueError)."""


class Single:
    """Reads single cards of one connection."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards) -> None:
        self._context = context
        self._client = client
        self._boards = boards

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some entries fresh; see `Adapter.read`."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        survey = self._boards.survey()
        answers = self._client.get_many([card_path(one) for one in wanted], "its cards")
        found = {one: self._result(answer, survey) for one, answer in zip(wanted, answers, strict=True)}
        absent = [one for one, result in found.items() if result is Absence.UNKNOWN]
        return {**found, **(self._whereabouts(absent, survey) if absent else {})}

    def _result(self, answer: Any, survey: Survey) -> ReadResult:
        if isinstance(answer, TrelloAnswer):
            # 404 stands for deleted and for hidden; a 401 that speaks of the card says that it is there.
            return Absence.HIDDEN if answer.status == 401 else Absence.UNKNOWN
        try:
            board_id = str(answer["idBoard"])
            if board_id not in survey.open and board_id not in survey.closed:
                return Absence.MOVED
            known = self._boards.known(board_id)
            is_younger = str(answer["idList"]) not in known.board.by_list
            if is_younger or (known.noted and not known.knows(answer)):
                # Something on the card is younger than what is kept of its board.
                known = self._boards.known(board_id, fresh=True)
            return translated(answer, known, self._context)
        except ODD as odd:
            raise unreadable(f"card {called(answer)}", self._context.name, type(odd).__name__) from odd

    def _whereabouts(self, ids: Sequence[str], survey: Survey) -> Mapping[str, Absence]:
        """Return what the feeds of the boards tell about cards that are not there.

        A deletion and a move to a board out of sight leave an action on the board where the card stood, among
        the newest thousand of its kind. Ten feeds cost a request; a feed that is not answered tells nothing.
        """
        kinds = {"deleteCard": Absence.DELETED, "moveCardFromBoard": Absence.MOVED}
        asked = [(board, kind) for board in survey.open for kind in kinds]
        paths = [f"/boards/{board}/actions?filter={kind}&limit=1000" for board, kind in asked]
        answers = self._client.get_many(paths, "what became of its cards")
        told: dict[str, Absence] = {}
        for (_, kind), actions in zip(asked, answers, strict=True):
            for action in actions if isinstance(actions, list) else ():
                card = _card_of(action)
                # A deletion is the last thing that happens to a card, whatever the clocks of two feeds say.
                if card in ids and told.get(card) is not Absence.DELETED:
                    told[card] = kinds[kind]
        return told


def translated(card: Json, known: Known, context: AdapterContext) -> Entry:
    """Return a card as an entry; raises one of ODD for one that cannot be read."""
    lexicon = known.lexicons[str(card["idList"])]
    return entry_of(card, known.board, lexicon, context.name, keep_raw=context.keep_raw)


def card_path(card_id: str) -> str:
    """Return the path of a card with what a translation needs; free of commas, which divide a batch."""
    return f"/cards/{quote(card_id, safe='')}?fields=all&customFieldItems=true&attachments=true"


def called(card: Any) -> str:
    """Return what people call a card."""
    if not isinstance(card, Mapping):
        return "?"
    return f"#{card['idShort']}" if card.get("idShort") else str(card.get("id", "?"))


def _card_of(action: Any) -> str:
    card = part(part(action, "data"), "card") if isinstance(action, Mapping) else {}
    return str(card.get("id") or "")
