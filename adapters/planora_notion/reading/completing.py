"""Completes rows: a page shows 25 references of each property, and what is computed from them is cut with them."""

from __future__ import annotations

from typing import Any

from planora_notion.site.schema import Json, decoded
from planora_notion.site.source import Source
from planora_notion.translation import values
from planora_notion.transport.client import Client

COMPUTED = ("formula", "rollup")


class Completer:
    """Asks for the rest of what Notion cut short."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def completed(self, page: Json, source: Source | None = None) -> Json:
        """Return a page whose references are all there. Raises ConnectionFailed.

        With a data source, formulas and rollups that keep one of its fields are asked for too, where a relation of
        the row is cut: Notion computes them from the 25 that it shows.
        """
        held = page.get("properties") or {}
        cut = {name: value for name, value in held.items() if values.is_cut(value)}
        if not cut:
            return page
        whole = {name: self._whole(str(page["id"]), value) for name, value in cut.items()}
        if source and any(value.get("type") == "relation" for value in cut.values()):
            kept = {prop.id for prop in source.layout.fields.values()}
            whole |= {
                name: self._computed(str(page["id"]), value)
                for name, value in held.items()
                if value.get("type") in COMPUTED and decoded(str(value.get("id"))) in kept
            }
        return {**page, "properties": {**held, **whole}}

    def _whole(self, page_id: str, value: Json) -> dict[str, Any]:
        kind = str(value["type"])
        items = self._client.property_items(page_id, decoded(str(value["id"])))
        whole: dict[str, Any] = {**value, kind: [item[kind] for item in items]}
        return whole | ({"has_more": False} if kind == "relation" else {})

    def _computed(self, page_id: str, value: Json) -> dict[str, Any]:
        kind = str(value["type"])
        held, items = self._client.computed(page_id, decoded(str(value["id"])))
        if held.get("type") == "array":
            held = {
                **held,
                "array": [{"type": item["type"], item["type"]: item[item["type"]]} for item in items],
            }
        return {**value, kind: held}
