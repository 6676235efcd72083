"""Values as Notion's requests take them; pure.

What is written is checked against the schema first: Notion makes an option of every unknown name, so that a typo
would become part of the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planora_notion.site.schema import Json, Prop
from planora_sync.errors import Unsupported
from planora_sync.model import Named

MOST = 100
"""Elements that one array of a request may have."""
LONGEST = 2000
"""Characters that one piece of text may have."""
MENTIONS = frozenset({"user", "page", "database"})
"""Mentions that can be written by id."""


class UnknownOption(Unsupported):
    """The data source has no such option, or none that we know of yet."""


def option(prop: Prop, chosen: Sequence[Named], place: str) -> dict[str, Any]:
    """Return the value of a select or status, by the option's id; raises Unsupported."""
    if len(chosen) > 1:
        raise Unsupported(f"{prop.name!r} of {place!r} takes one option.", instead="Choose one.")
    if chosen:
        return {prop.type: {"id": _option_id(prop, chosen[0], place)}}
    if prop.type == "status":
        # A status set to null becomes the first option of the group To-do.
        raise Unsupported(f"{prop.name!r} of {place!r} cannot be empty.", instead="Choose a status.")
    return {prop.type: None}


def options(prop: Prop, chosen: Sequence[Named], place: str) -> dict[str, Any]:
    """Return the value of a multi-select: all of it, for a write replaces the whole; raises Unsupported."""
    ids = dict.fromkeys(_option_id(prop, one, place) for one in chosen)
    return {"multi_select": [{"id": id} for id in few(list(ids), prop)]}


def relation(prop: Prop, ids: Sequence[str]) -> dict[str, Any]:
    """Return the value of a relation: all of it; raises Unsupported for more than a request takes."""
    return {"relation": [{"id": id} for id in few(list(dict.fromkeys(ids)), prop)]}


def people(prop: Prop, ids: Sequence[str], held: Sequence[Json]) -> dict[str, Any]:
    """Return the value of a people property: all of it; raises Unsupported for more than a request takes.

    Args:
        prop: the property.
        ids: who shall be in it.
        held: who is in it now: groups must be written as groups.
    """
    groups = {str(one["id"]) for one in held if one.get("object") == "group"}
    wanted = few(list(dict.fromkeys(ids)), prop)
    return {"people": [{"object": "group" if id in groups else "user", "id": id} for id in wanted]}


def few(items: list[str], prop: Prop) -> list[str]:
    """Return the items; raises Unsupported where a request cannot take so many."""
    if len(items) > MOST:
        raise Unsupported(
            f"{prop.name!r} would hold {len(items)} values; Notion takes {MOST} a request.",
            instead="Change it in Notion by hand.",
        )
    return items


def pieces(text: str) -> list[dict[str, Any]]:
    """Return plain text as rich text, in pieces that are short enough."""
    cut = [text[start : start + LONGEST] for start in range(0, len(text), LONGEST)]
    return [{"type": "text", "text": {"content": one}} for one in cut]


def linked(text: str, url: str) -> dict[str, Any]:
    """Return a piece of rich text that leads to an address."""
    return {"type": "text", "text": {"content": text, "link": {"url": url}}}


def paragraph(rich: Sequence[Json]) -> dict[str, Any]:
    """Return a block of text."""
    return {"object": "block", "type": "paragraph", "paragraph": {"rich_text": list(rich)}}


def rewritten(items: Sequence[Json]) -> list[dict[str, Any]]:
    """Return rich text of an answer as requests take it; what cannot be written becomes its plain text."""
    return [_piece(item) for item in items[:MOST]]


def _piece(item: Json) -> dict[str, Any]:
    style = {"annotations": item["annotations"]} if item.get("annotations") else {}
    if item.get("type") == "equation":
        return {"type": "equation", "equation": dict(item["equation"])} | style
    mention: Mapping[str, Any] = item.get("mention") or {}
    kind = str(mention.get("type"))
    if kind in MENTIONS:
        return {"type": "mention", "mention": {kind: {"id": mention[kind]["id"]}}} | style
    if item.get("type") == "text":
        return {"type": "text", "text": dict(item["text"])} | style
    return {"type": "text", "text": {"content": str(item.get("plain_text") or "")[:LONGEST]}} | style


def _option_id(prop: Prop, wanted: Named, place: str) -> str:
    found = prop.option(wanted.id, wanted.name)
    if found is None:
        known = ", ".join(one.name for one in prop.options[:12]) or "none"
        raise UnknownOption(
            f"{prop.name!r} of {place!r} has no option {wanted.name!r} (it has: {known}).",
            instead="Choose one of these, or add the option in Notion.",
        )
    return found.id
