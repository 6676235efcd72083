"""What is put on a card and taken off it: labels, members, links, comments, checklists, custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_trello.sandbox import editing, feed, render, render_card, values
from planora_trello.sandbox.ask import Ask, yes
from planora_trello.sandbox.errors import ApiError, absent, full, invalid
from planora_trello.sandbox.routes import parts
from planora_trello.sandbox.state import STEP, Attachment, Card, CheckItem, Checklist


def _card(ask: Ask) -> Card:
    ask.may_write("card")
    return ask.state.card(ask.path["id"])


def add_label(ask: Ask) -> list[str]:
    """Put one label on a card and return the ids of all."""
    card = _card(ask)
    (one,) = editing.labels(ask.state, card.board, [ask.text("value")])
    if one in card.labels:
        raise ApiError(400, "that label is already on the card")
    editing.relabel(ask.state, card, [*card.labels, one], ask.me.id)
    return card.labels


def remove_label(ask: Ask) -> dict[str, Any]:
    """Take one label off a card."""
    card = _card(ask)
    if ask.path["other"] not in card.labels:
        raise ApiError(400, "that label is not on the card")
    rest = [one for one in card.labels if one != ask.path["other"]]
    editing.relabel(ask.state, card, rest, ask.me.id)
    return {"_value": None}


def add_member(ask: Ask) -> list[dict[str, Any]]:
    """Put one member on a card and return all."""
    card = _card(ask)
    (one,) = editing.members(ask.state, card.board, [ask.text("value")])
    if one in card.members:
        raise ApiError(400, "member is already on the card")
    editing.join(ask.state, card, one, ask.me.id)
    return _members(ask, card)


def remove_member(ask: Ask) -> list[dict[str, Any]]:
    """Take one member off a card and return the others."""
    card = _card(ask)
    if ask.path["other"] not in card.members:
        raise ApiError(400, "member is not on the card")
    editing.leave(ask.state, card, ask.path["other"], ask.me.id)
    return _members(ask, card)


def _members(ask: Ask, card: Card) -> list[dict[str, Any]]:
    return [render.member(ask.state.members[one]) for one in card.members]


def voters(ask: Ask) -> list[dict[str, Any]]:
    """Return who voted for a card."""
    return [render.member(ask.state.members[one]) for one in ask.state.card(ask.path["id"]).voters]


def vote(ask: Ask) -> list[dict[str, Any]]:
    """Vote for a card; raises the API's 400 for a second vote."""
    card = _card(ask)
    who = ask.state.member(ask.text("value")).id
    if who in card.voters:
        raise ApiError(400, "member has already voted on the card")
    card.voters.append(who)
    ask.state.touch(card)
    return voters(ask)


def take_back(ask: Ask) -> dict[str, Any]:
    """Take a vote back; raises the API's 400 where there is none."""
    card = _card(ask)
    if ask.path["other"] not in card.voters:
        raise ApiError(400, "member has not voted on the card")
    card.voters.remove(ask.path["other"])
    ask.state.touch(card)
    return {"_value": None}


def attach(ask: Ask) -> dict[str, Any]:
    """Put a link on a card; the same address may stand there twice."""
    card = _card(ask)
    if len(card.attachments) >= ask.state.most["attachments per card"]:
        raise full("attachments per card")
    made = link(ask, ask.text("url"))
    card.attachments.append(made)
    shown = {"id": made.id, "name": made.name, "url": made.url}
    _tell(ask, "addAttachmentToCard", card, {"attachment": shown})
    return render_card.attachment(made)


def link(ask: Ask, url: str) -> Attachment:
    """Return a link to an address; raises the API's 400 for what is none."""
    if not url.startswith(("http://", "https://")):
        raise invalid("url")
    now = ask.state.now()
    name = ask.text("name") if "url" in ask.values else ""
    return Attachment(ask.state.ids.fresh(now), name or url, url, now, ask.me.id)


def detach(ask: Ask) -> dict[str, Any]:
    """Take a link off a card."""
    card = _card(ask)
    found = [one for one in card.attachments if one.id == ask.path["other"]]
    if not found:
        raise absent()
    card.attachments.remove(found[0])
    said = {"attachment": {"id": found[0].id, "name": found[0].name}}
    _tell(ask, "deleteAttachmentFromCard", card, said)
    return {"limits": {}}


def comment(ask: Ask) -> dict[str, Any]:
    """Add a comment and return it as an action."""
    card = _card(ask)
    if not ask.text("text").strip():
        raise invalid("text")
    card.comments += 1
    _tell(ask, "commentCard", card, {"text": ask.text("text")})
    return feed.render(ask.state, ask.state.actions[-1])


def add_item(ask: Ask) -> dict[str, Any]:
    """Add a line to a checklist."""
    ask.may_write("card")
    card, found = parts.holding(ask)
    if not ask.text("name").strip():
        raise invalid("name")
    state = ask.state
    line = CheckItem(state.ids.fresh(state.now()), ask.text("name"), (len(found.items) + 1) * STEP)
    line.done = ask.flag("checked")
    found.items.append(line)
    state.touch(card)
    return render_card.check_item(found, line)


def check(ask: Ask) -> dict[str, Any]:
    """Tick or untick a line of a checklist."""
    card = _card(ask)
    for found in card.checklists:
        for line in found.items:
            if line.id == ask.path["item"]:
                return _tick(ask, card, found, line)
    raise absent()


def _tick(ask: Ask, card: Card, found: Checklist, line: CheckItem) -> dict[str, Any]:
    word = ask.text("state", "complete" if line.done else "incomplete")
    line.done = word == "complete" or (word not in ("complete", "incomplete") and yes(word))
    shown = {"id": line.id, "name": line.name, "state": "complete" if line.done else "incomplete"}
    said = {"checklist": {"id": found.id, "name": found.name}, "checkItem": shown}
    _tell(ask, "updateCheckItemStateOnCard", card, said)
    return render_card.check_item(found, line)


def set_custom_field(ask: Ask) -> dict[str, Any]:
    """Set or clear a value of a custom field."""
    card = _card(ask)
    field = ask.state.custom_field(ask.path["field"])
    return render_card.value(card, values.write(ask.state, card, field, ask.values, ask.me.id))


def set_custom_fields(ask: Ask) -> list[dict[str, Any]]:
    """Set or clear several values of custom fields."""
    card = _card(ask)
    wanted = ask.values.get("customFieldItems")
    if not isinstance(wanted, list) or not all(isinstance(one, Mapping) for one in wanted):
        raise invalid("customFieldItems")
    pairs = [(ask.state.custom_field(str(one.get("idCustomField"))), one) for one in wanted]
    done = [values.write(ask.state, card, field, one, ask.me.id) for field, one in pairs]
    return [render_card.value(card, one) for one in done]


def _tell(ask: Ask, kind: str, card: Card, more: Mapping[str, Any]) -> None:
    data = {**feed.about(ask.state, card, in_list=kind == "commentCard"), **more}
    feed.write(ask.state, kind, member=ask.me.id, board=card.board, card=card.id, data=data)
    ask.state.touch(card)
