"""Which calls some changes cost, and making them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planora_notion import patching
from planora_notion.bodies import UnknownOption
from planora_notion.client import Client
from planora_notion.family import source_id
from planora_notion.moving import Carried, carry
from planora_notion.patching import SIMPLE, Target
from planora_notion.reading import Reader
from planora_notion.schema import Json
from planora_notion.source import Source
from planora_sync.adapter import Outcome, Step
from planora_sync.change import Change, Field
from planora_sync.errors import Unsupported
from planora_sync.model import Entry


class Writer:
    """Writes rows of one connection."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self._reader = reader

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls for some changes; raises Unsupported, and ConnectionFailed of what it must read."""
        try:
            return self._steps(entry, changes)
        except UnknownOption:
            # Somebody may have added the option or sprint since the schema was read.
            self._reader.refresh()
            return self._steps(entry, changes)

    def losses(self, entry: Entry, place_id: str, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return what a row would lose in a data source, one sentence each; raises Unsupported, ConnectionFailed."""
        return () if entry.place.id == place_id else self._carried(entry, place_id, changes).losses

    def send(self, step: Step) -> Outcome:
        """Make one call."""
        path = step.path.removeprefix(f"{self._client.prefix}/v1/")
        return self._client.write(step.method, path, step.body)[0]

    def source(self, id: str) -> Source:
        """Return a data source, in the scope or not. Raises ConnectionFailed."""
        return self._reader.catalog.sources.get(id) or self._reader.cataloguer.outside(id)

    def target(self, source: Source, page: Json) -> Target:
        """Return a row as patches need it."""
        return Target(source=source, page=page, home_of=self._home_of)

    def path(self, *parts: str) -> str:
        """Return a path on the wire."""
        return "/".join([self._client.prefix, "v1", *parts])

    def _steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        place = next((change for change in changes if change.field is Field.PLACE), None)
        if place is not None and not place.after:
            raise Unsupported("A row cannot stand in no data source.", instead="Archive it.")
        if place is not None and place.after[0].id != entry.place.id:
            return self._move(entry, place.after[0].id, changes)
        simple = all(change.field in SIMPLE for change in changes)
        page = {} if simple else self._page(entry)
        body = patching.body(self.target(self.source(entry.place.id), page), changes)
        return self._patch(entry, body, tuple(change.field for change in changes)) if body else ()

    def _move(self, entry: Entry, to: str, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the move, and the patch that gives the row there what the target can hold of it."""
        carried = self._carried(entry, to, changes)
        others = [change for change in changes if change.field is not Field.PLACE]
        body = patching.body(self.target(self.source(to), carried.page), others)
        properties: dict[str, Any] = {**carried.properties, **body.get("properties", {})}
        move = Step(
            method="POST",
            path=self.path("pages", entry.ref.id, "move"),
            body={"parent": {"type": "data_source_id", "data_source_id": to}},
            fields=(Field.PLACE,),
        )
        whole = body | ({"properties": properties} if properties else {})
        return (move, *(self._patch(entry, whole, tuple(c.field for c in others)) if whole else ()))

    def _carried(self, entry: Entry, to: str, changes: Sequence[Change]) -> Carried:
        settled = {change.field.value for change in changes}
        return carry(self._page(entry), self.source(entry.place.id), self.source(to), settled)

    def _patch(self, entry: Entry, body: dict[str, Any], fields: tuple[Field, ...]) -> tuple[Step, ...]:
        return (Step(method="PATCH", path=self.path("pages", entry.ref.id), body=body, fields=fields),)

    def _page(self, entry: Entry) -> Json:
        page = self._reader.page(entry.ref.id)
        if page is None or page.get("in_trash"):
            raise Unsupported(
                f"{entry.key} is in the trash, deleted or no longer shared.",
                instead="Restore it in Notion, or pull again and leave it out.",
            )
        return page

    def _home_of(self, id: str) -> str | None:
        page = self._client.page(id)
        return source_id(page) if page else None
