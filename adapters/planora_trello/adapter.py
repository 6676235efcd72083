"""The adapter: Trello's boards, lists and cards as planora-sync's places and entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from planora_sync.adapter import (
    Adapter,
    AdapterContext,
    Capabilities,
    Delivery,
    Event,
    Hint,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Step,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.model import Entry, Place
from planora_trello import webhooks
from planora_trello.reading.history import Historian
from planora_trello.reading.reader import Reader
from planora_trello.reading.single import Single
from planora_trello.site.boards import Boards
from planora_trello.site.checking import Checker
from planora_trello.transport.client import BATCH, PAGE, Client
from planora_trello.writing.creating import Maker
from planora_trello.writing.writer import Writer


class TrelloAdapter(Adapter):
    """One connection to Trello.

    An entry is a card, its place and its status are the list it stands in. Cards have no type, parent,
    sprint or hierarchy: labels say their kind, and a list or board that is a sprint is one by the mapping.
    """

    tracker: ClassVar[str] = "trello"
    capabilities: ClassVar[Capabilities] = Capabilities(
        incremental=True,
        resume=True,
        history=True,
        hints=True,
        writes=frozenset(
            {
                Field.PLACE,
                Field.STATUS,
                Field.PROPERTY,
                Field.ASSIGNEES,
                Field.START,
                Field.DUE,
                Field.TARGET,
                Field.LABELS,
                Field.ARCHIVED,
            }
        ),
        create=True,
        link=True,
        batch_read=BATCH,
    )

    page: ClassVar[int] = PAGE
    """Cards that Trello gives in one answer."""

    def __init__(self, context: AdapterContext) -> None:
        """Set up a connection; nothing is asked yet. Raises CredentialsRefused for a token of no form."""
        super().__init__(context)
        self._client = Client(context, self.page)
        self._boards = Boards(context, self._client)
        self._checker = Checker(context, self._client, self._boards)
        self._reader = Reader(context, self._client, self._boards)
        self._single = Single(context, self._client, self._boards)
        self._historian = Historian(self._client, context.name, self._boards.label_names, context.parallel)
        self._writer = Writer(context, self._client, self._boards)
        self._maker = Maker(context, self._client, self._boards, self._writer)

    def check(self) -> tuple[Notice, ...]:
        """Return what works and what does not; see the contract."""
        return self._checker.notices()

    def places(self) -> tuple[Place, ...]:
        """Return the boards of the scope and their lists; one request a board."""
        survey = self._boards.survey(anew=True)
        known = [self._boards.known(board_id, sure=True) for board_id in survey.open]
        return tuple(place for one in known for place in self._boards.places(one))

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the entries page by page: one request a board, and none for one that stood still."""
        return self._reader.pull(since, resume)

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return some cards fresh, ten a request; one on a board outside the scope has moved."""
        return self._single.read(ids)

    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return what changed on some cards, the oldest first: one request a card for its last 1,000 actions."""
        return self._historian.history(ids)

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return which card or place a webhook speaks of; `Delivery.url` is part of what is signed."""
        return webhooks.hear(delivery, self.context)

    def losses(self, entry: Entry, place: str, changes: Sequence[Change] = ()) -> tuple[str, ...]:
        """Return what a card would lose by a move to a list: members and values that its board lacks.

        One sentence each, for the person who approves the move. Raises Unsupported, ConnectionFailed.
        """
        return self._writer.losses(entry, place)

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the card that a `create` with this marker made on the board of a list, or None."""
        return self._maker.find_marker(marker, place)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        return self._writer.steps(entry, changes)

    def _send(self, step: Step) -> Outcome:
        return self._writer.send(step)

    def _create(self, draft: Draft) -> Outcome:
        return self._maker.create(draft)

    def _link(self, draft: LinkDraft) -> Outcome:
        return self._maker.link(draft)
