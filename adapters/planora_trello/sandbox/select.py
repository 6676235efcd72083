"""Which cards a request wants, in which order, with what along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planora_trello.sandbox import feed, render, render_card
from planora_trello.sandbox.ask import Ask, bound, yes
from planora_trello.sandbox.errors import invalid
from planora_trello.sandbox.state import Card, State

FILTERS = ("all", "closed", "complete", "incomplete", "none", "open", "visible")


def cards(ask: Ask, pool: Iterable[Card], default: str = "open") -> list[dict[str, Any]]:
    """Return the wanted cards of a pool.

    At most a thousand, the newest by id; they stand in the board's order unless `sort=-id` is said, so that
    the last of a page is then no bound for the next. `since` and `before` speak of creation.
    """
    wanted = ask.text("filter", default) or default
    if wanted not in FILTERS:
        raise invalid("filter")
    since, before = bound(ask.values.get("since"), "since"), bound(ask.values.get("before"), "before")
    most = ask.state.most["cards in an answer"]
    limit = min(most, ask.limit("limit", most))
    found = [card for card in pool if _is(ask.state, card, wanted)]
    found = [card for card in found if (not since or card.id > since) and (not before or card.id < before)]
    found.sort(key=lambda card: card.id, reverse=True)
    found = found[:limit]
    if ask.text("sort") != "-id":
        found.sort(key=lambda card: (ask.state.lists[card.list_id].pos, card.pos, card.id))
    return [card_body(ask, card) for card in found]


def _is(state: State, card: Card, wanted: str) -> bool:
    match wanted:
        case "all":
            return True
        case "closed":
            return card.closed
        case "complete" | "incomplete":
            return not card.closed and card.due_complete is (wanted == "complete")
        case "open":
            # Cards in an archived list are open all the same: only `visible` leaves them out.
            return not card.closed
        case "visible":
            return not card.closed and not state.lists[card.list_id].closed
        case _:
            return False


def card_body(ask: Ask, card: Card) -> dict[str, Any]:
    """Return a card with the fields that are wanted and what is asked along."""
    state = ask.state
    body = render_card.card(
        state, card, ask.fields("fields", render_card.FIELDS, render_card.FIELDS) + _badge_field(ask)
    )
    if ask.flag("customFieldItems"):
        body["customFieldItems"] = [render_card.value(card, item) for item in card.values]
    if ask.text("attachments", "false") not in ("false", ""):
        body["attachments"] = [render_card.attachment(one) for one in card.attachments]
    if ask.text("checklists", "none") not in ("none", "false"):
        body["checklists"] = [render_card.checklist(card, one) for one in card.checklists]
    if ask.flag("members"):
        inner = ask.nested("member_")
        fields = inner.fields("fields", render.MEMBER_FIELDS, render.MEMBER_SHORT)
        body["members"] = [_member(state, identifier, fields) for identifier in card.members]
    if ask.text("actions", "none") not in ("none", "false", ""):
        pool = [one for one in state.actions if one.card == card.id]
        body["actions"] = feed.select(_feed(ask), pool)
    if ask.flag("list"):
        body["list"] = render.board_list(state.lists[card.list_id])
    if ask.flag("board"):
        body["board"] = render.board(state, state.boards[card.board])
    return body


def _badge_field(ask: Ask) -> list[str]:
    return ["badges"] if "badges" in ask.values and yes(ask.values["badges"]) else []


def _member(state: State, identifier: str, fields: list[str]) -> dict[str, Any]:
    body = render.member(state.members[identifier])
    return {"id": identifier} | {name: body[name] for name in fields}


def _feed(ask: Ask) -> Ask:
    inner = ask.nested("actions_")
    values = dict(inner.values) | {"filter": ask.text("actions")}
    if "action_fields" in ask.values:
        values["fields"] = ask.values["action_fields"]
    return Ask(state=ask.state, token=ask.token, path=ask.path, values=values)


def board_feed(ask: Ask, board: str) -> list[dict[str, Any]]:
    """Return the actions that are asked along with a board."""
    inner = _feed(ask)
    if inner.text("filter") in ("none", "false"):
        return []
    return feed.select(inner, [one for one in ask.state.actions if one.board == board])
