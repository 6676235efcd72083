"""The adapter for Notion, API version 2026-03-11, over the library notion-client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from planora_notion.reading.pulling import Puller
from planora_notion.reading.reader import Reader
from planora_notion.reading.rows import Rows
from planora_notion.site.checking import Checker
from planora_notion.site.identity import Identity
from planora_notion.translation.wire import TRACKER
from planora_notion.transport.client import Client
from planora_notion.webhooks import Hearer
from planora_notion.writing.creating import Creator
from planora_notion.writing.linking import Linker
from planora_notion.writing.writer import Writer
from planora_sync.adapter import (
    Adapter,
    AdapterContext,
    Capabilities,
    Delivery,
    Hint,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Step,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.model import Entry, Place


class NotionAdapter(Adapter):
    """One connection to one Notion workspace: what is shared with one integration."""

    tracker: ClassVar[str] = TRACKER
    capabilities: ClassVar[Capabilities] = Capabilities(
        incremental=True,
        resume=True,
        hints=True,
        sprints=True,
        levels=True,
        writes=frozenset(Field),
        create=True,
        link=True,
        batch_read=1,
    )

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        self._client = Client(context)
        self._reader = Reader(self._client, context)
        identity = Identity(self._client, self._reader.notebook, context)
        self._identity = identity
        self._hearer = Hearer(self._reader.notebook, context)
        self._writer = Writer(self._client, self._reader, context)
        self._puller = Puller(self._reader, Rows(self._client), context)
        self._checker = Checker(self._client, self._reader, identity, context)
        self._creator = Creator(self._client, self._reader, self._writer, identity)
        self._linker = Linker(self._client, self._reader, self._writer)

    def check(self) -> tuple[Notice, ...]:
        """Return what works and what does not. Raises ConnectionFailed where the credentials do not work."""
        return self._checker.check()

    def places(self) -> tuple[Place, ...]:
        """Return the data sources that are shared with the integration. Raises ConnectionFailed."""
        return self._reader.cataloguer.visible()

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the entries page by page; see `Adapter.pull`. Raises ConnectionFailed."""
        if since is None and resume is None:
            self._identity.remember()
        yield from self._puller.pull(since, resume)

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some entries fresh, a request each and one for each page above. Raises ConnectionFailed."""
        return self._reader.read(ids)

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return what a webhook's request says is to be read again; see `Adapter.hear`."""
        return self._hearer.hear(delivery)

    def losses(self, entry: Entry, place: str, changes: Sequence[Change] = ()) -> tuple[str, ...]:
        """Return what an entry would lose in another data source, one sentence each, so that it can be said before.

        What `changes` set in the same go is no loss. Raises Unsupported and ConnectionFailed.
        """
        return self._writer.losses(entry, place, changes)

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the entry that a creation with this marker made, or None. Raises ConnectionFailed."""
        return self._creator.find_marker(marker, place)

    def finish(self) -> None:
        """Give rows that an earlier process moved, and then was killed, what they still lack; see `Adapter.finish`."""
        self._guard()
        self._writer.finish(lambda: str(self._identity.writer()["id"]))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        return self._writer.steps(entry, changes)

    def _send(self, step: Step) -> Outcome:
        return self._writer.send(step)

    def _create(self, draft: Draft) -> Outcome:
        return self._creator.create(draft)

    def _link(self, draft: LinkDraft) -> Outcome:
        return self._linker.link(draft)
