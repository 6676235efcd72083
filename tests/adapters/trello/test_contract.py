"""The contract of adapters, held by ours for Trello in process and over a socket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import CustomField

from planora_sync.adapter import Delivery
from planora_sync.change import Change, Draft, Field, LinkDraft, day, span, words
from planora_sync.http.inprocess import ASGIApp, Message
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing import AdapterContract, OtherValue
from tests.adapters.serving import served
from tests.adapters.trello.conftest import Api, Clock
from tests.adapters.trello.rig import adapter_of, one
from tests.adapters.trello.test_webhooks import SECRET, signed


class TestInProcess(AdapterContract):
    """Over the messy workspace, without a socket."""

    @pytest.fixture
    def adapter(self, sandbox: TrelloSandbox) -> Iterator[TrelloAdapter]:
        adapter = adapter_of(sandbox, webhook_secret=SECRET)
        yield adapter
        adapter.close()

    @pytest.fixture
    def ledger(self, sandbox: TrelloSandbox) -> Sequence[LedgerRow]:
        return sandbox.ledger

    @pytest.fixture
    def fail(self, sandbox: TrelloSandbox) -> Callable[[Fault], None]:
        return sandbox.fail

    @pytest.fixture
    def advance(self, clock: Clock) -> Callable[[float], None]:
        return lambda seconds: clock.forward(seconds=seconds)

    @pytest.fixture
    def writable(self, api: Api) -> Mapping[Field, OtherValue]:
        shirts, growth = api.card("b-swag"), api.board("Growth")
        theme = next(field for field in api.state.fields_of(growth) if field.name == "Theme")
        for name in ("Target start", "Target end"):
            made = api.state.ids.fresh(api.state.now())
            api.state.fields[made] = CustomField(made, name, growth, "date", 99.0)
        brand = next(option for option in theme.options if option.text == "Brand")
        return {
            Field.PLACE: OtherValue(
                id=api.card("r-signup"), value=one(api.list("Bugs")), follows=frozenset({"horizon"})
            ),
            Field.STATUS: OtherValue(id=shirts, value=one(api.list("Doing"), "Doing")),
            Field.PROPERTY: OtherValue(
                id=shirts,
                value=one(brand.id, "Brand"),
                property=Named(id=theme.id, name="Theme"),
                follows=frozenset({"theme"}),
            ),
            Field.ASSIGNEES: OtherValue(id=shirts, value=one(api.person("priya_nair"), "Priya Nair")),
            Field.START: OtherValue(id=shirts, value=day(date(2026, 12, 1))),
            Field.DUE: OtherValue(id=shirts, value=day(date(2026, 12, 11))),
            Field.TARGET: OtherValue(
                id=shirts,
                value=span(date(2027, 1, 1), date(2027, 3, 31)),
                follows=frozenset({"properties", "horizon"}),
            ),
            Field.LABELS: OtherValue(id=shirts, value=words(("Content", "Event"))),
            Field.ARCHIVED: OtherValue(id=api.card("b-stories"), value=words(("archived",))),
        }

    @pytest.fixture
    def delivery(self, api: Api) -> Delivery:
        card = {"id": api.card("w-quiz")}
        action = {"id": "5f60f07958388d26dc063c31", "type": "updateCard", "data": {"card": card}}
        return signed(json.dumps({"action": action, "model": {}}).encode())

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Delivery]:
        return signed

    @pytest.fixture
    def unknown_id(self) -> str:
        return "5f60f07958388d26dc063c30"

    @pytest.fixture
    def absent_place(self) -> str:
        return "No Such Board"

    @pytest.fixture
    def draft(self, api: Api) -> Draft:
        changes = (
            Change(field=Field.LABELS, before=(), after=words(("Event",))),
            Change(field=Field.DUE, before=(), after=day(date(2027, 1, 29))),
            Change(field=Field.ASSIGNEES, before=(), after=one(api.person("chiaraconti"), "Chiara Conti")),
        )
        place = Named(id=api.list("This week"), name="Growth & Marketing/This week")
        return Draft(place=place, title="Book the stand in Munich", changes=changes, marker="ps-7f3a")

    @pytest.fixture
    def link_draft(self, api: Api, adapter: TrelloAdapter) -> LinkDraft:
        source = Ref(tracker="trello", connection=adapter.context.name, id=api.card("w-rebrand"))
        return LinkDraft(source=source, target=api.card("r-groups"), marker="ps-7f3b")


class Front:
    """Notes a request before its answer leaves, so that a client never sees the answer first."""

    def __init__(self, app: ASGIApp) -> None:
        self.rows: list[LedgerRow] = []
        self._app = app

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        async def note_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                query = scope["query_string"].decode("latin-1")
                row = LedgerRow(
                    method=scope["method"], path=scope["path"], query=query, status=message["status"]
                )
                self.rows.append(row)
            await send(message)

        await self._app(scope, receive, note_and_send)


class Noting(TrelloSandbox):
    """A sandbox with a front."""

    def __init__(self, workspace: str, *, now: Callable[[], datetime]) -> None:
        super().__init__(workspace, now=now)
        self.front = Front(super().app)

    @property
    def app(self) -> ASGIApp:
        return self.front


class TestOverASocket(TestInProcess):
    """The same, with uvicorn and TCP between adapter and sandbox."""

    @pytest.fixture
    def sandbox(self, clock: Clock) -> TrelloSandbox:
        return Noting("messy", now=clock)

    @pytest.fixture
    def ledger(self, sandbox: TrelloSandbox) -> Sequence[LedgerRow]:
        assert isinstance(sandbox, Noting)
        return sandbox.front.rows

    @pytest.fixture
    def adapter(self, sandbox: TrelloSandbox) -> Iterator[TrelloAdapter]:
        with served(sandbox) as url:
            adapter = adapter_of(sandbox, url=url, timeout=2.0, webhook_secret=SECRET)
            yield adapter
            adapter.close()
