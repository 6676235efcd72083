"""A mapping as TOML spells it: where fields are kept, where an entry is filed, and how to file it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from planora_sync.model import Filed, Frozen, Layer


def _texts(value: Any) -> Any:
    if isinstance(value, str | int):
        return (str(value),)
    return tuple(str(item) for item in value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
"""One text or a list of texts."""


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
    level: Texts = ()
    """`1`, `>=1`, `<0` ..."""
    status: Texts = ()
    category: Texts = ()
    """`todo`, `doing`, `done`."""
    place: Texts = ()
    """Path of the place, or of the board that holds it."""
    type: Texts = ()
    kind: Texts = ()
    label: Texts = ()
    horizon: Texts = ()
    """`now`, `next`, `later`, `dated` (has target dates), or `none`."""
    owner: bool | None = None
    due: bool | None = None
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
    """Path of the place to move to."""
    sprint: str | None = None
    """`active`, `next` or `none`."""
    status: Texts = ()
    """Names, the first that the place has."""
    type: Texts = ()
    label: str | None = None
    property: Mapping[str, str] = {}


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
    horizon_days: int = 14
    deadline: Texts = ("due", "release", "sprint_end", "sle")


class SprintPlace(Frozen):
    """One `[[sprint]]`: a board or list that is a sprint."""

    place: str
    start: str | None = None
    end: str | None = None


class Preset(Frozen):
    """A whole mapping, read from one TOML file and overridden per connection."""

    name: str = ""
    tracker: str = ""
    about: str = ""
    """What set-up it is for, one sentence."""
    fields: Mapping[str, FieldAt] = {}
    kinds: Mapping[str, str] = {}
    categories: Mapping[str, str] = {}
    priorities: Mapping[str, str] = {}
    horizons: Mapping[str, str] = {}
    sprint_states: Mapping[str, str] = {}
    plan: PlanStyle = PlanStyle()
    filed: tuple[FiledRule, ...] = ()
    file: Mapping[Layer, FileAs] = {}
    sprint: tuple[SprintPlace, ...] = ()


class ConnectionMapping(Frozen):
    """The mapping of one connection: one for all places, and those of places that have their own."""

    default: Preset
    by_place: Mapping[str, Preset] = {}
    """Place path, board path or glob -> mapping; `none` files everything there as no work."""
