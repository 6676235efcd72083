"""What a card takes along to another board, and what it loses there; pure.

Labels, members and custom fields belong to a board. What Trello does with them when a card changes boards is
not documented, so that the same call that moves a card also says what it shall have there.
"""

from __future__ import annotations

from dataclasses import dataclass

from planora_sync.model import Entry, Named, Person
from planora_sync.names import plain
from planora_trello.site.board import DUE_COMPLETE, Board, CustomField, Label


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What goes along, and what cannot."""

    labels: tuple[Label, ...]
    """Labels of the target board that have the names wanted."""
    missing: tuple[Label, ...]
    """Labels that the target board lacks, with the colour they have here: they are made there."""
    members: tuple[Person, ...]
    says_labels: bool
    """Whether the move must say the labels: ids of one board mean nothing on another."""
    says_members: bool
    """Whether the move must say the members: not where all of them stay, so that nobody else's change is lost."""
    values: tuple[tuple[CustomField, Named], ...]
    """Values, for the custom fields of the target board that have the same name and type."""
    losses: tuple[str, ...]
    """What the target cannot hold, one sentence each."""


def carry(
    entry: Entry, home: Board, target: Board, labels: tuple[str, ...], members: tuple[Named, ...]
) -> Carried:
    """Return what a card with these labels and members has on another board."""
    found = {name: target.label_named(name) for name in labels}
    colors = {label.name: label.color for label in home.labels}
    on_target = [who for member in members if (who := target.members.get(member.id))]
    away = [member for member in members if member.id not in target.members]
    values, lost_fields = _values(entry, home, target)
    losses = [f"{member.name} is no member of board {target.path!r}." for member in away]
    return Carried(
        labels=tuple({label.id: label for label in found.values() if label}.values()),
        missing=tuple(
            Label(id="", name=name, color=colors.get(name)) for name, label in found.items() if label is None
        ),
        members=tuple(on_target),
        says_labels=bool(labels or entry.labels),
        says_members={who.id for who in on_target} != {person.id for person in entry.assignees},
        values=values,
        losses=(*losses, *lost_fields),
    )


def _values(
    entry: Entry, home: Board, target: Board
) -> tuple[tuple[tuple[CustomField, Named], ...], list[str]]:
    types = {field.id: field.type for field in home.fields}
    kept: list[tuple[CustomField, Named]] = []
    lost: list[str] = []
    for prop in entry.properties:
        if prop.id == DUE_COMPLETE.id or not prop.values:
            continue
        field = _twin(prop.name, types.get(prop.id), target)
        value = _on(field, prop.values[0]) if field else None
        if field and value:
            kept.append((field, value))
        else:
            where = (
                f"custom field {prop.name!r}"
                if field is None
                else f"{prop.values[0].name!r} in {prop.name!r}"
            )
            lost.append(f"Board {target.path!r} has no {where}.")
    return tuple(kept), lost


def _twin(name: str, type: str | None, target: Board) -> CustomField | None:
    return next((one for one in target.fields if plain(one.name) == plain(name) and one.type == type), None)


def _on(field: CustomField, value: Named) -> Named | None:
    if field.type != "list":
        return value
    return next((option for option in field.options if plain(option.name) == plain(value.name)), None)
