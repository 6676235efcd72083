"""The words of the domain that are one of a few."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing an entry is, whatever its tracker calls it."""

    GOAL = "goal"
    INITIATIVE = "initiative"
    EPIC = "epic"
    STORY = "story"
    TASK = "task"
    SUBTASK = "subtask"
    BUG = "bug"
    IDEA = "idea"
    REQUEST = "request"
    OTHER = "other"


class Category(StrEnum):
    """The category of a status; the tracker's own names are kept beside it."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


class Priority(StrEnum):
    """The urgency, as the mapping reads it from the tracker."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class SprintState(StrEnum):
    """Where a sprint is in its life."""

    ACTIVE = "active"
    FUTURE = "future"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who can see an entry."""

    PRIVATE = "private"
    TEAM = "team"
    PUBLIC = "public"


class Layer(StrEnum):
    """The three layers of the domain."""

    ROADMAP = "roadmap"
    BACKLOG = "backlog"
    PLAN = "plan"


class Filed(StrEnum):
    """Where an entry is filed now, by the mapping."""

    ROADMAP = "roadmap"
    BACKLOG = "backlog"
    PLAN = "plan"
    UNMAPPED = "unmapped"
    NONE = "none"


class Nature(StrEnum):
    """What the evidence says an entry is."""

    INITIATIVE = "initiative"
    BACKLOG = "backlog"
    TASK = "task"
    UNSURE = "unsure"
    NONE = "none"


LAYER_OF_NATURE: Mapping[Nature, Filed] = {
    Nature.INITIATIVE: Filed.ROADMAP,
    Nature.BACKLOG: Filed.BACKLOG,
    Nature.TASK: Filed.PLAN,
}
"""Where an entry of a nature belongs; `unsure` and `none` belong nowhere in particular."""
