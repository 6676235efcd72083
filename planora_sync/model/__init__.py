"""What an entry is: frozen values, the same for Jira, Notion and Trello.

Dates are dates, instants are aware UTC, and nothing is guessed when absent. Adapters build these values
(`translation` in each), everything else reads them.
"""

from planora_sync.model.base import Frozen, Instant, Named, Ref
from planora_sync.model.entry import NOT_CONTENT, Entry, content_digest
from planora_sync.model.parts import (
    Estimate,
    FieldSchema,
    Horizon,
    Link,
    Person,
    PlaceRef,
    Property,
    Release,
    Sprint,
    Status,
)
from planora_sync.model.place import Place
from planora_sync.model.words import (
    LAYER_OF_NATURE,
    Audience,
    Category,
    Filed,
    Kind,
    Layer,
    Nature,
    Priority,
    SprintState,
)

__all__ = [
    "LAYER_OF_NATURE",
    "NOT_CONTENT",
    "Audience",
    "Category",
    "Entry",
    "Estimate",
    "FieldSchema",
    "Filed",
    "Frozen",
    "Horizon",
    "Instant",
    "Kind",
    "Layer",
    "Link",
    "Named",
    "Nature",
    "Person",
    "Place",
    "PlaceRef",
    "Priority",
    "Property",
    "Ref",
    "Release",
    "Sprint",
    "SprintState",
    "Status",
    "content_digest",
]
