"""Turns pages into entries: completes what Notion cut short, finds the pages above, translates."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from planora_notion.reading.absences import Absences
from planora_notion.reading.completing import Completer
from planora_notion.reading.contents import Contents
from planora_notion.reading.looks import Looks
from planora_notion.reading.relatives import Relatives
from planora_notion.site.catalog import Catalog, Cataloguer
from planora_notion.site.members import Members
from planora_notion.site.notebook import Notebook
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.translation import values
from planora_notion.translation.family import source_id
from planora_notion.translation.names import dashed
from planora_notion.translation.plaintext import Content
from planora_notion.translation.wire import NOTHING, Known, entry
from planora_notion.transport.client import Client
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
        self.notebook = Notebook(context.notes, context.now, context.url)
        self.cataloguer = Cataloguer(client, self.notebook, context)
        self.completer = Completer(client)
        self.contents = Contents(client, self.notebook, context)
        self.relatives = Relatives(client, self.notebook, context)
        self.members = Members(client, self.notebook)
        self.looks = Looks(context.now)
        self._catalog: Catalog | None = None
        self._doubted = False
        self._known = Known(
            connection=context.name,
            member=self.members.find,
            relatives=self.relatives.known,
            keep_raw=context.keep_raw,
        )

    @property
    def catalog(self) -> Catalog:
        """Return the catalog, read at the first use. Raises ConnectionFailed."""
        return self._catalog or self.begin(fresh=self._doubted)

    def refresh(self) -> Catalog:
        """Return the catalog, asked anew; pages above others may have changed too. Raises ConnectionFailed."""
        return self.begin(fresh=True)

    def begin(self, *, fresh: bool) -> Catalog:
        """Return the catalog for a pull: by what is remembered, or all asked anew. Raises ConnectionFailed."""
        self._catalog, self._doubted = None, False
        self.members.forget(notes=fresh)
        catalog = self.cataloguer.read(fresh=fresh)
        self.relatives.begin((one.layout for one in catalog.sources.values()), fresh=fresh)
        self._catalog = catalog
        return catalog

    def doubt(self) -> None:
        """Forget the catalog: Notion says that a data source is not what it was. The next use asks all anew."""
        self._catalog, self._doubted = None, True

    def home_of(self, id: str) -> str | None:
        """Return the data source that a page stands in, or None where it cannot be seen. Raises ConnectionFailed."""
        known = self.relatives.seen(id)
        if known is not None and known.source is not None:
            return known.source
        page = self._client.page(id)
        return source_id(page) if page else None

    def keep(self) -> None:
        """Remember for the next run what was asked in this one."""
        self.relatives.keep()
        self.members.keep()

    def read(self, ids: Sequence[str]) -> dict[str, ReadResult]:
        """Return entries by id, or why they are absent. Raises ConnectionFailed."""
        absences = Absences(self._client)
        found = {id: self._one(id, absences) for id in dict.fromkeys(ids)}
        if ids:
            self.keep()
        return found

    def page(self, id: str) -> Json | None:
        """Return a page with all its references, or None where there is none. Raises ConnectionFailed."""
        page = self._client.page(id)
        return None if page is None else self._looked(self.completer.completed(page))

    def _looked(self, page: Json) -> Json:
        self.looks.keep(page)
        return page

    def entry(self, page: Json, source: Source, content: Content = NOTHING) -> Entry:
        """Return the entry of a completed page, after finding the page above it and its sprints.

        Raises ConnectionFailed, and one of `ODD` for a page that is not what the API promises.
        """
        self.relatives.look_up(page, source, self.catalog.home)
        self._find_sprints(page, source)
        return entry(page, source, self._known, content)

    def _find_sprints(self, page: Json, source: Source) -> None:
        """Ask for sprints that the list did not hold: an archived one is in no list."""
        holder = self.catalog.sprint_source(source)
        if holder is None:
            return
        for id in values.references(values.find(page, source.get("sprint"))):
            if id not in holder.rows and id not in holder.absent:
                self.cataloguer.sprint_book.look_up(holder, id)

    def _one(self, id: str, absences: Absences) -> ReadResult:
        if dashed(id) is None:
            return Absence.UNKNOWN
        catalog = self.catalog
        page = absences.page(id, catalog)
        if isinstance(page, Absence):
            return page
        source = catalog.home(page)
        if source is None:
            return absences.elsewhere(page, catalog)
        try:
            whole = self._looked(self.completer.completed(page, source))
            # Its children ask where it stands, and our own move may have come since they last did.
            self.relatives.relearn(whole, source)
            return self.entry(whole, source, self.contents.of([whole]).get(id, NOTHING))
        except ODD as odd:
            raise AnswerUnreadable(
                f"Page {id} in {source.path!r} is not what Notion's API promises ({type(odd).__name__}).",
                connection=self._context.name,
                next_step="Update planora-sync, or open the page in Notion and look what is special about it.",
            ) from None
