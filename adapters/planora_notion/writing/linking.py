"""Links rows, once: by a relation, by an address property, or by a line in the page's content.

The line is text with a link and not a bookmark: for a bookmark Notion's servers fetch the address.
"""

from __future__ import annotations

from collections.abc import Sequence

from planora_notion.reading.reader import Reader
from planora_notion.site.schema import Json, Prop
from planora_notion.site.source import Source
from planora_notion.translation import values
from planora_notion.translation.family import source_id, title_of
from planora_notion.translation.names import dashed, loose
from planora_notion.translation.words import FLAGS
from planora_notion.transport.client import Client
from planora_notion.writing import bodies
from planora_notion.writing.writer import Writer
from planora_sync.adapter import Outcome, Refused, Written
from planora_sync.change import LinkDraft
from planora_sync.errors import Unsupported

NEUTRAL = frozenset(
    {
        "related",
        "related to",
        "relates to",
        "related items",
        "links",
        "linked",
        "linked to",
        "twin",
        "original",
    }
)
"""Names of relations that say no more than that there is a link."""


class Linker:
    """Links rows of one connection."""

    def __init__(self, client: Client, reader: Reader, writer: Writer) -> None:
        self._client = client
        self._reader = reader
        self._writer = writer

    def link(self, draft: LinkDraft) -> Outcome:
        """Link a row to another page or to an address, unless it is; raises Unsupported, ConnectionFailed."""
        page = self._reader.page(draft.source.id)
        if page is None or page.get("in_trash"):
            return Refused(reason=f"Page {draft.source.id} is in the trash, deleted or no longer shared.")
        source = self._writer.source(source_id(page) or "") if source_id(page) else None
        other = dashed(draft.target)
        if other is None and "://" not in draft.target:
            raise Unsupported(
                f"{draft.target!r} is neither a page of this connection nor an address.",
                instead="Give the address of what it is linked to.",
            )
        return self._to_page(page, source, other, draft) if other else self._to_address(page, source, draft)

    def _to_page(self, page: Json, source: Source | None, other: str, draft: LinkDraft) -> Outcome:
        target = self._client.page(other)
        if target is None:
            return Refused(reason=f"Page {other} is deleted or not shared with the integration.")
        prop = _relation(source, source_id(target), draft.kind)
        if prop is not None:
            held = values.references(values.find(page, prop))
            if other in held:
                return Written()
            return self._patch(page, prop, bodies.relation(prop, [*held, other]))
        mention = {"type": "mention", "mention": {"page": {"id": other}}}
        return self._line(page, draft, [*bodies.pieces(f"{draft.kind}: "), mention], other, title_of(target))

    def _to_address(self, page: Json, source: Source | None, draft: LinkDraft) -> Outcome:
        if len(draft.target) > bodies.LONGEST:
            raise Unsupported("The address is longer than Notion takes.", instead="Link it by hand.")
        for prop in _addresses(source):
            held = values.inner(values.find(page, prop))
            if held == draft.target:
                return Written()
            if not held:
                return self._patch(page, prop, {"url": draft.target})
        rich = [*bodies.pieces(f"{draft.kind}: "), bodies.linked(draft.target, draft.target)]
        return self._line(page, draft, rich, draft.target, "")

    def _line(self, page: Json, draft: LinkDraft, rich: Sequence[Json], target: str, title: str) -> Outcome:
        """Add a line to the page's content, unless one leads there already."""
        id = str(page["id"])
        if any(_leads_to(item, target) for block in self._client.blocks(id) for item in _rich(block)):
            return Written()
        body = {"children": [bodies.paragraph(rich)]}
        outcome, _ = self._client.write("PATCH", f"blocks/{id}/children", body)
        return Written(id=id) if isinstance(outcome, Written) else outcome

    def _patch(self, page: Json, prop: Prop, value: Json) -> Outcome:
        return self._client.write("PATCH", f"pages/{page['id']}", {"properties": {prop.id: value}})[0]


def _relation(source: Source | None, target: str | None, kind: str) -> Prop | None:
    """Return the relation that says this kind of link; one that says another (`Blocked by`) would be a lie."""
    if source is None or target is None:
        return None
    free = [p for p in source.layout.links if p.type == "relation" and p.target == target]
    named = next((p for p in free if loose(p.name) == loose(kind)), None)
    return named or next((p for p in free if loose(p.name) in NEUTRAL), None)


def _addresses(source: Source | None) -> list[Prop]:
    urls = [p for p in source.layout.links if p.type == "url"] if source else []
    return [p for name in FLAGS["twin"] for p in urls if loose(p.name) == name]


def _rich(block: Json) -> Sequence[Json]:
    held = block.get(str(block.get("type"))) or {}
    return held.get("rich_text") or () if isinstance(held, dict) else ()


def _leads_to(item: Json, target: str) -> bool:
    mention = (item.get("mention") or {}).get("page") or {}
    return target in (item.get("href"), mention.get("id"))
