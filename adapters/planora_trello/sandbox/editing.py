"""Changing a card: everything is checked first, then each changed field is written and told in the feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from planora_trello.sandbox import feed
from planora_trello.sandbox.ask import moment, texts, yes
from planora_trello.sandbox.errors import ApiError, full, invalid, invalid_id
from planora_trello.sandbox.ids import LONG, stamp
from planora_trello.sandbox.state import STEP, BoardList, Card, State

DESC_MOST = 16384
NAMES: Mapping[str, str] = {
    "name": "name",
    "desc": "desc",
    "closed": "closed",
    "due": "due",
    "start": "start",
    "dueComplete": "due_complete",
    "dueReminder": "due_reminder",
    "pos": "pos",
    "idLabels": "labels",
    "isTemplate": "template",
}
"""Field on the wire -> attribute."""


@dataclass
class Edit:
    """What a request wants of a card, checked."""

    target: BoardList
    members: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    """By field on the wire."""


def prepare(state: State, card: Card, wanted: Mapping[str, Any]) -> Edit:
    """Return the checked change; raises the API's 400 and changes nothing. Unknown fields are passed over."""
    target = _target(state, card, wanted)
    away = target.board != card.board
    edit = Edit(target=target, members=_staying(state, card, target.board))
    if away:
        # Labels belong to a board: those of the old one do not come along.
        edit.values["idLabels"] = []
    if "idLabels" in wanted:
        edit.values["idLabels"] = labels(state, target.board, wanted["idLabels"])
    if "idMembers" in wanted:
        edit.members = members(state, target.board, wanted["idMembers"])
    for name, read in READERS.items():
        if name in wanted:
            edit.values[name] = read(wanted[name])
    _demand_room(state, card, target, closed=bool(edit.values.get("closed", card.closed)))
    if "pos" in wanted or target.id != card.list_id:
        edit.values["pos"] = position(state, target.id, wanted.get("pos", "bottom"), card)
    return edit


def apply(state: State, card: Card, edit: Edit, member: str) -> None:
    """Make a checked change; what stays the same is neither told nor does it count as activity."""
    board, quiet = card.board, set[str]()
    if edit.target.id != card.list_id:
        _move(state, card, edit.target, member)
        # That a card stands elsewhere and lost its labels is told by the move.
        quiet = {"pos"} if card.board == board else {"pos", "idLabels"}
    for name, value in edit.values.items():
        _set(state, card, name, value, member, quiet=name in quiet)
    _set_members(state, card, edit.members, member)


def _demand_room(state: State, card: Card, target: BoardList, *, closed: bool) -> None:
    """Refuse one open card more than a board or a list holds."""
    if closed:
        return
    is_new = card.id not in state.cards or card.closed
    enters = {
        "open cards per board": (is_new or card.board != target.board, {"board": target.board}),
        "open cards per list": (is_new or card.list_id != target.id, {"list_id": target.id}),
    }
    for limit, (does, where) in enters.items():
        if does and state.open_cards(**where) >= state.most[limit]:
            raise full(limit)


def _target(state: State, card: Card, wanted: Mapping[str, Any]) -> BoardList:
    board = card.board
    if wanted.get("idBoard") not in (None, ""):
        board = _visible(state, wanted["idBoard"], "idBoard")
    if wanted.get("idList") in (None, ""):
        return state.lists[card.list_id] if board == card.board else _first(state, board)
    raw = str(wanted["idList"])
    if not LONG.match(raw) or raw not in state.lists or state.lists[raw].board != board:
        raise invalid("idList")
    return state.lists[raw]


def _visible(state: State, raw: object, what: str) -> str:
    found = state.boards.get(str(raw))
    if found is None or not found.shared:
        raise invalid(what)
    return found.id


def _first(state: State, board: str) -> BoardList:
    rows = [one for one in state.lists_of(board) if not one.closed]
    if not rows:
        raise invalid("idBoard")
    return rows[0]


def _staying(state: State, card: Card, board: str) -> list[str]:
    return [one for one in card.members if one in state.boards[board].members]


# -- values -----------------------------------------------------------------------------------------------


def labels(state: State, board: str, raw: object) -> list[str]:
    """Return labels of a board; raises the API's 400 for others, and for one said twice."""
    wanted = texts(raw) or []
    for one in wanted:
        if one not in state.labels or state.labels[one].board != board or wanted.count(one) > 1:
            raise ApiError(400, "label not found")
    return wanted


def members(state: State, board: str, raw: object) -> list[str]:
    """Return members of a board; raises the API's 400 for others."""
    wanted = texts(raw) or []
    for one in wanted:
        if not LONG.match(one):
            raise invalid_id()
        if one not in state.boards[board].members:
            raise ApiError(400, "member not found")
    return list(dict.fromkeys(wanted))


def position(state: State, list_id: str, raw: object, card: Card | None = None) -> float:
    """Return where a card goes in a list: `top`, `bottom` or a number."""
    others = [one.pos for one in state.cards.values() if one.list_id == list_id and one is not card]
    if raw in ("bottom", None, ""):
        return max(others, default=0.0) + STEP
    if raw == "top":
        return min(others, default=2 * STEP) / 2
    try:
        number = float(str(raw))
    except ValueError:
        raise invalid("pos") from None
    if number < 0:
        raise invalid("pos")
    return number


def name(raw: object) -> str:
    """Return a card's name; raises the API's 400 for an empty one."""
    if raw is None or not str(raw).strip():
        raise invalid("name")
    return str(raw)


def desc(raw: object) -> str:
    """Return a text; raises the API's 400 for one that is too long."""
    if len(str(raw or "")) > DESC_MOST:
        raise invalid("desc")
    return str(raw or "")


def _reminder(raw: object) -> int | None:
    return None if raw in (None, "", "null", -1, "-1") else int(str(raw))


READERS: Mapping[str, Any] = {
    "name": name,
    "desc": desc,
    "closed": yes,
    "due": lambda raw: moment(raw, "due"),
    "start": lambda raw: moment(raw, "start"),
    "dueComplete": yes,
    "dueReminder": _reminder,
    "isTemplate": yes,
}


# -- writing ----------------------------------------------------------------------------------------------


def _move(state: State, card: Card, target: BoardList, member: str) -> None:
    before, source = card.list_id, card.board
    card.list_id = target.id
    if target.board == source:
        feed.moved(state, card, member, before, target.id)
        state.touch(card)
        return
    card.board = target.board
    # Values belong to the custom fields of a board: those of the old one are lost.
    card.values = []
    _tell_boards(state, card, source, before, member)
    state.boards[source].activity = state.now()
    state.touch(card)


def _tell_boards(state: State, card: Card, source: str, before: str, member: str) -> None:
    said = feed.about(state, card)
    old, new = state.boards[source], state.boards[card.board]
    left = said | {
        "board": feed.about_board(old),
        "list": {"id": before, "name": state.lists[before].name},
        "boardTarget": {"id": new.id},
    }
    feed.write(state, "moveCardFromBoard", member=member, board=source, card=card.id, data=left)
    came = said | {"boardSource": {"id": old.id, "name": old.name}}
    feed.write(state, "moveCardToBoard", member=member, board=new.id, card=card.id, data=came)


def _set(state: State, card: Card, wire: str, value: Any, member: str, *, quiet: bool) -> None:
    attribute = NAMES[wire]
    old = getattr(card, attribute)
    if old == value:
        return
    setattr(card, attribute, value)
    if wire == "closed":
        card.date_closed = state.now() if value else None
    if wire == "dueComplete":
        card.date_completed = state.now() if value else None
    if wire == "idLabels" and not quiet:
        _tell_labels(state, card, old, value, member)
    if not quiet:
        feed.changed(state, card, member, wire, _shown(old), _shown(value))
    state.touch(card)


def _tell_labels(state: State, card: Card, old: list[str], new: list[str], member: str) -> None:
    """Tell webhooks of each label; the change of the set is told after it, so that one change is two events."""
    for kind, ids in (("addLabelToCard", set(new) - set(old)), ("removeLabelFromCard", set(old) - set(new))):
        for one in sorted(ids):
            label = state.labels[one]
            said = {
                "value": one,
                "text": label.name,
                "label": {"id": one, "name": label.name, "color": label.color},
            }
            data = feed.about(state, card, in_list=False) | said
            feed.write(state, kind, member=member, board=card.board, card=card.id, data=data)


def _shown(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value


def _set_members(state: State, card: Card, wanted: list[str], member: str) -> None:
    for one in [*card.members]:
        if one not in wanted:
            leave(state, card, one, member)
    for one in wanted:
        if one not in card.members:
            join(state, card, one, member)


def join(state: State, card: Card, who: str, member: str) -> None:
    """Put a member on a card."""
    card.members.append(who)
    _tell_member(state, "addMemberToCard", card, who, member)


def leave(state: State, card: Card, who: str, member: str) -> None:
    """Take a member off a card."""
    card.members.remove(who)
    _tell_member(state, "removeMemberFromCard", card, who, member)


def _tell_member(state: State, kind: str, card: Card, who: str, member: str) -> None:
    person = {"idMember": who, "member": {"id": who, "name": state.members[who].full_name}}
    data = feed.about(state, card, in_list=False) | person
    feed.write(state, kind, member=member, board=card.board, card=card.id, data=data)
    state.touch(card)


def relabel(state: State, card: Card, wanted: list[str], member: str) -> None:
    """Give a card other labels."""
    _set(state, card, "idLabels", wanted, member, quiet=False)
