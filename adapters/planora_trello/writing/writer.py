"""Writes to cards: says which calls a set of changes costs, and makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from planora_sync.adapter import AdapterContext, Outcome, Refused, Step, Unknown, Written
from planora_sync.change import Change, Field, current, same
from planora_sync.errors import Unsupported
from planora_sync.model import Entry, Named
from planora_sync.names import plain
from planora_trello.site.board import Board, BoardList
from planora_trello.site.boards import Boards, Known
from planora_trello.transport.client import Client
from planora_trello.writing import steps as calls
from planora_trello.writing.entering import entered
from planora_trello.writing.moving import Carried, carry
from planora_trello.writing.steps import API, PENDING, Put, pending

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
        target = self._with_labels(target, entry, wanted, is_move=target.board.id != home.board.id)
        put, before, after, values = Put(), list[Step](), list[Step](), list[calls.Entered]()
        if standing is not None:
            put.add(*(one.field for one in wanted if one.field in MOVES), idList=standing.id)
        if target.board.id != home.board.id:
            carried = _carried(entry, home.board, target.board, wanted)
            before = list(calls.move_steps(put, target.board, carried))
            put.add(*(one.field for one in wanted if one.field in SETS))
            values = [calls.Entered(field=f, value=(v,), of=Field.PLACE) for f, v in carried.values]
            wanted = [one for one in wanted if one.field not in SETS]
        where = standing or home.board.by_list.get(entry.place.id)
        lexicon = target.lexicons[where.id] if where else next(iter(target.lexicons.values()))
        for change in wanted:
            said = list(entered(change, target.board, lexicon))
            values = [one for one in values if one.field not in [new.field for new in said]] + said
            if not said and change.field not in MOVES and not calls.put_simple(put, entry, change, where):
                after.extend(self._single(entry, change, target.board))
        return (*before, *put.step(entry.ref.id), *after, *calls.value_steps(entry.ref.id, values))

    def losses(self, entry: Entry, list_id: str) -> tuple[str, ...]:
        """Return what a card would lose in a list, one sentence each; raises Unsupported."""
        home, (target, _) = self._home(entry), self.list_named(Named(id=list_id, name=list_id))
        is_here = home.board.id == target.board.id
        return () if is_here else _carried(entry, home.board, target.board, ()).losses

    def send(self, step: Step) -> Outcome:
        """Make one call."""
        body = None if step.body is None else {key: self._filled(value) for key, value in step.body.items()}
        if PENDING in repr(body):
            return Refused(reason="A label that this call needs was not made.")
        outcome = self._client.write(step.method, step.path.removeprefix(API), body)
        if body and step.path == f"{API}/labels" and not isinstance(outcome, Refused):
            return self._label_made(body, outcome)
        return outcome

    def list_named(self, named: Named) -> tuple[Known, BoardList]:
        """Return an open list of the connection's boards, with its board; raises Unsupported."""
        known = self._boards.holding(named.id)
        if known is None:
            shut = self._boards.closed_holding(named.id)
            if shut is not None:
                raise Unsupported(f"Board {shut!r} is closed.", instead="Open it again in Trello first.")
            raise Unsupported(
                f"No board of connection {self._context.name!r} has a list {named.name!r}.",
                instead="Name a list of its boards, or add the board under `boards`.",
            )
        return known, _open(known.board.by_list[named.id])

    def with_labels(self, known: Known, names: Iterable[str]) -> Known:
        """Return a board, asked anew where it lacks a label: somebody may have made it meanwhile."""
        lacks = [name for name in names if known.board.label_exactly(name) is None]
        return self._boards.known(known.board.id, fresh=True) if lacks else known

    def _with_labels(self, target: Known, entry: Entry, wanted: Sequence[Change], *, is_move: bool) -> Known:
        said = [item.name for one in wanted if one.field is Field.LABELS for item in one.after]
        return self.with_labels(target, [*said, *(entry.labels if is_move else ())])

    def _label_made(self, body: Mapping[str, Any], outcome: Outcome) -> Outcome:
        board_id = str(body["idBoard"])
        self._boards.forget(board_id)
        if not isinstance(outcome, Written):
            return outcome
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

    def _home(self, entry: Entry) -> Known:
        if not entry.place.container:
            raise Unsupported(f"{entry.key} does not say its board.", instead="Pull it again.")
        known = self._boards.known(entry.place.container, sure=True)
        if known.board.closed:
            what = f"Board {known.board.path!r}, on which {entry.key} stands, is closed."
            raise Unsupported(what, instead="Open it again in Trello first.")
        return known

    def _target(self, entry: Entry, home: Known, wanted: Sequence[Change]) -> tuple[Known, BoardList | None]:
        """Return the board and list that the changes put the card in; no list where they leave it."""
        said = {change.field: change.after for change in wanted if change.field in MOVES}
        if not said:
            return home, None
        if not all(said.values()):
            raise Unsupported(f"{entry.key} must stand in some list.", instead="Name the list.")
        if Field.PLACE not in said:
            return home, status_on(home.board, said[Field.STATUS][0])
        known, standing = self.list_named(said[Field.PLACE][0])
        if Field.STATUS in said and status_on(known.board, said[Field.STATUS][0]) != standing:
            raise Unsupported(
                f"{entry.key} cannot be {said[Field.STATUS][0].name!r} in {standing.path!r}.",
                instead="Name one list: on Trello it is both place and status.",
            )
        return known, standing

    def _single(self, entry: Entry, change: Change, board: Board) -> Iterator[Step]:
        match change.field:
            case Field.LABELS:
                yield from calls.label_steps(entry, change, board, self._labels_on(entry, change, board))
            case Field.ASSIGNEES:
                yield from calls.member_steps(entry, change, board)
            case _:
                what = f"Board {board.path!r} has nothing that keeps the {change.field} of {entry.key}."
                raise Unsupported(what, instead="Pull it again.")

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
