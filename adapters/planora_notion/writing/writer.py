"""Which calls some changes cost, and making them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from planora_notion.reading.looks import differing
from planora_notion.reading.reader import Reader
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.transport.client import Client
from planora_notion.transport.failures import SHARE_STEP, Restricted
from planora_notion.writing import patching
from planora_notion.writing.bodies import UnknownOption
from planora_notion.writing.moving import Carried, carry
from planora_notion.writing.patching import Target
from planora_notion.writing.sending import Sender
from planora_notion.writing.unfinished import Rest, Unfinished, lacking
from planora_sync.adapter import AdapterContext, Outcome, Step
from planora_sync.change import Change, Field
from planora_sync.errors import NotApplied, PlaceNotVisible, Unsupported
from planora_sync.model import Entry


class Writer:
    """Writes rows of one connection."""

    def __init__(self, client: Client, reader: Reader, context: AdapterContext) -> None:
        self._client = client
        self._reader = reader
        self._unfinished = Unfinished(context.notes, context.now)
        self._sender = Sender(client, reader, self._unfinished)

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls for some changes.

        Raises Unsupported, NotApplied where somebody was faster, and ConnectionFailed of what it must read.
        """
        try:
            return self._steps(entry, changes)
        except UnknownOption:
            # Somebody may have added the option or sprint since the schema was read.
            self._reader.refresh()
            return self._steps(entry, changes)

    def losses(self, entry: Entry, place_id: str, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return what a row would lose in a data source, one sentence each; raises Unsupported, ConnectionFailed."""
        return () if entry.place.id == place_id else self._carried(entry, place_id, changes).losses

    def finish(self, us: Callable[[], str]) -> None:
        """Write what earlier moves left out; see `Sender.finish`."""
        self._sender.finish(us)

    def send(self, step: Step) -> Outcome:
        """Make one call."""
        return self._sender.send(step)

    def source(self, id: str) -> Source:
        """Return a data source, in the scope or not. Raises ConnectionFailed."""
        return self._reader.catalog.sources.get(id) or self._reader.cataloguer.outside(id)

    def target(self, source: Source, page: Json) -> Target:
        """Return a row as patches need it."""
        return Target(source=source, page=page, home_of=self._reader.home_of)

    def path(self, *parts: str) -> str:
        """Return a path on the wire."""
        return "/".join([self._client.prefix, "v1", *parts])

    def _steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        place = next((change for change in changes if change.field is Field.PLACE), None)
        if place is not None and not place.after:
            raise Unsupported("A row cannot stand in no data source.", instead="Archive it.")
        if place is not None and place.after[0].id != entry.place.id:
            return self._move(entry, place.after[0].id, changes)
        source = self.source(entry.place.id)
        rest = self._unfinished.find(entry.ref.id)
        compared = self._compared(entry)
        page = self._row(entry, source, changes, rest)
        body = patching.body(self.target(source, page), changes)
        _nobody_was_faster(entry, compared, page, body.get("properties", {}))
        if rest is not None:
            # An earlier move broke off before these were written.
            missing = lacking(rest, page)
            body |= {"properties": {**missing, **body.get("properties", {})}} if missing else {}
        return self._patch(entry, body, tuple(change.field for change in changes)) if body else ()

    def _row(self, entry: Entry, source: Source, changes: Sequence[Change], rest: Rest | None) -> Json:
        """Return the row that the changes rest on; empty where their new values say it all."""
        if rest is not None or patching.replaces_a_set(source, changes):
            return self._page(entry)
        if patching.keeps_a_form(changes):
            return self._reader.looks.find(entry.ref.id) or self._page(entry)
        return {}

    def _move(self, entry: Entry, to: str, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the move, and the patch that gives the row there what the target can hold of it."""
        carried = self._carried(entry, to, changes)
        others = [change for change in changes if change.field is not Field.PLACE]
        body = patching.body(self.target(self._target(to), carried.page), others)
        properties: dict[str, Any] = {**carried.properties, **body.get("properties", {})}
        move = Step(
            method="POST",
            path=self.path("pages", entry.ref.id, "move"),
            body={"parent": {"type": "data_source_id", "data_source_id": to}},
            fields=(Field.PLACE,),
        )
        self._sender.expect(entry.ref.id, Rest(place=to, properties=properties))
        whole = body | ({"properties": properties} if properties else {})
        return (move, *(self._patch(entry, whole, tuple(c.field for c in others)) if whole else ()))

    def _carried(self, entry: Entry, to: str, changes: Sequence[Change]) -> Carried:
        settled = {change.field.value for change in changes}
        compared = self._compared(entry)
        page = self._page(entry)
        _nobody_was_faster(entry, compared, page, {})
        return carry(page, self.source(entry.place.id), self._target(to), settled)

    def _target(self, id: str) -> Source:
        """Return where a row is to go; a data source that is not shared refuses this row and no other."""
        try:
            return self.source(id)
        except (PlaceNotVisible, Restricted) as unseen:
            raise Unsupported(
                f"The data source {id} does not exist or is not shared with the integration.",
                instead=SHARE_STEP.format(name=""),
            ) from unseen

    def _patch(self, entry: Entry, body: dict[str, Any], fields: tuple[Field, ...]) -> tuple[Step, ...]:
        return (Step(method="PATCH", path=self.path("pages", entry.ref.id), body=body, fields=fields),)

    def _compared(self, entry: Entry) -> Json | None:
        """Return the row as the correction was compared with it; None where nobody remembers it."""
        return entry.raw or self._reader.looks.find(entry.ref.id)

    def _page(self, entry: Entry) -> Json:
        page = self._reader.page(entry.ref.id)
        if page is None or page.get("in_trash"):
            raise Unsupported(
                f"{entry.key} is in the trash, deleted or no longer shared.",
                instead="Restore it in Notion, or pull again and leave it out.",
            )
        return page


def _nobody_was_faster(
    entry: Entry, compared: Json | None, page: Json, properties: Mapping[str, Any]
) -> None:
    """Raise NotApplied where a row is not what the correction was compared with: it would be overwritten."""
    if not page or compared is None:
        return
    names = differing(compared, page, properties)
    if names:
        raise NotApplied(
            f"{', '.join(map(repr, names))} of {entry.key} changed in Notion between the look at it and the write;"
            " nothing was written.",
            next_step="Pull and propose again.",
        )
