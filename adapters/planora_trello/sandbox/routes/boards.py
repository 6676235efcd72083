"""Boards and what is on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planora_trello.sandbox import feed, render, render_card, select
from planora_trello.sandbox.ask import Ask, yes
from planora_trello.sandbox.errors import TOO_MANY_CARDS, ApiError, absent, invalid
from planora_trello.sandbox.ids import LONG, SHORT
from planora_trello.sandbox.state import Board, BoardList, Card


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a board with what is asked along; actions come unasked, and lists only open ones."""
    board = ask.state.board(ask.path["id"])
    return body(ask, board, lists="open", actions="all")


def body(ask: Ask, board: Board, *, lists: str = "none", actions: str = "none") -> dict[str, Any]:
    """Return a board with the fields that are wanted and what is asked along."""
    shown = render.board(ask.state, board)
    fields = ask.fields("fields", render.BOARD_FIELDS, render.BOARD_DEFAULT)
    answer = {"id": board.id} | {name: shown[name] for name in fields}
    wanted = dict(ask.values)
    wanted.setdefault("lists", lists)
    wanted.setdefault("actions", actions)
    along = Ask(state=ask.state, token=ask.token, path=ask.path, values=wanted)
    return answer | _along(along, board)


def _along(ask: Ask, board: Board) -> dict[str, Any]:
    makers: dict[str, Callable[[], Any]] = {
        "actions": lambda: select.board_feed(ask, board.id),
        "cards": lambda: _cards(ask, board),
        "checklists": lambda: _checklists(ask, board),
        "customFields": lambda: [render.custom_field(one) for one in ask.state.fields_of(board.id)],
        "labels": lambda: _labels(ask, board),
        "lists": lambda: _lists(ask, board, ask.text("lists"), "list_fields"),
        "members": lambda: _members(ask, board, "member_fields"),
        "memberships": lambda: render.memberships(board),
        "organization": lambda: render.organization(ask.state) if board.organization else None,
    }
    off = ("none", "false", "")
    return {name: make() for name, make in makers.items() if ask.text(name, "none").lower() not in off}


def _on(ask: Ask, board: Board) -> list[Card]:
    return [card for card in ask.state.cards.values() if card.board == board.id]


def _cards(ask: Ask, board: Board) -> list[dict[str, Any]]:
    count = len(_on(ask, board))
    if count > ask.state.most["cards in a board's answer"]:
        raise ApiError(449, "sub-request failed")
    if ask.text("actions") not in ("none", "false", "") and count > ask.state.most["cards in an answer"]:
        raise ApiError(429, TOO_MANY_CARDS)
    values = dict(ask.nested("card_").values)
    values["filter"] = ask.text("cards")
    if "cards_limit" in ask.values:
        values["limit"] = ask.values["cards_limit"]
    inner = Ask(state=ask.state, token=ask.token, path=ask.path, values=values)
    return select.cards(inner, _on(ask, board))


def _checklists(ask: Ask, board: Board) -> list[dict[str, Any]]:
    cards = _on(ask, board)
    return [render_card.checklist(card, one) for card in cards for one in card.checklists]


def _labels(ask: Ask, board: Board) -> list[dict[str, Any]]:
    limit = ask.limit("labels_limit", 50)
    return [render.label(ask.state, one) for one in ask.state.labels_of(board.id)][:limit]


def _lists(ask: Ask, board: Board, wanted: str, fields: str) -> list[dict[str, Any]]:
    if wanted not in ("all", "closed", "none", "open"):
        raise invalid("filter")
    found = [one for one in ask.state.lists_of(board.id) if _listed(one, wanted)]
    names = ask.fields(fields, render.LIST_FIELDS, render.LIST_FIELDS)
    return [{"id": one.id} | {name: render.board_list(one)[name] for name in names} for one in found]


def _listed(one: BoardList, wanted: str) -> bool:
    return wanted == "all" or (wanted != "none" and one.closed is (wanted == "closed"))


def _members(ask: Ask, board: Board, fields: str) -> list[dict[str, Any]]:
    names = ask.fields(fields, render.MEMBER_FIELDS, render.MEMBER_SHORT)
    found = [ask.state.members[identifier] for identifier in board.members]
    return [{"id": one.id} | {name: render.member(one)[name] for name in names} for one in found]


# -- one kind of thing on a board -----------------------------------------------------------------------------


def cards(ask: Ask) -> list[dict[str, Any]]:
    """Return cards of a board."""
    return select.cards(ask, _on(ask, ask.state.board(ask.path["id"])))


def cards_or_card(ask: Ask) -> Any:
    """Return the cards of a filter, or one card of a board."""
    board, word = ask.state.board(ask.path["id"]), ask.path["filter"]
    if LONG.match(word) or (SHORT.match(word) and word not in select.FILTERS):
        card = ask.state.card(word)
        if card.board != board.id:
            raise absent()
        return select.card_body(ask, card)
    values = dict(ask.values) | {"filter": word}
    inner = Ask(state=ask.state, token=ask.token, path=ask.path, values=values)
    return select.cards(inner, _on(ask, board))


def lists(ask: Ask) -> list[dict[str, Any]]:
    """Return the lists of a board; `cards` gives each its cards."""
    board = ask.state.board(ask.path["id"])
    wanted = ask.path.get("filter") or ask.text("filter", "open")
    found = _lists(ask, board, wanted, "fields")
    if ask.text("cards", "none") == "none":
        return found
    inner = Ask(
        state=ask.state,
        token=ask.token,
        path=ask.path,
        values=dict(ask.nested("card_").values) | {"filter": ask.text("cards")},
    )
    return [one | {"cards": select.cards(inner, ask.state.cards_in(one["id"]))} for one in found]


def labels(ask: Ask) -> list[dict[str, Any]]:
    """Return the labels of a board, fifty unless more are asked for."""
    limit = ask.limit("limit", 50)
    board = ask.state.board(ask.path["id"])
    return [render.label(ask.state, one) for one in ask.state.labels_of(board.id)][:limit]


def members(ask: Ask) -> list[dict[str, Any]]:
    """Return the members of a board."""
    return _members(ask, ask.state.board(ask.path["id"]), "fields")


def memberships(ask: Ask) -> list[dict[str, Any]]:
    """Return who has which part on a board."""
    return render.memberships(ask.state.board(ask.path["id"]))


def custom_fields(ask: Ask) -> list[dict[str, Any]]:
    """Return the custom fields of a board."""
    return [render.custom_field(one) for one in ask.state.fields_of(ask.state.board(ask.path["id"]).id)]


def checklists(ask: Ask) -> list[dict[str, Any]]:
    """Return the checklists of a board."""
    return _checklists(ask, ask.state.board(ask.path["id"]))


def actions(ask: Ask) -> list[dict[str, Any]]:
    """Return what happened on a board."""
    board = ask.state.board(ask.path["id"])
    return feed.select(ask, [one for one in ask.state.actions if one.board == board.id])


def field(ask: Ask) -> dict[str, Any]:
    """Return one field of a board."""
    board = ask.state.board(ask.path["id"])
    shown = render.board(ask.state, board)
    if ask.path["field"] not in shown:
        raise absent()
    return {"_value": shown[ask.path["field"]]}


def update(ask: Ask) -> dict[str, Any]:
    """Change a board's name, text or whether it is closed."""
    ask.may_write("board")
    board = ask.state.board(ask.path["id"])
    values = dict(ask.values)
    if "field" in ask.path:
        values[ask.path["field"]] = values.pop("value", None)
    if "name" in values and not str(values["name"] or "").strip():
        raise invalid("name")
    closed = yes(values["closed"]) if "closed" in values else board.closed
    board.name, board.desc = str(values.get("name", board.name)), str(values.get("desc", board.desc))
    board.closed, board.activity = closed, ask.state.now()
    return body(Ask(state=ask.state, token=ask.token, path=ask.path, values={}), board)
