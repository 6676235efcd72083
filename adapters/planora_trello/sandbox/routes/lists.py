"""Lists."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox import feed, render, select
from planora_trello.sandbox.ask import Ask, yes
from planora_trello.sandbox.errors import invalid
from planora_trello.sandbox.state import STEP, BoardList


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a list, archived or not: the answer is a 200 in both cases."""
    one = ask.state.board_list(ask.path["id"])
    names = ask.fields("fields", render.LIST_FIELDS, ("name", "closed", "pos", "idBoard"))
    return {"id": one.id} | {name: render.board_list(one)[name] for name in names}


def cards(ask: Ask) -> list[dict[str, Any]]:
    """Return the cards of a list."""
    return select.cards(ask, ask.state.cards_in(ask.state.board_list(ask.path["id"]).id))


def create(ask: Ask) -> dict[str, Any]:
    """Add a list to a board."""
    ask.may_write("board")
    board = ask.state.board(ask.text("idBoard"))
    if not ask.text("name").strip():
        raise invalid("name")
    last = max((one.pos for one in ask.state.lists_of(board.id)), default=0.0)
    first = min((one.pos for one in ask.state.lists_of(board.id)), default=STEP * 2)
    pos = first / 2 if ask.text("pos", "top") == "top" else last + STEP
    made = BoardList(ask.state.ids.fresh(ask.state.now()), ask.text("name"), board.id, pos)
    ask.state.lists[made.id] = made
    _tell(ask, "createList", made, {})
    return render.board_list(made)


def update(ask: Ask) -> dict[str, Any]:
    """Rename, archive or bring back a list; its cards stay as they are."""
    ask.may_write("list")
    one = ask.state.board_list(ask.path["id"])
    values = dict(ask.values)
    if "field" in ask.path:
        values[ask.path["field"]] = values.pop("value", None)
    if "name" in values and not str(values["name"] or "").strip():
        raise invalid("name")
    wanted = {"name": str(values.get("name", one.name)), "closed": one.closed}
    if "closed" in values:
        wanted["closed"] = yes(values["closed"])
    for name, value in wanted.items():
        old = getattr(one, name)
        if old != value:
            setattr(one, name, value)
            _tell(ask, "updateList", one, {name: old})
    return render.board_list(one)


def _tell(ask: Ask, kind: str, one: BoardList, old: dict[str, Any]) -> None:
    board = ask.state.boards[one.board]
    shown = {name: getattr(one, name) for name in old} | {"id": one.id, "name": one.name}
    data: dict[str, Any] = {"list": shown, "board": feed.about_board(board)}
    if old:
        data["old"] = old
    feed.write(ask.state, kind, member=ask.me.id, board=board.id, card=None, data=data)
    board.activity = ask.state.now()


def board(ask: Ask) -> dict[str, Any]:
    """Return the board of a list."""
    return render.board(ask.state, ask.state.board(ask.state.board_list(ask.path["id"]).board))
