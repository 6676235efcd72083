"""Cards, with what hangs on them, as they stand on the wire."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from planora_trello.sandbox.ids import stamp
from planora_trello.sandbox.state import Attachment, Card, CheckItem, Checklist, FieldValue, State

FIELDS = (
    "id",
    "agent",
    "aiMetadata",
    "badges",
    "checkItemStates",
    "closed",
    "cover",
    "cardRole",
    "dateClosed",
    "dateCompleted",
    "dateLastActivity",
    "desc",
    "descData",
    "due",
    "dueComplete",
    "dueReminder",
    "email",
    "externalSource",
    "idAttachmentCover",
    "idBoard",
    "idChecklists",
    "idLabels",
    "idList",
    "idMemberCreator",
    "idMembers",
    "idMembersVoted",
    "idOrganization",
    "idShort",
    "isTemplate",
    "labels",
    "manualCoverAttachment",
    "mirrorSourceId",
    "name",
    "nodeId",
    "originalName",
    "pinned",
    "pos",
    "recurrenceRule",
    "shortLink",
    "shortUrl",
    "start",
    "subscribed",
    "url",
)
MODERN = ("agent", "aiMetadata", "externalSource", "nodeId", "originalName", "pinned", "recurrenceRule")
"""Fields that came with 2025 and 2026 and that no description names."""
COVER = {"idAttachment": None, "color": None, "size": "normal", "brightness": "dark", "idPlugin": None}


def slug(name: str) -> str:
    """Return a name as it stands at the end of an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[^a-z0-9 -]", "", plain)).strip("-")


def card(state: State, one: Card, fields: Sequence[str] = FIELDS) -> dict[str, Any]:
    """Return the wanted fields of a card, its id always among them."""
    body = _plain(state, one) | _marks(state, one)
    body |= dict.fromkeys(MODERN) | {"pinned": False, "nodeId": f"ari:cloud:trello::card/{one.id}"}
    return {"id": one.id} | {name: body[name] for name in fields}


def _plain(state: State, one: Card) -> dict[str, Any]:
    short = f"https://trello.com/c/{one.short_link}"
    return {
        "id": one.id,
        "closed": one.closed,
        "cardRole": one.role,
        "dateClosed": stamp(one.date_closed),
        "dateCompleted": stamp(one.date_completed),
        "dateLastActivity": stamp(one.activity),
        "desc": one.desc,
        "due": stamp(one.due),
        "dueComplete": one.due_complete,
        "dueReminder": one.due_reminder,
        "idBoard": one.board,
        "idLabels": list(one.labels),
        "idList": one.list_id,
        "idMemberCreator": one.author or None,
        "idMembers": list(one.members),
        "idOrganization": state.boards[one.board].organization,
        "idShort": one.number,
        "isTemplate": one.template,
        "mirrorSourceId": one.mirrors,
        "name": one.name,
        "pos": int(one.pos) if one.pos == int(one.pos) else one.pos,
        "shortLink": one.short_link,
        "shortUrl": short,
        "start": stamp(one.start),
        "url": f"{short}/{one.number}-{slug(one.name)}".rstrip("-"),
    }


def _marks(state: State, one: Card) -> dict[str, Any]:
    return {
        "badges": _badges(one),
        "checkItemStates": [],
        "cover": COVER,
        "descData": None,
        "email": None,
        "idAttachmentCover": None,
        "idChecklists": [checklist.id for checklist in one.checklists],
        "idMembersVoted": list(one.voters),
        "labels": [_label(state, identifier) for identifier in one.labels],
        "manualCoverAttachment": False,
        "subscribed": False,
    }


def _label(state: State, identifier: str) -> dict[str, Any]:
    label = state.labels[identifier]
    return {"id": label.id, "idBoard": label.board, "name": label.name, "color": label.color}


def _badges(one: Card) -> dict[str, Any]:
    items = [item for checklist in one.checklists for item in checklist.items]
    cards = sum("trello.com/c/" in attachment.url for attachment in one.attachments)
    return {
        "attachments": len(one.attachments),
        "attachmentsByType": {"trello": {"board": 0, "card": cards}},
        "checkItems": len(items),
        "checkItemsChecked": sum(item.done for item in items),
        "checkItemsEarliestDue": None,
        "comments": one.comments,
        "description": bool(one.desc),
        "due": stamp(one.due),
        "dueComplete": one.due_complete,
        "externalSource": None,
        "fogbugz": "",
        "lastUpdatedByAi": False,
        "location": False,
        "maliciousAttachments": 0,
        "start": stamp(one.start),
        "subscribed": False,
        "viewingMemberVoted": False,
        "votes": len(one.voters),
    }


def value(one: Card, item: FieldValue) -> dict[str, Any]:
    """Return a card's value of a custom field; a list's is null, with the option's id beside it."""
    return {
        "id": item.id,
        "value": item.value,
        "idValue": item.option,
        "idCustomField": item.field,
        "idModel": one.id,
        "modelType": "card",
    }


def checklist(one: Card, item: Checklist) -> dict[str, Any]:
    """Return a checklist with its lines."""
    return {
        "id": item.id,
        "name": item.name,
        "idBoard": one.board,
        "idCard": one.id,
        "pos": item.pos,
        "limits": {"checkItems": {"perChecklist": {"status": "ok", "disableAt": 200, "warnAt": 160}}},
        "checkItems": [check_item(item, line) for line in item.items],
        "creationMethod": None,
    }


def check_item(checklist: Checklist, one: CheckItem) -> dict[str, Any]:
    """Return a line of a checklist."""
    return {
        "id": one.id,
        "name": one.name,
        "nameData": {"emoji": {}},
        "pos": one.pos,
        "state": "complete" if one.done else "incomplete",
        "due": None,
        "dueReminder": None,
        "idMember": None,
        "idChecklist": checklist.id,
    }


def attachment(one: Attachment) -> dict[str, Any]:
    """Return a link on a card."""
    return {
        "id": one.id,
        "bytes": None,
        "date": stamp(one.date),
        "edgeColor": None,
        "idMember": one.member,
        "isMalicious": False,
        "isUpload": False,
        "mimeType": "",
        "name": one.name,
        "previews": [],
        "url": one.url,
        "pos": 16384,
        "fileName": None,
    }
