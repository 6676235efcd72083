"""Which custom fields a change sets: those it names, and those that keep a date by the mapping; pure."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.change import Change, Field, between, day
from planora_sync.errors import Unsupported
from planora_trello.site.board import DUE_COMPLETE, Board, CustomField
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.values import keeper
from planora_trello.writing.steps import Entered, custom_field

DATES = {Field.START: "start", Field.DUE: "due"}
"""Dates that a card has itself, unless the mapping names a custom field for them."""


def entered(change: Change, board: Board, lexicon: Lexicon) -> Iterator[Entered]:
    """Return the values of custom fields that a change sets; none for what a card holds itself.

    Raises Unsupported for a field that the board does not have.
    """
    match change.field:
        case Field.PROPERTY if not (change.property and change.property.id == DUE_COMPLETE.id):
            field = custom_field(board, change.property)
            yield Entered(field=field, value=change.after, of=Field.PROPERTY)
        case Field.START | Field.DUE:
            kept = _keeper(DATES[change.field], board, lexicon)
            if kept is not None:
                yield Entered(field=kept, value=change.after, of=change.field)
        case Field.TARGET:
            yield from _target(change, board, lexicon)


def _target(change: Change, board: Board, lexicon: Lexicon) -> Iterator[Entered]:
    was, wanted = between(change.before), between(change.after)
    for canonical, before, after in zip(("target_start", "target_end"), was, wanted, strict=True):
        kept = _keeper(canonical, board, lexicon)
        if kept is None and after is not None:
            called = canonical.replace("_", " ").capitalize()
            raise Unsupported(
                f"Board {board.path!r} has no custom field of type date for the {called.lower()}.",
                instead=f"Add one called {called!r} in Trello, or name one under [fields] of the mapping.",
            )
        if kept is not None and before != after:
            yield Entered(field=kept, value=day(after), of=Field.TARGET)


def _keeper(canonical: str, board: Board, lexicon: Lexicon) -> CustomField | None:
    return keeper(canonical, lexicon.source(canonical), board.fields)
