"""What a row takes along into another data source, and what it loses there; pure.

What Notion does to values when a page changes its data source is documented nowhere. So all that the target can
hold is written again after the move, and all else is named before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from planora_notion.site.schema import Json, Prop, plain_text
from planora_notion.site.source import Source
from planora_notion.translation import dates, values
from planora_notion.translation.names import loose
from planora_notion.writing import bodies

COMPUTED = frozenset(
    {
        "title",
        "unique_id",
        "formula",
        "rollup",
        "button",
        "verification",
        "created_time",
        "created_by",
        "last_edited_time",
        "last_edited_by",
    }
)
"""Properties that nobody writes: Notion has them anew in the target. The title always stays."""
TWINS: Mapping[str, str] = {"owner": "assignees", "assignees": "owner", "due": "dates", "dates": "due"}
"""Canonical fields that stand in for each other where the target has no property for the first."""
CHOICE = frozenset({"select", "status"})


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What goes along, and what cannot."""

    page: Json
    """The row as it will stand in the target, with what went along."""
    properties: Mapping[str, Any]
    """The same as a request takes it, by property id."""
    losses: tuple[str, ...]
    """What the target cannot hold, one sentence each."""


def carry(page: Json, home: Source, target: Source, settled: Collection[str] = ()) -> Carried:
    """Return what a row holds after a move, and what it loses.

    Args:
        page: the row, with all its references.
        home: where it stands.
        target: where it goes.
        settled: canonical fields that are set anew in the same go, and are no loss.
    """
    replaced = {prop.id for name in settled if (prop := home.get(name))}
    shown: dict[str, Json] = {}
    properties: dict[str, Any] = {}
    losses: list[str] = []
    taken: set[str] = set()
    for prop in _in_order(home):
        held = values.inner(values.find(page, prop))
        if prop.type in COMPUTED or values.is_empty(held):
            continue
        to = _counterpart(prop, home, target, taken)
        kept, lost = _across(prop, held, to, target.path)
        if to and kept:
            taken.add(to.id)
            shown[to.name] = {"id": to.id, "type": to.type, to.type: kept}
            properties[to.id] = _request(to, kept)
        losses += [] if prop.id in replaced else lost
    return Carried(
        page={**page, "properties": shown}, properties=properties, losses=(*losses, *_number(page, home))
    )


def _in_order(home: Source) -> list[Prop]:
    """Return the properties, canonical ones first: they have the first choice of what the target offers."""
    canonical = {prop.id: prop for prop in home.layout.fields.values()}
    return [*canonical.values(), *(p for id, p in home.schema.props.items() if id not in canonical)]


def _counterpart(prop: Prop, home: Source, target: Source, taken: set[str]) -> Prop | None:
    fields = [name for name, one in home.layout.fields.items() if one.id == prop.id]
    names = [*fields, *(TWINS[name] for name in fields if name in TWINS)]
    offered = [target.get(name) for name in names]
    offered += [one for one in target.schema.props.values() if loose(one.name) == loose(prop.name)]
    fitting = (one for one in offered if one and one.id not in taken and _fits(prop, one))
    return next(fitting, None)


def _fits(prop: Prop, to: Prop) -> bool:
    if {prop.type, to.type} <= CHOICE:
        return True
    return prop.type == to.type and prop.target == to.target


def _across(prop: Prop, held: Any, to: Prop | None, path: str) -> tuple[Any, list[str]]:
    """Return the value in the target's own terms, and what it has no place for, one sentence each."""
    if to is None:
        return None, [f"{path!r} has no property {prop.name!r} for {_shown(prop, held)}."]
    if prop.type not in WRITABLE:
        return None, [f"{_shown(prop, held)} of {prop.name!r} cannot be written again."]
    if prop.type in CHOICE:
        found = to.option("", str(held["name"]))
        if found is None:
            return None, [f"{path!r} has no option {held['name']!r} in {to.name!r}."]
        return {"id": found.id, "name": found.name}, []
    if prop.type == "multi_select":
        pairs = [(to.option("", str(one["name"])), str(one["name"])) for one in held]
        lost = [f"{path!r} has no option {name!r} in {to.name!r}." for found, name in pairs if not found]
        return [{"id": found.id, "name": found.name} for found, _ in pairs if found], lost
    if prop.type in ("people", "relation") and len(held) > bodies.MOST:
        return held[: bodies.MOST], [
            f"Only {bodies.MOST} of {len(held)} values fit into one write of {to.name!r}."
        ]
    return held, []


WRITABLE = frozenset(
    {
        *CHOICE,
        "multi_select",
        "people",
        "relation",
        "date",
        "rich_text",
        "number",
        "checkbox",
        "url",
        "email",
        "phone_number",
    }
)
"""Types whose values can be written again. Uploaded files cannot: their addresses end after an hour."""


def _request(to: Prop, kept: Any) -> dict[str, Any]:
    match to.type:
        case "select" | "status":
            return {to.type: {"id": kept["id"]}}
        case "multi_select":
            return {to.type: [{"id": one["id"]} for one in kept]}
        case "people":
            return bodies.people(to, [str(one["id"]) for one in kept], kept)
        case "relation":
            return bodies.relation(to, [str(one["id"]) for one in kept])
        case "date":
            return {"date": dates.body(values.span({"type": "date", "date": kept}))}
        case "rich_text":
            return {"rich_text": bodies.rewritten(kept)}
        case _:
            return {to.type: kept}


def _shown(prop: Prop, held: Any) -> str:
    """Return a value for people, short."""
    match prop.type:
        case "select" | "status":
            return repr(held.get("name"))
        case "multi_select":
            return ", ".join(repr(one.get("name")) for one in held)
        case "people":
            return ", ".join(str(one.get("name") or one.get("id")) for one in held)
        case "rich_text":
            return repr(plain_text(held)[:40])
        case "date":
            return str(held.get("start")) + (f" to {held['end']}" if held.get("end") else "")
        case "relation" | "files":
            return (
                f"{len(held)} {'link' if prop.type == 'relation' else 'file'}{'s' if len(held) > 1 else ''}"
            )
        case _:
            return repr(held)[:40]


def _number(page: Json, home: Source) -> tuple[str, ...]:
    numbered = [values.find(page, p) for p in home.schema.props.values() if p.type == "unique_id"]
    return tuple(
        f"The number {n} stays behind: Notion never gives one again."
        for v in numbered
        if (n := values.unique_id(v))
    )
