"""Creates rows that carry a marker, and finds them again by it.

The marker stands in a text or address property called `Planora` (or alike) where the data source has one: then one
query finds it. Without one it is the last line of the page's content. Content cannot be searched, so that the rows
which our own integration made are looked through, newest first: there are few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planora_notion.reading.reader import Reader
from planora_notion.reading.window import Position, Window
from planora_notion.site.identity import Identity
from planora_notion.site.schema import Json, Prop, plain_text
from planora_notion.site.source import Source
from planora_notion.translation import values
from planora_notion.translation.family import source_id
from planora_notion.translation.names import loose
from planora_notion.translation.words import FLAGS
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Saved
from planora_notion.writing import bodies, patching
from planora_notion.writing.bodies import UnknownOption
from planora_notion.writing.writer import Writer
from planora_sync.adapter import Outcome, Written
from planora_sync.change import Change, Draft, Field
from planora_sync.errors import ConnectionFailed, Unsupported

AT_CREATION = frozenset(Field) - {Field.PLACE, Field.ARCHIVED}
LINES = bodies.MOST - 2
"""Lines of text that become blocks of their own; a request takes a hundred blocks."""


class Creator:
    """Creates rows of one connection."""

    def __init__(self, client: Client, reader: Reader, writer: Writer, identity: Identity) -> None:
        self._client = client
        self._reader = reader
        self._writer = writer
        self._identity = identity

    def create(self, draft: Draft) -> Outcome:
        """Create a row; raises Unsupported, and ConnectionFailed of what it must read."""
        try:
            body = self._body(draft)
        except UnknownOption:
            self._reader.refresh()
            body = self._body(draft)
        outcome, _ = self._client.write("POST", "pages", body)
        return self._found(draft, outcome.created) or outcome if isinstance(outcome, Saved) else outcome

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the row that carries a marker, or None. Raises ConnectionFailed."""
        source = self._writer.source(place)
        prop = _marker_prop(source)
        if prop is not None:
            where = {"property": prop.id, prop.type: {"equals": marker}}
            answer = self._client.query(source.id, {"filter": where, "page_size": 1}, only=("title",))
            if answer["results"]:
                return str(answer["results"][0]["id"])
        return next(
            (str(row["id"]) for row in self._ours(source) if self._carries(str(row["id"]), marker)), None
        )

    def _found(self, draft: Draft, created: str) -> Written | None:
        """Return the row that a 503 says was created, once a look shows that it is ours."""
        try:
            page = self._client.page(created)
            if page is not None and source_id(page) == draft.place.id and self._is_marked(page, draft.marker):
                return Written(id=created)
        except ConnectionFailed:
            # It stays unknown, and is looked for by its marker.
            return None
        return None

    def _is_marked(self, page: Json, marker: str) -> bool:
        prop = _marker_prop(self._writer.source(source_id(page) or ""))
        if prop is not None and values.text(values.find(page, prop)) == marker:
            return True
        return self._carries(str(page["id"]), marker)

    def _body(self, draft: Draft) -> dict[str, Any]:
        wrong = [change.field for change in draft.changes if change.field not in AT_CREATION]
        if wrong:
            raise Unsupported(f"A new row cannot be given {wrong[0]}.", instead="Create it, then change it.")
        source = self._writer.source(draft.place.id)
        changes = list(draft.changes)
        if draft.type is not None and not any(change.field is Field.TYPE for change in changes):
            changes.append(Change(field=Field.TYPE, before=(), after=(draft.type,)))
        changed = patching.body(self._writer.target(source, {}), changes).get("properties", {})
        prop = _marker_prop(source)
        properties = {"title": {"title": bodies.pieces(draft.title)}, **changed}
        blocks = _paragraphs(draft.text)
        if prop is None:
            blocks.append(bodies.paragraph(bodies.pieces(_line(draft.marker))))
        else:
            rich = prop.type == "rich_text"
            properties[prop.id] = {prop.type: bodies.pieces(draft.marker) if rich else draft.marker}
        return {
            "parent": {"type": "data_source_id", "data_source_id": source.id},
            "properties": properties,
            **({"children": blocks} if blocks else {}),
        }

    def _ours(self, source: Source) -> Iterator[Json]:
        """Return the rows that our integration made, newest first."""
        ours = str(self._identity.writer()["id"])
        body = {"sorts": [{"timestamp": "created_time", "direction": "descending"}]}
        for rows, _ in Window(self._client, source.id, body, ("title",), Position()):
            yield from (row for row in rows if (row.get("created_by") or {}).get("id") == ours)

    def _carries(self, page_id: str, marker: str) -> bool:
        lines = (
            plain_text((block.get("paragraph") or {}).get("rich_text") or ())
            for block in self._client.blocks(page_id)
        )
        return _line(marker) in lines


def _marker_prop(source: Source) -> Prop | None:
    props = source.schema.props.values()
    return next(
        (p for p in props if p.type in ("rich_text", "url") and loose(p.name) in FLAGS["marker"]), None
    )


def _line(marker: str) -> str:
    return f"planora-sync: {marker}"


def _paragraphs(text: str) -> list[dict[str, Any]]:
    """Return the lines of a text as blocks; what is beyond the hundredth is one block."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], "\n".join(lines[LINES - 1 :])]
    return [bodies.paragraph(bodies.pieces(line)[: bodies.MOST]) for line in lines]
