"""Labels and custom fields."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox import render
from planora_trello.sandbox.ask import Ask
from planora_trello.sandbox.errors import absent, full, invalid
from planora_trello.sandbox.state import Label


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a label."""
    return _shown(ask.state.label(ask.path["id"]))


def create(ask: Ask) -> dict[str, Any]:
    """Add a label to a board."""
    ask.may_write("label")
    board = ask.state.board(ask.text("idBoard"))
    if len(list(ask.state.labels_of(board.id))) >= ask.state.most["labels per board"]:
        raise full("labels per board")
    made = Label(ask.state.ids.fresh(ask.state.now()), ask.text("name"), board.id, _color(ask))
    ask.state.labels[made.id] = made
    board.activity = ask.state.now()
    return _shown(made) | {"limits": {}}


def update(ask: Ask) -> dict[str, Any]:
    """Rename or recolour a label."""
    ask.may_write("label")
    one = ask.state.label(ask.path["id"])
    color = _color(ask) if "color" in ask.values else one.color
    one.name, one.color = ask.text("name", one.name), color
    return _shown(one)


def delete(ask: Ask) -> dict[str, Any]:
    """Delete a label, and take it off all cards."""
    ask.may_write("label")
    one = ask.state.label(ask.path["id"])
    for card in ask.state.cards.values():
        card.labels = [label for label in card.labels if label != one.id]
    del ask.state.labels[one.id]
    return {"limits": {}}


def _color(ask: Ask) -> str | None:
    color = ask.text("color", "null")
    if color in ("null", ""):
        return None
    if color not in render.ALL_COLORS:
        raise invalid("color")
    return color


def _shown(one: Label) -> dict[str, Any]:
    return {"id": one.id, "idBoard": one.board, "name": one.name, "color": one.color}


def custom_field(ask: Ask) -> dict[str, Any]:
    """Return the definition of a custom field."""
    return render.custom_field(ask.state.custom_field(ask.path["id"]))


def options(ask: Ask) -> list[dict[str, Any]]:
    """Return the choices of a custom field."""
    found = ask.state.custom_field(ask.path["id"])
    return [render.option(found, place) for place in range(len(found.options))]


def option(ask: Ask) -> dict[str, Any]:
    """Return one choice of a custom field."""
    for shown in options(ask):
        if shown["id"] == ask.path["option"]:
            return shown
    raise absent()
