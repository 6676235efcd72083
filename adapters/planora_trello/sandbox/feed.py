"""The feed of actions: what is written into it, and which part of it a request wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from planora_trello.sandbox.ask import Ask, bound, texts
from planora_trello.sandbox.ids import stamp
from planora_trello.sandbox.state import Action, Board, Card, Member, State

FIELDS = ("id", "idMemberCreator", "data", "appCreator", "type", "date", "limits", "memberCreator")
EXCLUDED = frozenset({"addLabelToCard", "removeLabelFromCard", "updateCustomFieldItem", "updateCheckItem"})
"""Types that only webhooks tell: they were in no feed that was recorded."""
CARD_DEFAULT = "commentCard,updateCard:idList"
"""What `/cards/{id}/actions` gives where no filter is said."""


def about(state: State, card: Card, *, in_list: bool = True) -> dict[str, Any]:
    """Return what each action says about its card, board and list."""
    board, place = state.boards[card.board], state.lists[card.list_id]
    said: dict[str, Any] = {
        "card": {"id": card.id, "name": card.name, "idShort": card.number, "shortLink": card.short_link},
        "board": about_board(board),
    }
    return said | {"list": {"id": place.id, "name": place.name}} if in_list else said


def about_board(board: Board) -> dict[str, str]:
    """Return what each action says about its board."""
    return {"id": board.id, "name": board.name, "shortLink": board.short_link}


def write(
    state: State,
    kind: str,
    *,
    member: str,
    board: str,
    card: str | None,
    data: Mapping[str, Any],
    date: datetime | None = None,
) -> Action:
    """Add an action to the feed; without a date it happens now."""
    when = date or state.now()
    identifier = state.ids.fresh(when)
    if date is not None:
        identifier = state.ids.named(f"action/{card}/{len(state.actions)}", date)
    action = Action(
        id=identifier,
        type=kind,
        date=when,
        member=member,
        board=board,
        card=card,
        data=dict(data),
        client=state.client,
    )
    state.actions.append(action)
    return action


def changed(state: State, card: Card, member: str, name: str, old: Any, new: Any) -> None:
    """Note that one field of a card changed."""
    said = about(state, card)
    said["card"] = {name: new} | said["card"]
    write(
        state,
        "updateCard",
        member=member,
        board=card.board,
        card=card.id,
        data={"old": {name: old}} | said,
    )


def moved(
    state: State, card: Card, member: str, before: str, after: str, date: datetime | None = None
) -> None:
    """Note that a card went from one list to another of the same board."""
    said = about(state, card, in_list=False)
    said["card"] = {"idList": after} | said["card"]
    ends = {
        "listBefore": {"id": before, "name": state.lists[before].name},
        "listAfter": {"id": after, "name": state.lists[after].name},
    }
    data = {"old": {"idList": before}} | said | ends
    write(state, "updateCard", member=member, board=card.board, card=card.id, data=data, date=date)


def select(ask: Ask, pool: Iterable[Action], default: str = "all") -> list[dict[str, Any]]:
    """Return the newest actions of a kind between two bounds, newest first."""
    wanted = texts(ask.values.get("filter")) or [default]
    if len(wanted) == 1:
        wanted = wanted[0].split(",")
    since, before = bound(ask.values.get("since"), "since"), bound(ask.values.get("before"), "before")
    limit = ask.limit("limit", 50)
    page = ask.limit("page", 0, 19)
    fields = ask.fields("fields", FIELDS, FIELDS)
    found = [one for one in pool if any(_is(one, word) for word in wanted)]
    found = [one for one in found if (not since or one.id > since) and (not before or one.id < before)]
    found.sort(key=lambda one: one.id, reverse=True)
    return [render(ask.state, one, fields) for one in found[page * limit : (page + 1) * limit]]


def _is(action: Action, word: str) -> bool:
    if action.type in EXCLUDED:
        return False
    kind, _, part = word.partition(":")
    if kind == "all":
        return True
    return action.type == kind and (not part or part in action.data.get("old", {}))


def render(state: State, action: Action, fields: Iterable[str] = FIELDS) -> dict[str, Any]:
    """Return an action as it stands on the wire."""
    body: dict[str, Any] = {
        "id": action.id,
        "idMemberCreator": action.member,
        "data": action.data,
        "appCreator": None,
        "type": action.type,
        "date": stamp(action.date),
        "limits": None,
        "memberCreator": creator(state.members[action.member]),
    }
    shown = {"id": action.id} | {name: body[name] for name in fields}
    if "idMember" in action.data:
        shown["member"] = creator(state.members[action.data["idMember"]])
    return shown


def creator(member: Member) -> dict[str, Any]:
    """Return a member as actions show one."""
    return {
        "id": member.id,
        "activityBlocked": False,
        "avatarHash": None,
        "avatarUrl": None,
        "fullName": member.full_name,
        "idMemberReferrer": None,
        "initials": member.initials,
        "nonPublic": {},
        "nonPublicAvailable": True,
        "username": member.username,
    }
