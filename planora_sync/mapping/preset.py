"""A mapping as TOML spells it: where fields are kept, where an entry is filed, and how to file it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from planora_sync.model import Category, Filed, Frozen, Kind, Layer, Priority, SprintState
from planora_sync.toml import nearest, wrong

_LEVEL = re.compile(r"(?:[<>]=?)?-?\d+")


def _texts(value: Any) -> Any:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return (str(value),)
    return tuple(map(_text, value)) if isinstance(value, list) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _levels(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_LEVEL.fullmatch(word.replace(" ", "")) for word in words):
        raise wrong("`level` is no comparison with a number", 'Write `"1"`, `">=1"` or `"<0"`.')
    return words


def _canonical(word: str) -> str:
    if word not in CANONICAL:
        raise wrong(f"`{word}` is no field of an entry", nearest(word, CANONICAL))
    return word


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else value
    except ValueError:
        raise wrong("this is no date", "Write year, month and day: `2026-11-24`.") from None


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
"""One text or a list of texts."""
Levels = Annotated[Texts, AfterValidator(_levels)]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(_texts)]
Categories = Annotated[tuple[Category, ...], BeforeValidator(_texts)]
Horizons = Annotated[tuple[Literal["now", "next", "later", "dated", "none"], ...], BeforeValidator(_texts)]
Deadlines = Annotated[tuple[Literal["due", "release", "sprint_end", "sle"], ...], BeforeValidator(_texts)]
Day = Annotated[str, BeforeValidator(_day)]
Flag = Annotated[bool, Strict()]
Days = Annotated[int, Strict(), Field(ge=1)]
CANONICAL = (
    "title", "status", "type", "owner", "assignees", "reporter", "due", "start", "dates", "target",
    "target_start", "target_end", "horizon", "theme", "priority", "severity", "estimate", "labels", "sprint",
    "sprint_status", "sprint_dates", "parent", "children", "project", "epic_link", "parent_link", "rank",
    "team", "release", "flagged", "recurring", "template", "checklist",
)  # fmt: skip
"""The fields of an entry that a mapping may say the place of."""
CanonicalField = Annotated[str, AfterValidator(_canonical)]


class FieldAt(Frozen):
    """Where a canonical field is kept: the first that exists of ids, schemas (types) and names."""

    id: Texts = ()
    schema_: Texts = Field(default=(), alias="schema")
    name: Texts = ()


class When(Frozen):
    """Conditions that must all hold; each takes one value or a list of which one must fit.

    Names match without case and emoji, by glob, or by id.
    """

    sprint: Texts = ()
    """`active`, `next`, `future`, `none`, `open` (active or future), or a sprint's name."""
    level: Levels = ()
    """`1`, `>=1`, `<0` ..."""
    status: Texts = ()
    category: Categories = ()
    """`todo`, `doing`, `done`."""
    place: Texts = ()
    """Path of the place, or of the board that holds it."""
    type: Texts = ()
    kind: Kinds = ()
    label: Texts = ()
    horizon: Horizons = ()
    """`now`, `next`, `later`, `dated` (has target dates), or `none`."""
    owner: Flag | None = None
    due: Flag | None = None

    @property
    def reads(self) -> frozenset[str]:
        """Return the names of the fields that these conditions read."""
        plain = ("sprint", "level", "status", "category", "place", "type", "kind", "label", "horizon")
        named = {name for name in plain if getattr(self, name)}
        named |= {name for name in ("owner", "due") if getattr(self, name) is not None}
        return frozenset(named | {f"property:{name}" for name in self.property})

    # Below `reads`, for this field hides the builtin of its name from the rest of the class.
    property: Mapping[str, Texts] = {}
    """Property name or id -> chosen option; `*` for any, `none` for none."""


class FiledRule(Frozen):
    """One `[[filed]]`: entries that fit are filed in this layer; first match wins."""

    layer: Filed
    when: When = When()
    reason: str = ""
    """For `none`: what such entries are, and how they are counted (`note`, `template`)."""


class FileAs(Frozen):
    """One `[file.LAYER]`: what to set so that an entry is filed there."""

    place: str | None = None
    """Path or id of the place to move to, or a glob; of several places that fit, the nearest."""
    sprint: Literal["active", "next", "none"] | None = None
    status: Texts = ()
    """Names or globs, the first that the place has; work that has begun keeps its progress."""
    type: Texts = ()
    """Names, the first that the place has. No preset names one: it would change the hierarchy."""
    label: str | None = None
    property: Mapping[str, str] = {}
    """Property name or id -> option; `none` empties it."""


class WorkStyle(StrEnum):
    """How a team commits."""

    SPRINT = "sprint"
    FLOW = "flow"
    WEEK = "week"


class PlanStyle(Frozen):
    """`[plan]`: what a commitment is here."""

    style: WorkStyle = WorkStyle.SPRINT
    begins: Texts = ()
    """Flow: the first status or list that is a commitment."""
    horizon_days: Days = 14
    deadline: Deadlines = ("due", "release", "sprint_end", "sle")


class SprintPlace(Frozen):
    """One `[[sprint]]`: a board or list that is a sprint."""

    place: str
    start: Day | None = None
    end: Day | None = None


class Preset(Frozen):
    """A whole mapping, read from one TOML file and overridden per connection."""

    name: str = ""
    tracker: str = ""
    about: str = ""
    """What set-up it is for, one sentence."""
    fields: Mapping[CanonicalField, FieldAt] = {}
    kinds: Mapping[str, Kind] = {}
    """Type name, or label -> kind; here and below the first glob that fits."""
    categories: Mapping[str, Category] = {}
    priorities: Mapping[str, Priority] = {}
    horizons: Mapping[str, Literal["now", "next", "later"]] = {}
    sprint_states: Mapping[str, SprintState] = {}
    plan: PlanStyle = PlanStyle()
    filed: tuple[FiledRule, ...] = ()
    file: Mapping[Layer, FileAs] = {}
    sprint: tuple[SprintPlace, ...] = ()


class ConnectionMapping(Frozen):
    """The mapping of one connection: one for all places, and those of places that have their own."""

    default: Preset
    by_place: Mapping[str, Preset] = {}
    """Place path, board path or glob -> mapping; `none` files everything there as no work."""
