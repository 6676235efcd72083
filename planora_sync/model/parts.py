"""What entries and places are made of: people, sprints, horizons, links, properties."""

from __future__ import annotations

from datetime import date

from planora_sync.model.base import Frozen, Named
from planora_sync.model.words import Category, SprintState


class Person(Named):
    """An account of the tracker; `[people]` says who it is elsewhere."""

    email: str | None = None


class Status(Named):
    """A status, with its category."""

    category: Category


class Sprint(Named):
    """An iteration: a Jira sprint, a row of a Notion sprint database, a Trello list or board that is one."""

    state: SprintState
    board: str | None = None
    """Id of the board it belongs to, so that "the first future sprint of its board" can be said."""
    start: date | None = None
    end: date | None = None
    rank: int = 0
    """Order among the future sprints of its board, where the tracker gives one."""


class PlaceRef(Named):
    """Where an entry stands: `name` is the path as people write it (`PLAN`, `Board/List`, a data source's title)."""

    container: str | None = None
    """Id of the board that holds the list, where the place has one."""


class Horizon(Frozen):
    """When an initiative is meant: dates, or a bucket."""

    bucket: str | None = None
    """`now`, `next` or `later`."""
    start: date | None = None
    end: date | None = None
    text: str | None = None
    """The tracker's own words, such as `Q1 2027`."""


class Estimate(Frozen):
    """A size with its unit."""

    value: float
    unit: str
    """`points`, `hours`, `days` or `size`."""


class Link(Frozen):
    """A link to another entry or an address."""

    kind: str
    """The tracker's word: `blocks`, `relates to`, `attachment` ..."""
    target: str
    """External id of an entry of the same connection, or an address."""


class Release(Frozen):
    """A version that an entry ships in."""

    name: str
    day: date | None = None


class Property(Named):
    """The value of a further choice property or custom field, for mappings that file by it."""

    values: tuple[Named, ...] = ()
    """Chosen options; a checkbox is `true` or absent."""


class FieldSchema(Named):
    """A field of a place and what it takes."""

    type: str
    options: tuple[Status | Named, ...] = ()
