"""The schema of a data source, read from what Notion tells of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from planora_notion.translation.words import GROUPS
from planora_sync.model import Category
from planora_sync.names import plain, printable

Json = Mapping[str, Any]
ORDER = (Category.TODO, Category.DOING, Category.DONE)
"""The three groups of a status property, as they stand in an answer."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option of a select, multi-select or status property."""

    id: str
    """Raw, unlike the ids of properties."""
    name: str
    group: Category | None = None
    """Status: the category of the group that it stands in."""


@dataclass(frozen=True, kw_only=True)
class Prop:
    """A property of a data source."""

    id: str
    """Decoded, as bodies of requests take it; answers and paths show it percent-encoded."""
    name: str
    type: str
    options: tuple[Option, ...] = ()
    target: str | None = None
    """Relation: the data source that it leads to."""
    twin: str | None = None
    """Relation: decoded id of the property there that shows the other side."""

    def option(self, id: str, name: str = "") -> Option | None:
        """Return the option of that id, else the one of that name."""
        by_id = next((one for one in self.options if one.id == id), None)
        return by_id or next((one for one in self.options if name and plain(one.name) == plain(name)), None)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """A data source: its name, where it is, and its properties."""

    id: str
    title: str
    url: str | None
    database: str | None
    """Id of the database that holds it."""
    public: bool
    in_trash: bool
    props: Mapping[str, Prop] = field(repr=False)
    """By decoded id."""

    @property
    def digest(self) -> str:
        """Return a hash of what entries are translated by: an option that changes its group changes it."""
        body = json.dumps([repr(prop) for prop in self.props.values()])
        return hashlib.sha256(body.encode()).hexdigest()[:12]


def parse(body: Json) -> Schema:
    """Return the schema of a data source object; raises KeyError, TypeError or ValueError for what is none."""
    identifier = str(body["id"])
    parent = body.get("parent") or {}
    # An object of JSON has no order: which property is the first must not change from answer to answer.
    props = sorted((_prop(name, prop) for name, prop in body["properties"].items()), key=lambda prop: prop.id)
    return Schema(
        id=identifier,
        title=printable(plain_text(body.get("title") or ()), "Untitled"),
        url=body.get("url"),
        database=parent.get("database_id"),
        public=bool(body.get("public_url")),
        in_trash=bool(body.get("in_trash")),
        props={prop.id: prop for prop in props},
    )


def plain_text(items: Sequence[Json]) -> str:
    """Return the words of rich text: every piece, mentions and equations too, has its plain text."""
    return "".join(str(item.get("plain_text") or "") for item in items)


def decoded(id: str) -> str:
    """Return a property's id as bodies of requests take it."""
    return unquote(id)


def _prop(name: str, body: Json) -> Prop:
    kind = str(body["type"])
    config = body.get(kind) or {}
    twin = (config.get("dual_property") or {}).get("synced_property_id") if kind == "relation" else None
    return Prop(
        id=decoded(str(body["id"])),
        name=str(body.get("name") or name),
        type=kind,
        options=_options(config) if kind in ("select", "multi_select", "status") else (),
        target=config.get("data_source_id") if kind == "relation" else None,
        twin=decoded(twin) if twin else None,
    )


def _options(config: Json) -> tuple[Option, ...]:
    groups = {
        str(option): _category(str(group.get("name") or ""), position, len(config["groups"]))
        for position, group in enumerate(config.get("groups") or ())
        for option in group.get("option_ids") or ()
    }
    return tuple(
        Option(id=str(one["id"]), name=str(one["name"]), group=groups.get(str(one["id"])))
        for one in config.get("options") or ()
    )


def _category(group: str, position: int, groups: int) -> Category | None:
    """Return what a group means: by Notion's own names, else by its place among three."""
    named = GROUPS.get(plain(group))
    if named or groups != len(ORDER):
        return named
    return ORDER[position]
