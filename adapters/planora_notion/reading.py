"""Turns pages into entries: completes what Notion cut short, finds the pages above, translates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from planora_notion import values
from planora_notion.catalog import Catalog, Cataloguer
from planora_notion.client import Client
from planora_notion.family import parent_id, relative, source_id
from planora_notion.looks import Looks
from planora_notion.members import Members
from planora_notion.names import dashed
from planora_notion.schema import Json, decoded
from planora_notion.source import Relative, Source
from planora_notion.wire import Known, entry
from planora_sync.adapter import Absence, AdapterContext, ReadResult
from planora_sync.errors import AnswerUnreadable
from planora_sync.model import Entry

ODD = (KeyError, TypeError, ValueError, AttributeError, ValidationError)
"""What translation raises for a page that is not what the API promises."""


class Reader:
    """Reads pages of one connection; keeps the catalog and what it learned of pages above others."""

    def __init__(self, client: Client, context: AdapterContext) -> None:
        self._client = client
        self._context = context
        self.cataloguer = Cataloguer(client, context)
        self.looks = Looks(context.now)
        self._catalog: Catalog | None = None
        self._relatives: dict[str, Relative] = {}
        self._known = Known(
            connection=context.name,
            member=Members(client).find,
            relatives=self._relatives,
            keep_raw=context.keep_raw,
        )

    @property
    def catalog(self) -> Catalog:
        """Return the catalog, read at the first use. Raises ConnectionFailed."""
        if self._catalog is None:
            self._catalog = self.cataloguer.read()
        return self._catalog

    def refresh(self) -> Catalog:
        """Return the catalog, read anew; pages above others may have changed too. Raises ConnectionFailed."""
        self._catalog = None
        self._relatives.clear()
        return self.catalog

    def doubt(self) -> None:
        """Forget the catalog: Notion says that a data source is not what it was. The next use reads it anew."""
        self._catalog = None

    def home_of(self, id: str) -> str | None:
        """Return the data source that a page stands in, or None where it cannot be seen. Raises ConnectionFailed."""
        known = self._relatives.get(id)
        if known is not None and known.source is not None:
            return known.source
        page = self._client.page(id)
        return source_id(page) if page else None

    def read(self, ids: Sequence[str]) -> dict[str, ReadResult]:
        """Return entries by id, or why they are absent. Raises ConnectionFailed."""
        return {id: self._one(id) for id in dict.fromkeys(ids)}

    def page(self, id: str) -> Json | None:
        """Return a page with all its references, or None where there is none. Raises ConnectionFailed."""
        page = self._client.page(id)
        return None if page is None else self._looked(self.completed(page))

    def _looked(self, page: Json) -> Json:
        self.looks.keep(page)
        return page

    def entry(self, page: Json, source: Source) -> Entry:
        """Return the entry of a completed page, after finding the page above it.

        Raises ConnectionFailed, and one of `ODD` for a page that is not what the API promises.
        """
        above = parent_id(page, source)
        if above is not None and above not in self._relatives:
            self._relatives[above] = self._find(above)
        return entry(page, source, self._known)

    def learn(self, page: Json, source: Source) -> None:
        """Remember what a page's children need to know of it."""
        self._relatives[str(page["id"])] = relative(page, source)

    def knows_above(self, page: Json, source: Source) -> bool:
        """Return whether nothing needs to be asked to translate a page."""
        above = parent_id(page, source)
        return above is None or above in self._relatives

    def completed(self, page: Json) -> Json:
        """Return a page whose references are all there: a page shows 25 of each property."""
        cut = {name: value for name, value in (page.get("properties") or {}).items() if values.is_cut(value)}
        if not cut:
            return page
        whole = {name: self._whole(str(page["id"]), value) for name, value in cut.items()}
        return {**page, "properties": {**page["properties"], **whole}}

    def _whole(self, page_id: str, value: Json) -> dict[str, Any]:
        kind = str(value["type"])
        items = self._client.property_items(page_id, decoded(str(value["id"])))
        whole: dict[str, Any] = {**value, kind: [item[kind] for item in items]}
        return whole | ({"has_more": False} if kind == "relation" else {})

    def _one(self, id: str) -> ReadResult:
        if dashed(id) is None:
            return Absence.UNKNOWN
        page = self._client.page(id)
        if page is None:
            return Absence.UNKNOWN
        if page.get("in_trash"):
            return Absence.TRASHED
        home = source_id(page) or ""
        if home in self.catalog.unreadable:
            raise self.catalog.unreadable[home]
        source = self.catalog.sources.get(home)
        if source is None:
            # A word of the scope that names nothing may be the data source that holds the page.
            return Absence.UNKNOWN if self.catalog.problems else Absence.MOVED
        try:
            return self.entry(self._looked(self.completed(page)), source)
        except ODD as odd:
            raise AnswerUnreadable(
                f"Page {id} in {source.path!r} is not what Notion's API promises ({type(odd).__name__}).",
                connection=self._context.name,
                next_step="Update planora-sync, or open the page in Notion and look what is special about it.",
            ) from None

    def _find(self, id: str) -> Relative:
        page = self._client.page(id)
        if page is None:
            return Relative(name=id, source=None)
        return relative(page, self.catalog.sources.get(source_id(page) or ""))
