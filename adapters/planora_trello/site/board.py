"""A board as an answer of Trello gives it: its lists, labels, members and custom fields, without its cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planora_sync.model import Audience, FieldSchema, Named, Person, Place, Status
from planora_sync.names import plain, printable
from planora_trello.site.lexicon import BUCKETS, Lexicon
from planora_trello.translation.names import bare

Json = Mapping[str, Any]
AUDIENCES = {"public": Audience.PUBLIC, "private": Audience.PRIVATE}
"""`prefs.permissionLevel`; `org` and `enterprise` are the team."""
DUE_COMPLETE = Named(id="dueComplete", name="Due date complete")
"""The tick beside a card's due date, shown as a property because it ends a card without moving it."""


@dataclass(frozen=True, kw_only=True)
class BoardList:
    """A list of a board; lists give order no meaning but their position."""

    id: str
    name: str
    path: str
    """`Board/List`, unique among the lists of a connection."""
    closed: bool
    position: int


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label of a board."""

    id: str
    name: str
    """What it is called; a label without a name goes by its colour."""
    color: str | None


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """The definition of a custom field; `options` hold the choices of a `list` field."""

    id: str
    name: str
    type: str
    options: tuple[Named, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board without its cards."""

    id: str
    name: str
    path: str
    url: str | None
    closed: bool
    audience: Audience
    lists: tuple[BoardList, ...]
    labels: tuple[Label, ...]
    fields: tuple[CustomField, ...]
    members: Mapping[str, Person]
    observers: frozenset[str]
    """Members who may only look: guests from outside the team."""

    @cached_property
    def by_list(self) -> Mapping[str, BoardList]:
        """Return the lists by id."""
        return {one.id: one for one in self.lists}

    @cached_property
    def has_buckets(self) -> bool:
        """Return whether the board is laid out as Now, Next, Later."""
        return len({bare(one.name) for one in self.lists if not one.closed} & set(BUCKETS)) > 1

    def label_exactly(self, name: str) -> Label | None:
        """Return the label of exactly this name."""
        return next((label for label in self.labels if label.name == name), None)

    def label_named(self, name: str) -> Label | None:
        """Return the label of a name, as it is written or, failing that, without case and emoji."""
        folded = (label for label in self.labels if plain(label.name) == plain(name))
        return self.label_exactly(name) or next(folded, None)

    def member_named(self, named: Named) -> Person | None:
        """Return the member of an id or, failing that, of a name."""
        by_name = (who for who in self.members.values() if plain(who.name) == plain(named.name))
        return self.members.get(named.id) or next(by_name, None)


def board_of(body: Json, path: str | None = None) -> Board:
    """Return the board of an answer; raises KeyError, TypeError or ValueError where it is none.

    Args:
        body: `GET /1/boards/{id}` with lists, labels, members and customFields asked along.
        path: how the connection calls the board; None is its name.
    """
    identifier, name = str(body["id"]), str(body.get("name") or "")
    called = path or printable(name, identifier)
    prefs = body.get("prefs") or {}
    return Board(
        id=identifier,
        name=name,
        path=called,
        url=body.get("shortUrl") or body.get("url"),
        closed=bool(body.get("closed")),
        audience=AUDIENCES.get(str(prefs.get("permissionLevel")), Audience.TEAM),
        lists=_lists(body.get("lists") or (), called),
        labels=tuple(label_of(label) for label in body.get("labels") or () if is_shown(label)),
        fields=tuple(_field(one) for one in body.get("customFields") or ()),
        members={str(one["id"]): _person(one) for one in body.get("members") or ()},
        observers=frozenset(
            str(one.get("idMember"))
            for one in body.get("memberships") or ()
            if one.get("memberType") == "observer"
        ),
    )


def label_of(body: Json) -> Label:
    """Return a label; one without a name is called by its colour."""
    color = body.get("color")
    return Label(id=str(body["id"]), name=str(body.get("name") or color), color=color)


def is_shown(label: Json) -> bool:
    """Return whether a label says anything: it has a name or a colour."""
    return bool(label.get("name") or label.get("color"))


def sorted_by_position(bodies: Iterable[Json]) -> list[Json]:
    """Return lists in the board's order, whatever order the answer has."""
    return sorted(bodies, key=lambda body: (_number(body.get("pos")), str(body["id"])))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _lists(bodies: Sequence[Json], board: str) -> tuple[BoardList, ...]:
    paths = unique(
        [
            (str(body["id"]), f"{board}/{printable(str(body.get('name') or ''), str(body['id']))}")
            for body in sorted(bodies, key=lambda body: (bool(body.get("closed")), str(body["id"])))
        ]
    )
    return tuple(
        BoardList(
            id=str(body["id"]),
            name=str(body.get("name") or ""),
            path=paths[str(body["id"])],
            closed=bool(body.get("closed")),
            position=position,
        )
        for position, body in enumerate(sorted_by_position(bodies))
    )


def unique(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a path for each id; of several of one name the first keeps it, the next get a number."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for identifier, path in named:
        number, free = 1, path
        while free in taken:
            number += 1
            free = f"{path} ({number})"
        taken.add(free)
        paths[identifier] = free
    return paths


def _field(body: Json) -> CustomField:
    options = body.get("options") or ()
    return CustomField(
        id=str(body["id"]),
        name=str(body.get("name") or body["id"]),
        type=str(body.get("type") or "text"),
        options=tuple(
            # The options route of its own answers with `_id`.
            Named(id=str(one.get("id") or one["_id"]), name=str((one.get("value") or {}).get("text") or ""))
            for one in options
        ),
    )


def _person(body: Json) -> Person:
    name = body.get("fullName") or body.get("username") or body["id"]
    return Person(id=str(body["id"]), name=str(name))


def places_of(board: Board, lexicons: Mapping[str, Lexicon], connection: str) -> tuple[Place, ...]:
    """Return the board and its lists as places; what an entry's status can be are the open lists.

    Args:
        board: the board.
        lexicons: by list id.
        connection: the connection's name.
    """
    statuses = tuple(
        Status(id=one.id, name=one.name, category=lexicons[one.id].category(one.name))
        for one in board.lists
        if not one.closed
    )
    fields = (*_native(board), *(_schema(field) for field in board.fields))
    whole = Place(
        tracker="trello",
        connection=connection,
        id=board.id,
        path=board.path,
        kind="board",
        name=board.name or board.path,
        url=board.url,
        archived=board.closed,
        audience=board.audience,
        statuses=statuses,
        fields=fields,
    )
    return (whole, *(_list_place(one, whole) for one in board.lists))


def _list_place(one: BoardList, board: Place) -> Place:
    return board.model_copy(
        update={
            "id": one.id,
            "path": one.path,
            "kind": "list",
            "name": one.name or one.path,
            "container": board.id,
            "archived": one.closed or board.archived,
            "position": one.position,
        }
    )


def _native(board: Board) -> tuple[FieldSchema, ...]:
    labels = tuple(Named(id=label.id, name=label.name) for label in board.labels)
    members = tuple(Named(id=who.id, name=who.name) for who in board.members.values())
    return (
        FieldSchema(id="labels", name="Labels", type="labels", options=labels),
        FieldSchema(id="members", name="Members", type="members", options=members),
        FieldSchema(id="start", name="Start date", type="start"),
        FieldSchema(id="due", name="Due date", type="date"),
        FieldSchema(id=DUE_COMPLETE.id, name=DUE_COMPLETE.name, type="checkbox"),
    )


def _schema(field: CustomField) -> FieldSchema:
    return FieldSchema(id=field.id, name=field.name, type=field.type, options=field.options)
