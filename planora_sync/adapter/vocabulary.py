"""How a workspace names things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class FieldSource:
    """Where this workspace keeps a canonical field: by id, by schema, or by name (first that exists)."""

    id: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    """Jira: `schema.custom`; Notion and Trello: the property's or custom field's type."""
    name: tuple[str, ...] = ()
    """Names as people see them; compared without case and emoji."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How this workspace names things: the part of the mapping that translation needs.

    Keys of the name tables are lower-case globs without emoji; see `planora_sync.model` for the values.
    """

    fields: Mapping[str, FieldSource] = field(default_factory=dict)
    """Canonical field (`sprint`, `owner`, `due`, `horizon`, `theme`, `estimate` ...) -> where it is kept."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Type name (Trello: label) -> kind."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Status or list name -> todo | doing | done, where the tracker's own category is absent or wrong."""
    priorities: Mapping[str, str] = field(default_factory=dict)
    """Priority or label name -> critical | high | medium | low | none."""
    horizons: Mapping[str, str] = field(default_factory=dict)
    """Value of the horizon field (Trello roadmap boards: list name) -> now | next | later."""
    sprint_states: Mapping[str, str] = field(default_factory=dict)
    """Name of a sprint's status -> active | future | closed (Notion)."""
