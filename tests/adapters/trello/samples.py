"""A board and a card as Trello answers, to be varied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_trello.site.board import board_of
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.wire import entry_of

from planora_sync.adapter import Vocabulary
from planora_sync.model import Entry

BORN = "5e679be5"  # 2020-03-10T13:53:41Z, as the first eight digits of an id
CARD = f"{BORN}d53dfa748f41d775"
LISTS = {
    "todo": "To Do",
    "doing": "In Progress",
    "done": "Done 🎉",
    "now": "Now",
    "next": "Next",
    "q": "Q1 2027",
}


def board(**more: Any) -> dict[str, Any]:
    lists = [
        {"id": key, "name": name, "closed": False, "pos": 10 * at}
        for at, (key, name) in enumerate(LISTS.items())
    ]
    body: dict[str, Any] = {
        "id": "5e679be40c407034b479459c",
        "name": "Mobile",
        "shortUrl": "https://trello.com/b/RybNrdNM",
        "prefs": {"permissionLevel": "org"},
        "lists": lists,
        "labels": [
            {"id": "l1", "name": "Bug", "color": "red"},
            {"id": "l2", "name": "", "color": "sky_dark"},
            {"id": "l3", "name": "", "color": None},
        ],
        "members": [{"id": "m1", "fullName": "Ana Ruiz", "username": "ana"}],
        "memberships": [
            {"idMember": "m2", "memberType": "observer"},
            {"idMember": "m1", "memberType": "normal"},
        ],
        "customFields": [],
    }
    return body | more


def card(**more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": CARD,
        "name": "Fix login crash",
        "idList": "todo",
        "idShort": 12,
        "shortUrl": "https://trello.com/c/DeJYDbq0",
        "url": "https://trello.com/c/DeJYDbq0/12-fix-login-crash",
        "dateLastActivity": "2020-04-15T01:00:17.587Z",
    }
    return body | more


def entry(
    of: Mapping[str, Any] | None = None,
    on: Mapping[str, Any] | None = None,
    vocabulary: Vocabulary | None = None,
    **more: Any,
) -> Entry:
    lexicon = Lexicon(vocabulary or Vocabulary())
    return entry_of(of or card(**more), board_of(on or board()), lexicon, "work", keep_raw=True)


def labelled(*names: str) -> list[dict[str, Any]]:
    return [{"id": name, "name": name, "color": "green"} for name in names]
