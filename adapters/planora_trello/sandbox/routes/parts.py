"""Parts of a card by their own address: checklists and their lines, comments, single links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planora_trello.sandbox import feed, render_card
from planora_trello.sandbox.ask import Ask
from planora_trello.sandbox.errors import ApiError, absent, full
from planora_trello.sandbox.state import STEP, Action, Card, Checklist


def attachment(ask: Ask) -> dict[str, Any]:
    """Return a link of a card."""
    for one in ask.state.card(ask.path["id"]).attachments:
        if one.id == ask.path["other"]:
            return render_card.attachment(one)
    raise absent()


def new_checklist(ask: Ask) -> dict[str, Any]:
    """Add an empty checklist to a card, which the body or the path names."""
    ask.may_write("card")
    card = ask.state.card(ask.path.get("id") or ask.text("idCard"))
    if len(card.checklists) >= ask.state.most["checklists per card"]:
        raise full("checklists per card")
    name = ask.text("name", "Checklist")
    made = Checklist(ask.state.ids.fresh(ask.state.now()), name, (len(card.checklists) + 1) * STEP)
    card.checklists.append(made)
    _tell(ask, "addChecklistToCard", card, made)
    return render_card.checklist(card, made)


def checklist(ask: Ask) -> dict[str, Any]:
    """Return a checklist."""
    card, found = holding(ask)
    return render_card.checklist(card, found)


def lines(ask: Ask) -> list[dict[str, Any]]:
    """Return the lines of a checklist."""
    _, found = holding(ask)
    return [render_card.check_item(found, line) for line in found.items]


def delete_checklist(ask: Ask) -> dict[str, Any]:
    """Delete a checklist with its lines."""
    ask.may_write("card")
    card, found = holding(ask)
    card.checklists.remove(found)
    _tell(ask, "removeChecklistFromCard", card, found)
    return {"limits": {}}


def delete_line(ask: Ask) -> dict[str, Any]:
    """Delete a line of a checklist."""
    ask.may_write("card")
    card, found = holding(ask)
    line = next((one for one in found.items if one.id == ask.path["item"]), None)
    if line is None:
        raise absent()
    found.items.remove(line)
    ask.state.touch(card)
    return {"limits": {}}


def holding(ask: Ask) -> tuple[Card, Checklist]:
    """Return a checklist and its card; raises the API's 404."""
    for card in ask.state.cards.values():
        for one in card.checklists:
            if one.id == ask.path["id"]:
                ask.state.board(card.board)
                return card, one
    raise absent()


def _tell(ask: Ask, kind: str, card: Card, one: Checklist) -> None:
    data = feed.about(ask.state, card, in_list=False) | {"checklist": {"id": one.id, "name": one.name}}
    feed.write(ask.state, kind, member=ask.me.id, board=card.board, card=card.id, data=data)
    ask.state.touch(card)


def action(ask: Ask) -> dict[str, Any]:
    """Return an action."""
    return feed.render(ask.state, _action(ask))


def rewrite(ask: Ask) -> dict[str, Any]:
    """Change the text of a comment; no other action can be changed."""
    ask.may_write("action")
    found = _comment(ask)
    changed = replace(found, data=found.data | {"text": ask.text("text")})
    ask.state.actions[ask.state.actions.index(found)] = changed
    return feed.render(ask.state, changed)


def take_back(ask: Ask) -> dict[str, Any]:
    """Delete a comment."""
    ask.may_write("action")
    found = _comment(ask)
    ask.state.actions.remove(found)
    if found.card in ask.state.cards:
        ask.state.cards[str(found.card)].comments -= 1
    return {"_value": None}


def _comment(ask: Ask) -> Action:
    found = _action(ask)
    if found.type != "commentCard":
        raise ApiError(400, "invalid action type")
    return found


def _action(ask: Ask) -> Action:
    for one in ask.state.actions:
        if one.id == ask.path["id"]:
            ask.state.board(one.board)
            return one
    raise absent()
