"""The sprints of a connection: their rows are remembered, so that a pull asks only for those that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from planora_notion.reading.cursor import overlapped, reached
from planora_notion.reading.queries import Wanted, edited_since
from planora_notion.reading.rows import Rows
from planora_notion.site.layout import Layout
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.notebook import Notebook
from planora_notion.site.schema import Json, Schema
from planora_notion.site.strange import is_strange
from planora_notion.translation.family import source_id
from planora_notion.translation.moments import instant, minute, told_minute
from planora_notion.translation.sprints import sprints
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Misdirected
from planora_sync.model import Sprint

KEPT = ("object", "id", "created_time", "last_edited_time", "properties")


@dataclass(kw_only=True)
class SprintSource:
    """A data source whose rows are sprints."""

    schema: Schema
    layout: Layout
    lexicon: Lexicon = field(repr=False)
    path: str
    in_scope: bool
    board: str | None
    """Itself, where a connection has several."""
    rows: dict[str, Json] = field(default_factory=dict, repr=False)
    absent: set[str] = field(default_factory=set, repr=False)
    """Ids that rows name as their sprint, and that are none: in the trash, or not shared."""
    edited: str | None = None
    """The last edit that was seen."""
    sprints: dict[str, Sprint] = field(default_factory=dict, repr=False)
    """By page id; the same mapping for as long as the catalog lives."""

    def settle(self, now: datetime) -> None:
        """Work the sprints out of their rows: without a status the day says what state they are in."""
        found = sprints(self.rows.values(), self.layout, self.lexicon, now.date(), self.board)
        self.sprints.clear()
        self.sprints.update(found)


class SchemaMoved(Exception):
    """A row shows what the schema that we remember does not know: it must be asked anew."""


class SprintBook:
    """Reads sprints, and remembers them."""

    def __init__(self, client: Client, notebook: Notebook, now: Callable[[], datetime]) -> None:
        self._client = client
        self._notebook = notebook
        self._now = now

    def read(self, source: SprintSource, *, fresh: bool, remembered: bool) -> None:
        """Read the sprints of a data source: those that changed, or all. Raises ConnectionFailed, SchemaMoved.

        Args:
            source: is filled.
            fresh: whether all are read, whatever is remembered.
            remembered: whether the schema is remembered, and may have changed since.
        """
        started = self._now()
        note = None if fresh else self._notebook.get(self._name(source), of=_of(source))
        source.rows, source.absent, source.edited = _told(note)
        since = edited_since(overlapped(source.edited)) if source.edited else None
        wanted = Wanted(source=source.schema.id, where=since, only=_only(source), schema=source.schema)
        try:
            for batch in Rows(self._client).read(wanted):
                if remembered and any(is_strange(row, source.schema, whole=False) for row in batch.rows):
                    raise SchemaMoved
                self._take(source, batch.rows)
        except Misdirected:
            # One of the properties that are asked for may be gone.
            if remembered:
                raise SchemaMoved from None
            raise
        times = (told_minute(row.get("last_edited_time")) for row in source.rows.values())
        seen = [at for at in times if at]
        source.edited = reached(started, self._now(), seen, source.edited)
        source.settle(started)
        self.keep(source)

    def look_up(self, source: SprintSource, id: str) -> None:
        """Read one sprint that the list did not hold: it is archived, or younger than the list."""
        page = self._client.page(id)
        if page is None or page.get("in_trash") or source_id(page) not in (None, source.schema.id):
            source.absent.add(id)
        else:
            self._take(source, [page])
            source.settle(self._now())
        self.keep(source)

    def keep(self, source: SprintSource) -> None:
        """Remember the sprints of a data source."""
        content = {
            "rows": list(source.rows.values()),
            "absent": sorted(source.absent),
            "edited": source.edited,
        }
        self._notebook.put(self._name(source), content, of=_of(source))

    def _take(self, source: SprintSource, rows: list[Json]) -> None:
        for row in rows:
            if row.get("object") == "page" and row.get("id"):
                source.absent.discard(str(row["id"]))
                source.rows[str(row["id"])] = _reduced(row, source)

    def _name(self, source: SprintSource) -> str:
        return f"sprints/{source.schema.id}"


def _only(source: SprintSource) -> tuple[str, ...]:
    # The tasks of a long sprint would come along with each row: only these three are read.
    return tuple(prop.id for prop in source.layout.fields.values())


def _of(source: SprintSource) -> str:
    return f"{source.schema.digest} {' '.join(sorted(_only(source)))}"


def _reduced(row: Json, source: SprintSource) -> dict[str, Any]:
    names = {prop.name for prop in source.layout.fields.values()}
    properties: Mapping[str, Any] = row.get("properties") or {}
    kept = {name: value for name, value in properties.items() if name in names}
    return {key: row[key] for key in KEPT if key in row} | {"properties": kept}


def _told(note: Any) -> tuple[dict[str, Json], set[str], str | None]:
    try:
        rows = {str(row["id"]): row for row in note["rows"]}
        return rows, set(note["absent"]), minute(instant(note["edited"])) if note["edited"] else None
    except (KeyError, TypeError, ValueError):
        return {}, set(), None
