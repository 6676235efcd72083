"""What changed on a card, out of its feed of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import Event
from planora_sync.change import Value, day, words
from planora_sync.http import side_by_side
from planora_sync.model import Named, Person
from planora_trello.translation.values import date_of, instant_of, part
from planora_trello.transport.client import Client, unreadable

Json = Mapping[str, Any]
BEGINNINGS = frozenset({"createCard", "copyCard", "convertToCardFromCheckItem", "emailCard"})
"""Actions with which a card begins: nothing is older."""
FILTER = ",".join(
    [
        *sorted(BEGINNINGS),
        "updateCard,addMemberToCard,removeMemberFromCard,moveCardToBoard,moveCardFromBoard",
    ]
)
"""Always said: the feed of a card gives only comments and moves unasked."""
ABSENT = frozenset({400, 401, 404})
QUIET = frozenset({"pos", "cover", "idAttachmentCover", "manualCoverAttachment", "idMembers", "dueReminder"})
"""Changed fields that say nothing about the work; members have actions of their own."""
Labels = Callable[[str], Mapping[str, str]]
"""Gives the names of a board's labels by id."""


class Historian:
    """Reads the histories of cards: one request a card, one more for each further thousand actions."""

    def __init__(self, client: Client, connection: str, labels: Labels, parallel: int) -> None:
        self._client = client
        self._connection = connection
        self._labels = labels
        self._parallel = parallel

    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return what changed on some cards, the oldest first; see `Adapter.history`."""
        wanted = list(dict.fromkeys(ids))
        makers = [self._maker(one) for one in wanted]
        feeds = side_by_side(makers, self._parallel)
        return {card: events_of(actions, self._labels) for card, actions in feeds}

    def _maker(self, card: str) -> Callable[[], Iterable[tuple[str, list[Json]]]]:
        return lambda: iter([(card, list(self._feed(card)))])

    def _feed(self, card: str) -> Iterator[Json]:
        path, what = f"/cards/{quote(card, safe='')}/actions", f"the history of card {card}"
        bound: dict[str, str] = {}
        while True:
            limit = str(self._client.page)
            page = self._client.try_get(path, what, ABSENT, filter=FILTER, limit=limit, **bound)
            if page is None:
                return
            if not isinstance(page, list) or not all(
                isinstance(one, Mapping) and one.get("id") for one in page
            ):
                raise unreadable(what, self._connection, "no list of actions")
            yield from page
            if not page or any(one.get("type") in BEGINNINGS for one in page):
                return
            oldest = min(str(one["id"]) for one in page)
            if bound.get("before", "~") <= oldest:
                raise unreadable(what, self._connection, "a page that does not go on")
            bound = {"before": oldest}


def events_of(actions: Iterable[Json], labels: Labels) -> tuple[Event, ...]:
    """Return the events that actions tell, the oldest first; what is no change of an entry is passed over.

    A move to another board is told twice, on the board that is left and on the one that is reached: it is one
    event. What people write (titles apart) is not repeated.
    """
    ordered = sorted(actions, key=lambda one: (str(one.get("date") or ""), str(one.get("id") or "")))
    left = [one for one in ordered if one.get("type") == "moveCardFromBoard"]
    reached = [one for one in ordered if one.get("type") == "moveCardToBoard"]
    events: list[Event] = []
    for action in ordered:
        at = instant_of(str(action.get("date") or ""))
        twice = action in left and any(_is_same_move(action, one) for one in reached)
        if at is None or twice:
            continue
        by, when = _by(action), at.astimezone(UTC)
        events += [
            Event(at=when, by=by, field=field, before=before, after=after)
            for field, before, after in _changes(action, left, labels)
        ]
    return tuple(events)


Told = tuple[str, Value, Value]


def _changes(action: Json, left: list[Json], labels: Labels) -> Iterator[Told]:
    data = part(action, "data")
    match action.get("type"):
        case kind if kind in BEGINNINGS:
            yield ("created", (), _named(part(data, "list")))
        case "addMemberToCard":
            yield ("assignees", (), _member(data, action))
        case "removeMemberFromCard":
            yield ("assignees", _member(data, action), ())
        case "moveCardToBoard":
            begun = next((one for one in left if _is_same_move(one, action)), None)
            before = _listed(begun) if begun is not None else _named(part(data, "boardSource"))
            yield ("place", before, _listed(action))
        case "moveCardFromBoard":
            yield ("place", _listed(action), _named(part(data, "boardTarget")))
        case "updateCard":
            yield from _updated(data, labels)


def _updated(data: Json, labels: Labels) -> Iterator[Told]:
    card = part(data, "card")
    for name, old in part(data, "old").items():
        new = card.get(name)
        match name:
            case "idList":
                before, after = _named(part(data, "listBefore")), _named(part(data, "listAfter"))
                yield ("status", before or _id(old), after or _id(new))
            case "closed":
                yield ("archived", _flag(old, "archived"), _flag(new, "archived"))
            case "due" | "start":
                yield (name, day(date_of(_text(old))), day(date_of(_text(new))))
            case "idLabels":
                names = labels(str(part(data, "board").get("id")))
                yield ("labels", _labels(old, names), _labels(new, names))
            case "name":
                yield ("title", words((str(old),)), words((str(new),)))
            case "desc":
                yield ("text", (), ())
            case _ if name not in QUIET:
                yield (name, _plain(old), _plain(new))


def _is_same_move(begun: Json, ended: Json) -> bool:
    source = part(part(ended, "data"), "boardSource").get("id")
    first, second = instant_of(str(begun.get("date") or "")), instant_of(str(ended.get("date") or ""))
    near = first is not None and second is not None and abs((second - first).total_seconds()) < 60
    return near and part(part(begun, "data"), "board").get("id") == source


def _by(action: Json) -> Person | None:
    creator = part(action, "memberCreator")
    identifier = creator.get("id") or action.get("idMemberCreator")
    if not identifier:
        return None
    name = creator.get("fullName") or creator.get("username") or identifier
    return Person(id=str(identifier), name=str(name))


def _member(data: Json, action: Json) -> Value:
    member = {**part(data, "member"), **part(action, "member")}
    identifier = data.get("idMember") or member.get("id")
    name = member.get("fullName") or member.get("name") or identifier
    return (Named(id=str(identifier), name=str(name)),) if identifier else ()


def _listed(action: Json) -> Value:
    data = part(action, "data")
    one, board = part(data, "list"), part(data, "board")
    if not one.get("id"):
        return _named(board)
    path = f"{board['name']}/{one.get('name')}" if board.get("name") else str(one.get("name"))
    return (Named(id=str(one["id"]), name=path),)


def _labels(ids: object, names: Mapping[str, str]) -> Value:
    return words(tuple(names.get(str(one), str(one)) for one in ids)) if isinstance(ids, list) else ()


def _named(body: Json) -> Value:
    return (Named(id=str(body["id"]), name=str(body.get("name") or body["id"])),) if body.get("id") else ()


def _id(value: object) -> Value:
    return words((str(value),)) if value else ()


def _flag(value: object, word: str) -> Value:
    return words((word,)) if value is True else ()


def _text(value: object) -> str | None:
    return str(value) if value else None


def _plain(value: object) -> Value:
    if isinstance(value, bool):
        return words(("true",)) if value else ()
    return words((str(value),)) if isinstance(value, str | int | float) and value != "" else ()
