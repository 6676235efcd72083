"""Cards: read, create, change, move and delete."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox import editing, feed, render, render_card, select
from planora_trello.sandbox.ask import Ask
from planora_trello.sandbox.errors import absent, invalid
from planora_trello.sandbox.ids import LONG
from planora_trello.sandbox.routes import on_cards
from planora_trello.sandbox.state import BoardList, Card


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a card, archived or not."""
    return select.card_body(ask, ask.state.card(ask.path["id"]))


def create(ask: Ask) -> dict[str, Any]:
    """Create a card; a request that is repeated makes a second one."""
    ask.may_write("card")
    state, values = ask.state, dict(ask.values)
    where = ask.text("idList")
    if not LONG.match(where) or where not in state.lists:
        raise invalid("idList")
    target = state.board_list(where)
    card = _blank(ask, target, values.pop("pos", "bottom"))
    wanted = {name: value for name, value in values.items() if name not in ("idBoard", "idList")}
    if not ask.text("name"):
        # A card without a name is allowed when it is made, and at no later time.
        wanted.pop("name", None)
    edit = editing.prepare(state, card, wanted)
    source = on_cards.link(ask, ask.text("urlSource")) if ask.text("urlSource") else None
    _fill(ask, card, edit)
    card.attachments = [source] if source else []
    state.boards[target.board].counter = card.number
    along = {"attachments": "true"}
    return select.card_body(Ask(state=state, token=ask.token, path=ask.path, values=along), card)


def _blank(ask: Ask, target: BoardList, pos: object) -> Card:
    """Return a card that is on no board yet, with the next number."""
    state = ask.state
    identifier = state.ids.fresh(state.now())
    return Card(
        id=identifier,
        name="",
        board=target.board,
        list_id=target.id,
        number=state.boards[target.board].counter + 1,
        short_link=state.ids.short_link(identifier),
        pos=editing.position(state, target.id, pos),
        author=ask.me.id,
        role=ask.text("cardRole") or None,
    )


def _fill(ask: Ask, card: Card, edit: editing.Edit) -> None:
    state = ask.state
    state.cards[card.id] = card
    for name, value in edit.values.items():
        setattr(card, editing.NAMES[name], value)
    card.members = list(edit.members)
    data = feed.about(state, card)
    feed.write(state, "createCard", member=ask.me.id, board=card.board, card=card.id, data=data)
    state.touch(card)


def update(ask: Ask) -> dict[str, Any]:
    """Change a card in one call, or one field of it by `value`; there is no check against lost updates."""
    ask.may_write("card")
    card = ask.state.card(ask.path["id"])
    values = dict(ask.values)
    if "field" in ask.path:
        values[ask.path["field"]] = values.pop("value", None)
    editing.apply(ask.state, card, editing.prepare(ask.state, card, values), ask.me.id)
    return select.card_body(Ask(state=ask.state, token=ask.token, path=ask.path, values={}), card)


def delete(ask: Ask) -> dict[str, Any]:
    """Delete a card for good; the feed keeps its number, but not its name."""
    ask.may_write("card")
    card = ask.state.card(ask.path["id"])
    data = feed.about(ask.state, card)
    del data["card"]["name"]
    feed.write(ask.state, "deleteCard", member=ask.me.id, board=card.board, card=card.id, data=data)
    ask.state.boards[card.board].activity = ask.state.now()
    del ask.state.cards[card.id]
    return {"limits": {}}


def field(ask: Ask) -> dict[str, Any]:
    """Return one field of a card."""
    if ask.path["field"] not in render_card.FIELDS:
        raise absent()
    shown = render_card.card(ask.state, ask.state.card(ask.path["id"]), [ask.path["field"]])
    return {"_value": shown[ask.path["field"]]}


def actions(ask: Ask) -> list[dict[str, Any]]:
    """Return what happened to a card: only comments and moves unless more is asked for."""
    card = ask.state.card(ask.path["id"])
    pool = [one for one in ask.state.actions if one.card == card.id]
    return feed.select(ask, pool, feed.CARD_DEFAULT)


def custom_field_items(ask: Ask) -> list[dict[str, Any]]:
    """Return a card's values of custom fields."""
    card = ask.state.card(ask.path["id"])
    return [render_card.value(card, one) for one in card.values]


def checklists(ask: Ask) -> list[dict[str, Any]]:
    """Return a card's checklists."""
    card = ask.state.card(ask.path["id"])
    return [render_card.checklist(card, one) for one in card.checklists]


def attachments(ask: Ask) -> list[dict[str, Any]]:
    """Return a card's links."""
    return [render_card.attachment(one) for one in ask.state.card(ask.path["id"]).attachments]


def members(ask: Ask) -> list[dict[str, Any]]:
    """Return a card's members."""
    card = ask.state.card(ask.path["id"])
    return [render.member(ask.state.members[one]) for one in card.members]


def plugin_data(ask: Ask) -> list[Any]:
    """Return what Power-Ups keep on a card: nothing."""
    ask.state.card(ask.path["id"])
    return []


def board(ask: Ask) -> dict[str, Any]:
    """Return the board of a card."""
    return render.board(ask.state, ask.state.board(ask.state.card(ask.path["id"]).board))


def its_list(ask: Ask) -> dict[str, Any]:
    """Return the list of a card."""
    return render.board_list(ask.state.lists[ask.state.card(ask.path["id"]).list_id])
