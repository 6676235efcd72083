"""The contract suite: Cloud and Data Center, in process and over a socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from planora_jira import JiraAdapter
from planora_jira.sandbox import JiraSandbox
from planora_jira.transport.client import is_read
from planora_jira.webhooks import sign

from planora_sync.adapter import Adapter, Delivery, FieldSource, Vocabulary
from planora_sync.change import Change, Draft, Field, LinkDraft, day, span, words
from planora_sync.http import ASGIApp, Call
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault, LedgerRow
from planora_sync.testing import AdapterContract, OtherValue
from tests.adapters.jira.setups import adapter_of, add_project
from tests.adapters.jira.site import Clock
from tests.adapters.serving import served

SECRET = "webhook-s3cret"
OWNED: Mapping[str, Any] = {
    "vocabulary": Vocabulary(fields={"owner": FieldSource(name=("product manager",))})
}


def _named(id: str, name: str) -> tuple[Named, ...]:
    return (Named(id=id, name=name),)


def number(sandbox: JiraSandbox, key: str) -> str:
    """Return the id of an issue."""
    return str(sandbox.site.issue(key).id)


class JiraContract(AdapterContract):
    deployment: str

    @pytest.fixture
    def sandbox(self, clock: Clock) -> JiraSandbox:
        sandbox = JiraSandbox("messy", now=clock, deployment=self.deployment)
        add_project(sandbox)
        return sandbox

    @pytest.fixture
    def adapter(self, sandbox: JiraSandbox) -> Iterator[Adapter]:
        adapter = adapter_of(sandbox, **OWNED, webhook_secret=SECRET)
        yield adapter
        adapter.close()

    def again(self, adapter: Adapter, **changes: Any) -> Adapter:
        return JiraAdapter(replace(adapter.context, **changes))

    def is_write(self, row: LedgerRow) -> bool:
        return not is_read(Call(method=row.method, url=f"http://jira.test{row.path}"))

    @pytest.fixture
    def ledger(self, sandbox: JiraSandbox) -> Sequence[LedgerRow]:
        return sandbox.ledger

    @pytest.fixture
    def fail(self, sandbox: JiraSandbox) -> Callable[[Fault], None]:
        return sandbox.fail

    @pytest.fixture
    def advance(self, clock: Clock) -> Callable[[float], None]:
        return lambda seconds: clock.forward(seconds=seconds)

    @pytest.fixture
    def unknown_id(self) -> str:
        return "987654"

    @pytest.fixture
    def absent_place(self) -> str:
        return "NOWHERE"

    @pytest.fixture
    def writable(self, sandbox: JiraSandbox) -> Mapping[Field, OtherValue]:
        story, spike = number(sandbox, "CARE-52"), number(sandbox, "CARE-58")
        theme = next(f.id for f in sandbox.site.fields if f.slot == "theme")
        linh = sandbox.site.users["linh"]
        account = linh.account_id if self.deployment == "cloud" else linh.key
        place = {
            Field.PLACE: OtherValue(id=story, value=_named("20000", "OPS"), lost=frozenset({"key", "url"}))
        }
        return (place if self.deployment == "cloud" else {}) | {
            Field.TYPE: OtherValue(id=spike, value=_named("10002", "Task")),
            Field.PARENT: OtherValue(id=story, value=_named(number(sandbox, "CARE-4"), "CARE-4")),
            Field.PROPERTY: OtherValue(
                id=story,
                value=_named("10301", "Payments"),
                property=Named(id=theme, name="Theme"),
                follows=frozenset({"theme"}),
            ),
            Field.STATUS: OtherValue(id=story, value=_named("3", "In Progress")),
            Field.SPRINT: OtherValue(id=story, value=_named("24", "CARE Sprint 24")),
            Field.ASSIGNEES: OtherValue(id=story, value=_named(account, "Linh Tran")),
            Field.OWNER: OtherValue(id=story, value=_named(account, "Linh Tran")),
            Field.TARGET: OtherValue(id=story, value=span(date(2026, 12, 1), date(2027, 3, 31))),
            Field.START: OtherValue(id=story, value=day(date(2026, 11, 25))),
            Field.DUE: OtherValue(id=story, value=day(date(2026, 12, 4))),
            Field.LABELS: OtherValue(id=story, value=words(("planned", "größer"))),
        }

    @pytest.fixture
    def together(self, sandbox: JiraSandbox) -> Sequence[OtherValue]:
        sprint = _named("24", "CARE Sprint 24")
        return [
            OtherValue(id=number(sandbox, key), value=sprint) for key in ("CARE-52", "CARE-53", "CARE-58")
        ]

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Delivery]:
        return lambda body: Delivery(headers={"X-Hub-Signature": sign(body, SECRET)}, body=body)

    @pytest.fixture
    def delivery(self, sandbox: JiraSandbox, sign: Callable[[bytes], Delivery]) -> Delivery:
        body = {"webhookEvent": "jira:issue_updated", "issue": {"id": number(sandbox, "CARE-52")}}
        return sign(json.dumps(body).encode())

    @pytest.fixture
    def draft(self) -> Draft:
        changes = (
            Change(field=Field.DUE, before=(), after=day(date(2026, 12, 24))),
            Change(field=Field.LABELS, before=(), after=words(("twin",))),
        )
        return Draft(
            place=Named(id="10000", name="CARE"),
            title="Referral letters by e-mail",
            text="Asked for by five clinics.\nNothing is decided.",
            type=Named(id="10000", name="Epic"),
            changes=changes,
            marker="run-1/correction-7",
        )

    @pytest.fixture
    def link_draft(self, sandbox: JiraSandbox) -> LinkDraft:
        source = Ref(tracker="jira", connection="work", id=number(sandbox, "CARE-52"))
        return LinkDraft(
            source=source, target=number(sandbox, "CARE-8"), kind="relates", marker="run-1/link-1"
        )


class TestCloudInProcess(JiraContract):
    deployment = "cloud"


class TestDataCenterInProcess(JiraContract):
    deployment = "data_center"


class Switchboard:
    """Hands requests to the sandbox of the test that runs, so that all tests share one server."""

    def __init__(self) -> None:
        self.sandbox: JiraSandbox | None = None

    @property
    def app(self) -> ASGIApp:
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert self.sandbox is not None
        await self.sandbox.app(scope, receive, send)


@pytest.fixture(scope="module")
def line() -> Iterator[tuple[Switchboard, str]]:
    board = Switchboard()
    with served(board) as url:
        yield board, url


class SocketContract(JiraContract):
    @pytest.fixture
    def adapter(self, sandbox: JiraSandbox, line: tuple[Switchboard, str]) -> Iterator[Adapter]:
        board, url = line
        board.sandbox = sandbox
        adapter = adapter_of(sandbox, url, **OWNED, webhook_secret=SECRET)
        yield adapter
        adapter.close()


class TestCloudOverSocket(SocketContract):
    deployment = "cloud"


class TestDataCenterOverSocket(SocketContract):
    deployment = "data_center"
