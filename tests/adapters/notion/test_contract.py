"""The contract of adapters, held by ours for Notion in process and over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Adapter, Delivery, FieldSource, Vocabulary
from planora_sync.change import Change, Draft, Field, LinkDraft, day, span, words
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing import AdapterContract, OtherValue
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.events import SECRET, event, signed
from tests.adapters.notion.rig import OWNED, adapter_of, one, option, prop_id
from tests.adapters.serving import served

MEANT = Vocabulary(fields={**OWNED.fields, "target": FieldSource(name=("Timeline",))})
"""A mapping under which the roadmap's range says when a row is meant, as the presets have it."""


class TestInProcess(AdapterContract):
    """Over the messy workspace, without a socket."""

    @pytest.fixture
    def adapter(self, sandbox: NotionSandbox) -> Iterator[NotionAdapter]:
        adapter = adapter_of(sandbox, vocabulary=MEANT, webhook_secret=SECRET)
        yield adapter
        adapter.close()

    @pytest.fixture
    def ledger(self, sandbox: NotionSandbox) -> Sequence[LedgerRow]:
        return sandbox.ledger

    @pytest.fixture
    def fail(self, sandbox: NotionSandbox) -> Callable[[Fault], None]:
        return sandbox.fail

    @pytest.fixture
    def advance(self, clock: Clock) -> Callable[[float], None]:
        return lambda seconds: clock.forward(seconds=seconds)

    @pytest.fixture
    def writable(self, api: Api) -> Mapping[Field, OtherValue]:
        copy, priority = api.page("t-optin"), prop_id(api, "tasks", "Priority")
        return {
            Field.TYPE: OtherValue(id=copy, value=(option(api, "tasks", "Type", "Story"),)),
            # Options of another data source have other ids; the owner becomes the assignee.
            Field.PLACE: OtherValue(
                id=api.page("r-typo"),
                value=one(api.source("tasks"), "Tasks"),
                follows=frozenset({"type", "owner", "assignees", "properties"}),
                lost=frozenset({"horizon"}),
            ),
            Field.PARENT: OtherValue(id=api.page("t-vision"), value=one(api.page("r-widget"))),
            Field.PROPERTY: OtherValue(
                id=copy,
                value=(option(api, "tasks", "Priority", "High"),),
                property=Named(id=priority, name="Priority"),
                follows=frozenset({"priority"}),
            ),
            Field.STATUS: OtherValue(id=copy, value=(option(api, "tasks", "Status", "In progress"),)),
            Field.SPRINT: OtherValue(id=copy, value=one(api.page("s32"), "Sprint 32")),
            Field.ASSIGNEES: OtherValue(id=copy, value=one(api.user("noah"), "Noah Berg")),
            Field.OWNER: OtherValue(id=api.page("r-widget"), value=one(api.user("jonas"), "Jonas Weber")),
            Field.START: OtherValue(id=copy, value=day(date(2026, 11, 27))),
            Field.DUE: OtherValue(id=copy, value=day(date(2026, 12, 2))),
            Field.TARGET: OtherValue(id=api.page("r-typo"), value=span(date(2026, 12, 1), date(2027, 2, 28))),
            Field.LABELS: OtherValue(id=copy, value=words(("design", "frontend"))),
            Field.ARCHIVED: OtherValue(id=api.page("b-parked"), value=words(("archived",))),
        }

    @pytest.fixture
    def unknown_id(self) -> str:
        return "5f60f079-5838-4d26-9c06-3c305f60f079"

    @pytest.fixture
    def absent_place(self) -> str:
        return "No Such Database"

    @pytest.fixture
    def draft(self, api: Api) -> Draft:
        changes = (
            Change(field=Field.STATUS, before=(), after=(option(api, "tasks", "Status", "Not started"),)),
            Change(field=Field.LABELS, before=(), after=words(("content",))),
            Change(field=Field.DUE, before=(), after=day(date(2026, 12, 1))),
            Change(field=Field.SPRINT, before=(), after=one(api.page("s31"))),
            Change(field=Field.ASSIGNEES, before=(), after=one(api.user("noah"))),
            Change(field=Field.PARENT, before=(), after=one(api.page("r-widget"))),
        )
        return Draft(
            place=Named(id=api.source("tasks"), name="Tasks"),
            title="Screens of the widget",
            text="Twelve of them.\nLight and dark.",
            type=option(api, "tasks", "Type", "Task"),
            changes=changes,
            marker="planora-1f0c-Ä_*~",
        )

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Delivery]:
        return lambda body: signed(body, SECRET)

    @pytest.fixture
    def delivery(self, api: Api) -> Delivery:
        return signed(event("page.properties_updated", api.page("t-lazy")), SECRET)

    @pytest.fixture
    def link_draft(self, adapter: NotionAdapter, api: Api) -> LinkDraft:
        source = Ref(tracker="notion", connection=adapter.context.name, id=api.page("t-vision"))
        return LinkDraft(source=source, target=api.page("r-widget"), marker="planora-link-1")

    def is_write(self, row: LedgerRow) -> bool:
        return row.method != "GET" and not row.path.endswith(("/query", "/search"))

    def links_of(self, adapter: Adapter, id: str) -> int:
        # Without a relation for it a link is a line in the page's content, which entries do not show.
        assert isinstance(adapter, NotionAdapter)
        lines = [
            block["paragraph"]["rich_text"] for block in adapter._client.blocks(id) if "paragraph" in block
        ]
        return sum(item["type"] == "mention" for line in lines for item in line)


class TestOverASocket(TestInProcess):
    """The same over loopback, as users have it."""

    @pytest.fixture
    def adapter(self, sandbox: NotionSandbox) -> Iterator[NotionAdapter]:
        with served(sandbox) as address:
            adapter = adapter_of(sandbox, url=address, app=None, vocabulary=MEANT, webhook_secret=SECRET)
            yield adapter
            adapter.close()
