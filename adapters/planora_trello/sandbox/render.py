"""Boards, lists, labels, custom fields and members as they stand on the wire."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox.feed import creator
from planora_trello.sandbox.ids import stamp
from planora_trello.sandbox.render_card import slug
from planora_trello.sandbox.state import Board, BoardList, CustomField, Label, Member, State

COLORS = ("green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black")
ALL_COLORS = COLORS + tuple(f"{one}_{shade}" for shade in ("dark", "light") for one in COLORS)
OK = {"status": "ok"}

BOARD_DEFAULT = (
    "name",
    "desc",
    "descData",
    "closed",
    "idOrganization",
    "idEnterprise",
    "pinned",
    "url",
    "shortUrl",
    "prefs",
    "labelNames",
)


BOARD_FIELDS = (
    "id",
    "nodeId",
    "name",
    "desc",
    "descData",
    "closed",
    "dateClosed",
    "idOrganization",
    "idEnterprise",
    "limits",
    "pinned",
    "starred",
    "url",
    "prefs",
    "shortLink",
    "subscribed",
    "labelNames",
    "powerUps",
    "dateLastActivity",
    "dateLastView",
    "shortUrl",
    "idTags",
    "datePluginDisable",
    "creationMethod",
    "ixUpdate",
    "templateGallery",
    "enterpriseOwned",
    "idBoardSource",
    "premiumFeatures",
    "idMemberCreator",
    "type",
)


def board(state: State, one: Board) -> dict[str, Any]:
    """Return a board with all its own fields; those newer than the public description are among them."""
    address = f"https://trello.com/b/{one.short_link}"
    return {
        "id": one.id,
        "nodeId": f"ari:cloud:trello::board/workspace/{one.organization}/{one.id}",
        "name": one.name,
        "desc": one.desc,
        "descData": None,
        "closed": one.closed,
        "dateClosed": None,
        "idOrganization": one.organization,
        "idEnterprise": None,
        "limits": _limits(),
        "pinned": False,
        "starred": False,
        "url": f"{address}/{slug(one.name)}",
        "prefs": _prefs(one),
        "shortLink": one.short_link,
        "subscribed": False,
        "labelNames": _label_names(state, one),
        "powerUps": [],
        "dateLastActivity": stamp(one.activity),
        "dateLastView": stamp(one.activity),
        "shortUrl": address,
        "idTags": [],
        "datePluginDisable": None,
        "creationMethod": None,
        "ixUpdate": str(len(state.actions)),
        "templateGallery": None,
        "enterpriseOwned": False,
        "idBoardSource": None,
        "premiumFeatures": ["additionalBoardBackgrounds", "customFields"],
        "idMemberCreator": next(iter(one.members), None),
        "type": None,
    }


def _prefs(one: Board) -> dict[str, Any]:
    return {
        "permissionLevel": one.permission,
        "hideVotes": False,
        "voting": "disabled",
        "comments": "members",
        "invitations": "members",
        "selfJoin": True,
        "cardCovers": True,
        "showCompleteStatus": True,
        "isTemplate": False,
        "cardAging": "regular",
        "calendarFeedEnabled": False,
        "background": "gradient-ocean",
        "backgroundColor": "#0B50AF",
        "canBePublic": True,
        "canInvite": True,
    }


def _label_names(state: State, one: Board) -> dict[str, str]:
    names = dict.fromkeys(ALL_COLORS, "")
    for label in state.labels_of(one.id):
        if label.color and not names[label.color]:
            names[label.color] = label.name
    return names


def _limits() -> dict[str, Any]:
    return {
        "cards": {
            "openPerBoard": OK | {"disableAt": 5000, "warnAt": 4000},
            "openPerList": OK | {"disableAt": 5000, "warnAt": 4000},
            "totalPerBoard": OK | {"disableAt": 2000000, "warnAt": 1600000},
        },
        "customFields": {"perBoard": OK | {"disableAt": 50, "warnAt": 40}},
        "labels": {"perBoard": OK | {"disableAt": 1000, "warnAt": 800}},
        "lists": {"openPerBoard": OK | {"disableAt": 500, "warnAt": 400}},
    }


LIST_FIELDS = (
    "id",
    "name",
    "closed",
    "color",
    "idBoard",
    "pos",
    "subscribed",
    "softLimit",
    "type",
    "datasource",
    "creationMethod",
)


def board_list(one: BoardList) -> dict[str, Any]:
    """Return a list."""
    return {
        "id": one.id,
        "name": one.name,
        "closed": one.closed,
        "color": None,
        "idBoard": one.board,
        "pos": one.pos,
        "subscribed": False,
        "softLimit": None,
        "type": None,
        "datasource": {"filter": False},
        "creationMethod": None,
    }


def label(state: State, one: Label) -> dict[str, Any]:
    """Return a label as boards show it."""
    uses = sum(one.id in card.labels for card in state.cards.values())
    return {"id": one.id, "idBoard": one.board, "name": one.name, "color": one.color, "uses": uses}


def custom_field(one: CustomField) -> dict[str, Any]:
    """Return the definition of a custom field."""
    body: dict[str, Any] = {
        "id": one.id,
        "idModel": one.board,
        "modelType": "board",
        "fieldGroup": one.id * 2 + one.id[:16],
        "display": {"cardFront": True},
        "name": one.name,
        "pos": one.pos,
    }
    if one.type == "list":
        body["options"] = [option(one, place) for place in range(len(one.options))]
    return body | {"type": one.type, "isSuggestedField": False}


def option(one: CustomField, place: int) -> dict[str, Any]:
    """Return a choice of a custom field."""
    chosen = one.options[place]
    return {
        "id": chosen.id,
        "idCustomField": one.id,
        "value": {"text": chosen.text},
        "color": chosen.color,
        "pos": 16384 * (place + 1),
    }


MEMBER_FIELDS = (
    "id",
    "aaId",
    "activityBlocked",
    "avatarHash",
    "avatarUrl",
    "bio",
    "confirmed",
    "fullName",
    "idMemberReferrer",
    "initials",
    "memberType",
    "nonPublic",
    "nonPublicAvailable",
    "status",
    "url",
    "username",
)
ME_FIELDS = (*MEMBER_FIELDS, "email", "idBoards", "idOrganizations", "inbox")
MEMBER_SHORT = ("id", "username", "fullName")


def member(one: Member) -> dict[str, Any]:
    """Return a member as others see one: no e-mail address."""
    return creator(one) | {
        "aaId": f"70121:{one.id}",
        "bio": "",
        "confirmed": True,
        "memberType": "normal",
        "status": "disconnected",
        "url": f"https://trello.com/u/{one.username}",
    }


def me(state: State, one: Member) -> dict[str, Any]:
    """Return the token's own member; the inbox is a personal board that no list of boards shows."""
    organizations = [state.organization[0]] if state.organization else []
    inbox = state.ids.named("inbox", state.now().replace(year=2025, month=3, day=1))
    return member(one) | {
        "email": one.email,
        "idBoards": [b.id for b in state.boards.values() if b.shared],
        "idOrganizations": organizations,
        "inbox": {"idBoard": inbox, "idList": inbox[::-1], "idOrganization": inbox},
    }


def memberships(one: Board) -> list[dict[str, Any]]:
    """Return who has which part on a board."""
    return [
        {
            "id": f"{one.id[:8]}{identifier[8:]}",
            "idMember": identifier,
            "memberType": part,
            "unconfirmed": False,
            "deactivated": False,
        }
        for identifier, part in one.members.items()
    ]


def organization(state: State) -> dict[str, Any]:
    """Return the company's workspace."""
    identifier, name, display = state.organization or ("", "", "")
    return {
        "id": identifier,
        "name": name,
        "displayName": display,
        "desc": "",
        "url": f"https://trello.com/w/{name}",
        "website": None,
        "idBoards": [b.id for b in state.boards.values() if b.shared and b.organization == identifier],
    }
