"""A data source as the adapter works with it: schema, layout, words and sprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planora_notion.site.layout import Layout
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.schema import Prop, Schema
from planora_sync.model import Kind, Sprint


@dataclass(frozen=True, kw_only=True)
class Source:
    """A data source that holds entries."""

    path: str
    """As people write it: its title, with a piece of its id where two have one title."""
    layout: Layout
    lexicon: Lexicon = field(repr=False)
    sprints: Mapping[str, Sprint] = field(default_factory=dict, repr=False)
    """Sprints that its rows can be in, by page id."""

    @property
    def id(self) -> str:
        """Return the data source's id."""
        return self.layout.schema.id

    @property
    def schema(self) -> Schema:
        """Return its schema."""
        return self.layout.schema

    def get(self, name: str) -> Prop | None:
        """Return the property that keeps a canonical field, or None."""
        return self.layout.get(name)


@dataclass(frozen=True, kw_only=True)
class Relative:
    """What a row needs to know of the page above it."""

    name: str
    source: str | None
    """Its data source."""
    kind: Kind | None = None
    """None where its data source is not read."""
    typed: bool = False
    """Whether it has a type."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who made or has a page."""

    id: str
    name: str
    email: str | None = None
    bot: bool = False
    guest: bool = False
    """In the workspace by invitation to some pages: a customer, a freelancer."""
