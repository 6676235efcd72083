"""Why a page is no entry: what Notion tells of it, and no more."""

from __future__ import annotations

from planora_notion.site.catalog import Catalog
from planora_notion.site.schema import Json
from planora_notion.translation.family import source_id
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Restricted
from planora_sync.adapter import Absence
from planora_sync.errors import PlaceNotVisible


class Absences:
    """Tells absences apart, for the pages of one reading.

    A page that is trashed, archived or moved is still answered, with what became of it. One that was deleted for
    good and one that is no longer shared are the same 404. A page that alone is refused (403) is there, and hidden.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._trashed: dict[str, bool] = {}
        self._readable: bool | None = None

    def page(self, id: str, catalog: Catalog) -> Json | Absence:
        """Return a page that is there, or why not. Raises ConnectionFailed; Restricted where nothing may be read."""
        try:
            page = self._client.page(id)
        except Restricted:
            if not self._may_read(catalog):
                raise
            return Absence.HIDDEN
        if page is None:
            return Absence.UNKNOWN
        return Absence.TRASHED if page.get("in_trash") else page

    def elsewhere(self, page: Json, catalog: Catalog) -> Absence:
        """Return what it means that a page stands in no data source that is read. Raises ConnectionFailed."""
        home = source_id(page) or ""
        if home in catalog.unreadable:
            raise catalog.unreadable[home]
        if catalog.problems:
            # A word of the scope that names nothing may be the data source that holds the page.
            return Absence.UNKNOWN
        return Absence.TRASHED if home and self._is_trashed(home) else Absence.MOVED

    def _is_trashed(self, source: str) -> bool:
        """Return whether a data source is in the trash: its rows need not say that they went with it."""
        if source not in self._trashed:
            try:
                self._trashed[source] = bool(self._client.data_source(source).get("in_trash"))
            except (PlaceNotVisible, Restricted):
                self._trashed[source] = False
        return self._trashed[source]

    def _may_read(self, catalog: Catalog) -> bool:
        """Return whether these credentials may read at all: a missing capability hides no single page."""
        if self._readable is None:
            try:
                self._readable = any(self._client.data_source(id) for id in list(catalog.sources)[:1])
            except Restricted:
                self._readable = False
        return self._readable
