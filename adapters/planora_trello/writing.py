"""Writes to cards: says which calls a set of changes costs, and makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planora_sync.adapter import AdapterContext, Outcome, Refused, Step, Unknown, Written
from planora_sync.change import Change, Field, current, same
from planora_sync.errors import Unsupported
from planora_sync.model import Entry, Named
from planora_sync.names import plain
from planora_trello import steps as calls
from planora_trello.board import Board, BoardList
from planora_trello.boards import Boards
from planora_trello.client import Client
from planora_trello.moving import Carried, carry
from planora_trello.steps import API, PENDING, Put, pending

MOVES = frozenset({Field.PLACE, Field.STATUS})
SETS = frozenset({Field.LABELS, Field.ASSIGNEES})


class Writer:
    """Writes to the cards of one connection."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards) -> None:
        self._context = context
        self._client = client
        self._boards = boards
        self._made: dict[str, str] = {}

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls of some changes; what the entry holds already costs none. Raises Unsupported."""
        wanted = [one for one in changes if not same(current(entry, one.field, one.property), one.after)]
        if not wanted:
            return ()
        home = self._home(entry)
        target, standing = self._target(entry, home, wanted)
        put, before, after = Put(), list[Step](), list[Step]()
        if standing is not None:
            put.add(*(one.field for one in wanted if one.field in MOVES), idList=standing.id)
        if target.id != home.id:
            carried = _carried(entry, home, target, wanted)
            before = list(calls.move_steps(put, target, carried))
            put.add(*(one.field for one in wanted if one.field in SETS))
            after = [calls.carried_step(entry.ref.id, field, value) for field, value in carried.values]
            wanted = [one for one in wanted if one.field not in SETS]
        where = standing or home.by_list.get(entry.place.id)
        for change in wanted:
            if change.field not in MOVES and not calls.put_simple(put, entry, change, where):
                after.extend(self._single(entry, change, target))
        return (*before, *put.step(entry.ref.id), *after)

    def losses(self, entry: Entry, list_id: str) -> tuple[str, ...]:
        """Return what a card would lose in a list, one sentence each; raises Unsupported."""
        home, (target, _) = self._home(entry), self.list_named(Named(id=list_id, name=list_id))
        return () if home.id == target.id else _carried(entry, home, target, ()).losses

    def send(self, step: Step) -> Outcome:
        """Make one call."""
        body = None if step.body is None else {key: self._filled(value) for key, value in step.body.items()}
        if PENDING in repr(body):
            return Refused(reason="A label that this call needs was not made.")
        outcome = self._client.write(step.method, step.path.removeprefix(API), body)
        if body and step.path == f"{API}/labels" and isinstance(outcome, Written):
            return self._label_made(body, outcome)
        return outcome

    def list_named(self, named: Named) -> tuple[Board, BoardList]:
        """Return an open list of the connection's boards, with its board; raises Unsupported."""
        known = self._boards.holding(named.id)
        if known is None:
            raise Unsupported(
                f"No board of connection {self._context.name!r} has a list {named.name!r}.",
                instead="Name a list of its boards, or add the board under `boards`.",
            )
        return known.board, _open(known.board.by_list[named.id])

    def _label_made(self, body: Mapping[str, Any], outcome: Written) -> Outcome:
        board_id = str(body["idBoard"])
        self._boards.forget(board_id)
        if not outcome.id:
            return Unknown(reason="Trello accepted the label, but does not say its id.")
        self._made[pending(board_id, str(body["name"]))] = outcome.id
        return outcome

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, str) or PENDING not in value:
            return value
        for token, identifier in self._made.items():
            value = value.replace(token, identifier)
        return value

    def _home(self, entry: Entry) -> Board:
        if not entry.place.container:
            raise Unsupported(f"{entry.key} does not say its board.", instead="Pull it again.")
        return self._boards.known(entry.place.container, sure=True).board

    def _target(self, entry: Entry, home: Board, wanted: Sequence[Change]) -> tuple[Board, BoardList | None]:
        """Return the board and list that the changes put the card in; no list where they leave it."""
        said = {change.field: change.after for change in wanted if change.field in MOVES}
        if not said:
            return home, None
        if not all(said.values()):
            raise Unsupported(f"{entry.key} must stand in some list.", instead="Name the list.")
        if Field.PLACE not in said:
            return home, status_on(home, said[Field.STATUS][0])
        board, standing = self.list_named(said[Field.PLACE][0])
        if Field.STATUS in said and status_on(board, said[Field.STATUS][0]) != standing:
            raise Unsupported(
                f"{entry.key} cannot be {said[Field.STATUS][0].name!r} in {standing.path!r}.",
                instead="Name one list: on Trello it is both place and status.",
            )
        return board, standing

    def _single(self, entry: Entry, change: Change, board: Board) -> Iterator[Step]:
        match change.field:
            case Field.LABELS:
                yield from calls.label_steps(entry, change, board, self._labels_on(entry, change, board))
            case Field.ASSIGNEES:
                yield from calls.member_steps(entry, change, board)
            case _:
                yield calls.property_step(entry.ref.id, calls.custom_field(board, change.property), change)

    def _labels_on(self, entry: Entry, change: Change, board: Board) -> set[str] | None:
        """Return which labels a card has, where the board has several of a name that is to go."""
        gone = set(entry.labels) - {item.name for item in change.after}
        names = [label.name for label in board.labels if label.name in gone]
        if len(names) == len(set(names)):
            return None
        what = f"the labels of {entry.key}"
        body = self._client.get(f"/cards/{entry.ref.id}", what, fields="idLabels")
        return {str(one) for one in body.get("idLabels") or ()}


def status_on(board: Board, named: Named) -> BoardList:
    """Return the open list that is a status of a board, by id or, where it is the only one, by name."""
    same_name = [one for one in board.lists if not one.closed and plain(one.name) == plain(named.name)]
    if named.id in board.by_list:
        return _open(board.by_list[named.id])
    if len(same_name) == 1:
        return same_name[0]
    lists = ", ".join(repr(one.name) for one in board.lists if not one.closed)
    raise Unsupported(f"Board {board.path!r} has no list {named.name!r}.", instead=f"Its lists: {lists}.")


def _open(standing: BoardList) -> BoardList:
    if standing.closed:
        raise Unsupported(f"List {standing.path!r} is archived.", instead="Name an open list.")
    return standing


def _carried(entry: Entry, home: Board, target: Board, wanted: Sequence[Change]) -> Carried:
    said = {change.field: change.after for change in wanted if change.field in SETS}
    labels = tuple(item.name for item in said[Field.LABELS]) if Field.LABELS in said else entry.labels
    if Field.ASSIGNEES in said:
        members = tuple(calls.member_on(target, named) for named in said[Field.ASSIGNEES])
    else:
        members = tuple(Named(id=person.id, name=person.name) for person in entry.assignees)
    return carry(entry, home, target, labels, members)
