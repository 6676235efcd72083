"""Turns changes into calls: one PUT for all that a card itself holds, single calls for labels and members.

Labels and members are added and taken away one by one, because a PUT replaces the whole set and would undo
what somebody else did in the meantime. Only a move to another board has to say both sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from planora_sync.adapter import Step
from planora_sync.change import Change, Field, Value
from planora_sync.errors import Unsupported
from planora_sync.model import Entry, Named
from planora_trello.site.board import DUE_COMPLETE, Board, BoardList, CustomField, Label
from planora_trello.writing.bodies import custom_value, instant
from planora_trello.writing.moving import Carried

API = "/1"
PENDING = "<id of new label "
"""Begins what stands for the id of a label until it is made."""


def card_path(card_id: str) -> str:
    """Return the path of a card."""
    return f"{API}/cards/{quote(card_id, safe='')}"


@dataclass
class Put:
    """The one PUT of a card, while it is put together."""

    body: dict[str, Any] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)

    def add(self, *of: Field, **values: Any) -> None:
        """Set values for some fields."""
        self.body.update(values)
        self.fields.extend(of)

    def step(self, card_id: str) -> Iterator[Step]:
        """Return the call, if there is anything to say."""
        if self.body:
            fields = tuple(dict.fromkeys(self.fields))
            yield Step(method="PUT", path=card_path(card_id), body=dict(self.body), fields=fields)


def pending(board_id: str, name: str) -> str:
    """Return what stands for the id of a label until it is made."""
    return f"{PENDING}{name!r} on {board_id}>"


def new_label(board: Board, label: Label, of: Field) -> Step:
    """Return the call that makes a label on a board; one without a colour where it has none."""
    body = {"name": label.name, "color": label.color or "null", "idBoard": board.id}
    return Step(method="POST", path=f"{API}/labels", body=body, fields=(of,))


def put_simple(put: Put, entry: Entry, change: Change, standing: BoardList | None) -> bool:
    """Put a field that a card holds itself into its PUT and return True, or False for any other field."""
    raw: Mapping[str, Any] = entry.raw or {}
    match change.field:
        case Field.DUE:
            put.add(Field.DUE, due=instant(change.after, raw.get("due")))
        case Field.START:
            put.add(Field.START, start=instant(change.after, raw.get("start")))
        case Field.ARCHIVED:
            if not change.after and standing and standing.closed:
                raise Unsupported(
                    f"{entry.key} is archived with its list {standing.path!r}.",
                    instead="Bring the list back in Trello, or move the card to an open list first.",
                )
            put.add(Field.ARCHIVED, closed=bool(change.after))
        case Field.PROPERTY if change.property and change.property.id == DUE_COMPLETE.id:
            put.add(Field.PROPERTY, dueComplete=bool(change.after))
        case _:
            return False
    return True


def move_steps(put: Put, board: Board, carried: Carried) -> Iterator[Step]:
    """Return the calls before the PUT of a move to another board, and complete that PUT."""
    for label in carried.missing:
        yield new_label(board, label, Field.PLACE)
    made = [pending(board.id, label.name) for label in carried.missing]
    put.add(idBoard=board.id)
    if carried.says_labels:
        put.add(idLabels=",".join([*(label.id for label in carried.labels), *made]))
    if carried.says_members:
        put.add(idMembers=",".join(who.id for who in carried.members))


def label_steps(entry: Entry, change: Change, board: Board, on_card: Iterable[str] | None) -> Iterator[Step]:
    """Return the calls that add and take away labels, one each; a label that the board lacks is made first.

    Args:
        entry: the entry.
        change: the change of its labels.
        board: its board.
        on_card: ids of the labels on the card, where the board has several of one name.
    """
    path = f"{card_path(entry.ref.id)}/idLabels"
    wanted, held = {item.name for item in change.after}, set(entry.labels)
    for name in sorted(wanted - held):
        label = board.label_exactly(name)
        if label is None:
            yield missing_label(board, name)
        value = label.id if label else pending(board.id, name)
        yield Step(method="POST", path=path, body={"value": value}, fields=(Field.LABELS,))
    for label in board.labels:
        if label.name in held - wanted and (on_card is None or label.id in on_card):
            yield Step(method="DELETE", path=f"{path}/{label.id}", fields=(Field.LABELS,))


def missing_label(board: Board, name: str) -> Step:
    """Return the call that makes a label; raises Unsupported where one is called nearly so."""
    near = board.label_named(name)
    if near is not None:
        raise Unsupported(
            f"Board {board.path!r} has no label {name!r}, but {near.name!r}.",
            instead=f"Write it {near.name!r}.",
        )
    return new_label(board, Label(id="", name=name, color=None), Field.LABELS)


def member_steps(entry: Entry, change: Change, board: Board) -> Iterator[Step]:
    """Return the calls that add and take away members; raises Unsupported for who is not on the board."""
    path = f"{card_path(entry.ref.id)}/idMembers"
    held = {person.id for person in entry.assignees}
    wanted = {member_on(board, named).id if named.id not in held else named.id for named in change.after}
    for identifier in sorted(wanted - held):
        yield Step(method="POST", path=path, body={"value": identifier}, fields=(Field.ASSIGNEES,))
    for identifier in sorted(held - wanted):
        yield Step(method="DELETE", path=f"{path}/{identifier}", fields=(Field.ASSIGNEES,))


def member_on(board: Board, named: Named) -> Named:
    """Return a member of a board; raises Unsupported for anybody else."""
    found = board.member_named(named)
    if found is None:
        raise Unsupported(
            f"{named.name} is no member of board {board.path!r}.", instead="Invite them to the board first."
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A value that a custom field is to get; empty where it is cleared."""

    field: CustomField
    value: Value
    of: Field
    """The field of the change that says so."""


def value_steps(card_id: str, entered: Sequence[Entered]) -> Iterator[Step]:
    """Return the call that sets or clears custom fields: one call, however many they are."""
    fields = tuple(dict.fromkeys(one.of for one in entered))
    bodies = [(one.field.id, dict(custom_value(one.field, one.value))) for one in entered]
    if len(bodies) == 1:
        (identifier, body), *_ = bodies
        path = f"{card_path(card_id)}/customField/{identifier}/item"
        yield Step(method="PUT", path=path, body=body, fields=fields)
    elif bodies:
        items = [{"idCustomField": identifier, **body} for identifier, body in bodies]
        path = f"{card_path(card_id)}/customFields"
        yield Step(method="PUT", path=path, body={"customFieldItems": items}, fields=fields)


def custom_field(board: Board, named: Named | None) -> CustomField:
    """Return the custom field that a change speaks of; raises Unsupported where the board has none such."""
    found = next((one for one in board.fields if named and one.id == named.id), None)
    if found is None:
        called = named.name if named else "?"
        known = ", ".join(repr(one.name) for one in board.fields) or "none"
        raise Unsupported(
            f"Board {board.path!r} has no custom field {called!r}.", instead=f"Its custom fields: {known}."
        )
    return found
