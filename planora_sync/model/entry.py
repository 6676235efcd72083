"""An entry: one thing in a tracker, and what of it people can change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import Field
from pydantic_core import PydanticSerializationError

from planora_sync.model.base import Frozen, Instant, Named, Ref
from planora_sync.model.parts import (
    Estimate,
    Horizon,
    Link,
    Person,
    PlaceRef,
    Property,
    Release,
    Sprint,
    Status,
)
from planora_sync.model.words import Audience, Category, Kind, Priority


class Entry(Frozen):
    """One thing in a tracker: a Jira issue, a Notion page, a Trello card."""

    ref: Ref
    key: str
    """What a person calls it: `PLAN-12`, `#31`, a unique id or a short id."""
    url: str
    title: str
    text: str = ""
    """Plain text; never sent back."""
    kind: Kind = Kind.OTHER
    type: Named | None = None
    """The tracker's own type."""
    level: int | None = None
    """Hierarchy: -1 subtask, 0 base, 1 epic, 2 and more above; None where the tracker has no levels."""
    place: PlaceRef
    status: Status | None = None
    sprint: Sprint | None = None
    """The active or future sprint it is in; None outside any open one."""
    earlier_sprints: tuple[Sprint, ...] = ()
    assignees: tuple[Person, ...] = ()
    owner: Person | None = None
    """Set where the tracker keeps an owner apart from the assignees."""
    reporter: Person | None = None
    reporter_external: bool | None = None
    """True where a customer or user of the product filed it; None where the tracker does not say."""
    start: date | None = None
    due: date | None = None
    horizon: Horizon | None = None
    created: Instant | None = None
    updated: Instant | None = None
    done: Instant | None = None
    since: Instant | None = None
    """When the status category last changed."""
    priority: Priority = Priority.NONE
    severity: Priority = Priority.NONE
    estimate: Estimate | None = None
    labels: tuple[str, ...] = ()
    theme: str | None = None
    parent: Named | None = None
    """Parent in the same connection: its external id and what people call it."""
    children: tuple[str, ...] = ()
    """External ids, where the tracker lists them; the snapshot adds those that name this entry as parent."""
    links: tuple[Link, ...] = ()
    checklist_done: int = 0
    checklist_total: int = 0
    comments: int = 0
    audience: Audience = Audience.TEAM
    security: str | None = None
    release: Release | None = None
    blocked: bool = False
    recurring: bool = False
    resolution: str | None = None
    carried: int = 0
    """How many closed sprints it was in without being finished."""
    team: str | None = None
    archived: bool = False
    template: bool = False
    rank: str | None = None
    properties: tuple[Property, ...] = ()
    raw: Mapping[str, Any] | None = Field(default=None, repr=False)

    @property
    def owners(self) -> tuple[Person, ...]:
        """Return the owner, then the assignees, each once."""
        people = (self.owner, *self.assignees) if self.owner else self.assignees
        return tuple({person.id: person for person in people}.values())

    @property
    def category(self) -> Category:
        """Return the status category; an entry without a status is to do."""
        return self.status.category if self.status else Category.TODO

    @property
    def is_part(self) -> bool:
        """Return whether the entry is below the level of tasks: a part of its parent, never judged alone."""
        return self.level is not None and self.level < 0

    @property
    def is_open(self) -> bool:
        """Return whether the entry is neither done nor archived."""
        return not self.archived and self.category is not Category.DONE

    @cached_property
    def content_hash(self) -> str:
        """Return a hash of all that people can change; `updated`, `rank` and `raw` do not count."""
        return content_digest(self.content())

    def content(self) -> bytes:
        """Return all that people can change as JSON: without `updated`, `rank` and `raw`, and without defaults.

        So a field that is added to this class changes no entry that does not have it.
        """
        try:
            # A third faster than through `model_dump_json`, and done for each entry of each pull.
            return self.__pydantic_serializer__.to_json(self, exclude=NOT_CONTENT, exclude_defaults=True)
        except PydanticSerializationError:  # half a surrogate pair in a text: trackers let people paste it
            plain = self.model_dump(mode="json", exclude=NOT_CONTENT, exclude_defaults=True)
            return json.dumps(plain).encode()


NOT_CONTENT = {"raw", "updated", "rank"}
"""Fields of an entry that change without anybody having changed it."""


def content_digest(content: bytes) -> str:
    """Return the hash of an entry's content."""
    return hashlib.sha256(content).hexdigest()[:32]
