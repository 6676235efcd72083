"""What the stand-in remembers: users, data sources with their schemas, pages with values and blocks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from planora_notion.sandbox.errors import INTEGRATION_ID, invalid, not_found

NAMESPACE = uuid.UUID("8f2f3f0e-51d5-4d57-9f3a-0c7d0f6f0a01")
REFERENCES = 25
"""How many references of one property a page shows; the rest is cut."""
PAGE_SIZE = 100
QUERY_CAP = 10_000

EVERYTHING = frozenset({"read", "update", "insert", "read_comments", "insert_comments", "users", "emails"})


@dataclass
class Option:
    """An option of a select, multi-select or status property."""

    id: str
    name: str
    color: str = "default"


@dataclass
class Group:
    """A group of a status property; a page's value does not name it."""

    id: str
    name: str
    color: str
    option_ids: list[str]


@dataclass
class Prop:
    """A property of a data source."""

    id: str
    """Decoded; the wire shows it percent-encoded."""
    name: str
    type: str
    options: list[Option] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    target: str | None = None
    """Relation: the data source it leads to."""
    twin: str | None = None
    """Relation: the property there that shows the other side."""
    prefix: str | None = None
    """Unique id: its prefix."""
    over: str | None = None
    """Rollup: id of the relation that it counts."""
    expression: str = ""
    """Formula: what it computes; here its values are just given."""

    def option(self, name_or_id: str) -> Option | None:
        """Return the option of that id or name."""
        for one in self.options:
            if name_or_id in (one.id, one.name):
                return one
        return None


@dataclass
class User:
    """A person, a guest or the integration itself."""

    id: str
    name: str
    email: str | None = None
    guest: bool = False
    """Guests are not in the list of users."""
    bot: bool = False


@dataclass
class Block:
    """One line of a page's content."""

    id: str
    type: str
    rich_text: list[dict[str, Any]]
    created: datetime
    checked: bool = False


@dataclass
class DataSource:
    """A table with its schema."""

    id: str
    name: str
    database_id: str
    props: dict[str, Prop]
    created: datetime
    edited: datetime
    author: str
    in_trash: bool = False
    shared: bool = True
    parent_page: str | None = None
    """The page that the database stands on; None for the workspace."""
    counter: int = 0
    """The last unique id that was given; none is ever used twice."""

    def prop(self, name_or_id: str) -> Prop | None:
        """Return the property of that decoded id or name."""
        if name_or_id in self.props:
            return self.props[name_or_id]
        return next((prop for prop in self.props.values() if prop.name == name_or_id), None)

    def of_type(self, kind: str) -> list[Prop]:
        """Return the properties of a type."""
        return [prop for prop in self.props.values() if prop.type == kind]


@dataclass
class Page:
    """A row of a data source, or a plain page."""

    id: str
    source: str | None
    """Id of its data source; None for a plain page."""
    values: dict[str, Any]
    """By decoded property id, in the stand-in's own form (`values.py`)."""
    created: datetime
    edited: datetime
    author: str
    editor: str
    in_trash: bool = False
    is_archived: bool = False
    is_locked: bool = False
    shared: bool = True
    blocks: list[Block] = field(default_factory=list)
    parent_page: str | None = None
    icon: dict[str, Any] | None = None
    is_template: bool = False
    """A form that new pages of its data source may be made from; no query gives it."""


@dataclass
class Comment:
    """A remark on a page."""

    id: str
    page: str
    discussion: str
    rich_text: list[dict[str, Any]]
    created: datetime
    author: str


@dataclass
class Task:
    """Work that Notion does after it has answered."""

    id: str
    name: str
    """Method and route that asked for it."""
    created: datetime
    due: datetime
    run: Callable[[], dict[str, Any]]
    result: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that webhooks tell."""

    kind: str
    """Such as `page.moved`."""
    entity: tuple[str, str]
    """Type and id."""
    parent: dict[str, Any]
    props: tuple[str, ...] = ()
    """Ids of the properties that were updated, percent-encoded."""


class State:
    """A workspace and what was done to it."""

    def __init__(self, workspace: str, now: Callable[[], datetime]) -> None:
        self.workspace = workspace
        self.now = now
        self.users: dict[str, User] = {}
        self.tokens: dict[str, frozenset[str]] = {}
        self.sources: dict[str, DataSource] = {}
        self.pages: dict[str, Page] = {}
        self.comments: list[Comment] = []
        self.tasks: dict[str, Task] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.query_cap = QUERY_CAP
        self.query_most = PAGE_SIZE
        """Rows that a page of a query holds at most: Notion may give fewer than were asked for."""
        self.keeps_values = True
        """Whether a page that is moved keeps values that its new data source has a like property for."""
        self.bot = INTEGRATION_ID
        self.loaded = now()
        """When the workspace was loaded; what is younger was made by whoever uses it."""
        self._serial = 0

    def stable_id(self, name: str) -> str:
        """Return the id of something the workspace file names; the same in each run."""
        return _id_of(f"{self.workspace}/{name}")

    def next_id(self, kind: str) -> str:
        """Return an id for something new."""
        self._serial += 1
        return self.stable_id(f"new/{kind}/{self._serial}")

    def short_id(self, seed: str) -> str:
        """Return a four-letter id, with the odd letters that Notion's property and option ids have."""
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<>?@[]^_`{|}~\\"
        number = uuid.uuid5(NAMESPACE, f"{self.workspace}/short/{seed}").int
        return "".join(letters[(number >> (8 * i)) % len(letters)] for i in range(4))

    def page(self, raw: str) -> Page:
        """Return a visible page, trashed or not; raises the API's 404 or 400."""
        identifier = valid_id(raw, "path.page_id")
        page = self.pages.get(identifier)
        if page is None or not page.shared:
            raise not_found("page", identifier)
        return page

    def source(self, raw: str, *, where: str = "path.data_source_id") -> DataSource:
        """Return a visible data source; the 404 says "database", as Notion's does."""
        identifier = valid_id(raw, where)
        source = self.sources.get(identifier)
        if source is None or not source.shared:
            raise not_found("database", identifier)
        return source

    def rows(self, source: DataSource) -> Iterable[Page]:
        """Return the visible rows of a data source that are not in the trash, in no useful order."""
        found = (p for p in self.pages.values() if p.source == source.id and not p.is_template)
        rows = [p for p in found if p.shared and not p.in_trash]
        # Without a sort Notion promises no order: by id, nobody mistakes it for one.
        return sorted(rows, key=lambda page: page.id)

    def later(self, seconds: float, name: str, run: Callable[[], dict[str, Any]]) -> Task:
        """Put off some work; it is done once the clock has gone on."""
        id = f"task_{uuid.UUID(self.next_id('task')).hex}"
        now = self.now()
        task = Task(id=id, name=name, created=now, due=now + timedelta(seconds=seconds), run=run)
        self.tasks[id] = task
        return task

    def settle(self) -> None:
        """Do the work whose time has come."""
        for task in self.tasks.values():
            if task.result is None and self.now() >= task.due:
                task.result = task.run()

    def tell(self, event: Event) -> None:
        """Tell all who listen."""
        for listener in self.listeners:
            listener(event)

    def touch(self, page: Page, editor: str | None = None) -> None:
        """Note that a page was edited now."""
        page.edited = self.now()
        page.editor = editor or self.bot


def valid_id(raw: object, where: str) -> str:
    """Return an id with its dashes; raises the API's 400 for what is no UUID."""
    try:
        return str(uuid.UUID(str(raw)))
    except ValueError:
        part = where.partition(".")[0]
        shown = f'"{raw}"' if isinstance(raw, str) else str(raw)
        raise invalid(
            f"{part} failed validation: {where} should be a valid uuid, instead was `{shown}`."
        ) from None


@cache
def _id_of(path: str) -> str:
    return str(uuid.uuid5(NAMESPACE, path))
